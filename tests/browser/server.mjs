// A fresh Gatepost: the release binary in an empty folder, as a newcomer starts it.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const PATIENCE = 20_000;

export async function startServer(settings) {
  const binary = resolve(process.env.GATEPOST_BINARY ?? join(import.meta.dirname, "../../target/release/gatepost"));
  if (!existsSync(binary)) throw new Error(`${binary} is missing; run: cargo build --release`);
  const folder = mkdtempSync(join(tmpdir(), "gatepost-walkthrough-"));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(binary, [], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, GATEPOST_LISTEN: address, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const server = new Server(child, folder, `http://${address}`);
  await server.untilItAnswers();
  return server;
}

class Server {
  #child;
  #folder;
  #ended;
  log = "";

  constructor(child, folder, origin) {
    this.#child = child;
    this.#folder = folder;
    this.origin = origin;
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (this.log += text));
    this.#ended = new Promise((done) => {
      child.on("error", (fault) => done(String(fault)));
      child.on("exit", (code, signal) => done(code ?? signal));
    });
  }

  async untilItAnswers() {
    const deadline = Date.now() + PATIENCE;
    let ended;
    this.#ended.then((how) => (ended = how));
    while (Date.now() < deadline && ended === undefined) {
      const answer = await fetch(this.origin).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((done) => setTimeout(done, 50));
    }
    this.remove();
    throw new Error(`the server did not answer${ended === undefined ? "" : `, it ended with ${ended}`}:\n${this.log}`);
  }

  // Asks the server to end, and tells with what exit code it did.
  async stop() {
    this.#child.kill("SIGTERM");
    const impatience = setTimeout(() => this.#child.kill("SIGKILL"), PATIENCE);
    const how = await this.#ended;
    clearTimeout(impatience);
    return how;
  }

  remove() {
    this.#child.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.on("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
