#!/usr/bin/env bash
# Walks through a fresh Gatepost in a real browser, once with SQLite and once with PostgreSQL.
#
#   scripts/test-browser.sh                  both, at the same time
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

walk() {
  case $1 in
    sqlite) env -u GATEPOST_TEST_POSTGRES node $walkthrough/walkthrough.mjs ;;
    postgres) scripts/with-postgres.sh node $walkthrough/walkthrough.mjs ;;
    *) echo "test-browser: no database is called $1" >&2 && return 2 ;;
  esac
}

if [ $# != 0 ]; then
  for database in "$@"; do
    echo "-- walkthrough on $database"
    walk "$database"
  done
  exit
fi

# Both at once: a browser waits more than it works.
log=$(mktemp)
# A group of its own, so that all of it can be stopped.
set -m
walk postgres >"$log" 2>&1 &
other=$!
set +m
trap 'kill -- -$other 2>/dev/null || true; rm -f "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
failed=0
echo "-- walkthrough on sqlite"
walk sqlite || failed=1
wait $other || failed=1
echo "-- walkthrough on postgres"
cat "$log"
exit $failed
