"""People who use a server, what they were told, and whether it is still true after a crash.

Every act that was acknowledged is written down. One whose answer did not come may have been done or not, and both are
right; but only those two.
"""

import random, threading, time
from collections import Counter

from world import PASSWORD, Client, Gone


class Person:
    def __init__(self, email):
        self.email, self.password, self.id, self.bio = email, PASSWORD, None, None
        self.is_verified = self.is_locked = self.is_deleted = False
        self.tokens, self.dead, self.used = None, [], []
        # Acts that were acknowledged, and acts that may have been done, by the code of their entry in the audit log.
        self.sure, self.perhaps = Counter(), Counter()
        # What may be so since an answer did not come.
        self.open = {}


class Crowd(threading.Thread):
    """One thread with people of its own, so that it knows what to expect of each."""

    def __init__(self, world, number, seed):
        super().__init__(daemon=True)
        self.world, self.number, self.random = world, number, random.Random(f"{seed}/{number}")
        self.people, self.invited, self.count = [], [], 0
        self.acts, self.faults = Counter(), []

    def run(self):
        self.client = Client(self.world.server)
        try:
            while not self.world.stop.is_set():
                self.act()
        except Gone:
            pass
        except Exception as error:  # noqa: BLE001 – told by the main thread, which ends the test
            self.faults.append(f"{type(error).__name__}: {error}")
        finally:
            self.client.close()

    def act(self):
        usable = [p for p in self.people if not p.is_deleted and not p.open]
        choice = self.random.random()
        if len(usable) < 3 or choice < 0.12:
            return self.register()
        person = self.random.choice(usable[-12:])
        if not person.is_verified:
            return self.verify(person)
        if person.is_locked:
            return self.unlock(person)
        if not person.tokens:
            return self.log_in(person)
        acts = [(self.refresh, 25), (self.change_profile, 20), (self.log_out, 15), (self.log_in, 10),
                (self.change_password, 8), (self.invite, 8), (self.lock, 6), (self.end_sessions, 5), (self.delete, 3)]
        weights = [weight for _, weight in acts]
        return self.random.choices([act for act, _ in acts], weights)[0](person)

    def ask(self, person, event, opened, wanted, *call, refused=(), **more):
        """Sends a request; answers its body when it was acknowledged. With a status of `refused` nothing was done."""
        person.perhaps[event] += 1
        person.open = opened
        status, body = self.client.call(*call, **more)
        person.open = {}
        person.perhaps[event] -= 1
        if status == 503:
            self.busy(person, event, opened)
            return None
        if status in refused:
            self.acts[f"{event} refused"] += 1
            return None
        if status not in wanted:
            raise AssertionError(f"{call[0]} {call[1]} for {person.email}: {status} {body}")
        person.sure[event] += 1
        self.acts[event] += 1
        return body if body is not None else True

    def busy(self, person, event, opened):
        """A 503. SQLite has then done nothing; a commit on a broken connection may have been done by PostgreSQL."""
        self.acts["503"] += 1
        if not self.client.headers.get("retry-after"):
            raise AssertionError(f"a 503 without Retry-After for {event}")
        if self.world.database.kind == "postgres":
            person.perhaps[event] += 1
            person.open = opened
        time.sleep(0.02)

    def register(self):
        self.count += 1
        person = Person(f"p{self.number}-{self.count}@example.com")
        self.people.append(person)
        body = {"email": person.email, "password": PASSWORD, "nickname": f"p{self.number}n{self.count}"}
        done = self.ask(person, "account_registered", {"exists": (False, True)}, (200,), "POST", "/register/", body)
        if done:
            person.id = done["id"]
        elif not person.open:
            self.people.remove(person)

    def verify(self, person):
        mails = self.client.mails(person.email)
        if mails is None:
            return
        links = [link for mail in mails for link in mail["links"] if "/verify-email/" in link]
        if not links:
            raise AssertionError(f"{person.email} was registered, and its mail is not there")
        path = "/verify-email/" + links[0].split("/verify-email/")[1]
        if self.ask(person, "email_verified", {"verified": None}, (200, 303), "POST", path, body={}, form=True):
            person.is_verified = True

    def log_in(self, person):
        body = {"username": person.email, "password": person.password}
        done = self.ask(person, "login", {"login": None}, (200,), "POST", "/login/", body, form=True)
        if done:
            person.tokens = done

    def refresh(self, person):
        old = person.tokens
        body = {"refresh_token": old["refresh_token"]}
        person.open = {"session": None}
        status, done = self.client.call("POST", "/login/refresh", body)
        person.open = {}
        if status == 503:
            self.busy(person, "refresh", {"session": None})
            return
        if status != 200:
            raise AssertionError(f"refresh for {person.email}: {status} {done}")
        person.tokens = done
        person.used.append(old["refresh_token"])
        self.acts["refresh"] += 1

    def log_out(self, person):
        token = person.tokens
        done = self.ask(person, "logout", {"session": None}, (200, 204, 303), "POST", "/logout", token=token["access_token"])
        if done:
            person.dead.append(token)
            person.tokens = None

    def change_profile(self, person):
        bio = f"bio {self.random.random()}"
        done = self.ask(person, "account_updated", {"bio": (person.bio, bio)}, (200,), "PUT", "/myaccount", {"bio": bio},
                        token=person.tokens["access_token"])
        if done:
            person.bio = bio

    def change_password(self, person):
        new = f"correct horse {self.random.random()}"
        token = person.tokens
        body = {"current_password": person.password, "password": new}
        done = self.ask(person, "password_changed", {"password": (person.password, new), "session": None}, (200,), "POST",
                        "/myaccount/password", body, token=token["access_token"],
                        # One new password of 65,536 looks as if it had leaked.
                        refused=(422,))
        if done:
            person.dead.append(token)
            person.password, person.tokens = new, done

    def invite(self, person):
        email = f"guest{self.number}-{len(self.invited)}-{self.random.randrange(10**9)}@example.com"
        self.invited.append((email, False))
        status, body = self.client.call("POST", "/invitations", {"email": email}, token=self.world.admin)
        if status == 201:
            self.invited[-1] = (email, True)
            self.acts["invitation_created"] += 1
        elif status != 503:
            raise AssertionError(f"an invitation: {status} {body}")

    def lock(self, person):
        tokens = person.tokens
        done = self.ask(person, "account_locked", {"locked": None, "session": None}, (200,), "POST",
                        f"/users/{person.id}/lock", token=self.world.admin)
        if done:
            person.is_locked, person.tokens = True, None
            person.dead.append(tokens)

    def unlock(self, person):
        if self.ask(person, "account_unlocked", {"locked": None}, (200,), "POST", f"/users/{person.id}/unlock",
                    token=self.world.admin):
            person.is_locked = False

    def end_sessions(self, person):
        tokens = person.tokens
        if self.ask(person, "sessions_ended", {"session": None}, (200, 204), "DELETE", f"/users/{person.id}/sessions",
                    token=self.world.admin):
            person.tokens = None
            person.dead.append(tokens)

    def delete(self, person):
        tokens = person.tokens
        if self.ask(person, "account_deleted", {"deleted": None, "session": None}, (204,), "POST", "/myaccount/delete",
                    {"password": person.password}, token=tokens["access_token"]):
            person.is_deleted, person.tokens = True, None
            person.dead.append(tokens)


