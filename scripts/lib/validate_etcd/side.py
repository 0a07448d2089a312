"""What one side, etcd or tbench, did and how long it took: the common shape that is compared."""

import dataclasses

from .prometheus import Histogram


@dataclasses.dataclass(frozen=True)
class Side:
    """Counts and histograms of one or more measured windows."""

    seconds: float
    puts: float
    wal_syncs: float
    wal_bytes: float
    commits: float
    wal: Histogram
    commit: Histogram
    # The disk-only part of a commit: first page write to the end of the second fdatasync.
    commit_disk: Histogram
    device_writes: float | None = None
    device_flushes: float | None = None
    device_sectors: float | None = None
    # Data pages of commits, meta pages left out. etcd has no counter for it; see shape_trace.py.
    pages: float | None = None

    def __add__(self, other):
        def add(a, b):
            return None if a is None or b is None else a + b

        return Side(
            **{
                field.name: add(getattr(self, field.name), getattr(other, field.name))
                for field in dataclasses.fields(self)
            }
        )

    def summary(self):
        """One line for the progress."""
        return (
            f"{self.puts / self.seconds:.0f} puts/s, {self.wal_syncs / self.puts:.3f} syncs/put; "
            f"WAL fsync mean {self.wal.mean_seconds * 1e3:.3f} ms, p99 {self.wal.quantile(0.99) * 1e3:.2f} ms; "
            f"commit mean {self.commit.mean_seconds * 1e3:.2f} ms, p99 {self.commit.quantile(0.99) * 1e3:.2f} ms"
        )


def pooled(sides):
    """The sum of at least one side."""
    total = sides[0]
    for side in sides[1:]:
        total = total + side
    return total
