"""The settings of the validation: how many replicas, and what is wrong with which of them."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Replica:
    """One replica: its disk's write delay in whole milliseconds, its link's rate in Mbit/s; 0 for as fast as it goes."""

    delay_ms: int = 0
    megabits: int = 0


@dataclasses.dataclass(frozen=True)
class Setting:
    """A volume, and the term that should be named as its limit; None where nothing was done to it."""

    name: str
    replicas: tuple
    limit: str | None = None


FAST = Replica()
DISK = Replica(delay_ms=1)
SLOW_DISK = Replica(delay_ms=2)
SLOW_LINK = Replica(megabits=20)

ALL = (
    # Equal replicas, each with a disk of its own.
    Setting("equal-1", (DISK,), "disk"),
    Setting("equal-2", (DISK, DISK), "disk"),
    Setting("equal-3", (DISK, DISK, DISK), "disk"),
    Setting("slow-disk-1", (SLOW_DISK,), "disk"),
    Setting("slow-disk-3", (FAST, SLOW_DISK, FAST), "disk"),
    Setting("slow-link-1", (SLOW_LINK,), "link"),
    Setting("slow-link-3", (FAST, FAST, SLOW_LINK), "link"),
    # The disk of one replica takes 2 ms, the link of another 1.7 ms: neither alone explains the volume.
    Setting("both-2", (SLOW_DISK, SLOW_LINK)),
    Setting("both-3", (SLOW_DISK, SLOW_LINK, FAST)),
    # A disk and a link that are both slow, of one replica: the slower term is the limit.
    Setting("one-bad-3", (FAST, FAST, Replica(delay_ms=2, megabits=40)), "disk"),
    # The hardest: nothing is slow, and every replica shares one disk and this machine's processors with the others.
    Setting("fast-1", (FAST,)),
    Setting("fast-2", (FAST, FAST)),
    Setting("fast-3", (FAST, FAST, FAST)),
)


def named(names):
    """The settings of these names, or of all; KeyError for one that is none."""
    known = {setting.name: setting for setting in ALL}
    return [known[name] for name in names] if names else list(ALL)
