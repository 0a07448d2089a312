"""tbench on the same disk: the same load for the comparison, and a default run for its verdict."""

import dataclasses
import json
import os
import shutil
import subprocess
import tempfile
import time

from .fine_histogram import FineHistogram
from .side import Side

ROUND_SECONDS = 2

# etcd's metric counts all of these as a WAL fsync.
WAL_CLASSES = (
    "wal_sync_overwrite",
    "wal_sync_overwrite_in_commit",
    "wal_sync_metadata",
    "wal_sync_metadata_in_commit",
    "wal_sync_cut",
)


class TbenchError(Exception):
    """tbench failed or printed something else than a record."""


@dataclasses.dataclass(frozen=True)
class DefaultRun:
    """What a person gets without any flag but the load. Grades: pass, borderline, fail, inconclusive."""

    grade: str
    wal_grade: str | None
    commit_grade: str | None
    wal_p99_seconds: float
    commit_p99_seconds: float
    # What a dashboard would show for the same operations, computed as etcd's own p99 is; None if nothing was measured.
    wal_p99_dashboard_seconds: float | None
    commit_p99_dashboard_seconds: float | None
    seconds_to_verdict: float
    wall_seconds: float
    peak_memory_bytes: int
    cause: str


@dataclasses.dataclass(frozen=True)
class Measured:
    """A run for the comparison."""

    side: Side
    wal_p99_seconds: float
    commit_p99_seconds: float


def _run(program, directory, arguments, timeout):
    """Runs tbench; returns (record, wall seconds, peak memory in bytes)."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as messages:
        process = subprocess.Popen(
            [program, "etcd", directory, *arguments, "--output-format", "json"],
            stdin=subprocess.DEVNULL, stdout=output, stderr=messages,
        )
        try:
            usage = None
            while usage is None:
                ended, status, found = os.wait4(process.pid, os.WNOHANG)
                if ended:
                    usage = found
                elif time.monotonic() - start > timeout:
                    raise TbenchError(f"tbench did not end within {timeout:.0f} s")
                else:
                    time.sleep(0.02)
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            if process.returncode is None:
                process.terminate()
                process.wait()
        output.seek(0)
        messages.seek(0)
        text, errors = output.read().decode(errors="replace"), messages.read().decode(errors="replace")
    # 0: good; 2: complete, a limit is broken. Both are answers.
    if process.returncode not in (0, 2):
        raise TbenchError(f"tbench ended with status {process.returncode}: {errors.strip()[-1000:]}")
    try:
        return json.loads(text), time.monotonic() - start, usage.ru_maxrss * 1024
    except ValueError:
        raise TbenchError(f"tbench printed no JSON: {text[:200]!r} {errors.strip()[-400:]}") from None


def _in_fresh_directory(disk, body):
    directory = tempfile.mkdtemp(prefix="validate-tbench-", dir=disk.path)
    try:
        return body(directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def load_arguments(load, window_seconds):
    """The flags under which tbench does what etcd 3.4.23 does under `check perf`."""
    rounds = max(1, round(window_seconds / ROUND_SECONDS))
    return [
        "--load", load, "--compat", "3.4.23", "--data", "zero", "--only-load",
        "--max-time", f"{rounds * ROUND_SECONDS + 5}s", "--rounds", str(rounds), "--round-time", f"{ROUND_SECONDS}s",
        "--no-early-stop",
    ]


def measure(program, disk, load, window_seconds, bounds, seed):
    """Runs the same load as `etcd_run.measure` does."""

    def body(directory):
        with disk.disturbed(seed):
            return _run(program, directory, load_arguments(load, window_seconds), window_seconds + 120)

    record, _, _ = _in_fresh_directory(disk, body)
    return read_measured(record, bounds)


def default(program, disk, load, seed):
    """Runs tbench as a person would."""

    def body(directory):
        with disk.disturbed(seed):
            return _run(program, directory, ["--load", load], 300)

    record, wall, memory = _in_fresh_directory(disk, body)
    return read_default(record, wall, memory)


def _verdict_phase(record):
    for phase in record.get("phases", []):
        if phase["kind"] == "verdict":
            return phase
    raise TbenchError("the record has no phase of kind 'verdict'")


def _pooled(phase, classes):
    total = FineHistogram()
    for part in phase["rounds"]:
        for name in classes:
            if name in part["latency"]:
                total.add(part["latency"][name])
    return total


def read_measured(record, bounds):
    """The side in a record's verdict phase, with etcd's bucket bounds."""
    phase = _verdict_phase(record)
    counters = phase["counters"]
    missing = [name for name in ("puts", "wal_syncs", "wal_bytes", "commits") if name not in counters]
    if missing:
        raise TbenchError(f"the record's verdict phase lacks the counters {', '.join(missing)}")
    wal, commit, disk = (
        _pooled(phase, classes) for classes in (WAL_CLASSES, ("backend_commit",), ("backend_disk",))
    )
    if not wal.count or not commit.count:
        raise TbenchError("the record's verdict phase has no WAL syncs or no commits")
    side = Side(
        seconds=sum(part["duration_ns"] for part in phase["rounds"]) / 1e9,
        puts=counters["puts"],
        wal_syncs=counters["wal_syncs"],
        wal_bytes=counters["wal_bytes"],
        commits=counters["commits"],
        wal=wal.as_etcd_would(bounds),
        commit=commit.as_etcd_would(bounds),
        commit_disk=disk.as_etcd_would(bounds),
        device_writes=counters.get("device_writes"),
        device_flushes=counters.get("device_flushes"),
        device_sectors=counters.get("device_sectors"),
        pages=counters.get("pages"),
    )
    return Measured(side, wal.quantile_seconds(0.99), commit.quantile_seconds(0.99))


def read_default(record, wall_seconds, peak_memory_bytes):
    """The verdict of a default run."""
    verdict = record.get("verdict")
    if not verdict:
        raise TbenchError("the record has no verdict")
    phase = _verdict_phase(record)
    grades = {check["name"]: check["grade"] for check in verdict["checks"]}
    reached = record["run"].get("time_to_verdict_ns")

    def dashboard(name):
        metric = record.get("metrics", {}).get(f"{name}_p99_prometheus_ns")
        return None if metric is None else metric["value"] / 1e9

    return DefaultRun(
        grade=verdict["grade"],
        wal_grade=grades.get("WAL fsync p99"),
        commit_grade=grades.get("backend commit p99"),
        wal_p99_seconds=_pooled(phase, WAL_CLASSES).quantile_seconds(0.99),
        commit_p99_seconds=_pooled(phase, ("backend_commit",)).quantile_seconds(0.99),
        wal_p99_dashboard_seconds=dashboard("wal_fsync"),
        commit_p99_dashboard_seconds=dashboard("backend_commit"),
        seconds_to_verdict=reached / 1e9 if reached is not None else wall_seconds,
        wall_seconds=wall_seconds,
        peak_memory_bytes=peak_memory_bytes,
        cause=verdict.get("cause", ""),
    )
