"""What everybody here needs: a program, a port, patience."""

import http.client, pathlib, socket, subprocess, sys, time

ROOT = pathlib.Path(__file__).resolve().parents[2]


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


def status_of(port, path):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status
    except OSError:
        return None
