"""A restore that is killed in the middle leaves an empty database, or a whole one, and can be done again.

    interrupted.py [--rounds N] sqlite|postgres
"""

import argparse, json, pathlib, random, subprocess, tempfile, time

from million import fill
from world import Database, Server, environment, fail

COUNT = 5_000


def people(server):
    """How many there are, as the next start finds it."""
    done = server.run("user", "list", "--limit", "1", "--json")
    if done.returncode:
        fail(f"after an interrupted restore: {done.stderr}")
    return json.loads(done.stdout)["total"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("sqlite", "postgres"))
    parser.add_argument("--rounds", type=int, default=20)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder, "data")
        # The same key at both ends: a start on an empty folder would make one.
        key = ["keys.secret=" + "k" * 43]
        source = Server(data, Database("sqlite", data), key)
        source.run("migrate")
        fill(data / "gatepost.db", COUNT)
        file = pathlib.Path(folder, "backup.db")
        for step in (("audit", "verify"), ("backup", str(file))):
            done = source.run(*step)
            if done.returncode:
                fail(f"{step}: {done.stderr}")
        place = pathlib.Path(folder, "other")
        began = time.monotonic()
        subprocess.run(source.command("restore", str(file), "--verify"), check=True, capture_output=True, env=environment())
        longest, killed = 4 * (time.monotonic() - began), 0
        target = Server(place, Database(args.kind, place), key)
        for _ in range(args.rounds):
            running = subprocess.Popen(target.command("restore", str(file), "--force"), stdout=subprocess.DEVNULL,
                                       stderr=subprocess.PIPE, env=environment(target.database.arguments()))
            try:
                running.wait(random.uniform(0, longest))
                if running.returncode:
                    fail(f"the restore: {running.stderr.read().decode()}")
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()
                killed += 1
            found = people(target) if (place / "gatepost.db").exists() or args.kind == "postgres" else 0
            if found not in (0, COUNT):
                fail(f"{found} of {COUNT} people were restored")
        done = target.run("restore", str(file), "--force")
        if done.returncode or people(target) != COUNT:
            fail(f"after {killed} interruptions: {done.stderr}")
        target.database.drop()
        print(f"   {args.kind}: {args.rounds} restores of {COUNT} accounts, {killed} killed in the middle, half restored: 0")


if __name__ == "__main__":
    main()
