"""A volume of a setting: its machines, disks and agents, for as long as it is needed."""

import contextlib
import os
import secrets
import subprocess
import time

from nbd_disk import DiskOptions, NbdDisk

from .network import Machine, NetworkError

PORT = 9650


class Volume:
    """The replicas of a setting, each an agent in a namespace of its own."""

    def __init__(self, tbench, setting, directory):
        self._tbench = tbench
        self._setting = setting
        self._directory = directory
        self._undo = contextlib.ExitStack()
        self.token = os.path.join(directory, "token")
        self.addresses = []

    def __enter__(self):
        with self._undo:
            with open(os.open(self.token, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                file.write(secrets.token_hex(32))
            for number, replica in enumerate(self._setting.replicas, start=1):
                self._add(number, replica)
            self._undo = self._undo.pop_all()
        return self

    def __exit__(self, *_):
        self._undo.close()

    def _add(self, number, replica):
        machine = self._undo.enter_context(Machine(number, replica.megabits))
        place = os.path.join(self._directory, f"replica-{number}")
        if replica.delay_ms:
            disk = NbdDisk(place, DiskOptions(filesystem="ext4", size_bytes=1 << 30, write_delay_ms=replica.delay_ms))
            place = self._undo.enter_context(disk).path
        else:
            os.makedirs(place)
        log = os.path.join(self._directory, f"agent-{number}.log")
        command = machine.command(
            self._tbench, "serve", place, "--listen", f"{machine.address}:{PORT}", "--token-file", self.token,
            "--lifetime", "30min",
        )
        with open(log, "wb") as file:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        self._undo.callback(self._end, process)
        deadline = time.monotonic() + 20
        while "serving" not in self._text(log):
            if process.poll() is not None or time.monotonic() > deadline:
                raise NetworkError(f"the agent of replica {number} did not start: {self._text(log).strip()}")
            time.sleep(0.02)
        self.addresses.append(f"{machine.address}:{PORT}")

    @staticmethod
    def _end(process):
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @staticmethod
    def _text(path):
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
