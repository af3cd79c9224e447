#!/usr/bin/env python3
"""Offers ten times as many log-ins as the server can hash, and looks at what becomes of everybody.

    scripts/test-overload.py [--seconds 60] [--times 10] [--binary target/release/gatepost]

It starts the release binary on a database of its own, measures it at rest, measures how many log-ins it serves, offers a
multiple of that from fifty networks for the given time, and measures again once it is quiet. Each statement that is not
true is printed, and ends it with 1. The load runs on the same machine, behind the server's priority, so the figures are
worse than those of a machine of its own. Needs Python's standard library alone.
"""
import argparse
import asyncio
import json
import multiprocessing
import os
import pathlib
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

PASSWORD = "Secure*1234"
ACCOUNTS = 80
NETWORKS = 50
READS_PER_SECOND = 100
MIB = 1024 * 1024


class Connection(asyncio.Protocol):
    """One connection that is kept open; one request at a time."""

    def __init__(self):
        self.buffer, self.waiting, self.is_open = b"", None, True

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, _):
        self.is_open = False
        if self.waiting and not self.waiting.done():
            self.waiting.set_exception(ConnectionError("closed"))

    def data_received(self, data):
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end].decode("latin-1").lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
        total = end + 4 + int(fields.get("content-length", 0))
        if len(self.buffer) >= total:
            body, self.buffer = self.buffer[end + 4 : total], self.buffer[total:]
            if self.waiting and not self.waiting.done():
                self.waiting.set_result((int(head[0].split()[1]), fields, body))


class Client:
    """Sends requests over as many connections as it takes."""

    def __init__(self, port):
        self.port, self.free = port, []

    async def send(self, request):
        while self.free:
            connection = self.free.pop()
            if connection.is_open:
                break
        else:
            loop = asyncio.get_running_loop()
            _, connection = await loop.create_connection(Connection, "127.0.0.1", self.port)
        connection.waiting = asyncio.get_running_loop().create_future()
        connection.transport.write(request)
        answer = await asyncio.wait_for(connection.waiting, 30)
        self.free.append(connection)
        return answer


def log_in_request(account, network):
    form = urllib.parse.urlencode({"username": f"user{account}@example.com", "password": PASSWORD})
    return (
        f"POST /login/ HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: {network}\r\n"
        f"content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(form)}\r\n\r\n{form}"
    ).encode()


def read_request(token):
    return f"GET /myaccount HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n".encode()


async def timed(client, request, begun, outcomes):
    """One request; the time counts from when it was due, not from when this program came to it."""
    try:
        status, fields, _ = await client.send(request)
        outcomes.append((status, time.perf_counter() - begun, fields.get("retry-after", "")))
    except Exception as error:
        outcomes.append((repr(error), time.perf_counter() - begun, ""))


async def open_loop(port, rate, seconds, make):
    """So many in a second, whether or not the earlier ones have been answered."""
    client, outcomes, tasks = Client(port), [], set()
    begin = time.perf_counter()
    for number in range(int(rate * seconds)):
        due = begin + number / rate
        late = due - time.perf_counter()
        if late > 0:
            await asyncio.sleep(late)
        task = asyncio.create_task(timed(client, make(number), due, outcomes))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    return outcomes


async def closed_loop(port, width, seconds, make):
    """So many at once: whoever is answered asks again."""
    client, outcomes = Client(port), []
    end = time.perf_counter() + seconds

    async def one(place):
        while time.perf_counter() < end:
            await timed(client, make(place), time.perf_counter(), outcomes)

    await asyncio.gather(*(one(place) for place in range(width)))
    return outcomes


def apart(nice, work, *arguments):
    """Runs a load in a process of its own; the answer is a function that waits for what it saw."""
    here, there = multiprocessing.Pipe()

    def run():
        os.nice(nice)
        there.send(asyncio.run(work(*arguments)))

    process = multiprocessing.Process(target=run)
    process.start()

    def result():
        seen = here.recv()
        process.join()
        return seen

    return result


def flood(number):
    return log_in_request(random.randrange(ACCOUNTS), f"192.0.2.{number % NETWORKS + 1}")


