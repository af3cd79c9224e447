#!/usr/bin/env python3
"""Three nodes behind a proxy, and what breaks under load.

    make test-nodes
    scripts/test-nodes.py [--seconds 5] [--workers 12] [--binary target/release/gatepost]

Starts a PostgreSQL of its own and a standby of it, three nodes at once on the empty database, haproxy in front of them, people
who read, refresh, log in and register, and a manager who looks at lists, which come from the standby. Then one node is killed
with -9, PostgreSQL is stopped and started, its first process is killed with -9, the standby is, and all nodes are restarted one
by one. Nobody may be logged out, no acknowledged write may be lost, no list may lack what was there long ago, and what cannot be
done is a 503 with Retry-After. --seconds is how long each of the six parts goes on; with 5 the whole takes half a minute.
"""
import argparse, pathlib, shutil, sys, tempfile

from nodes.tools import ROOT
from nodes.trial import Trial


def main():
    parser = argparse.ArgumentParser(description="Three nodes behind a proxy, and what breaks under load.")
    parser.add_argument("--seconds", type=float, default=5, help="how long each part goes on at least")
    parser.add_argument("--workers", type=int, default=12, help="people who act at the same time")
    parser.add_argument("--binary", default=str(ROOT / "target/release/gatepost"))
    parser.add_argument("--keep", action="store_true", help="leave the folder with the logs")
    arguments = parser.parse_args()
    arguments.binary = str(pathlib.Path(arguments.binary).resolve())
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gatepost-nodes."))
    trial = Trial(arguments, folder)
    try:
        trial.start()
        trial.run()
    finally:
        trial.end()
        if arguments.keep:
            print(f"the logs are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    for fault in trial.faults:
        print(f"test-nodes: {fault}", file=sys.stderr)
    sys.exit(1 if trial.faults else 0)


if __name__ == "__main__":
    main()
