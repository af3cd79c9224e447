#!/usr/bin/env bash
# Measures Gatepost and, in the same run, what one would take instead: benches/peers says what that is.
#
#   scripts/bench-peers.sh             Gatepost on SQLite, then the peers: an hour and a half
#   scripts/bench-peers.sh --quick     whether it works
#
# The peers are installed below target/tools, in the versions that are pinned.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
tools=target/tools/peers
node_version=22.23.3
mkdir -p $tools

say() { echo "bench-peers: $*" >&2; }

# Python: a virtual environment of their own, made anew when the list has changed.
if ! cmp -s benches/peers/fastapi/requirements.txt $tools/venv/installed.txt; then
  say "installing the Python programs into $tools"
  command -v python3 >/dev/null || { say "please install Python 3.11 or newer" && exit 1; }
  python3 -m venv --clear $tools/venv
  $tools/venv/bin/pip install --quiet --no-deps -r benches/peers/fastapi/requirements.txt
  cp benches/peers/fastapi/requirements.txt $tools/venv/installed.txt
fi

# Node.js: one that has SQLite built in, from npm, and the packages that the lock file names.
PATH="$(scripts/need.sh node):$PATH"
case "$(uname -m)" in
  aarch64 | arm64) machine=arm64 ;;
  *) machine=x64 ;;
esac
node=$tools/runtime/node_modules/node-linux-$machine/bin/node
if [ ! -x "$node" ]; then
  say "installing Node.js $node_version into $tools"
  npm install --silent --no-save --no-audit --no-fund --prefix $tools/runtime "node-linux-$machine@$node_version"
fi
mkdir -p $tools/node
cp benches/peers/node/*.mjs benches/peers/node/package.json $tools/node/
if ! cmp -s benches/peers/node/package-lock.json $tools/node/package-lock.json; then
  say "installing the Node.js programs into $tools"
  cp benches/peers/node/package-lock.json $tools/node/
  npm ci --prefix $tools/node --silent --ignore-scripts --no-audit --no-fund || { rm $tools/node/package-lock.json && exit 1; }
fi

export PEERS_PYTHON="$PWD/$tools/venv/bin/python" PEERS_NODE="$PWD/$node" PEERS_FOLDER="$PWD/$tools/node"
exec scripts/bench.sh --peers --database sqlite --only start,memory,login,read,refresh,calm,mixed,people --out target/bench-peers "$@"
