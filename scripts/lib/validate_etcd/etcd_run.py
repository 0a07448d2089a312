"""One measured window of a real etcd under `check perf`."""

import dataclasses
import os
import time

from . import blockstat
from .check_perf import CheckPerf
from .etcd_server import EtcdError, EtcdServer
from .prometheus import counter, histogram
from .side import Side

# The first seconds hold the connections and a database that is still a single page.
SETTLE_SECONDS = 3.0


@dataclasses.dataclass(frozen=True)
class EtcdRun:
    """What was measured, and `check perf`'s own words when it ran to its end."""

    side: Side
    cpu_ratio: float
    version: str
    verdict: str | None
    verdict_lines: list


@dataclasses.dataclass(frozen=True)
class _Reading:
    time: float
    cpu_seconds: float
    metrics: dict
    device: blockstat.BlockStat | None


def _read(etcd, device):
    before = time.monotonic()
    # The device first and the metrics second: a scrape takes some milliseconds of etcd's time.
    stat = blockstat.read(device) if device else None
    metrics = etcd.metrics()
    return _Reading((before + time.monotonic()) / 2, etcd.cpu_seconds(), metrics, stat)


def measure(disk, load, window_seconds, whole, seed):
    """Runs etcd and its load on the disk and measures a window that starts when both have settled.

    - whole: let `check perf` run to its end (60 s) for its verdict, instead of ending it with the window.
    """
    device = blockstat.device_of(disk.path)
    with EtcdServer(disk.path) as etcd:
        version = etcd.version()
        os.sync()
        with CheckPerf(etcd.address, load) as perf:
            time.sleep(SETTLE_SECONDS)
            with disk.disturbed(seed):
                first = _read(etcd, device)
                time.sleep(window_seconds)
                last = _read(etcd, device)
            if not perf.running():
                raise EtcdError(f"check perf ended early: {perf.verdict()[1]}")
            verdict, lines = perf.verdict() if whole else (None, [])
    side = difference(first.metrics, last.metrics, last.time - first.time, version)
    if device:
        stat = last.device - first.device
        side = dataclasses.replace(
            side, device_writes=stat.writes, device_flushes=stat.flushes, device_sectors=stat.write_sectors
        )
    return EtcdRun(side, (last.cpu_seconds - first.cpu_seconds) / (last.time - first.time), version, verdict, lines)


def difference(first, last, seconds, version):
    """The side between two metrics pages."""

    def grown(*names):
        return counter(last, *names) - counter(first, *names)

    def between(name):
        return histogram(last, name) - histogram(first, name)

    wal = between("etcd_disk_wal_fsync_duration_seconds")
    commit = between("etcd_disk_backend_commit_duration_seconds")
    # In 3.4 encode() adds a record's bytes and flush() adds them once more (strace: 1392, metric: 2784).
    twice = 2 if version.startswith("3.4.") else 1
    return Side(
        seconds=seconds,
        puts=grown("etcd_mvcc_put_total", "etcd_debugging_mvcc_put_total"),
        wal_syncs=wal.count,
        wal_bytes=grown("etcd_disk_wal_write_bytes_total") / twice,
        commits=commit.count,
        wal=wal,
        commit=commit,
        commit_disk=between("etcd_debugging_disk_backend_commit_write_duration_seconds"),
    )
