"""What was measured, as Markdown."""

import dataclasses
import statistics

from .cases import Case


@dataclasses.dataclass(frozen=True)
class Row:
    """One case: the outcomes of every program, in turns."""

    case: Case
    outcomes: dict

    def median(self, program, figure):
        """The median of one program's runs; None when it did not run."""
        runs = self.outcomes.get(program)
        return statistics.median(getattr(run, figure) for run in runs) if runs else None

    def ratio(self, figure, opponent):
        """The median of tbench / opponent, run by run; None without that opponent."""
        if opponent not in self.outcomes:
            return None
        pairs = zip(self.outcomes["tbench"], self.outcomes[opponent])
        return statistics.median(getattr(a, figure) / max(1e-12, getattr(b, figure)) for a, b in pairs)

    def added_ns(self):
        """The median of tbench's mean latency minus the bare loop's time per I/O, run by run."""
        if "bare" not in self.outcomes:
            return None
        pairs = zip(self.outcomes["tbench"], self.outcomes["bare"])
        return statistics.median((a.mean_seconds - b.mean_seconds) * 1e9 for a, b in pairs)


def _number(value, digits=0):
    return "" if value is None else f"{value:,.{digits}f}"


def _table(headings, lines):
    if not lines:
        return ""
    rule = "|---|" + "--:|" * (len(headings) - 1)
    return "\n".join(["| " + " | ".join(headings) + " |", rule, *("| " + " | ".join(cells) + " |" for cells in lines)])


def speed(rows):
    """I/Os a second and CPU, of every program."""
    headings = [
        "case", "I/Os per second: fio", "bare loop", "tbench", "tbench / fio", "tbench / bare",
        "user ns per I/O: fio", "bare loop", "tbench", "tbench / fio", "tbench's calls per I/O",
    ]
    lines = []
    for row in rows:
        cells = [_number(row.median(program, "iops")) for program in ("fio", "bare", "tbench")]
        cells += [_number(row.ratio("iops", opponent), 3) for opponent in ("fio", "bare")]
        cells += [_number(row.median(program, "user_ns_per_io")) for program in ("fio", "bare", "tbench")]
        cells += [_number(row.ratio("user_ns_per_io", "fio"), 2), _number(row.median("tbench", "calls_per_io"), 4)]
        lines.append([row.case.name, *cells])
    return _table(headings, lines)


def latency(rows):
    """Mean and p99 at depth 1 beside fio's, and what lies above the bare loop's time per I/O."""
    headings = ["case", "mean, µs: fio", "tbench", "ratio", "p99 ratio", "bare loop, µs per I/O", "tbench's mean above it, ns"]
    lines = []
    for row in rows:
        means = {p: row.median(p, "mean_seconds") for p in ("fio", "tbench", "bare")}
        means = {p: None if mean is None else mean * 1e6 for p, mean in means.items()}
        lines.append([
            row.case.name, _number(means["fio"], 2), _number(means["tbench"], 2), _number(row.ratio("mean_seconds", "fio"), 3),
            _number(row.ratio("p99_seconds", "fio"), 3), _number(means["bare"], 2), _number(row.added_ns()),
        ])
    return _table(headings, lines)


def rates(rows):
    """The rate asked for and the rates achieved."""
    headings = ["asked for, per second", "fio", "tbench", "tbench off by"]
    lines = []
    for row in rows:
        mine = row.median("tbench", "iops")
        lines.append([
            _number(row.case.rate), _number(row.median("fio", "iops")), _number(mine), f"{mine / row.case.rate - 1:+.2%}",
        ])
    return _table(headings, lines)


def everything(rows):
    """All tables, those without rows left out."""
    groups = (
        (speed, [row for row in rows if not row.case.rate and "latency" not in row.case.name]),
        (latency, [row for row in rows if "latency" in row.case.name]),
        (rates, [row for row in rows if row.case.rate]),
    )
    return "\n\n".join(text for text in (table(group) for table, group in groups) if text)
