// The later life of an account: invited, signed in twice, a forgotten password, and leaving. With JavaScript and without.

import { expect, expectSame, tell } from "./story.mjs";

const PASSWORD = "correct horse battery";
const NEW_PASSWORD = "another horse altogether";
const ADMIN = { email: "john.doe@example.com", password: "Secure*1234" };

export async function tellOfTheAccount(browser, { javaScript }) {
  const spelling = javaScript ? "js" : "plain";
  const [admin, person, elsewhere] = await Promise.all([1, 2, 3].map(() => browser.person({ javaScript })));
  const world = {
    admin: admin.page,
    page: person.page,
    elsewhere: elsewhere.page,
    javaScript,
    email: `mary.${spelling}@example.com`,
    shot: (name) => person.shot(`${spelling}-${name}`),
    adminShot: (name) => admin.shot(`${spelling}-${name}`),
  };
  await tell(`The life of an account, JavaScript ${javaScript ? "on" : "off"}`, world, [
    anAdministratorInvites,
    thePersonAcceptsTheInvitation,
    logsInTwiceAndSeesBothSessions,
    signsOutEverywhereElse,
    learnsElsewhereWhyTheSessionIsOver,
    asksForANewPassword,
    choosesANewPasswordByTheMailedLink,
    theLinkWorksOnce,
    logsInWithTheNewPassword,
    seesWhatHasHappened,
    leaves,
    cannotLogInAnyMore,
  ]);
  for (const { context } of [admin, person, elsewhere]) await context.close();
}

async function press(page, name) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().isNavigationRequest() && ![301, 302, 303, 307].includes(response.status())),
    page.getByRole("main").getByRole("button", { name, exact: true }).click(),
  ]);
  await page.waitForLoadState();
  return answer;
}

async function logIn(page, { email, password }) {
  await page.goto("/login-form");
  await page.locator("#username").fill(email);
  await page.locator("#password").fill(password);
  return press(page, "Log in");
}

// The newest mail with a link to `path`, as its address and its code.
async function mailedLink({ page, email }, path) {
  for (let tries = 0; tries < 50; tries += 1) {
    const answer = await page.request.get(`/dev/mail.json?to=${encodeURIComponent(email)}`);
    const links = (await answer.json()).items.flatMap((mail) => mail.links);
    const link = links.find((found) => found.includes(`${path}#`));
    if (link) return { link, code: link.split("#")[1] };
    await page.waitForTimeout(200);
  }
  throw new Error(`no mail to ${email} with a link to ${path}`);
}

// Opens a mailed link. The script fills the code in and takes it out of the address bar; without it, the person pastes it.
async function openLink({ page, javaScript }, { link, code }) {
  await page.goto("/");
  await page.goto(link);
  if (javaScript) {
    expectSame(await page.locator("#token").inputValue(), code, "the code in the field");
    expect(!page.url().includes(code), "the code stays in the address bar");
  } else {
    await page.locator("#token").fill(code);
  }
}

async function anAdministratorInvites({ admin, email, adminShot }) {
  await logIn(admin, ADMIN);
  await admin.goto("/admin/invitations");
  await admin.locator("#email").fill(email);
  const answer = await press(admin, "Send the invitation");
  await adminShot("invitations");
  expectSame(answer.status(), 200, "status");
  await admin.getByRole("row").filter({ hasText: email }).waitFor();
}

async function thePersonAcceptsTheInvitation(world) {
  await openLink(world, await mailedLink(world, "/accept-invitation"));
  await world.shot("invitation");
  await world.page.locator("#password").fill(PASSWORD);
  await press(world.page, "Accept");
  await world.page.getByRole("heading", { name: "Your account is ready" }).waitFor();
}

async function logsInTwiceAndSeesBothSessions({ page, elsewhere, email, shot }) {
  await logIn(elsewhere, { email, password: PASSWORD });
  await logIn(page, { email, password: PASSWORD });
  await page.goto("/sessions");
  await shot("sessions");
  await page.getByText("this one").waitFor();
  expect((await page.getByRole("button", { name: /^End/ }).count()) >= 1, "the other session is not there");
}

async function signsOutEverywhereElse({ page }) {
  await press(page, "Sign out everywhere else");
  await page.getByText("You are signed in nowhere else.").waitFor();
}

async function learnsElsewhereWhyTheSessionIsOver({ elsewhere }) {
  await elsewhere.goto("/sessions");
  expectSame(new URL(elsewhere.url()).pathname, "/login-form", "where it leads");
  await elsewhere.getByText("Signed out:").waitFor();
}

async function asksForANewPassword({ page, elsewhere, email, shot }) {
  await elsewhere.goto("/forgot-password-form");
  await elsewhere.locator("#email").fill(email);
  const answer = await press(elsewhere, "Send me the link");
  expectSame(answer.status(), 200, "status");
  await page.goto("/forgot-password-form");
  await shot("forgotten");
}

async function choosesANewPasswordByTheMailedLink(world) {
  const { page, shot } = world;
  world.recovery = await mailedLink(world, "/reset-password");
  await openLink(world, world.recovery);
  await page.locator("#password").fill("password123");
  expectSame((await press(page, "Set the new password")).status(), 422, "status of a bad password");
  await shot("reset-faults");
  await page.locator("#password").fill(NEW_PASSWORD);
  await press(page, "Set the new password");
  expectSame(new URL(page.url()).pathname, "/login-form", "where it leads");
  await shot("reset");
}

async function theLinkWorksOnce(world) {
  await openLink(world, world.recovery);
  await world.page.locator("#password").fill(NEW_PASSWORD);
  const answer = await press(world.page, "Set the new password");
  expectSame(answer.status(), 400, "status");
  await world.shot("reset-again");
}

async function logsInWithTheNewPassword({ page, email }) {
  expectSame((await logIn(page, { email, password: PASSWORD })).status(), 401, "status with the old one");
  await logIn(page, { email, password: NEW_PASSWORD });
  expectSame(new URL(page.url()).pathname, "/dashboard", "where it leads");
}

async function seesWhatHasHappened({ page, shot }) {
  await page.goto("/history");
  await shot("history");
  expect((await page.getByRole("main").innerText()).length > 200, "the history says nothing");
}

async function leaves({ page, shot }) {
  await page.goto("/leave");
  await shot("leave");
  await page.locator("#password").fill("not the password");
  expect((await press(page, "Delete my account")).status() >= 400, "a wrong password deletes the account");
  await page.locator("#password").fill(NEW_PASSWORD);
  await press(page, "Delete my account");
  await page.getByRole("heading", { name: "Your account is deleted" }).waitFor();
  await shot("left");
}

async function cannotLogInAnyMore({ page, email }) {
  expectSame((await logIn(page, { email, password: NEW_PASSWORD })).status(), 401, "status");
}
