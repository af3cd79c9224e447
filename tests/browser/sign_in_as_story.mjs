// Signing in as a member, as an administrator uses it: the reason, the banner, what is refused, and the way back. With JavaScript
// and without.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, expectSame, tell } from "./story.mjs";

const ADMIN = { email: "john.doe@example.com", password: "Secure*1234" };
const PASSWORD = "correct horse battery";
const REASON = "You asked us why your picture is not shown.";
const WIDTHS = [320, 768, 1280];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function tellOfSigningInAs(browser, { javaScript }) {
  const { page, context, shot } = await browser.person({ javaScript });
  const spelling = javaScript ? "js" : "plain";
  const email = `mia.${spelling}@example.com`;
  const world = { page, context, email, shot: (name) => shot(`sign-in-as-${spelling}-${name}`) };
  await tell(`Signing in as a member, JavaScript ${javaScript ? "on" : "off"}`, world, [
    aMemberRegisters,
    anAdministratorOpensThePage,
    givesAReason,
    seesWhatTheMemberSees,
    cannotChangeThePassword,
    cannotOpenTheConsole,
    savesTheProfile,
    reachesTheButtonByTheKeyboard,
    isOnPaperAsWell,
    goesBackWithoutLoggingIn,
  ]);
  await context.close();
}

// The question, and pages with the banner, at three widths, light and dark, readable for everybody.
export async function tellOfTheBannersLooks(browser) {
  const { page, context } = await browser.person();
  await logIn(page, ADMIN);
  await page.goto("/admin/people?q=mia.js");
  const person = await page.locator("#list tbody th a").first().getAttribute("href");
  const before = await context.storageState();
  await begin(page, person);
  const acting = await context.storageState();
  const sets = [
    [before, { question: `${person}/sign-in-as`, person }],
    [acting, { start: "/", dashboard: "/dashboard", sessions: "/sessions", history: "/history", refused: "/change-password", nowhere: "/no-such-page" }],
  ];
  for (const dark of [false, true]) {
    for (const width of WIDTHS) {
      const world = { browser, sets, dark, width };
      await tell(`The banner at ${width} pixels, ${dark ? "dark" : "light"}`, world, [looksRight]);
    }
  }
  await page.goto("/dashboard");
  await page.getByRole("button", { name: "End, and back to your own session" }).click();
  await page.waitForURL(`**${person}`);
  await context.close();
}

async function looksRight({ browser, sets, dark, width }) {
  const complaints = [];
  for (const [storageState, pages] of sets) {
    const { page, context, shot } = await browser.person({ dark, width, storageState });
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(path, { waitUntil: "load" });
      await shot(`sign-in-as-${name}-${width}-${dark ? "dark" : "light"}`);
      for (const complaint of await complaintsAbout(page)) complaints.push(`${path}: ${complaint}`);
    }
    await context.close();
  }
  expect(complaints.length === 0, complaints.join("\n"));
}

async function complaintsAbout(page) {
  const complaints = await page.evaluate(() => {
    const root = document.documentElement;
    const found = [];
    if (root.scrollWidth > root.clientWidth) found.push(`${root.scrollWidth - root.clientWidth} pixels stick out to the right`);
    if (document.querySelectorAll("h1").length !== 1) found.push("not exactly one h1");
    const banner = document.querySelector(".acting");
    if (banner) {
      // Also at the end of the page.
      window.scrollTo(0, root.scrollHeight);
      const { top, bottom } = banner.getBoundingClientRect();
      if (window.innerHeight > 480 && (top < 0 || bottom > window.innerHeight)) found.push("the banner is out of sight");
      if (bottom - top > window.innerHeight / 2) found.push("the banner takes more than half of the window");
    }
    return found;
  });
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
  return [...complaints, ...violations.map(({ id, help, nodes }) => `${id}: ${help} at ${nodes.map((node) => node.target).join(", ")}`)];
}

async function press(page, button) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().isNavigationRequest() && ![301, 302, 303, 307].includes(response.status())),
    button.click(),
  ]);
  await page.waitForLoadState();
  return answer;
}

