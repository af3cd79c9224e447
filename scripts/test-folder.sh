#!/usr/bin/env bash
# Prints the folder that tests should put their files into: in memory if there is room, else the usual one.
#
#   TMPDIR=$(scripts/test-folder.sh) cargo test
#
# Every test has a database of its own, hundreds of small files that are gone a second later, and waits for each write to
# reach the disk. What a disk does with writes is for `make test-durability`, which does not come here.
set -euo pipefail

memory=/dev/shm
least=$((2 * 1024 * 1024))

# Whoever has chosen a folder keeps it.
if [ -n "${TMPDIR:-}" ]; then
  echo "$TMPDIR"
  exit
fi

# Both in KiB: what the folder may hold, and what the machine can spare. A container's folder often holds 64 MiB.
room=$(df --output=avail "$memory" 2>/dev/null | tail -n 1 || echo 0)
spare=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo 2>/dev/null || echo 0)
if [ -w "$memory" ] && [ "$(stat -f -c %T "$memory")" = tmpfs ] && [ "${room:-0}" -ge $least ] && [ "${spare:-0}" -ge $((2 * least)) ]; then
  echo "$memory"
else
  echo /tmp
fi
