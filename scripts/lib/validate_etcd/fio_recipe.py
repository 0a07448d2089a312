"""The well-known fio recipe for etcd, run as it is written in the blog post everybody quotes."""

import dataclasses
import json
import shutil
import subprocess
import tempfile

LIMIT_SECONDS = 0.010


class FioError(Exception):
    """fio failed or printed something else than its JSON."""


@dataclasses.dataclass(frozen=True)
class FioResult:
    """fdatasync as the recipe sees it. Times in seconds."""

    syncs: int
    mean_seconds: float
    p99_seconds: float
    seconds: float

    @property
    def verdict(self):
        return "PASS" if self.p99_seconds < LIMIT_SECONDS else "FAIL"


def parse(text):
    """Reads fio's JSON, which notes of its own may precede."""
    try:
        job = json.loads(text[text.index("{"):])["jobs"][0]
        sync = job["sync"]["lat_ns"]
        return FioResult(
            syncs=sync["N"],
            mean_seconds=sync["mean"] / 1e9,
            p99_seconds=sync["percentile"]["99.000000"] / 1e9,
            seconds=job["job_runtime"] / 1000,
        )
    except (ValueError, KeyError, IndexError) as error:
        raise FioError(f"fio printed no usable JSON ({error!r}): {text[:200]!r}") from None


def run(parent):
    """Runs the recipe in a directory of its own below `parent`; at most 60 s on a slow disk."""
    directory = tempfile.mkdtemp(prefix="validate-fio-", dir=parent)
    try:
        done = subprocess.run(
            [
                "fio", "--rw=write", "--ioengine=sync", "--fdatasync=1", f"--directory={directory}", "--size=22m",
                "--bs=2300", "--name=mytest", "--runtime=60", "--output-format=json",
            ],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=180, check=False,
        )
    except FileNotFoundError:
        raise FioError("fio is not installed; run scripts/setup --all") from None
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    if done.returncode != 0:
        raise FioError(f"fio ended with status {done.returncode}: {(done.stderr or done.stdout)[-400:]}")
    return parse(done.stdout)
