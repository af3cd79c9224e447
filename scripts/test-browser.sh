#!/usr/bin/env bash
# Walks through a fresh Gatepost in a real browser, once with SQLite and once with PostgreSQL.
#
#   scripts/test-browser.sh                  both
#   scripts/test-browser.sh sqlite           one of them (or: postgres)
#
# Wants target/release/gatepost, or GATEPOST_BINARY. Screenshots land in tests/browser/shots.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
walkthrough=tests/browser

PATH="$(scripts/need.sh node):$PATH"
GATEPOST_CHROMIUM=$(scripts/need.sh chromium)
export PATH GATEPOST_CHROMIUM

if [ ! -e $walkthrough/node_modules/.package-lock.json ] || [ $walkthrough/package-lock.json -nt $walkthrough/node_modules/.package-lock.json ]; then
  npm ci --prefix $walkthrough --silent --ignore-scripts --no-audit --no-fund
fi

[ $# != 0 ] || set -- sqlite postgres
for database in "$@"; do
  echo "-- walkthrough on $database"
  case $database in
    sqlite) env -u GATEPOST_TEST_POSTGRES node $walkthrough/walkthrough.mjs ;;
    postgres) scripts/with-postgres.sh node $walkthrough/walkthrough.mjs ;;
    *) echo "test-browser: no database is called $database" >&2 && exit 2 ;;
  esac
done
