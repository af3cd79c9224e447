// How the pages look: narrow, middling and wide, light and dark, readable for everybody.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, tell } from "./story.mjs";

const WIDTHS = [320, 768, 1280];
const LOGGED_OUT = { welcome: "/", register: "/register-form", login: "/login-form", missing: "/no-such-page" };
const LOGGED_IN = { dashboard: "/dashboard", sessions: "/sessions", mailbox: "/dev/mail" };
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function tellOfTheLooks(browser) {
  const visitor = await browser.person();
  await logIn(visitor.page);
  const session = await visitor.context.storageState();
  await visitor.context.close();
  for (const dark of [false, true]) {
    for (const width of WIDTHS) {
      await tell(`The pages at ${width} pixels, ${dark ? "dark" : "light"}`, { browser, session, dark, width }, [
        looksRightLoggedOut,
        looksRightLoggedIn,
      ]);
    }
  }
}

// The person who registered at /docs.
async function logIn(page) {
  await page.goto("/login-form");
  await page.locator("#username").fill("john.doe@example.com");
  await page.locator("#password").fill("Secure*1234");
  await page.getByRole("main").getByRole("button", { name: "Log in", exact: true }).click();
  await page.waitForURL("**/dashboard");
}

async function looksRightLoggedOut({ browser, dark, width }) {
  await inspect(browser, LOGGED_OUT, { dark, width });
}

async function looksRightLoggedIn({ browser, session, dark, width }) {
  await inspect(browser, LOGGED_IN, { dark, width, storageState: session });
}

// All complaints about all pages at once: they are seldom alone.
async function inspect(browser, pages, options) {
  const { page, context, shot } = await browser.person(options);
  const complaints = [];
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(path, { waitUntil: "load" });
    await shot(`${name}-${options.width}-${options.dark ? "dark" : "light"}`);
    for (const complaint of await complaintsAbout(page)) complaints.push(`${path}: ${complaint}`);
  }
  await context.close();
  expect(complaints.length === 0, complaints.join("\n"));
}

async function complaintsAbout(page) {
  const complaints = await page.evaluate(() => {
    const found = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.push(`${root.scrollWidth - root.clientWidth} pixels stick out to the right`);
    if (!root.lang) found.push("no lang");
    if (!document.querySelector('meta[name="viewport"]')) found.push("no viewport");
    if (document.querySelectorAll("h1").length !== 1) found.push("not exactly one h1");
    return found;
  });
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
  return [...complaints, ...violations.map(({ id, help, nodes }) => `${id}: ${help} at ${nodes[0].target}`)];
}
