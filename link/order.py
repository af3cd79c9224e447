"""Writes functions.txt: which functions run when a server starts, and which when it works.

    scripts/with-postgres.sh python link/order.py     as `make link-order`, a quarter of an hour

A release binary that has kept its symbols runs under valgrind's callgrind, on each database: twice to start and to rest, and
once to work. What is written down of a function is its name without the hash in it, which each version of the compiler and
of a library changes: most names stay good when these change.
"""

import os, pathlib, re, subprocess, sys, tempfile, time

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
REST = 15  # seconds: every worker has looked for work

HEAD = """\
# The functions that run, each list in the order of the names; `*` stands for a hash. Written by `make link-order`, read by
# build.rs.
"""


def build():
    """The release binary with its symbols."""
    subprocess.run(["cargo", "build", "--release", "--bin", "gatepost"], cwd=ROOT, check=True,
                   env={**os.environ, "CARGO_TARGET_DIR": str(BUILT), "CARGO_PROFILE_RELEASE_STRIP": "none"})
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


def pattern(name):
    """The name for every compiler and every version: both of Rust's manglings have hashes, and AWS-LC has its version."""
    if name.startswith("_R"):
        return re.sub(r"Cs[0-9A-Za-z]+_", "Cs*_", re.sub(r"\.\d+$", "", name)) + "*"
    return re.sub(r"aws_lc_\d+_\d+_\d+", "aws_lc_*", re.sub(r"17h[0-9a-f]{16}E.*$", "17h*", name))


def write(start, work):
    lists, seen = (("when it starts, and at rest", start), ("when it works", work)), set()
    with open(FILE, "w") as out:
        out.write(HEAD)
        for title, names in lists:
            patterns = sorted({pattern(name) for name in names} - seen)
            seen.update(patterns)
            out.write(f"\n# {title}\n")
            out.writelines(f"{each}\n" for each in patterns)
            print(f"link-order: {len(patterns)} {title}")


def main():
    program = build()
    starts, works = [], []
    for kind in ("sqlite", "postgres"):
        with tempfile.TemporaryDirectory() as folder:
            watched = Watched(kind, folder, program)
            # On a new database, on one that is there, and at work.
            world = watched.world
            starts += [watched.run(world.server.start, rest), watched.run(world.server.start, rest)]
            works.append(watched.run(world.begin, work))
            world.database.drop()
    names = own(program)
    write(set.union(*starts) & names, set.union(*works) & names)


if __name__ == "__main__":
    main()
