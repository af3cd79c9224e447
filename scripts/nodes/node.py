"""A node, and the proxy in front of all."""

import json, pathlib, re, subprocess, sys, urllib.request

from nodes.tools import free_port, need, status_of, wait_until


class Node:
    def __init__(self, number, binary, folder, shared):
        self.number, self.binary, self.port = number, binary, free_port()
        self.folder = folder / f"node{number}"
        self.folder.mkdir()
        self.metrics = free_port()
        own = {"GATEPOST_LISTEN": f"127.0.0.1:{self.port}", "GATEPOST_METRICS_LISTEN": f"127.0.0.1:{self.metrics}"}
        self.environment = shared | own
        self.process = None

    def start(self):
        log = open(self.folder / "log", "a")
        self.process = subprocess.Popen([self.binary, "serve"], cwd=self.folder, env=self.environment,
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def serves(self):
        if self.process.poll() is not None:
            sys.exit(f"test-nodes: node {self.number} ended:\n{(self.folder / 'log').read_text()}")
        return status_of(self.port, "/.well-known/jwks.json") == 200

    def counter(self, name):
        """What a counter of its metrics says, all labels together."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics}/metrics", timeout=5) as answer:
            text = answer.read().decode()
        return sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (.*)$", text, re.MULTILINE))

    def command(self, *arguments, text=None):
        done = subprocess.run([self.binary, *arguments], cwd=self.folder, env=self.environment, input=text,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(f"test-nodes: gatepost {' '.join(arguments)}: {done.stderr}")
        return json.loads(done.stdout)


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
