"""A PostgreSQL server that is stopped and killed, and a standby that follows it."""

import os, pathlib, pwd, shutil, signal, subprocess, sys

from nodes.tools import free_port, need, wait_until


class Server:
    """One that keeps to its promises: what is committed is on disk."""

    def __init__(self, folder, name):
        self.programs = pathlib.Path(need("postgres"))
        self.data, self.port, self.user = folder / name, free_port(), None
        if os.getuid() == 0:
            names = {entry.pw_name for entry in pwd.getpwall()}
            self.user = "postgres" if "postgres" in names else "nobody"
            folder.chmod(0o711)
            self.data.mkdir(mode=0o700)
            shutil.chown(self.data, self.user)

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
        options = f"--options=-p {self.port}"
        wait_until("PostgreSQL starts", lambda: self.control("start", options, check=False).returncode == 0)

    def stop(self):
        self.control("stop", "--mode=fast")

    def kill(self):
        os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def end(self):
        self.control("stop", "--mode=immediate", check=False)

    def ask(self, sql):
        done = self.run("psql", "--no-psqlrc", "-qAt", self.url(), "-c", sql)
        return done.stdout.split()

    def url(self):
        return f"postgres://gatepost@127.0.0.1:{self.port}/postgres"


class Primary(Server):
    """The one that is written to."""

    def __init__(self, folder):
        super().__init__(folder, "primary")
        self.run("initdb", f"--pgdata={self.data}", "--username=gatepost", "--auth=trust", "--encoding=UTF8", "--locale=C")
        with open(self.data / "postgresql.conf", "a") as conf:
            conf.write("listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_connections = 200\n")
            # What a standby needs that is away for some seconds, and how soon it looks again for one that was.
            conf.write("wal_keep_size = 512MB\nwal_retrieve_retry_interval = 100ms\n")
        self.start()


class Standby(Server):
    """One that follows a primary, and answers questions meanwhile."""

    def __init__(self, folder, primary):
        super().__init__(folder, "standby")
        self.run("pg_basebackup", f"--pgdata={self.data}", f"--dbname={primary.url()}", "--checkpoint=fast", "--write-recovery-conf")
        self.start()
