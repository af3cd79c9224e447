// The database of a walkthrough: SQLite in the server's own folder, or a fresh one on a PostgreSQL server.

import { execFileSync } from "node:child_process";

// `settings` goes into the server's environment; `remove` leaves nothing behind.
export function freshDatabase() {
  const server = process.env.GATEPOST_TEST_POSTGRES;
  if (!server) return { name: "sqlite", settings: {}, remove() {} };

  const database = `walkthrough_${process.pid}_${Date.now()}`;
  const url = new URL(server);
  url.pathname = `/${database}`;
  run(server, `CREATE DATABASE ${database}`);
  return {
    name: "postgres",
    settings: { GATEPOST_DATABASE_URL: url.href },
    remove: () => run(server, `DROP DATABASE ${database} WITH (FORCE)`),
  };
}

function run(server, statement) {
  execFileSync("psql", ["--no-psqlrc", "--quiet", "--dbname", server, "--command", statement], { stdio: ["ignore", "ignore", "inherit"] });
}
