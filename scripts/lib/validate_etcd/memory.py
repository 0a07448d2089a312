"""Keeps the memory of a virtual machine in place during a comparison.

A guest with free page reporting gives freed memory back to its host; the next use of such a page takes the host some
microseconds. Page cache is new memory, so one side's writes are then slower than the other's, by chance: with it,
a 4 KiB pwrite(2) of etcd took 10 to 14 us, without it 3.8, as tbench's.
"""

import contextlib
import subprocess
import sys

PARAMETER = "/sys/module/page_reporting/parameters/page_reporting_order"
# No free block is as large as this, so nothing is reported.
NEVER = "11"
LEAVE_BYTES = 2 << 30

_TOUCH = """
import mmap, sys
size = int(sys.argv[1])
try:
    area = mmap.mmap(-1, size)
except OSError:
    sys.exit(1)
for offset in range(0, size, 4096):
    area[offset] = 1
"""


def _available_bytes():
    with open("/proc/meminfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return 0


@contextlib.contextmanager
def kept():
    """Turns free page reporting off while the block runs and has the host back all free memory first.

    Yields a sentence that says so; None where there is no such reporting or it cannot be changed.
    """
    try:
        with open(PARAMETER, encoding="utf-8") as file:
            before = file.read().strip()
        with open(PARAMETER, "w", encoding="utf-8") as file:
            file.write(NEVER)
    except OSError:
        yield None
        return
    try:
        size = max(0, _available_bytes() - LEAVE_BYTES)
        touched = size > 0 and subprocess.run([sys.executable, "-c", _TOUCH, str(size)], check=False).returncode == 0
        yield (
            "free page reporting to the host was off during the comparison"
            + (", and all free memory was touched before" if touched else "")
        )
    finally:
        with open(PARAMETER, "w", encoding="utf-8") as file:
            file.write(before)
