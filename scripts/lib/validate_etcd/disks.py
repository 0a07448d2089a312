"""The disks of the comparison: the local one, delayed ones, and one that stalls now and then."""

import contextlib
import dataclasses
import itertools
import os
import random
import re
import tempfile
import threading
import time

from nbd_disk import DiskOptions, NbdDisk

DEFAULT = ("local", "ext4-2-1", "ext4-1-1", "ext4-5-2", "xfs-3-1", "stall")

STALL_SECONDS = 0.3
# A stall holds up one commit, of nine or ten a second, and in etcd some five of the WAL's syncs take over 8 ms until the
# waiting puts are done: 2.2 % of the commits, 0.7 % of the syncs. Both are clear of the 1 % of a p99: at one stall in 7 s
# the commits would be at 1.4 %, at one in 3.5 s the syncs at 1.0 %, and the verdict chance. A window of a multiple of
# this holds as many stalls wherever it begins; were it one more or less, a mean would differ by a quarter.
STALL_PERIOD_SECONDS = 5
# So that stalls do not keep step with anything.
STALL_JITTER_SECONDS = 0.25


@dataclasses.dataclass(frozen=True)
class DiskKind:
    """A named disk; `options` is None for the local directory."""

    name: str
    options: DiskOptions | None = None
    stalls: bool = False

    @property
    def description(self):
        if self.options is None:
            return "the local disk"
        if self.stalls:
            return f"{self.options.filesystem}, stalls {STALL_SECONDS * 1000:.0f} ms every {STALL_PERIOD_SECONDS:g} s"
        return (
            f"{self.options.filesystem}, writes +{self.options.write_delay_ms:g} ms, "
            f"reads +{self.options.read_delay_ms:g} ms"
        )


def parse(name):
    """The disk of a name: "local", "stall", or FILESYSTEM-WRITEMS-READMS such as "ext4-2-1"; None if it is neither."""
    if name == "local":
        return DiskKind(name)
    if name == "stall":
        return DiskKind(name, DiskOptions(), stalls=True)
    found = re.fullmatch(r"(ext4|xfs)-(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)", name)
    if found is None:
        return None
    return DiskKind(
        name, DiskOptions(filesystem=found[1], write_delay_ms=float(found[2]), read_delay_ms=float(found[3]))
    )


class Disk:
    """A disk that is there: where to work, and its stalls."""

    def __init__(self, kind, path, device=None):
        self.kind = kind
        self.path = path
        self._device = device

    @contextlib.contextmanager
    def disturbed(self, seed):
        """Lets the disk stall while the block runs: for one seed always at the same moments after its start."""
        if not self.kind.stalls:
            yield
            return
        stop = threading.Event()
        thread = threading.Thread(target=self._stall, args=(seed, stop))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _stall(self, seed, stop):
        chance = random.Random(seed)
        begin = time.monotonic()
        for number in itertools.count():
            middle = begin + (number + 0.5) * STALL_PERIOD_SECONDS
            moment = middle + chance.uniform(-STALL_JITTER_SECONDS, STALL_JITTER_SECONDS)
            if stop.wait(max(0.0, moment - time.monotonic())):
                return
            self._device.pause()
            try:
                time.sleep(STALL_SECONDS)
            finally:
                self._device.resume()


@contextlib.contextmanager
def attached(kind, parent):
    """Sets the disk up below `parent` and takes it down at the end; I/O errors in between raise DiskError."""
    with tempfile.TemporaryDirectory(prefix=f"validate-{kind.name}-", dir=parent) as directory:
        if kind.options is None:
            yield Disk(kind, directory)
            return
        with NbdDisk(os.path.join(directory, "disk"), kind.options) as device:
            yield Disk(kind, device.path, device)
