"""A server that is started and killed, its database, and a client: what the durability tests stand on."""

import atexit, http.client, json, os, pathlib, re, signal, sqlite3, subprocess, sys, time, urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
PASSWORD = "Secure*1234"


class Gone(Exception):
    """The connection broke before the answer: nobody knows whether the act was done."""


def binary():
    named = os.environ.get("GATEPOST_BINARY")
    found = [pathlib.Path(named)] if named else [ROOT / "target/release/gatepost", ROOT / "target/debug/gatepost"]
    found = [path for path in found if path.exists()]
    if not found:
        raise SystemExit("durability: build first: cargo build --release")
    # The newer one, so that nobody tests what he has not built.
    return str(max(found, key=lambda path: path.stat().st_mtime).resolve())


def environment(more=None):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEPOST_")}
    return {**kept, **(more or {})}


class Database:
    """SQLite in the data folder, or a database of its own on the server of GATEPOST_TEST_POSTGRES."""

    def __init__(self, kind, folder):
        self.kind, self.folder = kind, pathlib.Path(folder)
        self.server = os.environ.get("GATEPOST_TEST_POSTGRES")
        if kind == "postgres":
            if not self.server:
                raise SystemExit("durability: run it by scripts/with-postgres.sh")
            self.name = f"durability_{os.getpid()}_{time.time_ns()}"
            self._psql(self.server, f"CREATE DATABASE {self.name}")
            self.url = self.server.rsplit("/", 1)[0] + "/" + self.name

    def _psql(self, url, sql):
        done = subprocess.run(["psql", url, "-XAtq", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-c", sql],
                              capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return [line.split("\x1f") for line in done.stdout.splitlines()]

    def arguments(self):
        return {"GATEPOST_DATABASE_URL": self.url} if self.kind == "postgres" else {}

    def rows(self, sql):
        """Rows of texts; an absent value is an empty text, an identifier its hexadecimal digits."""
        if self.kind == "postgres":
            return [[re.sub(r"^([0-9a-f]{8})-(....)-(....)-(....)-(.{12})$", r"\1\2\3\4\5", cell) for cell in row]
                    for row in self._psql(self.url, sql)]
        connection = sqlite3.connect(f"file:{self.folder}/gatepost.db?mode=ro", uri=True, timeout=20)
        try:
            text = lambda cell: "" if cell is None else cell.hex() if isinstance(cell, bytes) else str(cell)
            return [[text(cell) for cell in row] for row in connection.execute(sql)]
        finally:
            connection.close()

    def drop(self):
        if self.kind == "postgres":
            self._psql(self.server, f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


class Server:
    """A running Gatepost."""

    def __init__(self, folder, database, settings=(), more=None, log=None):
        self.folder, self.database = pathlib.Path(folder), database
        self.settings, self.more = list(settings), dict(more or {})
        self.log = log or self.folder.parent / "server.log"
        self.process, self.port = None, None

    def command(self, *arguments):
        sets = [part for setting in self.settings for part in ("--set", setting)]
        return [binary(), *arguments, "--data", str(self.folder), *sets]

    def start(self, patience=60):
        out = open(self.log, "ab")
        listen = ["--listen", f"localhost:{self.port or 0}"]
        self.process = subprocess.Popen(self.command() + listen, cwd=self.folder.parent, stderr=out, stdout=subprocess.PIPE,
                                        env=environment({**self.database.arguments(), **self.more}))
        out.close()
        atexit.register(self.end)
        greeting, until = b"", time.monotonic() + patience
        while b"Ctrl-C" not in greeting:
            line = self.process.stdout.readline()
            if not line or time.monotonic() > until:
                raise RuntimeError(f"the server did not start: {self.tail()}")
            greeting += line
        self.port = int(re.search(rb"http://localhost:(\d+)", greeting)[1])
        return self

    def end(self):
        """Leaves nothing behind, however the test has ended."""
        if self.process.poll() is None:
            self.kill()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)
        self.process.stdout.close()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()

    def tail(self):
        return self.log.read_text(errors="replace")[-2000:]

    def run(self, *arguments):
        """A command of the program beside the server."""
        return subprocess.run(self.command(*arguments), cwd=self.folder.parent, capture_output=True, text=True, timeout=120,
                              env=environment({**self.database.arguments(), **self.more}))


class Client:
    """One connection, kept open."""

    def __init__(self, server, timeout=30):
        self.server, self.timeout, self.connection = server, timeout, None

    def call(self, method, path, body=None, token=None, form=False, headers=None):
        data, headers = None, {"host": f"localhost:{self.server.port}", "user-agent": "durability", **(headers or {})}
        if body is not None:
            data = (urllib.parse.urlencode(body) if form else json.dumps(body)).encode()
            headers["content-type"] = "application/x-www-form-urlencoded" if form else "application/json"
        if token:
            headers["authorization"] = f"Bearer {token}"
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=self.timeout)
            self.connection.request(method, path, data, headers)
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Gone(str(error)) from error
        if answer.getheader("connection") == "close":
            self.close()
        try:
            parsed = json.loads(text or "null")
        except ValueError:
            parsed = text.decode(errors="replace")
        self.headers = answer.headers
        return answer.status, parsed

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def mails(self, to):
        """What was written to an address; nothing at all while the database is away."""
        status, body = self.call("GET", "/dev/mail.json?to=" + urllib.parse.quote(to))
        return None if status == 503 else body["items"]

    def log_in(self, email, password=PASSWORD):
        return self.call("POST", "/login/", {"username": email, "password": password}, form=True)


def fail(what):
    print(f"durability: {what}", file=sys.stderr)
    raise SystemExit(1)


# The least that is accepted for a hash: here it is not the hash that is tested.
SETTINGS = ["passwords.argon2_memory=7MiB", "passwords.argon2_iterations=5", "registration.per_network=100000",
            "login.failures_per_network=100000", "login.failures_overall=1000000", "mail.asked_per_network=100000",
            "session.per_account=1000", "log.level=warn"]
