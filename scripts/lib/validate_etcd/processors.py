"""How busy the machine's processors are."""

import os
import time


def busy_seconds():
    """Processor time spent since the machine started, all processors together, without idle and waiting for I/O."""
    with open("/proc/stat", encoding="utf-8") as file:
        fields = [int(field) for field in file.readline().split()[1:]]
    return (sum(fields[:8]) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


class BusyClock:
    """How many processors were busy on average since it was made."""

    def __init__(self):
        self._busy, self._time = busy_seconds(), time.monotonic()

    def processors(self):
        return (busy_seconds() - self._busy) / max(1e-9, time.monotonic() - self._time)


def busy_now(seconds=1.0):
    """How many processors other programs keep busy just now."""
    clock = BusyClock()
    time.sleep(seconds)
    return clock.processors()