def visitor(_):
    """Somebody from elsewhere with an account of his own."""
    return log_in_request(ACCOUNTS, "198.51.100.1")


def quantile(times, part):
    times = sorted(times)
    return times[min(len(times) - 1, int(len(times) * part))] if times else float("nan")


def milliseconds(seconds):
    return f"{seconds * 1000:.1f} ms"


class Server:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEPOST_")}
        self.environment = {**kept, "GATEPOST_DATA": str(pathlib.Path(folder, "data"))}

    def command(self, *arguments, **others):
        return subprocess.run(
            [self.binary, *arguments], cwd=self.folder, env=self.environment, check=True, capture_output=True, **others
        )

    def start(self):
        for number in range(ACCOUNTS + 1):
            arguments = ["user", "create", "--verified", "--password-stdin", "--email", f"user{number}@example.com"]
            self.command(*arguments, input=f"{PASSWORD}\n".encode())
        settings = json.loads(self.command("config", "--json").stdout)
        self.log = open(pathlib.Path(self.folder, "log"), "w+")
        trusted = "http.trusted_proxies=127.0.0.1"
        self.process = subprocess.Popen(
            [self.binary, "--listen", f"127.0.0.1:{self.port}", "--set", trusted, "--set", "log.level=warn"],
            cwd=self.folder, env=self.environment, stdout=self.log, stderr=self.log,
        )
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/.well-known/jwks.json").read()
                return settings
            except OSError:
                time.sleep(0.05)
        raise SystemExit("test-overload: the server does not start")

    def memory(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) * 1024
        raise SystemExit("test-overload: the server has ended")

    def token(self):
        _, _, body = asyncio.run(self.ask(visitor(0)))
        return json.loads(body)["access_token"]

    async def ask(self, request):
        return await Client(self.port).send(request)

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


class Findings:
    def __init__(self):
        self.untrue = []

    def expect(self, statement, holds, seen):
        print(f"   {'true ' if holds else 'FALSE'} {statement}: {seen}", flush=True)
        if not holds:
            self.untrue.append(statement)


def reads(server, seconds):
    token = server.token()
    return apart(0, open_loop, server.port, READS_PER_SECOND, seconds, lambda _: read_request(token))


def split(outcomes):
    """The times of those who got in, of those who were told to come back, and everything else."""
    entered = [took for status, took, _ in outcomes if status == 200]
    refused = [took for status, took, wait in outcomes if status == 503 and wait.isdigit() and int(wait) >= 1]
    others = [status for status, _, wait in outcomes if status not in (200, 503) or status == 503 and not wait.isdigit()]
    return entered, refused, others


def at_rest(server, name):
    seen = reads(server, 10)()
    times = [took for _, took, _ in seen]
    failed = [status for status, _, _ in seen if status != 200]
    print(f"-- {name}: reads p50 {milliseconds(quantile(times, 0.5))}, p99 {milliseconds(quantile(times, 0.99))}; "
          f"{len(failed)} failed; memory {server.memory() / MIB:.1f} MiB", flush=True)
    return quantile(times, 0.99), failed


def overload(server, arguments, settings, findings):
    idle = server.memory()
    calm, _ = at_rest(server, "at rest")
    warm = apart(5, closed_loop, server.port, 64, 6, flood)()
    entered, refused, others = split(warm)
    capacity = len(entered) / 6
    print(f"-- 64 at once: {capacity:.0f} log-ins a second, p99 {milliseconds(quantile(entered, 0.99))}; "
          f"{len(refused)} told to come back, {len(others)} other answers", flush=True)
    rate = capacity * arguments.times
    print(f"-- {rate:.0f} log-ins a second offered from {NETWORKS} networks for {arguments.seconds} s", flush=True)
    reading = reads(server, arguments.seconds)
    flooding = apart(5, open_loop, server.port, rate, arguments.seconds, flood)
    visiting = apart(0, open_loop, server.port, 1, arguments.seconds, visitor)
    most, end = 0, time.time() + arguments.seconds
    while time.time() < end:
        most = max(most, server.memory())
        time.sleep(0.2)
    flooded, read, visited = flooding(), reading(), visiting()
    judge_flood(findings, flooded, arguments.seconds, capacity)
    judge_others(findings, read, visited, calm)
    judge_memory(findings, most, idle, settings)
    rest = min(60, max(20, arguments.seconds))
    print(f"-- {rest} s of quiet", flush=True)
    time.sleep(rest)
    after = server.memory()
    calm_after, failed = at_rest(server, "afterwards")
    alone = asyncio.run(closed_loop(server.port, 1, 3, visitor))
    findings.expect("afterwards reads are as before", not failed and calm_after <= 2 * calm + 0.01, milliseconds(calm_after))
    findings.expect("afterwards everybody gets in", all(status == 200 for status, _, _ in alone), f"{len(alone)} log-ins")
    findings.expect("the memory of the hashes is given back", after <= idle + 24 * MIB,
                    f"{after / MIB:.1f} MiB, at the beginning {idle / MIB:.1f}")


