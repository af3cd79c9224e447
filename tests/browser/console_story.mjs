// The console, as an administrator uses it: numbers, people, one and many of them. With JavaScript and without.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, expectSame, tell } from "./story.mjs";

export const ADMIN = { email: "john.doe@example.com", password: "Secure*1234" };
const PASSWORD = "correct horse battery";
export const WIDTHS = [320, 768, 1280];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function tellOfTheConsole(browser, { javaScript }) {
  const { page, context, shot } = await browser.person({ javaScript });
  const spelling = javaScript ? "js" : "plain";
  const world = { page, javaScript, spelling, shot: (name) => shot(`console-${spelling}-${name}`) };
  await tell(`The console, JavaScript ${javaScript ? "on" : "off"}`, world, [
    peopleRegister,
    anAdministratorFindsTheWayIn,
    seesWhatHasHappenedInNumbers,
    choosesARange,
    findsSomebody,
    opensThePage,
    writesANote,
    locksAndUnlocks,
    doesSomethingToMany,
    followsAPersonThroughTheAuditLog,
    verifiesTheChain,
    looksAfterTheMails,
    ...(javaScript ? [seesFiguresChange] : []),
    worksByTheKeyboard,
  ]);
  await context.close();
}

// Every page of the console at three widths, light and dark, readable for everybody.
export async function tellOfTheConsolesLooks(browser) {
  const { page, context } = await browser.person();
  await logIn(page);
  const storageState = await context.storageState();
  await page.goto("/admin/people?q=ann");
  const person = await page.locator("#list tbody th a").first().getAttribute("href");
  await context.close();
  const pages = {
    overview: "/admin",
    people: "/admin/people",
    nobody: "/admin/people?q=nobody-has-this",
    person,
    edit: `${person}/edit`,
    question: `${person}/act/lock`,
    role: `${person}/act/role`,
    audit: "/admin/audit",
    "audit-filtered": "/admin/audit?event=login&result=refused&address=127.0.0.1",
    "audit-nothing": "/admin/audit?person=nobody@example.com",
    "audit-fault": "/admin/audit?person=nobody",
    mails: "/admin/mail",
    "mails-none": "/admin/mail?state=dead",
  };
  for (const dark of [false, true]) {
    for (const width of WIDTHS) {
      await tell(`The console at ${width} pixels, ${dark ? "dark" : "light"}`, { browser, pages, storageState, dark, width }, [looksRight]);
    }
  }
}

async function looksRight({ browser, pages, dark, width, storageState }) {
  const { page, context, shot } = await browser.person({ dark, width, storageState });
  const complaints = [];
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(path, { waitUntil: "load" });
    // What is behind the first details is looked at as well.
    await page.evaluate(() => document.querySelector("main td details")?.setAttribute("open", ""));
    await shot(`console-${name}-${width}-${dark ? "dark" : "light"}`);
    for (const complaint of await complaintsAbout(page)) complaints.push(`${path}: ${complaint}`);
  }
  await context.close();
  expect(complaints.length === 0, complaints.join("\n"));
}

export async function complaintsAbout(page) {
  const complaints = await page.evaluate(() => {
    const root = document.documentElement;
    const found = [];
    if (root.scrollWidth > root.clientWidth) found.push(`${root.scrollWidth - root.clientWidth} pixels stick out to the right`);
    if (document.querySelectorAll("h1").length !== 1) found.push("not exactly one h1");
    return found;
  });
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
  return [...complaints, ...violations.map(({ id, help, nodes }) => `${id}: ${help} at ${nodes.map((node) => node.target).join(", ")}`)];
}

export async function press(page, name) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().isNavigationRequest() && ![301, 302, 303, 307].includes(response.status())),
    page.getByRole("main").getByRole("button", { name, exact: true }).click(),
  ]);
  await page.waitForLoadState();
  return answer;
}

export async function logIn(page) {
  await page.goto("/login-form");
  await page.locator("#username").fill(ADMIN.email);
  await page.locator("#password").fill(ADMIN.password);
  await press(page, "Log in");
}

async function peopleRegister({ page, spelling }) {
  for (const name of ["ann", "ben"]) {
    const answer = await page.request.post("/register/", {
      data: { email: `${name}.${spelling}@example.com`, password: PASSWORD, first_name: name, last_name: "Walker" },
    });
    expectSame(answer.status(), 200, "registration");
  }
}

async function anAdministratorFindsTheWayIn({ page }) {
  await logIn(page);
  await page.getByRole("link", { name: "Console" }).click();
  await page.waitForURL("**/admin");
  expectSame(await page.locator("h1").innerText(), "Overview", "the heading");
}

async function seesWhatHasHappenedInNumbers({ page, shot }) {
  expect((await page.locator("svg.sheet").count()) === 3, "three pictures");
  await page.locator("details summary").first().click();
  expect(await page.locator("details table").first().isVisible(), "the numbers behind the picture");
  await shot("overview");
}

async function choosesARange({ page }) {
  await page.getByRole("link", { name: "7 days" }).click();
  await page.waitForURL(/from=/);
  expectSame(await page.locator(".ranges [aria-current]").innerText(), "7 days", "the open range");
}

