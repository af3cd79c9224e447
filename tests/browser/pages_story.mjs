// The HTML pages as a new person meets them, with JavaScript and without.

import { expect, expectSame, tell } from "./story.mjs";

const PASSWORD = "correct horse battery";

export async function tellOfThePages(browser, { javaScript }) {
  const spelling = javaScript ? "js" : "plain";
  const person = await browser.person({ javaScript });
  const world = {
    ...person,
    email: `jane.${spelling}@example.com`,
    nickname: `jane-${spelling}`,
    shot: (name) => person.shot(`${spelling}-${name}`),
  };
  await tell(`A new person, JavaScript ${javaScript ? "on" : "off"}`, world, [
    goesFromTheWelcomePageToRegistration,
    isToldWhatIsWrong,
    registers,
    cannotLogInBeforeConfirming,
    findsTheMailInTheMailbox,
    seesTheMailFromAProgramToo,
    confirmsTheAddress,
    cannotUseTheLinkTwice,
    isRefusedWithAWrongPassword,
    logsIn,
    isToldWhatIsWrongInTheProfile,
    editsTheProfile,
    findsTheProfileAsItWasTyped,
    logsOut,
  ]);
  await person.context.close();
}

// Presses a button that sends a form, and returns the answer that the browser ends up showing.
async function press(page, name) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().isNavigationRequest() && ![301, 302, 303, 307].includes(response.status())),
    page.getByRole("main").getByRole("button", { name, exact: true }).click(),
  ]);
  await page.waitForLoadState();
  return answer;
}

async function expectFault(page, field) {
  const text = await page.locator(`#${field}-fault`).innerText();
  expect(text.trim().length > 0, `no word about what is wrong with ${field}`);
  expectSame(await page.locator(`#${field}`).getAttribute("aria-invalid"), "true", `aria-invalid of ${field}`);
}

async function expectField(page, field, wanted) {
  expectSame(await page.locator(`#${field}`).inputValue(), wanted, `what stands in ${field}`);
}

function pathOf(page) {
  return new URL(page.url()).pathname;
}

async function goesFromTheWelcomePageToRegistration({ page, shot }) {
  await page.goto("/");
  await shot("welcome");
  await page.getByRole("main").getByRole("link", { name: "Register" }).click();
  await page.waitForURL("**/register-form");
  await shot("register");
}

async function isToldWhatIsWrong({ page, shot }) {
  await page.locator("#email").fill("jane..doe@example.com");
  await page.locator("#password").fill(PASSWORD);
  await page.locator("summary").click();
  await page.locator("#nickname").fill("jane doe");
  await page.locator("#first_name").fill("Jane");
  await page.locator("#github_profile_url").fill("not an address");
  const answer = await press(page, "Register");
  await shot("register-faults");
  expectSame(answer.status(), 422, "status");
  await page.locator("#fault-summary").waitFor();
  for (const field of ["email", "nickname", "github_profile_url"]) await expectFault(page, field);
  await expectField(page, "email", "jane..doe@example.com");
  await expectField(page, "nickname", "jane doe");
  await expectField(page, "first_name", "Jane");
  await expectField(page, "github_profile_url", "not an address");
  await expectField(page, "password", "");
  expect(!(await answer.text()).includes(PASSWORD), "the page repeats the password");
}

async function registers({ page, email, nickname, shot }) {
  await page.locator("#email").fill(email);
  await page.locator("#password").fill(PASSWORD);
  await page.locator("#nickname").fill(nickname);
  await page.locator("#github_profile_url").fill("");
  const answer = await press(page, "Register");
  await shot("registered");
  expectSame(answer.status(), 200, "status");
  await page.getByRole("heading", { name: "Check your mail" }).waitFor();
}

async function cannotLogInBeforeConfirming(world) {
  const answer = await submitLogin(world, PASSWORD);
  expectSame(answer.status(), 401, "status");
  await world.page.locator("#fault-summary").getByText("not verified").waitFor();
}

async function findsTheMailInTheMailbox(world) {
  const { page, email, shot } = world;
  await page.goto("/dev/mail");
  await shot("mailbox");
  await page.getByRole("listitem").filter({ hasText: email }).getByRole("link").first().click();
  await page.waitForURL("**/dev/mail/*");
  await page.locator("dl").getByText(email).waitFor();
  await shot("mail");
  world.link = await page.locator(".mail-text a").first().getAttribute("href");
}

