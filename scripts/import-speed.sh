#!/usr/bin/env bash
# Measures how many accounts a second an import writes, into SQLite and, with `scripts/with-postgres.sh`, into PostgreSQL.
#
#   scripts/import-speed.sh [ROWS]
set -euo pipefail

rows=${1:-200000}
binary=$(realpath "${GATEPOST_BINARY:-target/release/gatepost}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

awk -v rows="$rows" 'BEGIN {
  print "id,email,nickname,first_name,last_name,bio,role,email_verified,is_locked,created_at,last_login_at,hashed_password"
  for (n = 1; n <= rows; n++)
    printf "%08x-0000-4000-8000-%012x,user%d@example%d.com,nick_%d,Ada,Lovelace,\"Says \"\"hello\"\", and more\",AUTHENTICATED,t,f,2023-05-17 08:30:11.123456+00,2023-06-01 10:00:00+00,$2b$12$6HMEa9m5JjHkRFQXR8iPhuhVwySFEe2SBHk4NYbPtq7aXlnxDeGuS\n",
      (n * 2654435761) % 4294967296, n, n, n % 50, n
}' >accounts.csv

# On this machine's disk for SQLite; a server of the tests is asked for PostgreSQL.
if [ -n "${GATEPOST_TEST_POSTGRES:-}" ]; then
  export GATEPOST_DATABASE_URL="$GATEPOST_TEST_POSTGRES"
  echo "== PostgreSQL"
else
  echo "== SQLite"
fi
"$binary" migrate >/dev/null
for what in "import" "import of the same again"; do
  begun=$(date +%s%N)
  "$binary" import --from csv accounts.csv >report.txt
  millis=$((($(date +%s%N) - begun) / 1000000))
  echo "$what: $rows rows in $millis ms, $((rows * 1000 / millis)) a second"
done
begun=$(date +%s%N)
"$binary" export --with-hashes out.csv 2>/dev/null >/dev/null
millis=$((($(date +%s%N) - begun) / 1000000))
echo "export: $rows rows in $millis ms, $((rows * 1000 / millis)) a second"