def judge_flood(findings, flooded, seconds, capacity):
    entered, refused, others = split(flooded)
    findings.expect("every answer is a 200, or a 503 with Retry-After", not others, f"{len(flooded)} answers, others: {others[:3]}")
    findings.expect("the p99 of those who get in is below 2 s", quantile(entered, 0.99) < 2,
                    f"{milliseconds(quantile(entered, 0.99))} (p50 {milliseconds(quantile(entered, 0.5))})")
    served = len(entered) / seconds
    findings.expect("the server goes on serving", served >= 0.5 * capacity, f"{served:.0f} a second of {capacity:.0f}")
    findings.expect("who is refused is told so soon", quantile(refused, 0.99) < 2,
                    f"p50 {milliseconds(quantile(refused, 0.5))}, p99 {milliseconds(quantile(refused, 0.99))}")


def judge_others(findings, read, visited, calm):
    times = [took for _, took, _ in read]
    failed = [status for status, _, _ in read if status != 200]
    p99 = quantile(times, 0.99)
    findings.expect("reads do not fail", not failed, f"{len(read)} reads, failed: {failed[:3]}")
    # The flood itself is sent from the same cores, which is what the second part is for.
    findings.expect("reads keep their p99", p99 <= 2 * calm + 0.02, f"{milliseconds(p99)}, at rest {milliseconds(calm)}")
    entered, refused, others = split(visited)
    findings.expect("whoever comes from elsewhere gets in", not refused and not others,
                    f"{len(entered)} of {len(visited)}, p50 {milliseconds(quantile(entered, 0.5))}, "
                    f"longest {milliseconds(max(entered, default=0))}")


def judge_memory(findings, most, idle, settings):
    def setting(name):
        return next(entry["value"] for entry in settings if entry["key"] == name)

    units = {"KiB": 1024, "MiB": MIB, "GiB": 1024 * MIB}

    def size(text):
        return int(text[:-3]) * units[text[-3:]]

    lanes = int(setting("passwords.lanes")) or len(os.sched_getaffinity(0))
    allowed = idle + lanes * size(setting("passwords.argon2_memory")) + 64 * MIB
    budget = idle + size(setting("passwords.memory_budget"))
    findings.expect("memory stays within the budget", most <= min(allowed, budget),
                    f"{most / MIB:.1f} MiB of {min(allowed, budget) / MIB:.0f}: idle, {lanes} hashes, 64 MiB for waiting requests")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--times", type=float, default=10)
    parser.add_argument("--binary", default="target/release/gatepost")
    arguments = parser.parse_args()
    multiprocessing.set_start_method("fork")
    binary = str(pathlib.Path(arguments.binary).resolve())
    if not os.access(binary, os.X_OK):
        raise SystemExit("test-overload: build first: cargo build --release")
    findings = Findings()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(binary, folder)
        settings = server.start()
        try:
            overload(server, arguments, settings, findings)
            server.log.seek(0)
            said = [line for line in server.log.read().splitlines() if "ERROR" in line or "panicked" in line]
            findings.expect("the log has no errors", not said, said[:3])
        finally:
            server.stop()
    if findings.untrue:
        sys.exit("test-overload: not true: " + "; ".join(findings.untrue))


main()
