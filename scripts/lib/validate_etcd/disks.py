"""The disks of the comparison: the local one, delayed ones, and one that stalls now and then."""

import contextlib
import dataclasses
import os
import random
import re
import tempfile
import threading
import time

from nbd_disk import DiskOptions, NbdDisk

DEFAULT = ("local", "ext4-2-1", "ext4-1-1", "ext4-5-2", "xfs-3-1", "stall")

STALL_SECONDS = 0.3
# A stall holds up one commit, and there are some ten a second: 3 % of the commits and 0.2 % of the WAL's syncs. At one
# in 7 s it would be 1.4 %, and whether a window of 14 s is above the 1 % of a p99 would be chance.
STALL_EVERY_SECONDS = (2.5, 4.5)


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
            return f"{self.options.filesystem}, stalls {STALL_SECONDS * 1000:.0f} ms every {sum(STALL_EVERY_SECONDS) / 2:g} s or so"
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
        moment = time.monotonic()
        while True:
            moment += chance.uniform(*STALL_EVERY_SECONDS)
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