class Check:
    """Compares a restarted server with what people were told."""

    def __init__(self, world, seed):
        self.world, self.random = world, random.Random(f"{seed}/check")
        self.checked, self.lost = 0, []

    def expect(self, holds, what):
        self.checked += 1
        if not holds:
            self.lost.append(what)

    def all(self, crowds):
        rows = self.world.database.rows
        self.accounts = {row[0]: row for row in rows(
            "SELECT email, id, password_hash, email_verified_at, locked_at, bio FROM accounts")}
        self.mails = {row[0]: int(row[1]) for row in rows("SELECT recipient, count(*) FROM outbox GROUP BY recipient")}
        self.entries = {(row[0], row[1]): int(row[2]) for row in rows(
            "SELECT account_id, event, count(*) FROM audit_entries WHERE outcome = 'done' GROUP BY account_id, event")}
        self.links = {row[0] for row in rows("SELECT account_id FROM email_verifications")}
        self.whole()
        client = Client(self.world.server)
        for crowd in crowds:
            for email, is_sure in crowd.invited:
                if is_sure:
                    self.expect(self.mails.get(email) == 1, f"the mail of the invitation for {email}: {self.mails.get(email)}")
            for person in crowd.people:
                self.settle(person)
                self.stands(person)
            self.sessions(client, crowd)
        client.close()

    def whole(self):
        """What has to hold whoever did what: nothing is half made."""
        for email, (_, account, secret, verified, *_rest) in self.accounts.items():
            self.expect(secret.startswith("$argon2id$"), f"{email} has no password")
            if email.startswith("p"):
                self.expect(verified or account in self.links, f"{email} can neither log in nor be verified")
                self.expect(self.mails.get(email, 0) >= 1, f"{email} was never written to")
                self.expect(self.entries.get((account, "account_registered")) == 1, f"{email} is not in the audit log once")
        verified = self.world.server.run("audit", "verify")
        self.expect(verified.returncode == 0, f"audit verify: {verified.stderr}")

    def settle(self, person):
        """Finds out what became of an act whose answer did not come: one of two things."""
        found = self.accounts.get(person.email)
        for what, choice in person.open.items():
            if what == "exists" and found:
                person.id = dashed(found[1])
            elif what == "verified" and found:
                person.is_verified = bool(found[3])
            elif what == "locked" and found:
                person.is_locked = bool(found[4])
            elif what == "bio" and found:
                self.expect(found[5] in [text or "" for text in choice], f"{person.email}: the bio is neither: {found[5]!r}")
                person.bio = found[5] or None
            elif what == "password":
                client = Client(self.world.server)
                working = [text for text in choice if found and client.log_in(person.email, text)[0] == 200]
                client.close()
                self.expect(len(working) == 1, f"{person.email}: {len(working)} of two passwords work")
                person.password = working[0] if working else person.password
                person.perhaps["login"] += 1
            elif what == "deleted":
                person.is_deleted = not found
            if what == "session":
                person.tokens = None
        if "exists" in person.open and not found:
            person.is_deleted = True
        person.open = {}

    def stands(self, person):
        """The row, the entries and the mails of a person."""
        found, who = self.accounts.get(person.email), person.email
        self.expect(bool(found) != person.is_deleted, f"{who} is {'there' if found else 'gone'}")
        key = (person.id or "").replace("-", "")
        for event in (set(person.sure) | set(person.perhaps)) - {"refresh"}:
            number, least = self.entries.get((key, event), 0), person.sure[event]
            self.expect(least <= number <= least + person.perhaps[event],
                        f"{who}: {number} entries of {event}, {least} were acknowledged")
        if not found or person.is_deleted:
            return
        self.expect(bool(found[3]) == person.is_verified, f"{who} is verified: {found[3]!r}")
        self.expect(bool(found[4]) == person.is_locked, f"{who} is locked: {found[4]!r}")
        self.expect(found[5] == (person.bio or ""), f"{who}: the bio is {found[5]!r} and not {person.bio!r}")
        least = person.sure["account_registered"] + person.sure["password_changed"]
        most = least + person.perhaps["account_registered"] + person.perhaps["password_changed"]
        number = self.mails.get(who, 0)
        self.expect(least <= number <= most, f"{who}: {number} mails, {least} to {most} are right")

    def sessions(self, client, crowd):
        """Who is in stays in, and who is out stays out. The newest ones, and some of the older ones."""
        people = crowd.people[-15:] + self.random.sample(crowd.people, min(5, len(crowd.people)))
        for person in dict.fromkeys(people):
            for tokens in person.dead[-2:]:
                status, _ = client.call("GET", "/myaccount", token=tokens["access_token"])
                self.expect(status == 401, f"{person.email}: an ended session answers {status}")
                status, _ = client.call("POST", "/login/refresh", {"refresh_token": tokens["refresh_token"]})
                self.expect(status == 401, f"{person.email}: the refresh token of an ended session answers {status}")
            if person.tokens and not person.is_deleted:
                status, _ = client.call("GET", "/myaccount", token=person.tokens["access_token"])
                self.expect(status == 200, f"{person.email}: a session that goes on answers {status}")
                status, body = client.call("POST", "/login/refresh", {"refresh_token": person.tokens["refresh_token"]})
                self.expect(status == 200, f"{person.email}: the newest refresh token answers {status}")
                if status == 200:
                    person.tokens = body


def dashed(digits):
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def wait_for(what, probe, patience=30):
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if probe():
            return
        time.sleep(0.05)
    raise SystemExit(f"durability: {what} did not come")
