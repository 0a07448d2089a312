"""Disks with a known delay: does tbench find what was put in?"""

import contextlib
import json
import os
import statistics
import subprocess
import tempfile
import time

from nbd_disk import DiskError, DiskOptions, NbdDisk

MILLISECONDS = (1, 2, 5, 10)
# Sparse, and so large that a random read seldom finds its block in the page cache of the file below the device.
SIZE_BYTES = 4 << 30
# Written once before the first job, at the pace of the slow disk.
WRITTEN_BYTES = 16 << 20


class DelayError(Exception):
    """The slow disk could not be made, or tbench failed on it."""


@contextlib.contextmanager
def _disk(directory, milliseconds):
    """A loop device whose reads and writes take so much longer."""
    with tempfile.TemporaryDirectory(prefix="bench-delay-", dir=directory) as here:
        options = DiskOptions(
            filesystem="none", size_bytes=SIZE_BYTES, write_delay_ms=milliseconds, read_delay_ms=milliseconds,
        )
        try:
            with NbdDisk(os.path.join(here, "disk"), options) as disk:
                yield disk.device
        except DiskError as error:
            raise DelayError(str(error)) from error


def _mean_ms(program, device, operation, engine, seed):
    """The mean at depth 1 that fio or tbench finds, in milliseconds; with a new seed, so that no block is read again."""
    with tempfile.NamedTemporaryFile("w", suffix=".fio") as job:
        job.write(
            f"[global]\nrw=rand{operation}\nnorandommap=1\nbs=4k\nioengine={engine}\ndirect=1\ntime_based=1\n"
            f"runtime=2\nramp_time=1\nrandseed={seed}\n"
        )
        size = SIZE_BYTES if operation == "read" else WRITTEN_BYTES
        if program == "fio":
            job.write(f"filename={device}\nsize={size}\n")
        job.write("[job]\n")
        job.flush()
        command = (
            ["fio", "--output-format=json", job.name] if program == "fio"
            else [
                program, "run", job.name, device, "--size", str(size), "--output-format", "json", "--no-progress",
                # The disk was made above, and fio has written over the mark that makes it tbench's own.
                *([f"--destroy-data={device}"] if operation == "write" else []),
            ]
        )
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode not in (0, 2):
        raise DelayError(f"{' '.join(command)}: status {done.returncode}: {done.stderr.strip()[-400:]}")
    document = json.loads(done.stdout[done.stdout.index("{"):])
    if program == "fio":
        side = document["jobs"][0][operation]
        return (side["lat_ns"] if side["slat_ns"]["N"] else side["clat_ns"])["mean"] / 1e6
    return document["metrics"][f"job.{operation}_mean_ns"]["value"] / 1e6


def _sleep_ms(milliseconds):
    """How long this machine sleeps when asked for so much: what the delay filter really puts in."""
    count = max(20, 300 // milliseconds)
    start = time.monotonic()
    for _ in range(count):
        time.sleep(milliseconds / 1e3)
    return (time.monotonic() - start) * 1e3 / count


def measure(tbench, directory, runs=3):
    """Rows of operation, engine, injected delay and the difference that fio and tbench found; all delays in turns with none."""
    found, slept = {}, {}
    cases = (("read", "sync"), ("read", "io_uring"), ("write", "sync"))
    with contextlib.ExitStack() as stack:
        disks = {delay: stack.enter_context(_disk(directory, delay)) for delay in (0, *MILLISECONDS)}
        for turn in range(runs):
            for delay, device in disks.items():
                if delay:
                    slept.setdefault(delay, []).append(_sleep_ms(delay))
                for operation, engine in cases:
                    for number, (name, program) in enumerate((("tbench", tbench), ("fio", "fio"))):
                        seed = 1000 * turn + 100 * number + 10 * cases.index((operation, engine)) + 1
                        mean = _mean_ms(program, device, operation, engine, seed)
                        found.setdefault((name, operation, engine, delay), []).append(mean)
    rows = []
    for operation, engine in cases:
        for delay in MILLISECONDS:
            row = {"operation": operation, "engine": engine, "injected_ms": delay}
            row["slept_ms"] = statistics.median(slept[delay])
            for name in ("fio", "tbench"):
                pairs = zip(found[name, operation, engine, delay], found[name, operation, engine, 0])
                row[f"{name}_ms"] = statistics.median(mean - none for mean, none in pairs)
            rows.append(row)
    return rows


def table(rows):
    """Markdown; "" without rows."""
    if not rows:
        return ""
    lines = [
        "| known delay | asked of nbdkit, ms | this machine's sleep of it | fio finds | tbench finds | off the sleep by | allowed |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        off = row["tbench_ms"] - row["slept_ms"]
        lines.append(
            f"| {row['operation']}, {row['engine']} | {row['injected_ms']} | {row['slept_ms']:.3f} | {row['fio_ms']:.3f} "
            f"| {row['tbench_ms']:.3f} | {off:+.3f} | {0.1 + 0.01 * row['injected_ms']:.2f} |"
        )
    return "\n".join(lines)
