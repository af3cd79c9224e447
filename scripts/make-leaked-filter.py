#!/usr/bin/env python3
"""Make src/passwords/leaked.bin: the filter of leaked passwords that is built into the program.

    scripts/make-leaked-filter.py [--variants N] LIST... > src/passwords/leaked.bin

A LIST has one password a line (a name that ends in .gz: compressed; in .json: an array), the most common ones first.
For the first N of each LIST (default 5000) what guessing programs try next is added: the same with some digits, a year
or a sign behind it. The same lists always make the same bytes. src/passwords/README.md says which lists were used.

The filter is an xor filter (Graf and Lemire, 2020) with 16 bits an entry: whatever was put in is found, and one of 65,536
others is found by mistake. The file: a seed of 8 bytes, then three blocks of the same length of 16-bit numbers, all
little-endian. src/passwords/guesses.rs reads it.
"""

import argparse
import gzip
import hashlib
import json
import pathlib
import struct
import sys
import unicodedata

SHORTEST, LONGEST = 4, 128
SUFFIXES = (
    ["1", "2", "3", "7", "01", "11", "12", "13", "21", "22", "69", "77", "88", "99", "007", "123", "321", "1234", "12345"]
    + ["123456", "!", "!!", ".", "1!", "123!", "1234!", "@123", "#1"]
    + [str(year) for year in range(2015, 2028)]
    + [f"{year}!" for year in range(2020, 2028)]
)
SEASONS = (
    "spring summer autumn winter january february march april june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday welcome password passwort changeme letmein admin "
    "administrator login hello secret company"
).split()


def fold(text):
    """As src/unicode.rs does it."""
    folded = unicodedata.normalize("NFKC", text)
    for _ in range(4):
        further = unicodedata.normalize("NFKC", "".join(c.lower() for c in "".join(c.upper() for c in folded)))
        if further == folded:
            break
        folded = further
    return folded


def read(path):
    data = pathlib.Path(path).read_bytes()
    if path.endswith(".gz"):
        data = gzip.decompress(data)
    text = data.decode("utf-8", "replace")
    return json.loads(text) if path.endswith(".json") else text.split("\n")


def entries(paths, variants):
    found = set()
    for path in paths:
        folded = [fold(line.strip("\r\n")) for line in read(path)]
        # What is not text any more was somebody's password in another encoding: nobody can type it again.
        folded = [word for word in folded if SHORTEST <= len(word) <= LONGEST and "\ufffd" not in word]
        found.update(folded)
        found.update(word + suffix for word in folded[:variants] for suffix in SUFFIXES)
    found.update(word + suffix for word in SEASONS for suffix in [""] + SUFFIXES)
    return sorted(found)


def hashed(words, seed, block):
    """For each word its place in each block, and its fingerprint."""
    for word in words:
        a, b, c, mark = struct.unpack("<IIIH", hashlib.sha256(seed + word.encode()).digest()[:14])
        yield (a * block >> 32, block + (b * block >> 32), 2 * block + (c * block >> 32)), mark


def build(words, seed, block):
    keys = list(hashed(words, seed, block))
    count, mixed = [0] * (3 * block), [0] * (3 * block)
    for index, (places, _) in enumerate(keys):
        for place in places:
            count[place] += 1
            mixed[place] ^= index
    alone = [place for place, number in enumerate(count) if number == 1]
    order = []
    while alone:
        place = alone.pop()
        if count[place] != 1:
            continue
        index = mixed[place]
        order.append((index, place))
        for other in keys[index][0]:
            count[other] -= 1
            mixed[other] ^= index
            if count[other] == 1:
                alone.append(other)
    if len(order) < len(keys):
        return None
    table = [0] * (3 * block)
    for index, place in reversed(order):
        (a, b, c), mark = keys[index]
        table[place] = mark ^ table[a] ^ table[b] ^ table[c]
    return table


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--variants", type=int, default=5_000)
    arguments.add_argument("lists", nargs="+")
    arguments = arguments.parse_args()
    words = entries(arguments.lists, arguments.variants)
    block = int(len(words) * 1.23 / 3) + 11
    for attempt in range(100):
        seed = struct.pack("<Q", attempt)
        if table := build(words, seed, block):
            break
    else:
        sys.exit("no seed did; there must be two entries with the same hash")
    sys.stdout.buffer.write(seed + struct.pack(f"<{len(table)}H", *table))
    print(f"{len(words)} entries, {8 + 2 * len(table)} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