async function findsSomebody({ page, javaScript, spelling, shot }) {
  await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "People" }).click();
  await page.waitForURL("**/admin/people");
  await page.locator("#q").pressSequentially(`ann.${spelling}`);
  if (!javaScript) await page.locator("#q").press("Enter");
  await page.waitForURL(new RegExp(`q=ann\\.${spelling}`));
  await page.waitForFunction(() => document.querySelectorAll("#list tbody tr").length === 1);
  if (javaScript) expect(await page.evaluate(() => document.activeElement.id === "q"), "the field keeps its focus");
  await shot("found");
}

async function opensThePage({ page, spelling }) {
  await page.getByRole("link", { name: `ann.${spelling}@example.com` }).click();
  await page.waitForURL(/\/admin\/people\/[0-9a-f-]{36}$/);
  expectSame(await page.locator("h1").innerText(), `ann.${spelling}@example.com`, "the heading");
}

async function writesANote({ page }) {
  await page.locator("#text").fill("Called on Monday.");
  await press(page, "Write it down");
  await page.getByText("The note is written.").waitFor();
  await page.getByText("Called on Monday.").waitFor();
}

async function locksAndUnlocks({ page, shot }) {
  await page.getByRole("link", { name: "Lock", exact: true }).click();
  await page.waitForURL("**/act/lock");
  await shot("question");
  await press(page, "Lock");
  await page.getByText("Locked. All sessions have ended.").waitFor();
  await page.getByRole("link", { name: "Unlock", exact: true }).click();
  await press(page, "Unlock");
  await page.getByText("Unlocked.").waitFor();
}

async function doesSomethingToMany({ page, spelling, shot }) {
  await page.goto("/admin/people?q=walker");
  for (const name of ["ann", "ben"]) await page.getByLabel(`Choose ${name}.${spelling}@example.com`).check();
  await page.locator("#act").selectOption("lock");
  await press(page, "Go on");
  expectSame(await page.locator("h1").innerText(), "Lock: 2 people?", "the question");
  await press(page, "Lock");
  await page.getByText("Lock: 2 of 2 done").waitFor();
  expect(page.url().includes("q=walker"), "what was chosen is kept");
  await shot("outcome");
}

async function followsAPersonThroughTheAuditLog({ page, spelling, shot }) {
  await page.goto(`/admin/people?q=ann.${spelling}`);
  await page.getByRole("link", { name: `ann.${spelling}@example.com` }).click();
  await page.getByRole("link", { name: "All of it in the audit log" }).click();
  await page.waitForURL(/\/admin\/audit\?person=/);
  expectSame(await page.locator("h1").innerText(), "Audit log", "the heading");
  const locked = page.locator("tbody tr", { hasText: "Account locked" }).first();
  await locked.locator("summary").click();
  await shot("audit-details");
  await locked.getByRole("link", { name: "Everything of this request" }).click();
  await page.waitForURL(/request=/);
  // The two who were locked together.
  expectSame(await page.locator("tbody tr").count(), 2, "entries of the request");
  await page.getByRole("link", { name: "Clear" }).click();
  await page.waitForURL("**/admin/audit");
  await page.locator("#person").fill(`ben.${spelling}@example.com`);
  await page.locator("#event").selectOption("account_registered");
  await press(page, "Show");
  expectSame(await page.locator("tbody tr").count(), 1, "entries that fit");
}

async function verifiesTheChain({ page, shot }) {
  await page.goto("/admin/audit");
  await press(page, "Verify the chain");
  await page.getByText("entries are as they were written").waitFor();
  await shot("audit-verified");
}

async function looksAfterTheMails({ page, spelling, shot }) {
  await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "Mail queue" }).click();
  await page.waitForURL("**/admin/mail");
  await page.locator("#to").fill(`ann.${spelling}@example.com`);
  await page.locator("#state").selectOption("sent");
  await press(page, "Show");
  expect((await page.locator("tbody tr").count()) >= 1, "a mail to her");
  await shot("mails");
}

// Without a reload: a mail is sent, and the number on the open page grows.
async function seesFiguresChange({ page, spelling }) {
  await page.goto("/admin/mail");
  const number = async () => Number(await page.locator("[data-figure=mail_sent]").innerText());
  const before = await number();
  const answer = await page.request.post("/register/", {
    data: { email: `eve.${spelling}@example.com`, password: PASSWORD, first_name: "Eve" },
  });
  expectSame(answer.status(), 200, "registration");
  await page.waitForFunction((before) => Number(document.querySelector("[data-figure=mail_sent]").innerText) > before, before);
}

// From the address bar to the second section without a mouse.
async function worksByTheKeyboard({ page }) {
  await page.goto("/admin");
  await page.keyboard.press("Tab");
  expectSame(await page.evaluate(() => document.activeElement.textContent), "Skip to the content", "the first stop");
  await page.keyboard.press("Enter");
  expectSame(await page.evaluate(() => location.hash), "#main", "the skip link");
  await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "People" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/admin/people");
}
