"""The figures of one cell (one disk, one load): etcd, tbench, and whether they agree."""

import dataclasses
import itertools
import math

# Limits of etcd's own documentation (FAQ): p99 of the metric.
WAL_LIMIT_SECONDS = 0.010
COMMIT_LIMIT_SECONDS = 0.025

SHAPE_TOLERANCE = 0.05
WAL_MEAN_BAR = (0.87, 1.15)
COMMIT_MEAN_BAR = (0.75, 1.33)
FRACTION_BAR_POINTS = 5.0


@dataclasses.dataclass(frozen=True)
class Figure:
    """One compared figure. `good` is None when one side has no number."""

    name: str
    group: str
    etcd: float | None
    tbench: float | None
    # tbench divided by etcd; for the "points" group the largest difference of the cumulative fractions, in points.
    agreement: float | None
    bar: str
    good: bool | None


def ratio(name, group, etcd, tbench, low, high):
    """A figure that agrees when tbench / etcd lies in low ... high."""
    usable = etcd is not None and tbench is not None and etcd > 0 and math.isfinite(etcd) and math.isfinite(tbench)
    agreement = tbench / etcd if usable else None
    return Figure(
        name, group, etcd, tbench, agreement, f"{low:g} to {high:g}",
        low <= agreement <= high if usable else None,
    )


def shape_figures(etcd, tbench, trace):
    """The load's shape, without any time in it but the commit rate."""
    low, high = 1 - SHAPE_TOLERANCE, 1 + SHAPE_TOLERANCE

    def per_put(side, value):
        return None if value is None or not side.puts else value / side.puts

    pages = trace.pages / traced_puts(trace) if trace and trace.commits and trace.puts else None
    pairs = [
        ("puts per second", etcd.puts / etcd.seconds, tbench.puts / tbench.seconds),
        ("WAL bytes per put", per_put(etcd, etcd.wal_bytes), per_put(tbench, tbench.wal_bytes)),
        ("WAL syncs per put", per_put(etcd, etcd.wal_syncs), per_put(tbench, tbench.wal_syncs)),
        ("commits per second", etcd.commits / etcd.seconds, tbench.commits / tbench.seconds),
        ("data pages per put", pages, per_put(tbench, tbench.pages)),
        ("device writes per put", per_put(etcd, etcd.device_writes), per_put(tbench, tbench.device_writes)),
        ("device sectors per put", per_put(etcd, etcd.device_sectors), per_put(tbench, tbench.device_sectors)),
        ("device flushes per put", per_put(etcd, etcd.device_flushes), per_put(tbench, tbench.device_flushes)),
    ]
    return [ratio(name, "shape", a, b, low, high) for name, a, b in pairs]


def traced_puts(trace):
    """The puts that the traced whole commits hold: those of the whole trace, less the share of commits cut off."""
    # The trace sees one commit more than the whole ones, cut in two by its ends.
    return trace.puts * trace.commits / (trace.commits + 1)


def largest_difference_points(a, b):
    """(points, bound in seconds) where the cumulative fractions of two histograms differ most."""
    pairs = zip(a.fractions(), b.fractions(), a.bounds)
    worst = max(((abs(x - y), bound) for x, y, bound in pairs), default=None)
    return None if worst is None else (worst[0] * 100, worst[1])


def largest_spread_points(histograms):
    """How far two turns of the same side differ, in points; None with fewer than two turns that have something."""
    used = [histogram for histogram in histograms if histogram.count]
    return max((largest_difference_points(a, b)[0] for a, b in itertools.combinations(used, 2)), default=None)


def points(name, etcd, tbench):
    """A figure that agrees when no cumulative fraction differs by more than the bar."""
    worst = largest_difference_points(etcd, tbench)
    if worst is None:
        return Figure(name, "points", None, None, None, f"{FRACTION_BAR_POINTS:g} points", None)
    index = etcd.bounds.index(worst[1])
    return Figure(
        f"{name}, worst at {worst[1] * 1e3:g} ms", "points", etcd.fractions()[index], tbench.fractions()[index],
        worst[0], f"{FRACTION_BAR_POINTS:g} points", worst[0] <= FRACTION_BAR_POINTS,
    )


def time_figures(etcd, tbench):
    """How long things took."""
    return [
        ratio("WAL fsync mean", "mean", etcd.wal.mean_seconds, tbench.wal.mean_seconds, *WAL_MEAN_BAR),
        ratio("backend commit mean", "mean", etcd.commit.mean_seconds, tbench.commit.mean_seconds, *COMMIT_MEAN_BAR),
        ratio(
            "backend commit mean, disk only", "mean",
            etcd.commit_disk.mean_seconds, tbench.commit_disk.mean_seconds, *COMMIT_MEAN_BAR,
        ),
        points("WAL fsync", etcd.wal, tbench.wal),
        points("backend commit", etcd.commit, tbench.commit),
        points("backend commit, disk only", etcd.commit_disk, tbench.commit_disk),
    ]


def verdict(p99_seconds, limit):
    """"pass" or "fail"; None without a p99."""
    return None if p99_seconds is None or math.isnan(p99_seconds) else "pass" if p99_seconds < limit else "fail"


def etcd_verdicts(side):
    """("pass" or "fail") for WAL fsync and backend commit, as an alert on etcd's own histograms would say."""
    return (
        verdict(side.wal.quantile(0.99), WAL_LIMIT_SECONDS),
        verdict(side.commit.quantile(0.99), COMMIT_LIMIT_SECONDS),
    )


def dashboard_verdicts(run):
    """The same alert on what tbench measured, in the same buckets."""
    return (
        verdict(run.wal_p99_dashboard_seconds, WAL_LIMIT_SECONDS),
        verdict(run.commit_p99_dashboard_seconds, COMMIT_LIMIT_SECONDS),
    )


def same_verdict(etcd, tbench):
    """Whether tbench's grade says the same; None when one of them has no answer.

    "borderline" is neither: the interval holds the limit, so it is reported as it is and agrees with nothing.
    """
    if etcd is None or tbench not in ("pass", "fail", "borderline"):
        return None
    return etcd == tbench
