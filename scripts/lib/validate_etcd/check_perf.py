"""The load: `etcdctl check perf`, and its verdict."""

import os
import re
import subprocess

# Puts per second and clients.
# Source: etcd-io/etcd:etcdctl/ctlv3/command/check.go
LOADS = {"s": (150, 50), "m": (1000, 200), "l": (8000, 500), "xl": (15000, 1000)}


class CheckPerf:
    """`with CheckPerf(address, "s") as load:` runs the load, which ends after 60 s by itself."""

    def __init__(self, address, load):
        self._command = ["etcdctl", "--endpoints", address, "check", "perf", f"--load={load}"]
        self._process = None

    def __enter__(self):
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={name: value for name, value in os.environ.items() if not name.startswith("ETCD")}
            | {"ETCDCTL_API": "3"},
        )
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.terminate()
        self._process.communicate()

    def running(self):
        return self._process.poll() is None

    def verdict(self, timeout=120):
        """Waits for the end; see `parse_verdict`."""
        output, _ = self._process.communicate(timeout=timeout)
        return parse_verdict(output.decode(errors="replace"))


def parse_verdict(output):
    """Returns ("PASS" or "FAIL", its lines), or (None, the end of the output).

    The first line follows the progress bar, which is many lines in one, without a separator.
    """
    lines = re.findall(r"(?:PASS|FAIL)(?:: [^\r\n]*)?", output)
    if not lines:
        return None, [output.strip()[-400:]]
    return "FAIL" if any(line.startswith("FAIL") for line in lines) else "PASS", lines
