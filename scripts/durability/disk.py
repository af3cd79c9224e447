"""A disk that is full, and a data folder that cannot be written: nothing acknowledged is lost, and it goes on by itself.

    disk.py

The full disk is a small tmpfs where this user may mount one. Where he may not, and for a file system that becomes
read-only under a running server, writes are refused by power.c.
"""

import os, pathlib, subprocess, tempfile, time

from acts import Check, Crowd
from kill import World, round_of
from power import shim
from world import PASSWORD, Client, Gone, fail


def expect(holds, what):
    print(f"   {what}: {'yes' if holds else 'NO'}")
    if not holds:
        raise SystemExit(1)


class Tmpfs:
    """A small file system of one's own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(mode=0o700)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs", folder], capture_output=True)
        self.is_mounted = done.returncode == 0

    def fill(self):
        with open(self.folder / "ballast", "wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(b"\0" * 4096)
            except OSError:
                pass

    def free(self):
        (self.folder / "ballast").unlink()

    def leave(self):
        if self.is_mounted:
            subprocess.run(["umount", "-l", self.folder], check=True)


class Refusal:
    """Writes that fail with an error, by power.c."""

    def __init__(self, path, error):
        self.path, self.error = path, error

    def fill(self):
        self.path.write_text(str(self.error))

    def free(self):
        self.path.unlink()


def starve(world, trouble, what):
    """Everybody acts while nothing can be written, and after."""
    world.log_admin_in()
    client = Client(world.server)
    crowd = Crowd(world, 0, what)
    crowd.client = client
    for _ in range(40):
        crowd.act()
    acknowledged = sum(crowd.acts.values())
    trouble.fill()
    statuses = {}
    for _ in range(120):
        status, body = client.call("POST", "/login/", {"username": "admin@example.com", "password": PASSWORD}, form=True)
        statuses[status] = statuses.get(status, 0) + 1
        if status == 503 and not (body["code"] == "unavailable" and client.headers.get("retry-after")):
            fail(f"{what}: a 503 that does not say when to try again: {body}")
        crowd.act()
        if statuses.get(503, 0) > 10:
            break
    expect(statuses.get(503, 0) > 10 and set(statuses) <= {200, 503}, f"{what}: writes are refused by nothing but 503 {statuses}")
    for path in ("/myaccount", "/users/", "/.well-known/jwks.json"):
        status, _ = client.call("GET", path, token=world.admin)
        expect(status == 200, f"{what}: GET {path} is answered")
    trouble.free()
    status, until = 503, time.monotonic() + 10
    while status == 503 and time.monotonic() < until:
        time.sleep(0.1)
        status, _ = client.log_in("admin@example.com")
    expect(status == 200, f"{what}: it goes on by itself when there is room again")
    for _ in range(40):
        crowd.act()
    expect(sum(crowd.acts.values()) > acknowledged, f"{what}: {sum(crowd.acts.values())} acts")
    world.server.kill()
    world.server.start()
    check = Check(world, what)
    check.all([crowd])
    expect(not check.lost, f"{what}: after a kill -9, {check.checked} checks, lost: {check.lost[:5] or 0}")
    world.server.stop()
    client.close()


def full(folder):
    world = World("sqlite", folder)
    tmpfs = Tmpfs(str(world.data)) if os.getuid() == 0 else None
    trouble = tmpfs
    if tmpfs is None or not tmpfs.is_mounted:
        print("   no tmpfs can be mounted here: the writes are refused by power.c instead")
        trouble = refusing(world, folder, 28)
    try:
        world.begin()
        starve(world, trouble, "a full disk")
    finally:
        world.server.stop()
        if tmpfs:
            tmpfs.leave()


def refusing(world, folder, error):
    world.data.mkdir(mode=0o700, exist_ok=True)
    flag = pathlib.Path(folder, "refuse")
    world.server.more = {"LD_PRELOAD": str(shim(folder)), "POWER_CUT_FOLDER": str(world.data),
                         "POWER_CUT_LOG": os.path.join(folder, "record"), "POWER_CUT_REFUSE": str(flag)}
    return Refusal(flag, error)


def becomes_read_only(folder):
    world = World("sqlite", folder)
    trouble = refusing(world, folder, 30)
    world.begin()
    starve(world, trouble, "a folder that becomes read-only")


def is_read_only(folder):
    """From the beginning: one line that says what to do."""
    world = World("sqlite", folder)
    data = world.data
    data.mkdir(mode=0o700)
    if os.getuid() == 0:
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,mode=700", "tmpfs", data], capture_output=True).returncode:
            print("   left out: a read-only folder needs a mount, which this user may not make")
            return
    else:
        data.chmod(0o500)
    try:
        done = world.server.run("serve")
        lines = [line for line in done.stderr.splitlines() if line]
        expect(done.returncode == 1 and len(lines) == 1 and "data folder" in lines[0], f"a read-only folder: {lines}")
    finally:
        if os.getuid() == 0:
            subprocess.run(["umount", data], check=True)


def main():
    for trial in (full, becomes_read_only, is_read_only):
        with tempfile.TemporaryDirectory() as folder:
            trial(folder)


if __name__ == "__main__":
    try:
        main()
    except Gone as error:
        fail(f"the server is gone: {error}")
