"""The load's shape as the kernel sees it: a few seconds of etcd under strace, in a run of its own that is not timed."""

import collections
import dataclasses
import os
import re
import subprocess
import tempfile
import time

from .check_perf import CheckPerf
from .etcd_run import SETTLE_SECONDS
from .etcd_server import EtcdError, EtcdServer

CALLS = "write,pwrite64,fdatasync,fsync,ftruncate,fallocate"
PAGE = 4096

# A put of check perf in the WAL, and the hard state that ends a batch (reference: the sizes were verified write by
# write). So a write of N bytes holds (N - 40) / 1352 puts, rounded: small indexes make either part 8 bytes shorter.
PUT_BYTES = 1352
STATE_BYTES = 40


@dataclasses.dataclass(frozen=True)
class Shape:
    """Counts over the traced seconds. Pages are data pages of 4096 bytes; each commit writes one meta page more."""

    puts: int
    wal_writes: int
    wal_syncs: int
    wal_bytes: int
    commits: int
    pages: int
    page_writes: int
    # Pages past the highest page written before: the database file grows by them.
    appended_pages: int
    other_calls: dict


def calls(lines):
    """Yields (call, path, result, offset) of the lines of `strace -f -y -s 0`, in the order in which they began.

    A call that another thread interrupted comes as "<unfinished ...>" and "<... resumed>" and is joined.
    """
    pending, joined = {}, []
    for number, line in enumerate(lines):
        found = re.match(r"(\d+)\s+(.*)$", line)
        if not found:
            continue
        thread, text = found.groups()
        if text.endswith("<unfinished ...>"):
            pending[thread] = (number, text[: -len("<unfinished ...>")])
            continue
        resumed = re.match(r"<\.\.\. \w+ resumed>(.*)$", text)
        if resumed:
            if thread not in pending:
                continue
            number, head = pending.pop(thread)
            text = head + resumed[1]
        joined.append((number, text))
    for _, text in sorted(joined):
        found = re.match(r"(\w+)\(\d+<([^>]*)>(.*)\)\s*=\s*(-?\d+)", text)
        if found:
            call, path, rest, result = found.groups()
            offset = re.search(r", (\d+)\s*$", rest) if call == "pwrite64" else None
            yield call, path, int(result), int(offset[1]) if offset else None


def read(lines):
    """The shape in a trace. Commits that the trace's ends cut in two are left out."""
    wal_writes = wal_syncs = wal_bytes = puts = 0
    other = collections.Counter()
    commits, pages, syncs = [], [], 0
    # A commit is: data pages, fdatasync, one meta page at 0 or 4096, fdatasync. The first whole one follows a meta page.
    inside = False
    for call, path, result, offset in calls(lines):
        if path.endswith(".wal"):
            if call == "write":
                wal_writes += 1
                wal_bytes += result
                puts += round((result - STATE_BYTES) / PUT_BYTES)
            elif call == "fdatasync":
                wal_syncs += 1
            else:
                other[call] += 1
        elif path.endswith("/db"):
            if call == "pwrite64" and offset in (0, PAGE):
                if inside:
                    commits.append(pages)
                inside, pages = True, []
            elif call == "pwrite64":
                pages.append((offset, result))
            elif call == "fdatasync":
                syncs += 1
            else:
                other[call] += 1
    appended, top = 0, 0
    for number, commit in enumerate(commits):
        for offset, size in commit:
            if number and offset >= top:
                appended += size // PAGE
        top = max([top, *(offset + size for offset, size in commit)])
    return Shape(
        puts=puts,
        wal_writes=wal_writes,
        wal_syncs=wal_syncs,
        wal_bytes=wal_bytes,
        commits=len(commits),
        pages=sum(size for commit in commits for _, size in commit) // PAGE,
        page_writes=sum(len(commit) for commit in commits),
        appended_pages=appended,
        other_calls=dict(other),
    )


def trace(disk, load, seconds):
    """Runs etcd and its load on the disk and traces etcd for some seconds."""
    with EtcdServer(disk.path) as etcd, CheckPerf(etcd.address, load), tempfile.TemporaryDirectory() as directory:
        time.sleep(SETTLE_SECONDS)
        output = os.path.join(directory, "strace")
        tracer = subprocess.Popen(
            ["strace", "-f", "-y", "-s", "0", "-e", f"trace={CALLS}", "-o", output, "-p", str(etcd.process.pid)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        time.sleep(seconds)
        if tracer.poll() is not None:
            raise EtcdError(f"strace ended early: {tracer.stderr.read().decode(errors='replace').strip()[-300:]}")
        tracer.terminate()
        tracer.communicate()
        with open(output, encoding="utf-8", errors="replace") as lines:
            return read(lines)
