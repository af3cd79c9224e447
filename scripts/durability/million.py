"""How long backup, restore and copy take: a million accounts, each with a session and an entry of the audit log.

    million.py [COUNT]     on SQLite; with GATEPOST_TEST_POSTGRES there and back as well

Prints what was timed, the most memory that a command had, and the machine.
"""

import os, pathlib, platform, resource, sqlite3, subprocess, sys, tempfile, time, uuid

from world import Database, Server, environment, fail

HASH = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Rdescudvjzv8oB9EbWaWPIVhWfDRPfxcYnfbkh6BFkM"


def identifier(number, kind):
    """Version 7, as the program makes them: rows made together lie together."""
    return uuid.UUID(int=(1_700_000_000_000 + number << 80) | 0x7 << 76 | 0x2 << 62 | kind << 32 | number & 0xffffffff).bytes


def fill(path, count):
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous=OFF")
    numbers, now = range(count), 1_700_000_000_000
    db.executemany(
        "INSERT INTO accounts (id, email, email_key, nickname, nickname_key, first_name, last_name, role, is_professional, "
        "password_hash, email_verified_at, created_at, updated_at, last_login_at, name_key) "
        "VALUES (?, ?, ?, ?, ?, 'Grace', 'Hopper', 'AUTHENTICATED', 0, ?, ?, ?, ?, ?, 'grace hopper')",
        ((identifier(n, 1), f"person{n}@example.com", f"person{n}@example.com", f"person_{n}", f"person_{n}", HASH, now, now + n,
          now + n, now + n) for n in numbers))
    db.executemany(
        "INSERT INTO sessions (id, account_id, user_agent, address, created_at, expires_at, last_seen_at, authenticated_at) "
        "VALUES (?, ?, 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', '192.0.2.1', ?, ?, ?, ?)",
        ((identifier(n, 2), identifier(n, 1), now + n, now + n + 86_400_000, now + n, now + n) for n in numbers))
    db.executemany(
        "INSERT INTO audit_entries (id, at, event, outcome, actor_kind, actor_id, account_id, request_id, details, personal_digest) "
        "VALUES (?, ?, 'login', 'done', 'account', ?, ?, ?, '{\"new_device\":false,\"many_attempts\":false}', ?)",
        ((identifier(n, 3), now + n, identifier(n, 1), identifier(n, 1), f"{n:032x}", bytes(32)) for n in numbers))
    # What the program keeps with every account that comes and goes.
    db.execute("UPDATE account_counts SET total = (SELECT COUNT(*) FROM accounts) WHERE shard = 0")
    db.commit()
    db.close()


def timed(what, command, more=None):
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, time.monotonic()
    done = subprocess.run(["/usr/bin/env", *command], capture_output=True, text=True, env=environment(more))
    taken = time.monotonic() - began
    if done.returncode:
        fail(f"{what}: {done.stderr}")
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"   {what}: {taken:.1f} s, {'at most' if most == before else 'with'} {most // 1024} MiB", flush=True)


def processor():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} × {names[0]}" if names else platform.machine()


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder, "data")
        server = Server(data, Database("sqlite", data))
        if server.run("migrate").returncode:
            fail("no database")
        began = time.monotonic()
        fill(data / "gatepost.db", count)
        print(f"   {count:,} accounts, sessions and entries made in {time.monotonic() - began:.0f} s", flush=True)
        timed("gatepost audit verify, which chains them", server.command("audit", "verify"))
        file = pathlib.Path(folder, "backup.db")
        timed("gatepost backup, from SQLite", server.command("backup", str(file)))
        print(f"   the file has {file.stat().st_size / 1e6:.0f} MB", flush=True)
        timed("gatepost restore --verify", server.command("restore", str(file), "--verify"))
        other = Server(pathlib.Path(folder, "other"), server.database)
        timed("gatepost restore, into SQLite", other.command("restore", str(file)))
        if os.environ.get("GATEPOST_TEST_POSTGRES"):
            postgres = Database("postgres", data)
            timed("gatepost db copy, to PostgreSQL", server.command("db", "copy", "--to", postgres.url))
            timed("gatepost backup, from PostgreSQL", server.command("backup", str(file), "--force"), postgres.arguments())
            timed("gatepost restore, into PostgreSQL", server.command("restore", str(file), "--force"), postgres.arguments())
            back = pathlib.Path(folder, "back.db")
            timed("gatepost db copy, back to SQLite", server.command("db", "copy", "--from", postgres.url, "--to", f"sqlite:{back}"))
            postgres.drop()
        print(f"   on {processor()}, Linux {platform.release()}")


if __name__ == "__main__":
    main()