const inMain = (page, name) => page.getByRole("main").getByRole("button", { name, exact: true });
const banner = (page) => page.getByRole("region", { name: "Signed in as somebody else" });

async function logIn(page, { email, password }) {
  await page.goto("/login-form");
  await page.locator("#username").fill(email);
  await page.locator("#password").fill(password);
  await press(page, inMain(page, "Log in"));
}

async function begin(page, person) {
  await page.goto(`${person}/sign-in-as`);
  await page.getByLabel("Reason, for the person to read").fill(REASON);
  await press(page, inMain(page, "Sign in"));
  await page.waitForURL("**/dashboard");
}

async function aMemberRegisters({ page, email }) {
  const registered = await page.request.post("/register/", { data: { email, password: PASSWORD, first_name: "Mia", last_name: "Support" } });
  expectSame(registered.status(), 200, "registration");
  const mails = await (await page.request.get(`/dev/mail.json?to=${encodeURIComponent(email)}`)).json();
  const link = mails.items[0].links.find((found) => found.includes("/verify-email/"));
  const followed = await page.request.get(new URL(link).pathname, { headers: { accept: "*/*" }, maxRedirects: 0 });
  expectSame(followed.status(), 307, "verification");
}

async function anAdministratorOpensThePage({ page, email }) {
  await logIn(page, ADMIN);
  await page.goto(`/admin/people?q=${email}`);
  await page.getByRole("link", { name: email }).click();
  await page.waitForURL(/\/admin\/people\/[0-9a-f-]{36}$/);
  await page.getByRole("link", { name: "Sign in as this person" }).click();
  await page.waitForURL("**/sign-in-as");
  expectSame(await page.locator("h1").innerText(), "Sign in as this person?", "the question");
}

async function givesAReason({ page, shot }) {
  await page.getByLabel("Reason, for the person to read").fill(REASON);
  await shot("question");
  await press(page, inMain(page, "Sign in"));
  await page.waitForURL("**/dashboard");
}

async function seesWhatTheMemberSees({ page, email, shot }) {
  expectSame(await page.locator("h1").innerText(), "Hello, Mia", "the greeting");
  await page.getByText(email).first().waitFor();
  expect((await banner(page).innerText()).includes("is signed in as Mia, for support, until"), "the banner");
  await shot("banner");
  await page.goto("/sessions");
  await page.getByText(REASON).waitFor();
  const mails = await (await page.request.get(`/dev/mail.json?to=${encodeURIComponent(email)}`)).json();
  expect(mails.items[0].text.includes(REASON), "the mail");
}

async function cannotChangeThePassword({ page, shot }) {
  const answer = await page.goto("/change-password");
  expectSame(answer.status(), 403, "the page of the password");
  await page.getByText("This cannot be done while you are signed in as somebody else.").waitFor();
  expect(await banner(page).isVisible(), "the banner");
  await shot("refused");
}

async function cannotOpenTheConsole({ page }) {
  expectSame((await page.goto("/admin")).status(), 403, "the console");
  expectSame((await page.request.get("/users/")).status(), 403, "the API");
}

async function savesTheProfile({ page }) {
  await page.goto("/dashboard");
  await page.locator("#bio").fill("Looked at with the support.");
  await press(page, inMain(page, "Save"));
  await page.getByText("Saved.").waitFor();
}

async function reachesTheButtonByTheKeyboard({ page }) {
  await page.goto("/dashboard");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  expectSame(await page.evaluate(() => document.activeElement.textContent), "End, and back to your own session", "the second stop");
}

async function isOnPaperAsWell({ page, shot }) {
  await page.emulateMedia({ media: "print" });
  expect(await banner(page).isVisible(), "the banner in print");
  await shot("print");
  await page.emulateMedia({ media: "screen" });
}

async function goesBackWithoutLoggingIn({ page, email, shot }) {
  await press(page, banner(page).getByRole("button"));
  await page.waitForURL(/\/admin\/people\/[0-9a-f-]{36}$/);
  expectSame(await page.locator("h1").innerText(), email, "the page of the member");
  expect((await banner(page).count()) === 0, "no banner any more");
  await page.getByText("signed in as").first().waitFor();
  await shot("back");
}
