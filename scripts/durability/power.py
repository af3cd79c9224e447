"""Rounds of power cuts: the disk has what was synced, and of the rest whatever chance has left.

    power.py [--rounds N] [--threads N] [--seed TEXT]

power.c records what the server writes and syncs. After a kill -9 the folder is made anew as a disk may have it: every
write that a later fsync of its file covers, any of the others or parts of them; names in the order in which they were
made, as far as the folder was synced and perhaps further. The server starts on that, and everything that was
acknowledged is looked for.
"""

import argparse, pathlib, random, shutil, struct, subprocess, tempfile, time
from collections import Counter

from acts import Check, Crowd
from kill import World, round_of
from world import fail

HEAD = struct.Struct("<IIQQQQ")
# What a disk writes at once, and what it may have written a part of.
SECTOR = 512


def shim(folder):
    if not shutil.which("cc"):
        print("   left out: there is no C compiler (cc)")
        raise SystemExit(0)
    library = pathlib.Path(folder, "power.so")
    source = pathlib.Path(__file__).with_name("power.c")
    subprocess.run(["cc", "-O2", "-w", "-shared", "-fPIC", "-o", library, source, "-ldl", "-lpthread"], check=True)
    return library


def records(path):
    data = path.read_bytes()
    place = 0
    while place + HEAD.size <= len(data):
        began = place
        kind, name, length, file, offset, covers = HEAD.unpack_from(data, place)
        place += HEAD.size
        if place + name + length > len(data):
            return
        yield began, chr(kind), data[place:place + name].decode(), data[place + name:place + name + length], file, offset, covers
        place += name + length


class Disk:
    """What a folder held, and what has been done to it since."""

    def __init__(self, image):
        # By inode, or by name as long as nobody has opened it.
        self.contents = {name: bytearray(content) for name, content in image.items()}
        self.names = {name: name for name in image}
        # An inode is given out again when its file is gone, so every file has a number of its own.
        self.number, self.writes, self.named, self.syncs = {1: 1}, {}, [], 0

    def play(self, path):
        for number, kind, name, data, file, offset, covers in records(path):
            if kind == "O" or kind == "E" and file not in self.number:
                self.number[file] = number + 2
                known, file = kind == "E" and self.names.get(name) == name, number + 2
                self.contents[file] = self.contents.pop(name) if known else bytearray()
                self.writes[file] = []
                if known:
                    self.names[name] = file
            if kind == "O":
                self.named.append((number, "O", name, file))
            elif kind in "WT":
                self.writes[self.number[file]].append((number, kind, offset, data))
            elif kind in "URL":
                self.named.append((number, kind, name, data.decode()))
            elif kind == "S":
                self.syncs += 1
                self.sync(self.number[file], covers)

    def sync(self, file, covers):
        if file == 1:
            for number, kind, name, other in [entry for entry in self.named if entry[0] < covers]:
                self.name(kind, name, other)
            self.named = [entry for entry in self.named if entry[0] >= covers]
            return
        for number, kind, offset, data in [write for write in self.writes[file] if write[0] < covers]:
            self.write(file, kind, offset, data)
        self.writes[file] = [write for write in self.writes[file] if write[0] >= covers]

    def write(self, file, kind, offset, data):
        content = self.contents[file]
        if kind == "T":
            del content[offset:]
            content.extend(b"\0" * (offset - len(content)))
            return
        content.extend(b"\0" * (offset + len(data) - len(content)))
        content[offset:offset + len(data)] = data

    def name(self, kind, name, other):
        if kind == "O":
            self.names[name] = other
        elif kind == "U":
            self.names.pop(name, None)
        elif name in self.names:
            self.names[other] = self.names.pop(name) if kind == "R" else self.names[name]

    def cut(self, chance):
        """The folder after the power is back. Answers it and how many writes were forgotten."""
        forgotten = 0
        for _, kind, name, other in self.named[:chance.randint(0, len(self.named))]:
            self.name(kind, name, other)
        for file, writes in self.writes.items():
            keep = chance.choice((0, 0.5, 0.9))
            for _, kind, offset, data in writes:
                if chance.random() >= keep:
                    forgotten += 1
                elif kind == "W" and chance.random() < 0.2:
                    # Torn: some of its sectors only.
                    for begin in range(0, len(data), SECTOR):
                        if chance.random() < 0.5:
                            self.write(file, kind, offset + begin, data[begin:begin + SECTOR])
                else:
                    self.write(file, kind, offset, data)
        return {name: bytes(self.contents[file]) for name, file in self.names.items()}, forgotten


def lay_out(folder, image):
    shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    for name, content in image.items():
        path = folder / name
        path.write_bytes(content)
        path.chmod(0o600)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--threads", type=int, default=6)
    parser.add_argument("--seed", default=str(time.time_ns()))
    args = parser.parse_args()
    chance, began, forgotten, syncs = random.Random(args.seed), time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        world = World("sqlite", folder)
        log = pathlib.Path(folder, "record")
        library = shim(folder)
        world.data.mkdir(mode=0o700)
        world.server.more = {"LD_PRELOAD": str(library), "POWER_CUT_FOLDER": str(world.data),
                             "POWER_CUT_LOG": str(log)}
        image = {}
        world.begin()
        crowds = [Crowd(world, number, args.seed) for number in range(args.threads)]
        check = Check(world, args.seed)
        for number in range(1, args.rounds + 1):
            round_of(world, crowds, chance)
            disk = Disk(image)
            disk.play(log)
            image, lost = disk.cut(chance)
            forgotten, syncs = forgotten + lost, syncs + disk.syncs
            log.unlink()
            lay_out(world.data, image)
            world.server.start()
            check.all(crowds)
            if check.lost:
                fail(f"round {number} of seed {args.seed}: {len(check.lost)} lost:\n" + "\n".join(check.lost[:10]))
            if number % 20 == 0:
                print(f"   cut {number}: {check.checked} checks", flush=True)
        world.server.stop()
        acts = sum((crowd.acts for crowd in crowds), Counter())
        print(f"   sqlite: {args.rounds} power cuts, {sum(acts.values())} acts acknowledged with {syncs} syncs, {forgotten} writes "
              f"forgotten, {check.checked} checks, lost: 0; {time.monotonic() - began:.0f} s; seed {args.seed}")


if __name__ == "__main__":
    main()
