"""tbench's histograms as they stand in a record.

Source: Sources/Statistics/HistogramLayout.swift: values below 256 ns have a bucket each, above that an octave
has 128 buckets.
"""

import math

from .prometheus import Histogram


def bounds(index):
    """The lowest value in a bucket and the lowest value beyond it, in nanoseconds."""

    def lowest(index):
        if index < 256:
            return index
        return ((index & 127) + 128) << ((index >> 7) - 1)

    return lowest(index), lowest(index + 1)


class FineHistogram:
    """The sum of any number of `SparseHistogram`s."""

    def __init__(self):
        self._counts = {}
        self.sum_ns = 0
        self.max_ns = 0

    def add(self, record):
        """Adds one `{buckets: [index, count, …], min_ns, max_ns, sum_ns}`."""
        flat = record["buckets"]
        for index, count in zip(flat[::2], flat[1::2]):
            self._counts[index] = self._counts.get(index, 0) + count
        self.sum_ns += record["sum_ns"]
        self.max_ns = max(self.max_ns, record["max_ns"])

    @property
    def count(self):
        return sum(self._counts.values())

    def at_or_below(self, nanoseconds):
        """How many values are at or below a limit; evenly spread inside the limit's own bucket."""
        total = 0.0
        for index, count in self._counts.items():
            low, high = bounds(index)
            if high <= nanoseconds:
                total += count
            elif low < nanoseconds:
                total += count * (nanoseconds - low) / (high - low)
        return total

    def quantile_seconds(self, q):
        """The value below which a share q lies; NaN when empty."""
        if not self._counts:
            return math.nan
        rank, below = q * self.count, 0
        for index in sorted(self._counts):
            count = self._counts[index]
            if below + count >= rank:
                low, high = bounds(index)
                return min(self.max_ns, low + (high - low) * (rank - below) / count) / 1e9
            below += count
        return self.max_ns / 1e9

    def as_etcd_would(self, upper_bounds):
        """The same values in etcd's buckets."""
        cumulative = [self.at_or_below(bound * 1e9) for bound in upper_bounds[:-1]]
        return Histogram(tuple(upper_bounds), (*cumulative, float(self.count)), self.sum_ns / 1e9)
