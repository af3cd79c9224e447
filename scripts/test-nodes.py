#!/usr/bin/env python3
"""Three nodes behind a proxy, and what breaks under load.

    make test-nodes
    scripts/test-nodes.py [--seconds 5] [--workers 12] [--binary target/release/gatepost]

Starts a PostgreSQL of its own, three nodes at once on the empty database, haproxy in front of them, and people who read,
refresh, log in and register. Then one node is killed with -9, PostgreSQL is stopped and started, its first process is killed
with -9, and all nodes are restarted one by one. Nobody may be logged out, no acknowledged write may be lost, and what cannot
be done is a 503 with Retry-After. --seconds is how long each of the five parts goes on; with 5 the whole takes half a minute.
"""
import argparse, collections, http.client, json, os, pathlib, pwd, random, secrets, shutil, signal, socket, subprocess
import sys, tempfile, threading, time, urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
PASSWORD = "correct horse 71 battery"
NODES = 3
# The longest that a node's death may be felt.
FELT = 2.0


def need(tool):
    return subprocess.run([ROOT / "scripts/need.sh", tool], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_until(what, condition, seconds=30):
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            sys.exit(f"test-nodes: waited {seconds} s in vain: {what}")
        time.sleep(0.05)


class Postgres:
    """A private server that keeps to its promises: what is committed is on disk."""

    def __init__(self, folder):
        self.programs = pathlib.Path(need("postgres"))
        self.folder, self.data, self.port = folder, folder / "postgres", free_port()
        self.user = None
        if os.getuid() == 0:
            names = {entry.pw_name for entry in pwd.getpwall()}
            self.user = "postgres" if "postgres" in names else "nobody"
            folder.chmod(0o711)
            self.data.mkdir()
            shutil.chown(self.data, self.user)
        self.run("initdb", f"--pgdata={self.data}", "--username=gatepost", "--auth=trust", "--encoding=UTF8", "--locale=C")
        with open(self.data / "postgresql.conf", "a") as conf:
            conf.write(f"listen_addresses = '127.0.0.1'\nport = {self.port}\nunix_socket_directories = ''\n")
            conf.write("max_connections = 200\n")
        self.start()

    def run(self, program, *arguments, check=True):
        command = [str(self.programs / program), *arguments]
        done = subprocess.run(command, cwd="/", user=self.user, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if check and done.returncode:
            sys.exit(f"test-nodes: {program}: {done.stdout}")
        return done

    def control(self, *arguments, check=True):
        log = self.data / "server.log"
        return self.run("pg_ctl", f"--pgdata={self.data}", f"--log={log}", "--silent", "--wait", *arguments, check=check)

    def start(self):
        # After a kill -9 the new one waits for the processes of the old one.
        wait_until("PostgreSQL starts", lambda: self.control("start", check=False).returncode == 0)

    def stop(self):
        self.control("stop", "--mode=fast")

    def kill(self):
        os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def ask(self, sql):
        done = self.run("psql", "--no-psqlrc", "-qAt", self.url(), "-c", sql)
        return done.stdout.split()

    def url(self):
        return f"postgres://gatepost@127.0.0.1:{self.port}/postgres"


class Node:
    def __init__(self, number, binary, folder, shared):
        self.number, self.binary, self.port = number, binary, free_port()
        self.folder = folder / f"node{number}"
        self.folder.mkdir()
        self.environment = shared | {"GATEPOST_LISTEN": f"127.0.0.1:{self.port}"}
        self.process = None

    def start(self):
        log = open(self.folder / "log", "a")
        self.process = subprocess.Popen([self.binary, "serve"], cwd=self.folder, env=self.environment,
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def serves(self):
        if self.process.poll() is not None:
            sys.exit(f"test-nodes: node {self.number} ended:\n{(self.folder / 'log').read_text()}")
        return status_of(self.port, "/.well-known/jwks.json") == 200

    def command(self, *arguments, text=None):
        done = subprocess.run([self.binary, *arguments], cwd=self.folder, env=self.environment, input=text,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(f"test-nodes: gatepost {' '.join(arguments)}: {done.stderr}")
        return json.loads(done.stdout)


def status_of(port, path):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status
    except OSError:
        return None


def haproxy(folder, port, nodes):
    """The configuration of docs/scaling.md, with short times."""
    # A node that says whether it is ready is asked; of others it counts that they listen.
    asks = status_of(nodes[0].port, "/readyz") == 200
    check = "option httpchk GET /readyz" if asks else "option tcp-check"
    servers = "\n".join(f"  server node{node.number} 127.0.0.1:{node.port} check" for node in nodes)
    (folder / "haproxy.cfg").write_text(f"""
global
  maxconn 4096
defaults
  mode http
  option forwardfor
  option redispatch 1
  retries 3
  timeout connect 1s
  timeout client 60s
  timeout server 60s
  timeout http-request 10s
  timeout http-keep-alive 60s
frontend people
  bind 127.0.0.1:{port}
  http-error status 503 content-type application/json string '{{"detail":"Unavailable.","code":"unavailable"}}' hdr Retry-After 1
  default_backend nodes
backend nodes
  balance leastconn
  {check}
  # What only reads may be sent again. A write may have been done although no answer came.
  retry-on conn-failure empty-response
  http-request disable-l7-retry unless METH_GET
  default-server inter 250ms fall 2 rise 1 observe layer4 error-limit 1 on-error mark-down
{servers}
""")
    process = subprocess.Popen([str(pathlib.Path(need("haproxy")) / "haproxy"), "-db", "-q", "-f", folder / "haproxy.cfg"],
                               stdin=subprocess.DEVNULL, stdout=open(folder / "haproxy.log", "w"), stderr=subprocess.STDOUT)
    wait_until("haproxy serves", lambda: status_of(port, "/.well-known/jwks.json") == 200)
    return process


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
            self.act()
            # As a client that was told to come back in a second would not, so that recovery is seen when it happens.
            time.sleep(0.05 if len(self.record.failures) > before else 0.002)


class Trial:
    def __init__(self, arguments, folder):
        self.arguments, self.folder, self.faults = arguments, folder, []
        self.record, self.stop = Record(), threading.Event()

    def start(self):
        self.postgres = Postgres(self.folder)
        self.port = free_port()
        shared = {
            "PATH": os.environ["PATH"],
            "GATEPOST_DATABASE_URL": self.postgres.url(),
            "GATEPOST_KEYS_SECRET": secrets.token_hex(32),
            "GATEPOST_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "GATEPOST_HTTP_TRUSTED_PROXIES": "127.0.0.1",
            "GATEPOST_REGISTRATION_PER_NETWORK": "1000000",
            "GATEPOST_LOG_LEVEL": "warn",
        }
        self.nodes = [Node(number, self.arguments.binary, self.folder, shared) for number in range(1, NODES + 1)]
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            wait_until(f"node {node.number} serves", node.serves)
        self.proxy = haproxy(self.folder, self.port, self.nodes)
        self.people = []
        for number in range(self.arguments.workers):
            email = f"person{number}@example.com"
            self.nodes[0].command("user", "create", "--json", "--verified", "--password-stdin", "--email", email,
                                  "--role", "AUTHENTICATED" if number else "ADMIN", text=PASSWORD + "\n")
            self.people.append(Person(self.port, email, self.record, self.stop))
        for person in self.people:
            person.start()

    def part(self, name, what, judge):
        """Lets `what` happen under load, and judges what the people have seen of it."""
        with self.record.lock:
            self.record.begin()
        began = time.monotonic()
        what()
        time.sleep(max(0.0, self.arguments.seconds - (time.monotonic() - began)))
        with self.record.lock:
            counts, failures = dict(self.record.counts), list(self.record.failures)
            wrong, self.record.wrong = self.record.wrong, []
        felt = failures[-1][0] - failures[0][0] if failures else 0.0
        kinds = collections.Counter(why for _, _, why in failures)
        faults = [f"a wrong answer: {answer}" for answer in wrong[:5]] + judge(felt, kinds)
        if not counts.get("read"):
            faults.append("nothing was answered")
        print(f"{name:<34} {sum(counts.values()):>6} done  {len(failures):>5} failed in {felt:4.1f} s  {dict(kinds)}", flush=True)
        self.faults += [f"{name}: {fault}" for fault in faults]

    def run(self):
        self.part("three nodes", lambda: None, none_failed)
        self.part("a node killed with -9", self.kill_node, briefly)
        self.part("PostgreSQL stopped and started", lambda: self.restart(self.postgres.stop), only_503)
        self.part("PostgreSQL killed with -9", lambda: self.restart(self.postgres.kill), only_503)
        self.part("all nodes restarted one by one", self.roll, none_failed)
        self.stop.set()
        for person in self.people:
            person.join()
        self.look_back()

    def kill_node(self):
        victim = self.nodes[0]
        victim.process.kill()
        victim.process.wait()
        time.sleep(self.arguments.seconds / 2)
        victim.start()
        wait_until("the node serves again", victim.serves)

    def restart(self, end):
        end()
        time.sleep(self.arguments.seconds / 5)
        self.postgres.start()
        began = time.monotonic()
        wait_until("reads are answered again", lambda: self.can_read(), 10)
        time.sleep(max(0.0, self.arguments.seconds / 2 - (time.monotonic() - began)))
        # From here on nothing may fail any more; what comes now is judged by the next part as well.
        with self.record.lock:
            before = len(self.record.failures)
        time.sleep(1)
        with self.record.lock:
            if len(self.record.failures) > before:
                self.faults.append(f"it does not recover: {self.record.failures[-1]}")

    def can_read(self):
        counts = self.record.counts["read"]
        time.sleep(0.1)
        return self.record.counts["read"] > counts

    def roll(self):
        for node in self.nodes:
            node.process.terminate()
            if node.process.wait(timeout=60):
                self.faults.append(f"node {node.number} ended with {node.process.returncode}")
            node.start()
            wait_until(f"node {node.number} serves again", node.serves)
            # Until the proxy has seen it.
            time.sleep(0.6)

    def look_back(self):
        """Everything that was acknowledged is there, and everybody is still logged in."""
        known = set(self.postgres.ask("SELECT email FROM accounts"))
        lost = [email for email in self.record.registered if email not in known]
        print(f"{len(self.record.registered)} acknowledged registrations, {len(lost)} lost")
        self.faults += [f"lost: {email}" for email in lost[:5]]
        for person in self.people:
            if person.access and person.ask("look back", "GET", "/myaccount/", token=person.access) is None:
                self.faults.append(f"{person.email} was logged out: {self.record.wrong[-1:]}")
        for node in self.nodes:
            text = (node.folder / "log").read_text()
            if "panicked" in text:
                self.faults.append(f"node {node.number} panicked")

    def end(self):
        for process in [getattr(self, "proxy", None), *(node.process for node in getattr(self, "nodes", []))]:
            if process and process.poll() is None:
                process.kill()
                process.wait()
        if hasattr(self, "postgres"):
            self.postgres.control("stop", "--mode=immediate", check=False)


def none_failed(felt, kinds):
    return [f"failed: {dict(kinds)}"] if kinds else []


def briefly(felt, kinds):
    return [f"felt for {felt:.1f} s"] if felt >= FELT else []


def only_503(felt, kinds):
    return [f"not a 503 with Retry-After: {kind}" for kind in kinds if kind != "503"]


def main():
    parser = argparse.ArgumentParser(description="Three nodes behind a proxy, and what breaks under load.")
    parser.add_argument("--seconds", type=float, default=5, help="how long each part goes on at least")
    parser.add_argument("--workers", type=int, default=12, help="people who act at the same time")
    parser.add_argument("--binary", default=str(ROOT / "target/release/gatepost"))
    parser.add_argument("--keep", action="store_true", help="leave the folder with the logs")
    arguments = parser.parse_args()
    arguments.binary = str(pathlib.Path(arguments.binary).resolve())
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gatepost-nodes."))
    trial = Trial(arguments, folder)
    try:
        trial.start()
        trial.run()
    finally:
        trial.end()
        if arguments.keep:
            print(f"the logs are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    for fault in trial.faults:
        print(f"test-nodes: {fault}", file=sys.stderr)
    sys.exit(1 if trial.faults else 0)


if __name__ == "__main__":
    main()
