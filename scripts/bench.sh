#!/usr/bin/env bash
# Measures Gatepost: the release binary on a fresh database, under load, beside what this machine can do.
#
#   scripts/bench.sh                                 everything, on SQLite and PostgreSQL: an hour
#   scripts/bench.sh --quick                         whether the benchmark itself works: some minutes
#   scripts/bench.sh --only login,read --database sqlite
#   scripts/bench.sh --help                          the other flags
#
# GATEPOST_BINARY names another binary than the one that is built here. The machine should do nothing else.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The path of the benchmark.
built=$(cargo bench --no-run --bench load --message-format=json | sed -n 's/.*"executable":"\([^"]*\/deps\/load-[^"]*\)".*/\1/p' | tail -n 1)
[ -x "$built" ] || { echo "bench: cargo bench has built no program" >&2; exit 1; }

case " $* " in
  *" --from "* | *" --from="* | *" --help "*) exec "$built" "$@" ;;
esac

# The server as it is shipped: one that is built together with the benchmark has what that asks of its libraries as well, and is
# half a MiB larger.
[ -n "${GATEPOST_BINARY:-}" ] || cargo build --release

case " $* " in
  *" --database sqlite "* | *" --database=sqlite "*) exec "$built" "$@" ;;
esac

# The databases lie on the same disk, and PostgreSQL waits for it.
mkdir -p target/bench
GATEPOST_POSTGRES_DURABLE=1 exec scripts/with-postgres.sh "$built" "$@"
