"""A clock that jumps an hour forward, and an hour back: nothing breaks, nothing comes back, nobody is logged out by it.

    clock.py

Runs under libfaketime (GATEPOST_FAKETIME).
"""

import os, pathlib, tempfile

from acts import Check, Crowd, wait_for
from kill import World
from world import PASSWORD, Client, fail

HOUR = 3600


class Moved(World):
    def __init__(self, folder):
        super().__init__("sqlite", folder)
        self.clock = pathlib.Path(folder, "clock")
        self.set(0)
        # Idle for an hour is over after a jump of an hour, as it should be; here it is not what is looked at.
        # A bucket that fills in exactly the time of the jump would look full and not impossible: see src/limits/mod.rs.
        self.server.settings += ["session.idle=6h", "registration.window=15m", "mail.asked_window=15m"]
        self.server.more = {"LD_PRELOAD": os.environ["GATEPOST_FAKETIME"], "FAKETIME_TIMESTAMP_FILE": str(self.clock),
                            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    def set(self, seconds):
        new = self.clock.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.rename(self.clock)


def expect(holds, what):
    if not holds:
        fail(f"a moved clock: {what}")
    print(f"   {what}")


def a_life(client, name):
    """Everything that a newcomer does, from the registration to a new password."""
    email = f"{name}@example.com"
    status, person = client.call("POST", "/register/", {"email": email, "password": PASSWORD, "nickname": name})
    expect(status == 200, f"{name}: registers")
    link = [link for mail in client.mails(email) for link in mail["links"] if "/verify-email/" in link][0]
    status, _ = client.call("POST", "/verify-email/" + link.split("/verify-email/")[1], {}, form=True)
    expect(status in (200, 303), f"{name}: proves the address")
    status, tokens = client.log_in(email)
    expect(status == 200, f"{name}: logs in")
    # A link for a new password is mailed by a job.
    client.call("POST", "/forgot-password", {"email": email})
    wait_for("the mail for a new password", lambda: any("/reset-password#" in link for mail in client.mails(email)
                                                        for link in mail["links"]))
    status, gone = client.log_in(email)
    client.call("POST", "/logout", token=gone["access_token"])
    return email, tokens, gone


def go_on(client, name, lives):
    """Who is in stays in by the refresh token; who is out stays out."""
    for place, (email, tokens, gone) in enumerate(lives):
        status, tokens = client.call("POST", "/login/refresh", {"refresh_token": tokens["refresh_token"]})
        expect(status == 200, f"{name}: {email} refreshes")
        status, _ = client.call("GET", "/myaccount", token=tokens["access_token"])
        expect(status == 200, f"{name}: {email} is still in")
        for method, path, body in (("GET", "/myaccount", None), ("POST", "/login/refresh", {"refresh_token": gone["refresh_token"]})):
            status, _ = client.call(method, path, body, token=gone["access_token"])
            expect(status == 401, f"{name}: {email} is out at {path}")
        lives[place] = (email, tokens, gone)


def main():
    with tempfile.TemporaryDirectory() as folder:
        world = Moved(folder)
        world.begin()
        client = Client(world.server)
        crowd, lives = Crowd(world, 0, "clock"), []
        crowd.client = client
        for name, seconds in (("now", 0), ("ahead", HOUR), ("back", 0), ("behind", -HOUR), ("again", 0)):
            world.set(seconds)
            go_on(client, name, lives)
            # Tokens of others have run out with the hour: who acts logs in again.
            world.log_admin_in()
            for person in crowd.people:
                person.tokens = None
            for _ in range(40):
                crowd.act()
            lives.append(a_life(client, name))
            done = world.server.run("audit", "verify")
            expect(done.returncode == 0, f"{name}: the chain of the audit log holds")
        world.server.kill()
        world.server.start()
        check = Check(world, "clock")
        for person in crowd.people:
            person.tokens = None
        check.all([crowd])
        expect(not check.lost, f"after it: {check.checked} checks, lost: {check.lost[:5] or 0}")
        log = world.server.tail()
        expect("panic" not in log and "ERROR" not in log, f"the log has no error {log[-500:]}")
        world.server.stop()


if __name__ == "__main__":
    main()
