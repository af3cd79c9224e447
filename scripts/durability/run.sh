#!/usr/bin/env bash
# Runs one of the durability tests with what it needs.
#
#   scripts/durability/run.sh kill|restore|power|disk|clock|mail|database|million|leaks [ROUNDS]
#
# Wants target/release/gatepost, target/debug/gatepost or GATEPOST_BINARY.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
scripts=..
python=$("$scripts/need.sh" python)
rounds=${2:-}

case "${1:-}" in
  kill)
    "$python" kill.py --rounds "${rounds:-200}" sqlite
    "$scripts/with-postgres.sh" "$python" kill.py --rounds "${rounds:-200}" postgres
    ;;
  restore)
    "$python" interrupted.py --rounds "${rounds:-20}" sqlite
    "$scripts/with-postgres.sh" "$python" interrupted.py --rounds "${rounds:-20}" postgres
    ;;
  power) "$python" power.py --rounds "${rounds:-200}" ;;
  disk) "$python" disk.py ;;
  clock)
    GATEPOST_FAKETIME=$("$scripts/need.sh" faketime)
    export GATEPOST_FAKETIME
    "$python" clock.py
    ;;
  mail) "$python" outage.py mail ;;
  database) "$scripts/with-postgres.sh" "$python" outage.py database "${rounds:-10}" ;;
  million) "$scripts/with-postgres.sh" "$python" million.py ${rounds:+"$rounds"} ;;
  leaks)
    "$python" leaks.py --minutes "${rounds:-30}" sqlite
    "$scripts/with-postgres.sh" "$python" leaks.py --minutes "${rounds:-30}" postgres
    ;;
  *)
    echo "usage: scripts/durability/run.sh kill|restore|power|disk|clock|mail|database|million|leaks [ROUNDS]" >&2
    exit 2
    ;;
esac
