// Chromium without a way to the internet, watched for everything that a page must not do.

import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const SHOTS = join(import.meta.dirname, "shots");
// Chromium itself logs every answer of 400 and above; those that matter are judged by `judgeAnswer`.
const EXPECTED_LOG = /^Failed to load resource: the server responded with a status of 4\d\d/;

export async function openBrowser(origin, database) {
  const browser = await chromium.launch({
    executablePath: process.env.GATEPOST_CHROMIUM ?? "/usr/bin/chromium",
    // As root, Chromium starts only without its sandbox.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-quic",
      "--disable-sync",
      "--no-first-run",
    ],
  });
  return new Browser(browser, origin, database);
}

class Browser {
  #browser;
  #origin;
  #database;
  #shots = 0;
  // What pages did that they must not do, one line each.
  faults = [];

  constructor(browser, origin, database) {
    this.#browser = browser;
    this.#origin = origin;
    this.#database = database;
    clearShots(database);
  }

  // A person at a fresh browser window.
  async person({ javaScript = true, width = 1280, dark = false, storageState } = {}) {
    const context = await this.#browser.newContext({
      baseURL: this.#origin,
      javaScriptEnabled: javaScript,
      viewport: { width, height: 900 },
      colorScheme: dark ? "dark" : "light",
      reducedMotion: "reduce",
      locale: "en-GB",
      storageState,
    });
    context.setDefaultTimeout(10_000);
    await context.route((url) => !this.#isOurs(url.href), (route) => route.abort());
    const page = await context.newPage();
    this.#watch(page);
    return { context, page, origin: this.#origin, javaScript, shot: (name) => this.#shot(page, name) };
  }

  async close() {
    await this.#browser.close();
  }

  #isOurs(url) {
    return url.startsWith(`${this.#origin}/`) || /^(data|blob|about):/.test(url);
  }

  #watch(page) {
    page.on("request", (request) => {
      if (!this.#isOurs(request.url())) this.#fault(page, `asked for ${request.url()}`);
    });
    page.on("response", (response) => this.#judgeAnswer(page, response));
    page.on("pageerror", (error) => this.#fault(page, `threw ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error" && !EXPECTED_LOG.test(message.text())) this.#fault(page, message.text());
    });
  }

  // A refused form is no fault of the page, but a stylesheet that is not there is one, and so is any 5xx.
  #judgeAnswer(page, response) {
    const status = response.status();
    const asked = ["document", "fetch", "xhr"].includes(response.request().resourceType());
    if (status >= 500 || (status >= 400 && !asked)) this.#fault(page, `${status} for ${response.url()}`);
  }

  #fault(page, text) {
    this.faults.push(`${page.url()}: ${text}`);
  }

  async #shot(page, name) {
    this.#shots += 1;
    const number = String(this.#shots).padStart(2, "0");
    // The reference is many screens long, and a busy machine takes its time to draw it: that is no fault of the page.
    const timeout = 60_000;
    await page.screenshot({ path: join(SHOTS, `${this.#database}-${number}-${name}.png`), fullPage: true, timeout });
  }
}

function clearShots(database) {
  mkdirSync(SHOTS, { recursive: true });
  for (const file of readdirSync(SHOTS)) {
    if (file.startsWith(`${database}-`)) rmSync(join(SHOTS, file));
  }
}
