"""Runs matrices and keeps what they say, so that an interrupted part goes on where it was."""

import json
import os
import random
import shutil
import signal
import subprocess
import tempfile

SMALL = ("--no-progress", "--size", "32m", "--output-format", "json")


class TrialError(Exception):
    """A matrix could not be measured; the message says why."""


class Bench:
    """One binary of tbench's and the directory it measures in."""

    def __init__(self, program, directory, output, say):
        self.program = program
        self.directory = directory
        self.output = output
        self.say = say

    def matrix(self, name, *arguments, path=None):
        """The matrix kept by this name, or measured now and kept; `path` goes before PATH."""
        kept = os.path.join(self.output, f"{name}.json")
        if os.path.exists(kept):
            with open(kept, encoding="utf-8") as file:
                return json.load(file)
        self.say(f"{name}: measuring")
        environment = dict(os.environ)
        if path:
            environment["PATH"] = f"{path}:{environment.get('PATH', '/usr/bin:/bin')}"
        # No scratch of tbench's stays in the directory, whatever becomes of it.
        with tempfile.TemporaryDirectory(prefix="tbench-validate-matrix-", dir=self.directory) as images:
            done = subprocess.run([self.program, "matrix", images, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                                  text=True, check=False, env=environment)
        if done.returncode != 0:
            raise TrialError(f"{name}: 'tbench matrix {' '.join(arguments)}' ended with {done.returncode}: "
                             f"{done.stderr.strip()[-600:]}")
        document = json.loads(done.stdout)
        with open(f"{kept}.new", "w", encoding="utf-8") as file:
            json.dump(document, file)
        os.replace(f"{kept}.new", kept)
        return document


def truths(bench, count):
    """Short matrices of which only counts are of interest."""
    return [
        bench.matrix(f"truths-{number:02}", "--format", "raw,qcow2-sparse", "--aio", "threads", "--no-null", "--rounds", "1",
                     "--round-time", "100ms", *SMALL)
        for number in range(1, count + 1)
    ]


def same(bench, count):
    """The same disk twice in each matrix."""
    return [
        bench.matrix(f"same-{number:02}", "--format", "raw,raw", "--cache", "none", "--no-null", "--rounds", "15",
                     "--round-time", "500ms", "--no-early-stop", *SMALL)
        for number in range(1, count + 1)
    ]


def slowdown(bench, count, seed):
    """Three equal disks, one of them (not the reference) with a delay below it; pairs of its copy and the matrix."""
    chosen = random.Random(seed)
    found = []
    for number in range(1, count + 1):
        copy = chosen.choice([2, 3])
        with tempfile.TemporaryDirectory(prefix="tbench-slow-") as place, Delay(place, copy - 1):
            document = bench.matrix(f"slowdown-{number:02}-copy{copy}", "--format", "raw,raw,raw", "--cache", "none", "--aio",
                                    "threads", "--no-null", "--rounds", "9", "--round-time", "300ms", "--load", "small",
                                    *SMALL, path=place)
        found.append((copy, document))
    return found


def null(bench, kernel):
    """Two runs with the null disk in a guest."""
    more = ("--kernel", kernel) if kernel else ()
    return [
        bench.matrix(f"null-{number}", "--vm", "--format", "raw", "--cache", "none", "--rounds", "30", "--round-time", "500ms",
                     "--no-early-stop", "--no-progress", "--size", "48m", "--output-format", "json", *more)
        for number in (1, 2)
    ]


class Delay:
    """A qemu-storage-daemon, to be found by way of PATH, that reaches one cell's image through an nbdkit that delays writes."""

    WRAPPER = """#!/bin/bash
args=("$@")
pattern='"filename": "([^"]*/cell{cell}[.]raw)"'
for i in "${{!args[@]}}"; do
    if [[ "${{args[$i]}}" =~ $pattern ]]; then
        nbdkit -U "{place}/slow" -P "{place}/pid" --filter=delay file "${{BASH_REMATCH[1]}}" delay-write=10ms
        args[$i]='{{"driver": "nbd", "node-name": "file0", "server": {{"type": "unix", "path": "{place}/slow"}}}}'
    fi
done
exec {real} "${{args[@]}}"
"""

    def __init__(self, place, cell):
        self.place = place
        self.cell = cell

    def __enter__(self):
        real = shutil.which("qemu-storage-daemon")
        if not real or not shutil.which("nbdkit"):
            raise TrialError("qemu-storage-daemon or nbdkit is not installed; run scripts/setup --all")
        path = os.path.join(self.place, "qemu-storage-daemon")
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.WRAPPER.format(cell=self.cell, place=self.place, real=real))
        os.chmod(path, 0o755)
        return self

    def __exit__(self, *_):
        try:
            with open(os.path.join(self.place, "pid"), encoding="utf-8") as file:
                os.kill(int(file.read()), signal.SIGTERM)
        except (OSError, ValueError):
            pass  # It was never started, or has ended with its image.
