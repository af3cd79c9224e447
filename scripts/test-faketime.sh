#!/usr/bin/env bash
# Runs the real server under a clock that is moved, and looks at what ends by itself.
#
#   scripts/test-faketime.sh
#
# The Rust tests move a clock inside the program. This shows once that the program reads the system's time: the end of an access
# token, of an unused session, of a used one, and of a link for a new password. Takes some seconds. Wants
# target/release/gatepost, target/debug/gatepost or GATEPOST_BINARY.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

binary=${GATEPOST_BINARY:-}
if [ -z "$binary" ]; then
  # The newer one, so that nobody tests what he has not built.
  binary=$(ls -t target/release/gatepost target/debug/gatepost 2>/dev/null | head -n 1 || true)
fi
if [ -z "$binary" ] || [ ! -x "$binary" ]; then
  echo "test-faketime: build first: cargo build" >&2
  exit 2
fi

GATEPOST_FAKETIME=$(scripts/need.sh faketime)
export GATEPOST_FAKETIME
exec "$(scripts/need.sh python)" - "$(realpath "$binary")" <<'PYTHON'
import json, os, pathlib, socket, subprocess, sys, tempfile, time, urllib.error, urllib.parse, urllib.request

MINUTE, HOUR = 60, 3600
EMAIL, PASSWORD, NEW = "ann@example.com", "Secure*1234", "correct horse battery staple"
folder = tempfile.TemporaryDirectory()
clock = pathlib.Path(folder.name, "clock")
now = 0


def set_clock(seconds):
    global now
    now = seconds
    # In one step: the server may be reading.
    new = clock.with_suffix(".new")
    new.write_text(f"+{seconds}\n")
    new.rename(clock)


def wait(seconds):
    set_clock(now + seconds)


with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]


def call(method, path, body=None, token=None, form=False):
    data = None
    headers = {"host": f"localhost:{port}"}
    if body is not None:
        data = (urllib.parse.urlencode(body) if form else json.dumps(body)).encode()
        headers["content-type"] = "application/x-www-form-urlencoded" if form else "application/json"
    if token:
        headers["authorization"] = f"Bearer {token}"
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read() or "null")
    except urllib.error.HTTPError as answer:
        return answer.code, json.loads(answer.read() or "null")


def expect(what, wanted, found):
    status, body = found
    if status != wanted:
        raise SystemExit(f"test-faketime: {what}: {status} instead of {wanted}: {body}")
    print(f"   {what}: {status}")
    return body


def log_in(password=PASSWORD):
    form = {"username": EMAIL, "password": password}
    return expect("a login", 200, call("POST", "/login/", form, form=True))


def me(what, wanted, tokens):
    return expect(what, wanted, call("GET", "/myaccount", token=tokens["access_token"]))


def refresh(what, wanted, tokens):
    return expect(what, wanted, call("POST", "/login/refresh", {"refresh_token": tokens["refresh_token"]}))


def mailed_code():
    call("POST", "/forgot-password", {"email": EMAIL})
    for _ in range(200):
        mails = call("GET", "/dev/mail.json?to=" + urllib.parse.quote(EMAIL))[1]["items"]
        codes = [link.split("#")[1] for mail in mails for link in mail["links"] if "/reset-password#" in link]
        if codes and codes[0] != mailed_code.last:
            mailed_code.last = codes[0]
            return codes[0]
        time.sleep(0.05)
    raise SystemExit("test-faketime: no mail with a link came")


mailed_code.last = None


def tell():
    print("-- an access token ends after a quarter of an hour, and a refresh token gets the next one")
    tokens = log_in()
    wait(14 * MINUTE)
    me("after 14 minutes", 200, tokens)
    wait(2 * MINUTE)
    me("after 16 minutes", 401, tokens)
    tokens = refresh("its refresh token", 200, tokens)
    me("the next one", 200, tokens)

    print("-- a session that nobody uses ends after an hour")
    wait(59 * MINUTE)
    tokens = refresh("after 59 minutes", 200, tokens)
    wait(62 * MINUTE)
    me("62 minutes later", 401, tokens)
    refresh("its refresh token", 401, tokens)

    print("-- a session that is used all the time ends after a day")
    tokens = log_in()
    for _ in range(47):
        wait(30 * MINUTE)
        status, next_tokens = call("POST", "/login/refresh", {"refresh_token": tokens["refresh_token"]})
        if status != 200:
            raise SystemExit(f"test-faketime: it ended too soon: {next_tokens}")
        tokens = next_tokens
    me("after 23 and a half hours", 200, tokens)
    wait(31 * MINUTE)
    me("after 24 hours", 401, tokens)
    refresh("its refresh token", 401, tokens)

    print("-- a link for a new password works for half an hour")
    code = mailed_code()
    wait(31 * MINUTE)
    expect("after 31 minutes", 400, call("POST", "/reset-password", {"token": code, "password": NEW}))
    code = mailed_code()
    wait(29 * MINUTE)
    status, body = call("POST", "/reset-password", {"token": code, "password": NEW})
    expect("another one after 29 minutes", 204 if status == 204 else 200, (status, body))
    me("the new password", 200, log_in(NEW))


set_clock(0)
environment = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GATEPOST_")},
    "LD_PRELOAD": os.environ["GATEPOST_FAKETIME"],
    "FAKETIME_TIMESTAMP_FILE": str(clock),
    "FAKETIME_NO_CACHE": "1",
    # The server's own patience is measured by a clock that nobody sets.
    "FAKETIME_DONT_FAKE_MONOTONIC": "1",
}
log = open(pathlib.Path(folder.name, "log"), "w+")
server = subprocess.Popen(
    [sys.argv[1], "--listen", f"localhost:{port}", "--data", str(pathlib.Path(folder.name, "data"))],
    cwd=folder.name, env=environment, stdout=log, stderr=log,
)
try:
    for _ in range(300):
        try:
            call("GET", "/.well-known/jwks.json")
            break
        except OSError:
            time.sleep(0.1)
    expect("a new account", 200, call("POST", "/register/", {"email": EMAIL, "password": PASSWORD}))
    tell()
except (SystemExit, Exception):
    log.seek(0)
    print(log.read()[-3000:], file=sys.stderr)
    raise
finally:
    server.terminate()
    server.wait(20)
PYTHON
