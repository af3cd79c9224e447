// The documentation page as a person uses it: expand, Try it out, Execute, read the response.

import { expect } from "./story.mjs";

export class Docs {
  #page;

  constructor(page) {
    this.#page = page;
  }

  async open() {
    await this.#page.goto("/docs");
    await this.#page.locator(".opblock").first().waitFor();
  }

  async groups() {
    return this.#page.locator(".opblock-tag").evaluateAll((tags) => tags.map((tag) => tag.dataset.tag));
  }

  operation(method, path) {
    const block = this.#page.locator(`.opblock-${method.toLowerCase()}`, { has: this.#page.locator(`[data-path="${path}"]`) });
    return new Operation(block, `${method} ${path}`);
  }

  // The dialog behind the button at the top right.
  async authorize(username, password) {
    await this.#page.locator(".auth-wrapper .authorize").click();
    const dialog = this.#page.locator(".modal-ux");
    await dialog.locator("#oauth_username").fill(username);
    await dialog.locator("#oauth_password").fill(password);
    await dialog.getByRole("button", { name: "Apply given OAuth2 credentials" }).click();
    await dialog.getByRole("button", { name: "Remove authorization" }).waitFor();
    return { close: () => dialog.locator(".close-modal").click() };
  }
}

class Operation {
  constructor(block, name) {
    this.block = block;
    this.name = name;
  }

  async expand() {
    if (await this.block.locator(".opblock-body").isHidden()) await this.block.locator(".opblock-summary-control").click();
  }

  async tryItOut() {
    await this.expand();
    await this.block.locator(".try-out__btn").click();
    await this.block.locator(".execute").waitFor();
  }

  // What stands in a form field before anybody typed.
  async field(name) {
    return this.block.locator(`tr[data-property-name="${name}"] input, tr[data-param-name="${name}"] input`).first().inputValue();
  }

  // Presses Execute and reads what the page then shows. The status must be one that the document promises.
  async execute() {
    const clear = this.block.locator(".btn-clear");
    if (await clear.isVisible()) await clear.click();
    await this.block.locator(".execute").click();
    const live = this.block.locator(".live-responses-table");
    const status = Number(await live.locator("tbody .response-col_status").first().innerText());
    expect((await live.locator(".response-undocumented").count()) === 0, `${this.name}: ${status} is undocumented`);
    const body = live.locator(".highlight-code pre");
    return { status, text: (await body.count()) ? await body.first().innerText() : "" };
  }

  // The open or closed lock beside an operation; undefined where there is none.
  async lock() {
    const button = this.block.locator(".opblock-summary .authorization__btn");
    return (await button.count()) ? button.getAttribute("aria-label") : undefined;
  }
}
