"""Runs tbench and reads what it says."""

import json
import os
import subprocess
import tempfile


class ToolError(Exception):
    """tbench could not be run or did not answer."""


class Tool:
    """One binary."""

    def __init__(self, path):
        self.path = path
        self._compared = {}

    def run(self, *arguments, accepted=(0,), cwd=None):
        """Runs it to its end; returns stdout and stderr."""
        done = subprocess.run([self.path, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                              cwd=cwd)
        if done.returncode not in accepted:
            raise ToolError(f"'tbench {' '.join(arguments)}' ended with {done.returncode}: {done.stderr.strip()[-600:]}")
        return done.stdout, done.stderr

    def measure(self, results, *arguments):
        """One run, kept below `results`; returns the path of its record."""
        # 2 is an answer: the disk is too slow for etcd, which is not what is asked here.
        _, errors = self.run(*arguments, "--output-dir", results, "--quiet", accepted=(0, 2))
        for line in errors.splitlines():
            if line.startswith("Record: "):
                return line.removeprefix("Record: ")
        raise ToolError(f"tbench {arguments[0]} named no record: {errors.strip()}")

    def compare(self, base, new):
        """The rows of new files against base files, by measure; both lists oldest first."""
        key = (tuple(base), tuple(new))
        if key not in self._compared:
            self._compared[key] = self._compare(base, new)
        return self._compared[key]

    def _compare(self, base, new):
        with Side(base) as one, Side(new) as other:
            output, _ = self.run("compare", one, other, "--output-format", "json")
        cases = json.loads(output)["cases"]
        if len(cases) != 1:
            raise ToolError(f"expected one case, got {len(cases)}: {output[:300]}")
        if cases[0]["obstacles"]:
            raise ToolError(f"not comparable: {cases[0]['obstacles']}")
        return {row["measure"]: row for row in cases[0]["rows"]}


class Side:
    """A directory that holds links to some records: a side of a comparison."""

    def __init__(self, files):
        self.files = files
        self.directory = None

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="tbench-side-")
        for file in self.files:
            os.symlink(os.path.abspath(file), os.path.join(self.directory.name, os.path.basename(file)))
        return self.directory.name

    def __exit__(self, *_):
        self.directory.cleanup()
