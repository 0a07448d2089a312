"""What came of the settings: predicted beside measured, and whether the right term was named."""

import dataclasses

# The bars: of the issue that asked for them, and what a reader of a forecast would ask for.
BARS = {"mean": 0.10, "p50": 0.10, "p99": 0.20}
PARTS = {"disk": "disk", "link": "network"}


@dataclasses.dataclass(frozen=True)
class Row:
    """One figure of one setting."""

    setting: str
    statistic: str
    formula: float
    refined: float
    measured: float
    residual: float
    interval: tuple
    limit: str
    is_kept: bool
    # False where a figure has too few samples for anything to be said.
    is_known: bool = True


def rows(setting, document):
    """The figures of the volume, and whether its limit was found."""
    volume = [one for one in document["predictions"] if one["step"] == "fan_out" and one["operation"] == "write"]
    if not volume:
        return [Row(setting.name, "mean", 0, 0, 0, 1, (1, 1), "nothing predicted", False)]
    one = volume[0]
    found = document.get("limit") or {}
    name = found.get("name", "none")
    slow = {f"198.18.{number}.2:9650" for number, replica in enumerate(setting.replicas, start=1)
            if (replica.delay_ms if setting.limit == "disk" else replica.megabits)}
    is_right = setting.limit is None or (
        PARTS[setting.limit] in found.get("parts", []) and bool(slow & set(found.get("replicas", []))))
    result = []
    for residual in one["residuals"]:
        statistic = residual["statistic"]
        low, high = residual["share"].get("ci95", (residual["share"]["value"],) * 2)
        value = residual["share"]["value"]
        inside = abs(value) <= BARS[statistic] or low <= 0 <= high
        known = bool(figure(one, "refined_ns", statistic) and figure(one, "measured_ns", statistic))
        result.append(Row(
            setting.name, statistic, figure(one, "documented_ns", statistic), figure(one, "refined_ns", statistic),
            figure(one, "measured_ns", statistic), value, (low, high), name if is_right else f"{name} (WRONG)",
            (inside or not known) and is_right, known,
        ))
    return result


def figure(prediction, kind, statistic):
    """One figure in nanoseconds; 0 where there are too few samples for it."""
    return prediction.get(kind, {}).get(statistic, {}).get("value", 0)


def table(all_rows):
    """The report, in Markdown."""
    lines = [
        "| setting | figure | formula | refined | measured | residual | 95 % interval | limit | |",
        "|---|---|---:|---:|---:|---:|---:|---|---|",
    ]
    for row in all_rows:
        within = abs(row.residual) <= BARS.get(row.statistic, 0)
        mark = "too few samples" if not row.is_known else "kept" if row.is_kept and within else "inside the interval" if row.is_kept else "MISSED"
        lines.append(
            f"| {row.setting} | {row.statistic} | {time_text(row.formula)} | {time_text(row.refined)} "
            f"| {time_text(row.measured)} | {100 * row.residual:+.1f} % "
            f"| {100 * row.interval[0]:+.1f} … {100 * row.interval[1]:+.1f} | {row.limit} | {mark} |"
        )
    known = [row for row in all_rows if row.is_known]
    kept = sum(row.is_kept for row in known)
    lines.append("")
    lines.append(f"{kept} of {len(known)} figures kept: 10 % for mean and p50, 20 % for p99, or zero inside the interval.")
    return "\n".join(lines) + "\n"


def time_text(nanoseconds):
    """Three digits and a unit; a dash for nothing."""
    if not nanoseconds:
        return "–"
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds:.0f} ns"
