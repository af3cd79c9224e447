"""Rounds of kill -9 under mixed writes: whatever was acknowledged is there afterwards, once, and nothing is half there.

    kill.py [--rounds N] [--threads N] [--seed TEXT] sqlite|postgres
"""

import argparse, pathlib, random, tempfile, threading, time
from collections import Counter

from acts import Check, Crowd
from world import PASSWORD, SETTINGS, Client, Database, Server, fail


class World:
    def __init__(self, kind, folder):
        self.data = pathlib.Path(folder, "data")
        self.database = Database(kind, self.data)
        self.server = Server(self.data, self.database, SETTINGS)
        self.stop, self.admin = threading.Event(), None

    def begin(self):
        """The first account is the administrator."""
        self.server.start()
        client = Client(self.server)
        status, body = client.call("POST", "/register/", {"email": "admin@example.com", "password": PASSWORD})
        if status != 200:
            fail(f"the administrator: {status} {body}")
        client.close()

    def log_admin_in(self):
        client = Client(self.server)
        # A machine that has other work may be too busy for a hash.
        for _ in range(20):
            status, body = client.log_in("admin@example.com")
            if status != 503:
                break
            time.sleep(1)
        if status != 200:
            fail(f"the administrator cannot log in: {status} {body}")
        self.admin = body["access_token"]
        client.close()


def round_of(world, crowds, chance):
    """Lets everybody act for a while and pulls the plug."""
    world.stop.clear()
    world.log_admin_in()
    threads = []
    for crowd in crowds:
        # A thread starts once; its people go on.
        again = Crowd.__new__(Crowd)
        again.__dict__.update({name: value for name, value in crowd.__dict__.items() if not name.startswith("_")})
        threading.Thread.__init__(again, daemon=True)
        again.start()
        threads.append(again)
    time.sleep(chance.uniform(0.3, 1.1))
    world.server.kill()
    world.stop.set()
    for thread in threads:
        thread.join(60)
    for crowd, thread in zip(crowds, threads):
        crowd.count = thread.count
        if thread.faults:
            fail(f"{thread.faults[0]}\n{world.server.tail()}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("sqlite", "postgres"))
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--threads", type=int, default=6)
    parser.add_argument("--seed", default=str(time.time_ns()))
    args = parser.parse_args()
    chance, began = random.Random(args.seed), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        world = World(args.kind, folder)
        world.begin()
        crowds = [Crowd(world, number, args.seed) for number in range(args.threads)]
        check, slowest = Check(world, args.seed), 0.0
        for number in range(1, args.rounds + 1):
            round_of(world, crowds, chance)
            restart = time.monotonic()
            world.server.start()
            slowest = max(slowest, time.monotonic() - restart)
            check.all(crowds)
            if check.lost:
                fail(f"round {number} of seed {args.seed}: {len(check.lost)} lost:\n" + "\n".join(check.lost[:10]))
            if number % 20 == 0:
                print(f"   round {number}: {check.checked} checks", flush=True)
        world.server.stop()
        world.database.drop()
        acts = sum((crowd.acts for crowd in crowds), Counter())
        print(f"   {args.kind}: {args.rounds} rounds of kill -9, {sum(acts.values())} acts acknowledged, {check.checked} checks, "
              f"lost: 0; slowest start {slowest:.2f} s; {time.monotonic() - began:.0f} s; seed {args.seed}")
        print("   " + ", ".join(f"{count} {name}" for name, count in acts.most_common()))


if __name__ == "__main__":
    main()
