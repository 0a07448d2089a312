"""Machines for the agents: network namespaces on veth pairs, with links of a chosen rate."""

import contextlib
import os
import subprocess


class NetworkError(Exception):
    """A namespace or a link could not be made; the message says which and why."""


def run(*command):
    """Runs a command to its end; raises NetworkError with its stderr when it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False)
    if done.returncode != 0:
        raise NetworkError(f"'{' '.join(command)}' failed: {(done.stderr or done.stdout).strip()}")
    return done.stdout


class Machine:
    """A namespace with one link to this one; `with Machine(2) as machine:` takes it down whatever happens.

    Addresses are of 198.18.0.0/15, which is reserved for benchmarks and never routed (RFC 2544).
    """

    def __init__(self, number, megabits=0):
        self.name = f"tbench-{os.getpid()}-{number}"
        self.link = f"tb{os.getpid() % 100000}-{number}"
        self.address = f"198.18.{number}.2"
        self._here = f"198.18.{number}.1"
        self._megabits = megabits

    def __enter__(self):
        with contextlib.ExitStack() as undo:
            undo.callback(self._remove)
            run("ip", "netns", "add", self.name)
            run("ip", "link", "add", self.link, "type", "veth", "peer", "name", "eth0", "netns", self.name)
            run("ip", "address", "add", f"{self._here}/30", "dev", self.link)
            run("ip", "link", "set", self.link, "up")
            for command in (
                ("link", "set", "lo", "up"),
                ("address", "add", f"{self.address}/30", "dev", "eth0"),
                ("link", "set", "eth0", "up"),
            ):
                run("ip", "-n", self.name, *command)
            if self._megabits:
                # A bucket of one packet: a second one has to wait for the wire, as it does on a real link.
                run("tc", "qdisc", "add", "dev", self.link, "root", "tbf", "rate", f"{self._megabits}mbit",
                    "burst", "1600", "limit", "1000000")
            undo.pop_all()
        return self

    def __exit__(self, *_):
        self._remove()

    def _remove(self):
        # The pair goes with either end.
        for command in (("ip", "link", "delete", self.link), ("ip", "netns", "delete", self.name)):
            subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)

    def command(self, *arguments):
        """The command that runs these arguments in the namespace."""
        return ["ip", "netns", "exec", self.name, *arguments]
