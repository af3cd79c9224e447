#!/usr/bin/env node
// Does the time of an answer tell who has an account? Starts the release binary on a fresh database, asks each public
// endpoint about known and unknown addresses by turns, and compares.
//
//   make timing                                              SQLite
//   scripts/with-postgres.sh node scripts/timing.mjs         PostgreSQL
//   node scripts/timing.mjs 100                              fewer tries than 400
//
// Good is: the medians differ by less than 5 % or less than 2 ms. The p of the Mann-Whitney test says how likely a
// difference like the one seen is when there is none. Measure on a machine that does nothing else.

import { Agent, request } from "node:http";
import { performance } from "node:perf_hooks";

import { freshDatabase } from "../tests/browser/database.mjs";
import { startServer } from "../tests/browser/server.mjs";

const TRIES = Number(process.argv[2] ?? 400);
const PEOPLE = 100;
const PASSWORD = "Secure*1234";
const WRONG = "Another+5678";

// Each address is asked about four times at most: below the lock-out, and below the mails that one address may ask for.
if (!(TRIES > 0 && TRIES <= 4 * PEOPLE)) throw new Error(`between 1 and ${4 * PEOPLE} tries`);

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function send(origin, method, path, type, body) {
  return new Promise((done, failed) => {
    const begun = performance.now();
    const sent = request(
      origin + path,
      { agent, method, headers: body === undefined ? {} : { "content-type": type, "content-length": Buffer.byteLength(body) } },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (part) => (text += part));
        answer.on("end", () => done({ status: answer.statusCode, text, time: performance.now() - begun }));
      },
    );
    sent.on("error", failed);
    sent.end(body);
  });
}

function client(origin) {
  const form = (path, fields) =>
    send(origin, "POST", path, "application/x-www-form-urlencoded", new URLSearchParams(fields).toString());
  const json = (path, body) => send(origin, "POST", path, "application/json", JSON.stringify(body));
  const get = (path) => send(origin, "GET", path);
  return { form, json, get };
}

async function expect(status, answering, what) {
  const answer = await answering;
  if (answer.status !== status) throw new Error(`${what}: ${answer.status} ${answer.text}`);
  return answer;
}

// An administrator, people whose addresses are proved, and people whose addresses are not.
async function populate({ json, get }) {
  const register = (email) => expect(200, json("/register/", { email, password: PASSWORD }), `register ${email}`);
  await register("admin@example.com");
  for (let number = 0; number < PEOPLE; number++) {
    const email = `proved${number}@example.com`;
    await register(email);
    await expect(307, get(await verifyLink(get, email)), "verify");
    const waiting = `waiting${number}@example.com`;
    await register(waiting);
    await verifyLink(get, waiting);
  }
}

