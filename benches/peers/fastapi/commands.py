"""The four commands that both programs know."""

import multiprocessing
import os
import sqlite3
import sys
import time
import uuid

import uvicorn

PASSWORD = "Secure*1234"


def address(number):
    return f"person{number}@example.com"


def database():
    """The file of the accounts. Workers find the folder in their environment."""
    return os.path.join(os.environ.get("PEER_FOLDER", "."), "peer.db")


def _count(work, seconds, counts):
    count, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        work()
        count += 1
    counts.put(count)


def hashes(work, seconds):
    """How often a second all cores together do it, a process for each."""
    counts = multiprocessing.Queue()
    cores = len(os.sched_getaffinity(0))
    workers = [multiprocessing.Process(target=_count, args=(work, seconds, counts)) for _ in range(cores)]
    for worker in workers:
        worker.start()
    total = sum(counts.get() for _ in workers)
    for worker in workers:
        worker.join()
    return total / seconds


def seed(accounts, insert, row):
    """Puts accounts into the database that the server has made; the first one is an administrator."""
    with sqlite3.connect(database()) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        for first in range(0, accounts, 10_000):
            numbers = range(first, min(first + 10_000, accounts))
            connection.executemany(insert, [row(number, uuid.uuid4()) for number in numbers])


def run(app, versions, hash_work, seed_with, prepare):
    command, *words = sys.argv[1:]
    if command == "version":
        print(versions())
    elif command == "hash":
        print(hashes(hash_work, float(words[0])))
    elif command == "seed":
        prepare()
        seed(int(words[0]), *seed_with())
    elif command == "serve":
        port, workers = words
        prepare()
        uvicorn.run(app, host="127.0.0.1", port=int(port), workers=int(workers), log_level="warning", access_log=False)
    else:
        sys.exit(f"there is no command {command}")
