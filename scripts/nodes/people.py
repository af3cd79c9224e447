"""Who asks while something breaks, and what they have seen."""

import collections, http.client, json, random, secrets, threading, time, urllib.parse

PASSWORD = "correct horse 71 battery"


class Record:
    """What the people have seen."""

    def __init__(self):
        self.lock = threading.Lock()
        self.registered = []
        self.wrong = []
        self.begin()

    def begin(self):
        self.counts, self.failures, self.since = collections.Counter(), [], time.monotonic()

    def done(self, act):
        with self.lock:
            self.counts[act] += 1

    def failed(self, act, why):
        with self.lock:
            self.failures.append((time.monotonic(), act, why))

    def is_wrong(self, act, what):
        with self.lock:
            self.wrong.append(f"{act}: {what}")


class Person(threading.Thread):
    def __init__(self, port, email, record, stop):
        super().__init__(daemon=True)
        self.port, self.email, self.record, self.stop = port, email, record, stop
        self.connection = self.access = self.refresh = None
        self.random = random.Random(email)

    def ask(self, act, method, path, form=None, document=None, token=None):
        """Status and body; None when that could not be done, which is noted."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        body = None
        if form:
            body, headers["content-type"] = urllib.parse.urlencode(form), "application/x-www-form-urlencoded"
        if document:
            body, headers["content-type"] = json.dumps(document), "application/json"
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as fault:
            self.connection = None
            self.record.failed(act, type(fault).__name__)
            return None
        if answer.status == 503 and answer.headers["retry-after"]:
            self.record.failed(act, "503")
            return None
        if answer.status in (502, 504):
            self.record.failed(act, str(answer.status))
            return None
        if answer.status != 200:
            self.record.is_wrong(act, f"{answer.status} {content[:200]!r} {answer.headers['www-authenticate'] or ''}")
            return None
        self.record.done(act)
        return json.loads(content or b"null")

    def take(self, tokens):
        if tokens:
            self.access, self.refresh = tokens["access_token"], tokens["refresh_token"]

    def log_in(self):
        self.take(self.ask("login", "POST", "/login/", form={"username": self.email, "password": PASSWORD}))

    def act(self):
        chance = self.random.random()
        if self.refresh is None or chance < 0.03:
            self.log_in()
        elif chance < 0.15:
            self.take(self.ask("refresh", "POST", "/login/refresh", document={"refresh_token": self.refresh}))
        elif chance < 0.25:
            email = f"new-{secrets.token_hex(8)}@example.com"
            if self.ask("register", "POST", "/register/", document={"email": email, "password": PASSWORD}):
                with self.record.lock:
                    self.record.registered.append(email)
        else:
            self.ask("read", "GET", "/myaccount/", token=self.access)

    def run(self):
        while not self.stop.is_set():
            before = len(self.record.failures)
            try:
                self.act()
            except Exception as fault:
                self.record.is_wrong("somebody stopped", repr(fault))
                raise
            # As a client that was told to come back in a second would not, so that recovery is seen when it happens.
            time.sleep(0.05 if len(self.record.failures) > before else 0.002)


class Manager(Person):
    """Looks at the list of people, again and again."""

    # An account that was acknowledged so many seconds ago is in every list: `database.replica_lag_max` and some more.
    SEEN_AFTER = 4.0

    def __init__(self, *arguments):
        super().__init__(*arguments)
        # When, and how many people there were at least; those who act here were there before.
        self.known, self.before = collections.deque(), 0

    def act(self):
        if self.access is None:
            return self.log_in()
        if self.random.random() < 0.01:
            return self.take(self.ask("refresh", "POST", "/login/refresh", document={"refresh_token": self.refresh}))
        now = time.monotonic()
        self.known.append((now, self.before + len(self.record.registered)))
        while len(self.known) > 1 and self.known[1][0] < now - self.SEEN_AFTER:
            self.known.popleft()
        since, least = self.known[0]
        found = self.ask("list", "GET", "/users/?limit=10", token=self.access)
        if found and since < now - self.SEEN_AFTER and found["total"] < least:
            self.record.is_wrong("list", f"{found['total']} people, and {least} were known {now - since:.1f} s ago")
        time.sleep(0.01)
