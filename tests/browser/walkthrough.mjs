// The walkthrough: a fresh server, a real browser, and what a person does in the first ten minutes.
//
// SQLite by default; PostgreSQL when GATEPOST_TEST_POSTGRES names a server. scripts/test-browser.sh runs both.

import { tellOfTheAccount } from "./account_story.mjs";
import { openBrowser } from "./browser.mjs";
import { tellOfTheConsole, tellOfTheConsolesLooks } from "./console_story.mjs";
import { freshDatabase } from "./database.mjs";
import { tellOfTheDocs } from "./docs_story.mjs";
import { tellOfTheLooks } from "./looks_story.mjs";
import { tellOfThePages } from "./pages_story.mjs";
import { tellOfSigningInAs, tellOfTheBannersLooks } from "./sign_in_as_story.mjs";
import { startServer } from "./server.mjs";
import { tellOfTheServersLooks, tellOfTheServersPages } from "./server_story.mjs";
import { conclude, expect, expectSame, tell } from "./story.mjs";

async function tellOfTheEnd(browser, server) {
  await tell("At the end", {}, [
    async function noPageMisbehaved() {
      expect(browser.faults.length === 0, `pages must not do this:\n${browser.faults.join("\n")}`);
    },
    async function theServerEndsCleanly() {
      await browser.close();
      expectSame(await server.stop(), 0, "exit code after SIGTERM");
    },
  ]);
}

async function walk(database) {
  const server = await startServer(database.settings);
  const browser = await openBrowser(server.origin, database.name);
  try {
    await tellOfTheDocs(browser);
    await tellOfThePages(browser, { javaScript: true });
    await tellOfThePages(browser, { javaScript: false });
    await tellOfTheAccount(browser, { javaScript: true });
    await tellOfTheAccount(browser, { javaScript: false });
    await tellOfTheConsole(browser, { javaScript: true });
    await tellOfTheConsole(browser, { javaScript: false });
    await tellOfSigningInAs(browser, { javaScript: true });
    await tellOfSigningInAs(browser, { javaScript: false });
    await tellOfTheServersPages(browser, { javaScript: true });
    await tellOfTheServersPages(browser, { javaScript: false });
    await tellOfTheLooks(browser);
    await tellOfTheConsolesLooks(browser);
    await tellOfTheServersLooks(browser);
    await tellOfTheBannersLooks(browser);
    await tellOfTheEnd(browser, server);
    const succeeded = conclude();
    if (!succeeded) console.error(`the server's log:\n${server.log}`);
    return succeeded;
  } finally {
    await browser.close();
    server.remove();
  }
}

const database = freshDatabase();
try {
  process.exitCode = (await walk(database)) ? 0 : 1;
} finally {
  database.remove();
}
