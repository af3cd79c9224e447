// The first ten minutes at /docs: register, log in, authorize, look around, log out.

import { expect, expectSame, tell } from "./story.mjs";
import { Docs } from "./swagger.mjs";

const EMAIL = "john.doe@example.com";
const PASSWORD = "Secure*1234";

export async function tellOfTheDocs(browser) {
  const person = await browser.person();
  const world = { ...person, docs: new Docs(person.page) };
  await tell("A newcomer at /docs", world, [
    opensTheDocumentation,
    seesLoginAndRegistrationFirst,
    registersTheSample,
    findsTheLoginFormFilledIn,
    logsIn,
    authorizes,
    readsTheOwnAccount,
    seesALockAtEveryProtectedOperation,
    staysAuthorizedAfterAReload,
    leavesNoPasswordInTheBrowser,
    logsOut,
    findsTheSessionOver,
    readsTheSameAtRedoc,
  ]);
  await person.context.close();
}

async function opensTheDocumentation({ docs, page, shot }) {
  await docs.open();
  expect((await page.title()).includes("Gatepost"), `the title is ${await page.title()}`);
  expect((await page.locator(".info .title").innerText()).includes("Gatepost"), "the heading does not name Gatepost");
  await shot("docs");
}

async function seesLoginAndRegistrationFirst({ docs }) {
  expectSame((await docs.groups())[0], "Login and Registration", "the first group");
}

async function registersTheSample({ docs, shot }) {
  const register = docs.operation("POST", "/register/");
  await register.tryItOut();
  const answer = await register.execute();
  await shot("docs-registered");
  expectSame(answer.status, 200, "status");
  const account = JSON.parse(answer.text);
  expectSame(account.email, EMAIL, "e-mail");
  expectSame(account.role, "ADMIN", "the role of the first account");
  expectSame(account.email_verified, true, "email_verified of the first account");
}

async function findsTheLoginFormFilledIn({ docs }) {
  const login = docs.operation("POST", "/login/");
  await login.tryItOut();
  expectSame(await login.field("username"), EMAIL, "username");
  expectSame(await login.field("password"), PASSWORD, "password");
}

async function logsIn({ docs, shot }) {
  const answer = await docs.operation("POST", "/login/").execute();
  await shot("docs-logged-in");
  expectSame(answer.status, 200, "status");
  const grant = JSON.parse(answer.text);
  expect(grant.access_token?.split(".").length === 3, "access_token is no signed token");
  expectSame(grant.token_type, "bearer", "token_type");
}

async function authorizes({ docs, shot }) {
  const dialog = await docs.authorize(EMAIL, PASSWORD);
  await shot("docs-authorized");
  await dialog.close();
}

async function readsTheOwnAccount({ docs }) {
  const account = docs.operation("GET", "/myaccount");
  await account.tryItOut();
  const answer = await account.execute();
  expectSame(answer.status, 200, "status");
  expectSame(JSON.parse(answer.text).email, EMAIL, "e-mail");
}

// An operation that may answer 401 needs credentials, so the page must know to send them.
async function seesALockAtEveryProtectedOperation({ docs, context }) {
  const { paths } = await (await context.request.get("/openapi.json")).json();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const isProtected = operation.security?.some((scheme) => Object.keys(scheme).length > 0);
      const isLogin = path.startsWith("/login");
      expect(isProtected || isLogin || !operation.responses?.["401"], `${method} ${path} may answer 401 and names no scheme`);
      if (isProtected) expectSame(await docs.operation(method, path).lock(), "authorization button locked", `${method} ${path}`);
    }
  }
}

async function staysAuthorizedAfterAReload({ docs, page, shot }) {
  await page.reload();
  await page.locator(".opblock").first().waitFor();
  const users = docs.operation("GET", "/users/");
  await users.tryItOut();
  const answer = await users.execute();
  await shot("docs-users");
  expectSame(answer.status, 200, "status");
  expectSame(JSON.parse(answer.text).total, 1, "total");
}

async function leavesNoPasswordInTheBrowser({ page }) {
  const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
  expect(!kept.includes(PASSWORD), "the password lies in the browser's storage");
}

async function logsOut({ docs, shot }) {
  const logout = docs.operation("POST", "/logout");
  await logout.tryItOut();
  const answer = await logout.execute();
  await shot("docs-logged-out");
  // The browser has followed the redirect to the welcome page by itself.
  expectSame(answer.status, 200, "status");
}

async function findsTheSessionOver({ docs }) {
  const account = docs.operation("GET", "/myaccount");
  await account.tryItOut();
  expectSame((await account.execute()).status, 401, "status");
}

async function readsTheSameAtRedoc({ page, context, shot }) {
  const { paths } = await (await context.request.get("/openapi.json")).json();
  const wanted = Object.values(paths).flatMap((methods) => Object.values(methods)).length;
  await page.goto("/redoc");
  await page.locator('[data-section-id*="/operation/"]').first().waitFor();
  const found = await page.locator('div[id*="/operation/"][data-section-id]').count();
  expect(found >= wanted, `Redoc shows ${found} of ${wanted} operations`);
  await page.getByRole("heading", { name: "Login and Registration" }).first().waitFor();
  await shot("redoc");
}
