"""Minutes of mixed load, and of callers who behave badly: the process keeps neither memory nor files.

    leaks.py [--minutes N] [--seed TEXT] sqlite|postgres

Everybody acts as in the other tests, and a few more do what leaks elsewhere: requests that are broken off, connections that
say nothing, wrong passwords, forged tokens, pages without a session. Every ten seconds the memory that is no file and the
open files are noted. The last third may not have more of either than the second; the first one warms up.
"""

import argparse, os, random, socket, statistics, tempfile, threading, time
from collections import Counter

from acts import Crowd
from kill import World
from world import Client, Gone, fail

# What a busy minute may hold more than a calm one.
SLACK = 3.0  # MiB
SHARE = 1.06
PACE = 0.12  # seconds between the acts of one thread
PAGES = ("/", "/login-form", "/register-form", "/openapi.json", "/healthz", "/readyz", "/docs", "/myaccount", "/nothing-here")


class Paced(Crowd):
    def act(self):
        super().act()
        time.sleep(PACE)


class Rude(threading.Thread):
    """Somebody who breaks off, says nothing, or has the wrong key."""

    def __init__(self, world, seed):
        super().__init__(daemon=True)
        self.world, self.random, self.acts, self.open = world, random.Random(seed), Counter(), []

    def run(self):
        client = Client(self.world.server)
        while not self.world.stop.is_set():
            act = self.random.choice((self.read, self.read, self.guess, self.forge, self.hang_up, self.wait))
            try:
                act(client)
                self.acts[act.__name__] += 1
            except (Gone, OSError):
                self.acts["refused"] += 1
            time.sleep(PACE)
        client.close()
        for sock in self.open:
            sock.close()

    def read(self, client):
        client.call("GET", self.random.choice(PAGES))

    def guess(self, client):
        client.log_in(f"nobody{self.random.randrange(1000)}@example.com", "Wrong*12345")

    def forge(self, client):
        client.call("GET", "/users/", token=f"eyJhbGciOiJFUzI1NiJ9.e30.{self.random.getrandbits(256):x}")

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.world.server.port), timeout=10)

    def hang_up(self, _):
        """In the middle of a body, or while the answer is being made."""
        with self.connect() as sock:
            body = b"username=admin%40example.com&password=Secure*1234"
            length = len(body) + self.random.choice((0, 40))
            head = f"POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n"
            sock.sendall(head.encode() + body)
            time.sleep(self.random.choice((0, 0.005, 0.02)))

    def wait(self, _):
        """Connections that stay and say nothing; the oldest is let go."""
        self.open.append(self.connect())
        if len(self.open) > 50:
            self.open.pop(0).close()


def look(server):
    status = open(f"/proc/{server.process.pid}/status").read()
    own = int(status.split("RssAnon:")[1].split()[0]) / 1024
    return own, len(os.listdir(f"/proc/{server.process.pid}/fd")), int(status.split("Threads:")[1].split()[0])


def judge(samples, rest, after):
    """The faults that the notes show."""
    third = len(samples) // 3
    faults = []
    for place, name, slack in ((0, "memory in MiB", SLACK), (1, "open files", 10), (2, "threads", 4)):
        middle = statistics.median(sample[place] for sample in samples[third : 2 * third])
        last = statistics.median(sample[place] for sample in samples[2 * third :])
        print(f"   {name}: {rest[place]:.1f} at rest, {middle:.1f} in the middle, {last:.1f} at the end, {after[place]:.1f} afterwards")
        if last > middle * SHARE + slack:
            faults.append(f"{name} went from {middle:.1f} to {last:.1f}")
    if after[1] > rest[1] + 10:
        faults.append(f"{after[1]} open files are left of {rest[1]} at rest")
    return faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("sqlite", "postgres"))
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", default=str(time.time_ns()))
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        world = World(args.kind, folder)
        world.begin()
        world.log_admin_in()
        time.sleep(15)
        rest = look(world.server)
        threads = [Paced(world, number, args.seed) for number in range(5)] + [Rude(world, args.seed)]
        for thread in threads:
            thread.start()
        samples, until = [], time.monotonic() + args.minutes * 60
        while time.monotonic() < until:
            time.sleep(10)
            samples.append(look(world.server))
            if len(samples) % 30 == 0:
                world.log_admin_in()
                print(f"   minute {len(samples) // 6}: {samples[-1][0]:.1f} MiB, {samples[-1][1]} files", flush=True)
            if world.server.process.poll() is not None:
                fail(f"the server ended\n{world.server.tail()}")
        world.stop.set()
        for thread in threads:
            thread.join(60)
            if getattr(thread, "faults", None):
                fail(f"{thread.faults[0]}\n{world.server.tail()}")
        # Kept-alive connections and the lanes' memory are given back by then.
        time.sleep(30)
        faults = judge(samples, rest, look(world.server))
        acts = sum((thread.acts for thread in threads), Counter())
        world.server.stop()
        world.database.drop()
        print(f"   {args.kind}: {args.minutes:g} minutes, {sum(acts.values())} acts; seed {args.seed}")
        print("   " + ", ".join(f"{count} {name}" for name, count in acts.most_common()))
        if faults:
            fail("; ".join(faults))


if __name__ == "__main__":
    main()
