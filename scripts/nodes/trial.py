"""What breaks, in which order, and what may be felt of it."""

import collections, os, secrets, threading, time

from nodes.node import Node, haproxy
from nodes.people import PASSWORD, Manager, Person, Record
from nodes.postgres import Primary, Standby
from nodes.tools import free_port, wait_until

NODES = 3
# The longest that a node's death may be felt.
FELT = 2.0
# How long a node hands out the figures that it gathered, in seconds.
GATHERED = 1.0
READS, FALLBACKS = "gatepost_replica_reads_total", "gatepost_replica_fallbacks_total"


class Trial:
    def __init__(self, arguments, folder):
        self.arguments, self.folder, self.faults = arguments, folder, []
        self.record, self.stop = Record(), threading.Event()

    def start(self):
        self.primary = Primary(self.folder)
        self.standby = Standby(self.folder, self.primary)
        self.port = free_port()
        shared = {
            "PATH": os.environ["PATH"],
            "GATEPOST_DATABASE_URL": self.primary.url(),
            "GATEPOST_DATABASE_REPLICA_URL": self.standby.url(),
            "GATEPOST_DATABASE_REPLICA_LAG_MAX": "1s",
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
        self.hire()
        for person in self.people:
            person.start()

    def hire(self):
        email = "manager@example.com"
        self.nodes[0].command("user", "create", "--json", "--verified", "--password-stdin", "--email", email,
                              "--role", "MANAGER", text=PASSWORD + "\n")
        manager = Manager(self.port, email, self.record, self.stop)
        self.people.append(manager)
        manager.before = len(self.people)

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
        faults += [f"no {act} was answered" for act in ("read", "list") if not counts.get(act)]
        print(f"{name:<34} {sum(counts.values()):>6} done  {len(failures):>5} failed in {felt:4.1f} s  {dict(kinds)}", flush=True)
        self.faults += [f"{name}: {fault}" for fault in faults]

    def run(self):
        self.part("three nodes", lambda: None, none_failed)
        self.part("a node killed with -9", self.kill_node, briefly)
        self.part("PostgreSQL stopped and started", lambda: self.restart(self.primary.stop), only_503)
        self.part("PostgreSQL killed with -9", lambda: self.restart(self.primary.kill), only_503)
        self.part("the standby killed with -9", self.kill_standby, none_failed)
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
        self.primary.start()
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

    def kill_standby(self):
        """Lists come from it, from the primary while it is away, and from it again."""
        self.until_more("lists are read at the standby", READS)
        self.standby.kill()
        self.until_more("lists are read at the primary", FALLBACKS)
        time.sleep(self.arguments.seconds / 5)
        self.standby.start()
        self.until_more("lists are read at the standby again", READS)

    def until_more(self, what, counter):
        """Waits until the nodes have counted more than by now.

        They gather their figures once a second at most, so those of before must be as old as now: two looks that always lie
        within the same second see nothing move, however often they are repeated.
        """
        time.sleep(GATHERED)
        before = self.count_nodes(counter)
        wait_until(what, lambda: self.count_nodes(counter) > before)

    def count_nodes(self, name):
        return sum(node.counter(name) for node in self.nodes)

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
        known = set(self.primary.ask("SELECT email FROM accounts"))
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
        for server in [getattr(self, "standby", None), getattr(self, "primary", None)]:
            if server:
                server.end()


def none_failed(felt, kinds):
    return [f"failed: {dict(kinds)}"] if kinds else []


def briefly(felt, kinds):
    return [f"felt for {felt:.1f} s"] if felt >= FELT else []


def only_503(felt, kinds):
    return [f"not a 503 with Retry-After: {kind}" for kind in kinds if kind != "503"]
