#!/usr/bin/env bash
# Runs a command beside a private PostgreSQL server that is gone afterwards.
#
#   scripts/with-postgres.sh cargo test
#
# The command finds the server's address in GATEPOST_TEST_POSTGRES. Every test makes a database of its own there.
# The server listens on the loopback address alone, asks for no password and lives in a temporary folder.
# It does not wait for the disk, unless GATEPOST_POSTGRES_DURABLE=1 asks it to, as a benchmark of durable writes must.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

if [ $# = 0 ]; then
  echo "usage: scripts/with-postgres.sh COMMAND [ARGUMENT...]" >&2
  exit 2
fi

programs=$("$scripts/need.sh" postgres)
folder=$(mktemp -d "${TMPDIR:-/tmp}/gatepost-postgres.XXXXXX")

# PostgreSQL refuses to run as root.
as_server() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && exec setpriv --reuid="$server_user" --regid="$server_user" --clear-groups "$@")
  else
    "$@"
  fi
}

stop() {
  as_server "$programs/pg_ctl" stop --silent --mode=immediate --pgdata="$folder/data" >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ "$(id -u)" = 0 ]; then
  server_user=postgres
  id "$server_user" >/dev/null 2>&1 || server_user=nobody
  chown "$server_user" "$folder"
fi

# Text sorts as in a natural language here, as on most real servers, and unlike SQLite.
if ! as_server "$programs/initdb" --pgdata="$folder/data" --username=gatepost --auth=trust --encoding=UTF8 \
  --locale=C --locale-provider=icu --icu-locale=en-US --no-sync >"$folder/initdb.log" 2>&1; then
  cat "$folder/initdb.log" >&2
  exit 1
fi

cat >>"$folder/data/postgresql.conf" <<'SETTINGS'
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
SETTINGS

# Nothing of a test outlives a crash of the machine, so nothing is worth waiting for the disk.
if [ "${GATEPOST_POSTGRES_DURABLE:-0}" != 1 ]; then
  cat >>"$folder/data/postgresql.conf" <<'SETTINGS'
fsync = off
synchronous_commit = off
# A standby that a test makes begins to follow a moment after its copy was begun.
wal_keep_size = 512MB
full_page_writes = off
SETTINGS
fi

start() {
  local port
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + RANDOM % 20000))
    if as_server "$programs/pg_ctl" start --silent --wait --pgdata="$folder/data" --log="$folder/data/server.log" \
      --options="-p $port" >/dev/null 2>&1; then
      echo "$port"
      return
    fi
  done
  cat "$folder/data/server.log" >&2
  return 1
}

port=$(start)
export GATEPOST_TEST_POSTGRES="postgres://gatepost@127.0.0.1:$port/postgres"
export GATEPOST_TEST_POSTGRES_DATA="$folder/data"
export PATH="$PATH:$programs"
"$@"
