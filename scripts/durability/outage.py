"""The mail server is away, and the database is away: no mail is lost or sent twice, and no answer is wrong.

    outage.py mail
    outage.py database     run by scripts/with-postgres.sh
"""

import os, pathlib, random, re, socketserver, subprocess, sys, tempfile, threading, time
from collections import Counter

from acts import Check, Crowd, wait_for
from kill import World
from world import PASSWORD, SETTINGS, Client, fail


class Sink(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it gets, and can be told to refuse."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self, port=0):
        self.letters, self.mood, self.held = [], "well", threading.Lock()
        super().__init__(("127.0.0.1", port), Conversation)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def leave(self):
        self.shutdown()
        self.server_close()


class Conversation(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.say("220 sink ESMTP")
        recipient = None
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word in (b"EHLO", b"HELO"):
                self.say("250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8")
            elif word == b"RCPT":
                recipient = re.search(rb"<(.*?)>", line)[1].decode()
                self.say("451 later" if self.server.mood == "busy" else "250 ok")
            elif word == b"DATA":
                self.say("354 go on")
                text = b""
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    text += line
                if self.server.mood == "dies":
                    # Half of a letter, and the connection is gone.
                    return
                with self.server.held:
                    self.server.letters.append((recipient, re.search(rb"(?im)^message-id: *(\S+)", text)[1].decode()))
                self.say("250 kept")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


def expect(holds, what):
    if not holds:
        fail(what)
    print(f"   {what}")


def mail():
    """A server that is not there, one that says later, one that dies in the middle, kill -9, and then all is well."""
    with tempfile.TemporaryDirectory() as folder:
        sink = Sink()
        port = sink.port
        sink.leave()
        world = World("sqlite", folder)
        world.server.settings = [*SETTINGS, "mail.from=gatepost@example.com", "mail.smtp_host=127.0.0.1", f"mail.smtp_port={port}", "mail.smtp_tls=none"]
        world.begin()
        client, owed = Client(world.server), Counter()

        def register(what, number):
            for place in range(number):
                email = f"{what}{place}@example.com"
                status, body = client.call("POST", "/register/", {"email": email, "password": PASSWORD, "nickname": f"{what}{place}"})
                if status != 200:
                    fail(f"{email} cannot register while the mail server is {what}: {status} {body}")
                owed[email] += 1

        register("away", 12)
        waiting = lambda: int(world.database.rows("SELECT count(*) FROM outbox WHERE sent_at IS NULL")[0][0])
        expect(waiting() == 12, "12 registrations without a mail server: 12 mails wait")
        sink = Sink(port)
        for mood in ("busy", "dies"):
            sink.mood = mood
            register(mood, 6)
            world.server.run("mail", "retry", "--all")
            time.sleep(1.5)
        expect(not sink.letters, "a server that says later, or dies in the middle of a letter, has none")
        world.server.kill()
        world.server.start()
        client.close()
        sink.mood = "well"
        until = time.monotonic() + 200

        def all_came():
            # What was under way at the kill -9 is taken up again when its claim has run out, after two minutes.
            if time.monotonic() < until and waiting():
                world.server.run("mail", "retry", "--all")
                time.sleep(1)
            return waiting() == 0

        wait_for("every mail", all_came, 200)
        world.server.stop()
        sink.leave()
        came = Counter(recipient for recipient, _ in sink.letters)
        expect(came == owed, f"{sum(owed.values())} mails were owed, {sum(came.values())} came, each once")
        names = {name for _, name in sink.letters}
        expect(len(names) == len(sink.letters), "each has a Message-ID of its own")


class Postgres:
    """The private server of with-postgres.sh, stopped and started."""

    def __init__(self):
        self.folder = pathlib.Path(os.environ["GATEPOST_TEST_POSTGRES_DATA"])
        url = os.environ["GATEPOST_TEST_POSTGRES"]
        self.port = re.search(r":(\d+)/", url)[1]
        # The private server is quick and forgetful; here it must keep what it has acknowledged.
        subprocess.run(["psql", url, "-Xq", "-c", "ALTER SYSTEM SET synchronous_commit = 'on'", "-c", "SELECT pg_reload_conf()"],
                       check=True, stdout=subprocess.DEVNULL)

    def control(self, *arguments):
        owner = self.folder.stat().st_uid
        become = {"user": owner, "group": self.folder.stat().st_gid, "extra_groups": []} if os.getuid() == 0 else {}
        subprocess.run(["pg_ctl", *arguments, "--silent", "--pgdata", self.folder], check=True, cwd="/", timeout=60,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **become)

    def stop(self, how):
        self.control("stop", f"--mode={how}")

    def start(self):
        self.control("start", "--wait", f"--options=-p {self.port}", f"--log={self.folder}/server.log")


def database(rounds):
    chance = random.Random(time.time_ns())
    with tempfile.TemporaryDirectory() as folder:
        world, postgres = World("postgres", folder), Postgres()
        world.begin()
        world.log_admin_in()
        crowds = [Crowd(world, number, "outage") for number in range(4)]
        for crowd in crowds:
            crowd.start()
        client, statuses, longest = Client(world.server), Counter(), 0.0
        for number in range(rounds):
            time.sleep(chance.uniform(0.5, 1.5))
            postgres.stop(chance.choice(("immediate", "fast")))
            until = time.monotonic() + 1
            while time.monotonic() < until:
                status, body = client.call("GET", "/myaccount", token=world.admin)
                statuses[status] += 1
                if status not in (200, 503) or status == 503 and not client.headers.get("retry-after"):
                    fail(f"without a database: {status} {body}")
            postgres.start()
            began = time.monotonic()
            while client.call("GET", "/myaccount", token=world.admin)[0] != 200:
                if time.monotonic() - began > 30:
                    fail("the server does not recover")
                time.sleep(0.02)
            longest = max(longest, time.monotonic() - began)
        time.sleep(0.5)
        world.stop.set()
        for crowd in crowds:
            crowd.join(60)
            if crowd.faults:
                fail(f"{crowd.faults[0]}\n{world.server.tail()}")
        check = Check(world, "outage")
        check.all(crowds)
        world.server.stop()
        world.database.drop()
        acts = sum((crowd.acts for crowd in crowds), Counter())
        refused = acts.pop("503", 0) + statuses[503]
        expect(not check.lost, f"{rounds} times without a database: {sum(acts.values())} acts acknowledged, {refused} refused with 503, "
               f"{check.checked} checks, lost: {check.lost[:5] or 0}; back after {longest:.2f} s at most")


if __name__ == "__main__":
    if sys.argv[1] == "mail":
        mail()
    else:
        database(int(sys.argv[2]) if len(sys.argv) > 2 else 10)
