"""A real etcd with a fresh data directory and ports of its own, gone again afterwards."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from . import prometheus


class EtcdError(Exception):
    """etcd did not start, did not answer, or did not end."""


def free_ports(count):
    """Ports of the loopback interface on which nothing listens; never etcd's own 2379 and 2380."""
    with contextlib.ExitStack() as stack:
        ports = []
        while len(ports) < count:
            listener = stack.enter_context(socket.socket())
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
            if port not in (2379, 2380):
                ports.append(port)
        return ports


class EtcdServer:
    """`with EtcdServer(directory) as etcd:` starts it below the directory and removes its files at the end."""

    def __init__(self, directory):
        self._parent = directory
        self.process = None
        self.address = None
        self.directory = None

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix="validate-etcd-", dir=self._parent)
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def _start(self):
        client, peer = (f"http://127.0.0.1:{port}" for port in free_ports(2))
        self.address = client
        # The log goes beside the programs, not on the disk under test.
        self._log = tempfile.TemporaryFile()
        try:
            self.process = subprocess.Popen(
                [
                    "etcd", "--data-dir", os.path.join(self.directory, "data"), "--log-level", "error",
                    "--listen-client-urls", client, "--advertise-client-urls", client,
                    "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                    "--initial-cluster", f"default={peer}",
                ],
                stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
                # An exported ETCD_... variable would silently change what is measured.
                env={name: value for name, value in os.environ.items() if not name.startswith("ETCD")},
            )
        except FileNotFoundError:
            raise EtcdError("etcd is not installed; run scripts/setup --all") from None
        deadline = time.monotonic() + 60
        while not self._healthy():
            if self.process.poll() is not None:
                raise EtcdError(f"etcd ended with status {self.process.returncode}: {self.log()}")
            if time.monotonic() > deadline:
                raise EtcdError(f"etcd did not become healthy within 60 s: {self.log()}")
            time.sleep(0.05)

    def _get(self, path):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.address + path, timeout=5) as answer:
            return json.load(answer)

    def _healthy(self):
        try:
            return self._get("/health").get("health") == "true"
        except (urllib.error.URLError, ConnectionError, TimeoutError, ValueError):
            return False

    def version(self):
        """"3.4.23"."""
        return self._get("/version")["etcdserver"]

    def metrics(self):
        """The parsed metrics page."""
        return prometheus.scrape(self.address)

    def cpu_seconds(self):
        """User plus system time of the process so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def log(self):
        """The end of what it logged."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-2000:].strip()

    def stop(self):
        """Ends it and removes its files."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.directory:
            shutil.rmtree(self.directory, ignore_errors=True)
