"""What reached a block device: differences of /sys/block/X/stat.

Source: Documentation/block/stat.rst; fields 16 and 17 (flushes) since Linux 5.5.
"""

import dataclasses
import os


@dataclasses.dataclass(frozen=True)
class BlockStat:
    """Requests and 512-byte sectors since boot, or between two readings."""

    writes: int
    write_merges: int
    write_sectors: int
    flushes: int
    reads: int

    def __sub__(self, other):
        return BlockStat(*(a - b for a, b in zip(dataclasses.astuple(self), dataclasses.astuple(other))))

    def __add__(self, other):
        return BlockStat(*(a + b for a, b in zip(dataclasses.astuple(self), dataclasses.astuple(other))))


def device_of(path):
    """The /sys directory of the whole disk under a path; None when it is no block device's filesystem."""
    number = os.stat(path).st_dev
    found = f"/sys/dev/block/{os.major(number)}:{os.minor(number)}"
    if not os.path.exists(found):
        return None
    found = os.path.realpath(found)
    # A partition's own statistics leave out flushes, which are the disk's.
    return os.path.dirname(found) if os.path.exists(os.path.join(found, "partition")) else found


def read(device):
    """Reads the counters of a device directory."""
    with open(os.path.join(device, "stat"), encoding="utf-8") as file:
        fields = [int(field) for field in file.read().split()]
    return BlockStat(
        writes=fields[4],
        write_merges=fields[5],
        write_sectors=fields[6],
        flushes=fields[15] if len(fields) > 15 else 0,
        reads=fields[0],
    )