async function seesTheMailFromAProgramToo({ context, email, link }) {
  const answer = await context.request.get("/dev/mail.json");
  const mail = (await answer.json()).items.find((item) => item.to.includes(email));
  expect(mail, `no mail to ${email}`);
  expect(mail.links.includes(link), `${link} is not among ${mail.links}`);
  expect(mail.text.includes("Jane") && mail.html.includes("Jane"), "the mail does not greet by name");
}

async function confirmsTheAddress({ page, origin, link, shot }) {
  expect(link.startsWith(`${origin}/verify-email/`), `the link is ${link}`);
  await page.locator(".mail-text a").first().click();
  await page.waitForURL("**/verify-email/**");
  await shot("confirm");
  const answer = await press(page, "Confirm my address");
  expectSame(answer.status(), 200, "status");
  expectSame(pathOf(page), "/", "the page after confirming");
}

async function cannotUseTheLinkTwice({ page, link, shot }) {
  const answer = await page.goto(link);
  expectSame(answer.status(), 400, "status");
  await shot("link-used");
}

async function submitLogin({ page, email }, password) {
  await page.goto("/login-form");
  await page.locator("#username").fill(email);
  await page.locator("#password").fill(password);
  return press(page, "Log in");
}

async function isRefusedWithAWrongPassword(world) {
  const answer = await submitLogin(world, "not the password");
  await world.shot("login-refused");
  expectSame(answer.status(), 401, "status");
  await world.page.locator("#fault-summary").getByText("Incorrect email or password.").waitFor();
  await expectField(world.page, "username", world.email);
  await expectField(world.page, "password", "");
}

async function logsIn(world) {
  const answer = await submitLogin(world, PASSWORD);
  await world.shot("dashboard");
  expectSame(answer.status(), 200, "status");
  expectSame(pathOf(world.page), "/dashboard", "the page after logging in");
  expect((await world.page.locator("h1").innerText()).includes("Jane"), "the dashboard does not greet Jane");
  const cookie = (await world.context.cookies()).find(({ name }) => name === "access_token");
  expect(cookie?.httpOnly && cookie.sameSite === "Lax" && cookie.path === "/", `the cookie is ${JSON.stringify(cookie)}`);
  expect(!(await answer.text()).includes(cookie.value), "the page prints the token");
}

async function isToldWhatIsWrongInTheProfile({ page, nickname, shot }) {
  await page.locator("#nickname").fill("no");
  await page.locator("#bio").fill("kept while the nickname is wrong");
  const answer = await press(page, "Save");
  await shot("profile-faults");
  expectSame(answer.status(), 422, "status");
  await expectFault(page, "nickname");
  await expectField(page, "bio", "kept while the nickname is wrong");
  await page.goto("/dashboard");
  await expectField(page, "nickname", nickname);
}

async function editsTheProfile({ page, shot }) {
  await page.locator("#first_name").fill("Janet");
  await page.locator("#bio").fill("<b>Reads</b> & \"writes\"\nevery day");
  await page.locator("#linkedin_profile_url").fill("https://www.linkedin.com/in/janet");
  const answer = await press(page, "Save");
  await shot("profile-saved");
  expectSame(answer.status(), 200, "status");
  await page.locator("#notice").waitFor();
}

async function findsTheProfileAsItWasTyped({ page }) {
  await page.goto("/dashboard");
  expect((await page.locator("h1").innerText()).includes("Janet"), "the dashboard does not greet Janet");
  await expectField(page, "first_name", "Janet");
  await expectField(page, "bio", "<b>Reads</b> & \"writes\"\nevery day");
  await expectField(page, "linkedin_profile_url", "https://www.linkedin.com/in/janet");
}

async function logsOut({ page, context, shot }) {
  await page.getByRole("button", { name: "Log out" }).click();
  await page.waitForURL((url) => url.pathname === "/");
  await shot("logged-out");
  expect(!(await context.cookies()).some(({ name }) => name === "access_token"), "the cookie is still there");
  await page.goto("/dashboard");
  expectSame(pathOf(page), "/login-form", "where /dashboard leads after logging out");
}
