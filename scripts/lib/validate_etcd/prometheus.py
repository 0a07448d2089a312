"""etcd's /metrics: reading them, and the differences between two readings."""

import dataclasses
import math
import urllib.request


class MetricsError(Exception):
    """The metrics could not be read, or a metric that is needed is not among them."""


def parse(text):
    """Returns {"name{labels}": value} of a metrics page."""
    values = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        name, _, value = line.rpartition(" ")
        try:
            values[name] = float(value)
        except ValueError:
            raise MetricsError(f"not a metric: {line!r}") from None
    return values


def scrape(address):
    """Reads the metrics page of a server, "http://127.0.0.1:PORT"."""
    # No proxy: whatever the environment says, this server is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{address}/metrics", timeout=10) as page:
        return parse(page.read().decode())


@dataclasses.dataclass(frozen=True)
class Histogram:
    """Cumulative counts at upper bounds in seconds (the last is infinite), and the sum in seconds."""

    bounds: tuple
    cumulative: tuple
    sum_seconds: float

    @property
    def count(self):
        return self.cumulative[-1]

    @property
    def mean_seconds(self):
        return self.sum_seconds / self.count if self.count else math.nan

    def fractions(self):
        """The cumulative fraction at each finite bound; empty when there is no sample."""
        return [part / self.count for part in self.cumulative[:-1]] if self.count else []

    def quantile(self, q):
        """What Prometheus's histogram_quantile() answers, in seconds.

        Linear inside the bucket that holds the rank; the lower bound of the first bucket is 0; a rank in the last,
        infinite bucket answers the largest finite bound.
        """
        if not self.count:
            return math.nan
        rank = q * self.count
        index = next(i for i, part in enumerate(self.cumulative) if part >= rank)
        if index == len(self.bounds) - 1:
            return self.bounds[-2]
        low = self.bounds[index - 1] if index else 0.0
        below = self.cumulative[index - 1] if index else 0.0
        inside = self.cumulative[index] - below
        return low + (self.bounds[index] - low) * (rank - below) / inside if inside else self.bounds[index]

    def __sub__(self, other):
        return self._combine(other, lambda a, b: a - b)

    def __add__(self, other):
        return self._combine(other, lambda a, b: a + b)

    def _combine(self, other, operation):
        if self.bounds != other.bounds:
            raise MetricsError("histograms with different buckets")
        return Histogram(
            self.bounds,
            tuple(operation(a, b) for a, b in zip(self.cumulative, other.cumulative)),
            operation(self.sum_seconds, other.sum_seconds),
        )


def histogram(values, name):
    """The histogram of one metric on a parsed page."""
    prefix = f'{name}_bucket{{le="'
    buckets = sorted(
        (math.inf if key[len(prefix):-2] == "+Inf" else float(key[len(prefix):-2]), value)
        for key, value in values.items()
        if key.startswith(prefix)
    )
    if not buckets:
        raise MetricsError(f"etcd has no metric {name}")
    return Histogram(
        tuple(bound for bound, _ in buckets), tuple(value for _, value in buckets), values[f"{name}_sum"]
    )


def counter(values, *names):
    """The first of these counters that exists; versions of etcd name some of them differently."""
    for name in names:
        if name in values:
            return values[name]
    raise MetricsError(f"etcd has no metric {' or '.join(names)}")
