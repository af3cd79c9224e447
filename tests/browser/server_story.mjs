// The sections of the console about invitations and the server itself: settings, keys, system. With JavaScript and without.

import { ADMIN, WIDTHS, complaintsAbout, logIn, press } from "./console_story.mjs";
import { expect, expectSame, tell } from "./story.mjs";

export async function tellOfTheServersPages(browser, { javaScript }) {
  const { page, context, shot } = await browser.person({ javaScript });
  const spelling = javaScript ? "js" : "plain";
  const world = { page, javaScript, spelling, shot: (name) => shot(`server-${spelling}-${name}`) };
  await tell(`The server in the console, JavaScript ${javaScript ? "on" : "off"}`, world, [
    anAdministratorInvitesAndTakesBack,
    findsASetting,
    seesOnlyWhatWasChanged,
    rotatesTheKeys,
    seesHowTheServerIs,
  ]);
  await context.close();
}

// Their pages at three widths, light and dark, readable for everybody.
export async function tellOfTheServersLooks(browser) {
  const { page, context } = await browser.person();
  await logIn(page);
  const storageState = await context.storageState();
  await context.close();
  const pages = {
    invitations: "/admin/invitations",
    "invitations-none": "/admin/invitations?state=expired",
    settings: "/admin/settings",
    "settings-found": "/admin/settings?q=session",
    "settings-none": "/admin/settings?q=no-such-word",
    keys: "/admin/keys",
    "keys-question": "/admin/keys/rotate",
    system: "/admin/system",
  };
  for (const dark of [false, true]) {
    for (const width of WIDTHS) {
      const world = { browser, pages, storageState, dark, width };
      await tell(`The server in the console at ${width} pixels, ${dark ? "dark" : "light"}`, world, [looksRight]);
    }
  }
}

async function looksRight({ browser, pages, dark, width, storageState }) {
  const { page, context, shot } = await browser.person({ dark, width, storageState });
  const complaints = [];
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(path, { waitUntil: "load" });
    await shot(`server-${name}-${width}-${dark ? "dark" : "light"}`);
    for (const complaint of await complaintsAbout(page)) complaints.push(`${path}: ${complaint}`);
  }
  await context.close();
  expect(complaints.length === 0, complaints.join("\n"));
}

async function section(page, name) {
  await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name, exact: true }).click();
  await page.waitForURL(`**/admin/${name.toLowerCase()}`);
}

async function anAdministratorInvitesAndTakesBack({ page, spelling, shot }) {
  await logIn(page, ADMIN);
  await page.goto("/admin");
  await section(page, "Invitations");
  const email = `invited.${spelling}@example.com`;
  await page.locator("#email").fill(email);
  await press(page, "Send the invitation");
  await page.getByText("The invitation is on its way.").waitFor();
  await press(page, `Take the invitation of ${email} back`);
  await page.getByText("The invitation was taken back.").waitFor();
  await page.getByRole("link", { name: "Taken back" }).click();
  await page.getByRole("row").filter({ hasText: email }).waitFor();
  expectSame(await page.locator(".ranges [aria-current]").innerText(), "Taken back", "the open state");
  await shot("invitations");
  await page.goto("/invitations-form?state=open");
  expect(page.url().endsWith("/admin/invitations?state=open"), "the old address leads to the new one");
}

async function findsASetting({ page, javaScript, shot }) {
  await section(page, "Settings");
  await page.locator("#q").pressSequentially("session.idle");
  if (!javaScript) await page.locator("#q").press("Enter");
  await page.waitForURL(/q=session\.idle/);
  await page.waitForFunction(() => document.querySelectorAll("#list tbody tr").length === 1);
  await page.locator("#list summary").click();
  await page.getByText("A session that was not used for so long is over.").waitFor();
  await shot("setting");
}

async function seesOnlyWhatWasChanged({ page, javaScript }) {
  await page.goto("/admin/settings");
  const all = await page.locator("#list tbody tr").count();
  await page.getByLabel("Only what differs from the default").check();
  if (!javaScript) await press(page, "Show");
  await page.waitForURL(/changed=true/);
  await page.waitForFunction((before) => document.querySelectorAll("#list tbody tr").length < before, all);
}

async function rotatesTheKeys({ page, shot }) {
  await section(page, "Keys");
  const before = await page.locator("tbody tr").count();
  await page.getByRole("link", { name: "Rotate now" }).click();
  await page.waitForURL("**/admin/keys/rotate");
  await shot("rotate");
  await press(page, "Rotate now");
  await page.getByText("A new key signs from now on.").waitFor();
  expectSame(await page.locator("tbody tr").count(), before + 1, "keys");
  await shot("keys");
}

async function seesHowTheServerIs({ page, shot }) {
  await section(page, "System");
  expectSame(await page.locator("h1").innerText(), "System", "the heading");
  await page.getByText("All of this release are applied.").waitFor();
  expect((await page.getByRole("table", { includeHidden: false }).count()) >= 3, "tables of latencies and migrations");
  await shot("system");
}
