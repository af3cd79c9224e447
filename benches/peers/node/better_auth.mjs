// better-auth as its documentation shows it: e-mail and password, the hash that it comes with, its admin plugin. A
// session is read from the database at every request, as Gatepost does; the rate limit would end the measurement.

import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

import { betterAuth } from "better-auth";
import { hashPassword, verifyPassword } from "better-auth/crypto";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { admin, bearer } from "better-auth/plugins";

import { PASSWORD, address, database, run } from "./commands.mjs";

function open(port) {
  const db = new DatabaseSync(database());
  db.exec("PRAGMA journal_mode=WAL");
  return {
    db,
    auth: betterAuth({
      database: db,
      baseURL: `http://127.0.0.1:${port}`,
      secret: "a secret of more than thirty-two characters",
      emailAndPassword: { enabled: true },
      rateLimit: { enabled: false },
      telemetry: { enabled: false },
      plugins: [bearer(), admin()],
    }),
  };
}

async function migrated(port) {
  const opened = open(port);
  const { runMigrations } = await getMigrations(opened.auth.options);
  await runMigrations();
  return opened;
}

await run({
  versions() {
    const { version } = JSON.parse(readFileSync(new URL("node_modules/better-auth/package.json", import.meta.url)));
    return `better-auth ${version}, Node.js ${process.versions.node}; scrypt, N=16384 r=16 p=1`;
  },
  async hash() {
    const hash = await hashPassword(PASSWORD);
    return () => verifyPassword({ hash, password: PASSWORD });
  },
  async seed(accounts) {
    const { db } = await migrated(0);
    const hash = await hashPassword(PASSWORD);
    const now = new Date().toISOString();
    const user = db.prepare(
      'INSERT INTO user (id, name, email, emailVerified, createdAt, updatedAt, role) VALUES (?, ?, ?, 1, ?, ?, ?)',
    );
    const account = db.prepare(
      "INSERT INTO account (id, accountId, providerId, userId, password, createdAt, updatedAt) VALUES (?, ?, 'credential', ?, ?, ?, ?)",
    );
    db.exec("BEGIN");
    for (let number = 0; number < accounts; number++) {
      const id = `user${number}`;
      user.run(id, `First${number % 997}`, address(number), now, now, number === 0 ? "admin" : "user");
      account.run(`account${number}`, id, id, hash, now, now);
    }
    db.exec("COMMIT");
    db.close();
  },
  async serve(port) {
    const { auth } = await migrated(port);
    const handler = toNodeHandler(auth);
    createServer((request, answer) => (request.url === "/" ? answer.end("ready") : handler(request, answer))).listen(port, "127.0.0.1");
  },
});