// The path of the link in the mail to a new account, which a worker makes after the answer.
async function verifyLink(get, email) {
  for (let patience = 0; patience < 200; patience++) {
    const mails = await expect(200, get(`/dev/mail.json?to=${encodeURIComponent(email)}`), "mails");
    const links = JSON.parse(mails.text).items.flatMap((mail) => mail.links);
    const link = links.find((link) => link.includes("/verify-email/"));
    if (link) return new URL(link).pathname;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error(`no mail to ${email}`);
}

// What is asked of each endpoint: about somebody, and about nobody.
function endpoints({ form, json }) {
  const login = (path) => (username) => form(path, { username, password: WRONG });
  const about = (path) => (email) => json(path, { email });
  const register = (email) => json("/register/", { email, password: PASSWORD });
  const known = (name) => (number) => `${name}${number % PEOPLE}@example.com`;
  const fresh = (name) => (number) => `${name}${number}@example.org`;
  return [
    { name: "login", ask: login("/login/"), known: known("proved"), unknown: (n) => `login${n % PEOPLE}@example.org`, status: 401 },
    { name: "login form", ask: login("/login_with_form/"), known: known("waiting"), unknown: (n) => `form${n % PEOPLE}@example.org`, status: 401 },
    { name: "register", ask: register, known: known("proved"), unknown: fresh("new"), status: 200 },
    { name: "forgot password", ask: about("/forgot-password"), known: known("proved"), unknown: (n) => `forgot${n % PEOPLE}@example.org`, status: 200 },
    { name: "resend", ask: about("/verify-email/resend"), known: known("waiting"), unknown: (n) => `resend${n % PEOPLE}@example.org`, status: 200 },
  ];
}

async function measure({ name, ask, known, unknown, status }) {
  const times = { known: [], unknown: [] };
  for (let warm = 0; warm < 10; warm++) await ask(`warm${warm}.${name.replace(" ", "")}@example.net`);
  const asked = [];
  for (let number = 0; number < TRIES; number++) asked.push(["known", known(number)], ["unknown", unknown(number)]);
  // In an order by chance: what one request leaves to be done would slow down always the same other.
  for (let last = asked.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [asked[last], asked[other]] = [asked[other], asked[last]];
  }
  for (const [kind, email] of asked) {
    const answer = await expect(status, ask(email), `${name} ${email}`);
    times[kind].push(answer.time);
  }
  return times;
}

function median(times) {
  const sorted = [...times].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// The Mann-Whitney U test, two-sided, by the normal approximation with the correction for ties.
function mannWhitney(one, other) {
  const all = [...one.map((time) => ({ time, first: true })), ...other.map((time) => ({ time, first: false }))];
  all.sort((a, b) => a.time - b.time);
  let [ranks, ties] = [0, 0];
  for (let begin = 0; begin < all.length; ) {
    let end = begin;
    while (end < all.length && all[end].time === all[begin].time) end++;
    const [size, rank] = [end - begin, (begin + 1 + end) / 2];
    ranks += rank * all.slice(begin, end).filter(({ first }) => first).length;
    ties += size ** 3 - size;
    begin = end;
  }
  const [n, m, total] = [one.length, other.length, all.length];
  const u = ranks - (n * (n + 1)) / 2;
  const deviation = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))));
  return 2 * (1 - normal(Math.abs((u - (n * m) / 2) / deviation)));
}

// The normal distribution function (Abramowitz and Stegun 26.2.17).
function normal(z) {
  const t = 1 / (1 + 0.2316419 * z);
  const sum = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}

function report(name, { known, unknown }) {
  const [of, without] = [median(known), median(unknown)];
  const difference = of - without;
  const share = Math.abs(difference) / Math.max(of, without);
  const good = share < 0.05 || Math.abs(difference) < 2;
  const ms = (time) => `${time.toFixed(2)} ms`.padStart(10);
  const p = mannWhitney(known, unknown);
  console.log(
    `${name.padEnd(16)} known ${ms(of)}  unknown ${ms(without)}  difference ${ms(difference)} ${(share * 100).toFixed(1).padStart(5)} %  p ${p.toFixed(4)}  ${good ? "good" : "TELLS"}`,
  );
  return good;
}

const database = await freshDatabase();
// Limits by network would end the measurement, which comes from one; everything else is as it always is.
const server = await startServer({
  ...database.settings,
  GATEPOST_PRIVACY_HIDE_ACCOUNTS: "true",
  GATEPOST_LOGIN_FAILURES_PER_NETWORK: "1000000",
  GATEPOST_REGISTRATION_PER_NETWORK: "1000000",
  GATEPOST_MAIL_ASKED_PER_NETWORK: "1000000",
});
try {
  const asking = client(server.origin);
  await populate(asking);
  console.log(`${database.name}, ${TRIES} tries each, known and unknown in an order by chance`);
  let good = true;
  for (const endpoint of endpoints(asking)) good = report(endpoint.name, await measure(endpoint)) && good;
  process.exitCode = good ? 0 : 1;
} finally {
  agent.destroy();
  server.remove();
  await database.remove?.();
}
