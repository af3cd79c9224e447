"""Writes functions.txt: which functions run when a server starts, which when people log in and come back, and which otherwise.

    scripts/with-postgres.sh python link/order.py     as `make link-order`, a quarter of an hour

A release binary that has kept its symbols runs under valgrind's callgrind, on each database: twice to start and to rest, once to
work, and once for log-ins. The name of a function has a hash in it, which each version of the compiler and of a library changes: build.rs
makes do with the rest of the name then, until the list is written anew.
"""

import os, pathlib, re, subprocess, sys, tempfile, threading, time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts/durability"))

from acts import Crowd  # noqa: E402
from kill import World  # noqa: E402
from world import Client, fail  # noqa: E402

FILE = ROOT / "link/functions.txt"
BUILT = ROOT / "target/link-order"
PATHS = ("/myaccount", "/users/?skip=0&limit=10", "/users/?cursor=&limit=10", "/users/?search=p1")
PAGES = ("/", "/docs", "/openapi.json", "/login-form", "/register-form", "/healthz", "/readyz", "/nothing-here")
PROBES = ("/healthz", "/readyz", "/login-form")
WORK = 60  # seconds
TOGETHER = 6
LOG_INS = 3
REST = 15  # seconds: every worker has looked for work

HEAD = """\
# The functions that run, each list in the order of the names. Written by `make link-order`, read by build.rs.
"""


def build():
    """The release binary with its symbols. Only its last part is told to keep them: another profile would change all hashes."""
    command = ["cargo", "rustc", "--release", "--bin", "gatepost", "--", "--codegen", "strip=none"]
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "CARGO_TARGET_DIR": str(BUILT)})
    return BUILT / "release/gatepost"


def own(program):
    """The names of the program's own functions, and not those of the system's libraries."""
    listed = subprocess.run(["nm", program], check=True, capture_output=True, text=True).stdout
    return set(re.findall(r" [tTwW] ([\w.$]+)$", listed, re.MULTILINE))


def executed(path):
    """The functions in a file of callgrind (the format: valgrind's manual, "Callgrind Format Specification")."""
    # What is only called, `cfn=`, has a line `fn=` elsewhere, once it has run. A recursion has a name of its own: `name'2`.
    names = dict(re.findall(r"^c?fn=\((\d+)\) (\S+)", text := path.read_text(), re.MULTILINE))
    return {re.sub(r"'\d+$", "", names[number]) for number in re.findall(r"^fn=\((\d+)\)", text, re.MULTILINE)}


class Watched:
    """A server of which is written down what runs."""

    def __init__(self, kind, folder, program):
        self.folder, self.runs = pathlib.Path(folder), 0
        wrapper = self.folder / "gatepost"
        wrapper.write_text(f'#!/bin/sh\nexec valgrind --quiet --tool=callgrind --demangle=no --callgrind-out-file="$OUT" {program} "$@"\n')
        wrapper.chmod(0o755)
        os.environ["GATEPOST_BINARY"] = str(wrapper)
        self.world = World(kind, folder)
        # Its log as it is by default: a line for each request.
        settings = self.world.server.settings
        settings[:] = [setting for setting in settings if not setting.startswith("log.")]

    def run(self, begin, act):
        """Starts the server by `begin`, acts, stops it, and answers which functions ran."""
        self.runs += 1
        out = self.folder / f"counted.{self.runs}"
        os.environ["OUT"] = str(out)
        begin()
        act(self.world)
        self.world.server.stop()
        return executed(out)


def rest(world):
    """Somebody looks whether it is there, and then nobody comes."""
    client = Client(world.server, timeout=300)
    for path in PROBES:
        client.call("GET", path)
    client.close()
    time.sleep(REST)


def log_in(world):
    """Several at once log in, look at their account, get new tokens, and do so again: what most requests are."""
    faults = []

    def visit():
        client = Client(world.server, timeout=300)
        for _ in range(LOG_INS):
            status, body = client.log_in("admin@example.com")
            for _ in range(20 if status == 200 else 0):
                seen, _ = client.call("GET", "/myaccount", token=body["access_token"])
                status, body = client.call("POST", "/login/refresh", {"refresh_token": body["refresh_token"]})
                if (seen, status) != (200, 200):
                    break
            if status != 200:
                faults.append(f"{status} {body}")
        client.close()

    together = [threading.Thread(target=visit) for _ in range(TOGETHER)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    if faults:
        fail(faults[0])


def work(world):
    """People who act, an administrator who reads, and pages."""
    client = Client(world.server, timeout=300)
    world.log_admin_in()
    crowds = [Crowd(world, number, "order") for number in range(2)]
    for crowd in crowds:
        crowd.start()
    until = time.monotonic() + WORK
    while time.monotonic() < until:
        for path in PATHS * 5:
            status, body = client.call("GET", path, token=world.admin)
            if status != 200:
                fail(f"{path}: {status} {body}")
        for path in PAGES:
            client.call("GET", path)
    world.stop.set()
    for crowd in crowds:
        crowd.join(300)
        if crowd.faults:
            fail(crowd.faults[0])
    client.close()


def write(lists):
    seen = set()
    with open(FILE, "w") as out:
        out.write(HEAD)
        for title, names in lists.items():
            listed = sorted(names - seen)
            seen.update(listed)
            out.write(f"\n# {title}\n")
            out.writelines(f"{name}\n" for name in listed)
            print(f"link-order: {len(listed)} {title}")


def main():
    program = build()
    starts, log_ins, works = [], [], []
    for kind in ("sqlite", "postgres"):
        with tempfile.TemporaryDirectory() as folder:
            watched = Watched(kind, folder, program)
            # On a new database, on one that is there, and at work.
            world = watched.world
            starts += [watched.run(world.server.start, rest), watched.run(world.server.start, rest)]
            works.append(watched.run(world.begin, work))
            log_ins.append(watched.run(world.server.start, log_in))
            world.database.drop()
    runs = {"when it starts, and at rest": starts, "when people log in and come back": log_ins, "when it does anything else": works}
    names = own(program)
    write({title: set.union(*seen) & names for title, seen in runs.items()})


if __name__ == "__main__":
    main()
