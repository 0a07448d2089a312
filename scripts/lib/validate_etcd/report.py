"""The comparison as Markdown for people and as JSON for programs."""

import dataclasses
import json
import math

from . import compare


def milliseconds(seconds):
    """Three significant digits: "0.243", "8.41", "31.2"."""
    if seconds is None or math.isnan(seconds):
        return "–"
    value = seconds * 1e3
    return f"{value:.{max(0, 2 - math.floor(math.log10(value))) if value > 0 else 0}f}"


def number(value):
    """Four significant digits."""
    return "–" if value is None or not math.isfinite(value) else f"{value:.4g}"


def marked(text, good):
    """A value outside its bar is bold."""
    return text if good is not False else f"**{text}**"


def figure_named(figures, name):
    """The figure whose name starts with these words."""
    return next((figure for figure in figures if figure.name.startswith(name)), None)


def table(header, rows):
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def pair(figure, unit=milliseconds):
    """"etcd / tbench" of a figure."""
    return "–" if figure is None else f"{unit(figure.etcd)} / {unit(figure.tbench)}"


def times_table(cells):
    def worst(figure):
        known = figure is not None and figure.agreement is not None
        return marked(f"{figure.agreement:.1f}", figure.good) if known else "–"

    def spread(cell, histogram):
        """What the bar of the column before it can mean: the same difference between two turns of etcd."""
        points = compare.largest_spread_points([getattr(turn, histogram) for turn in cell.etcd_rounds])
        return "–" if points is None else f"{points:.1f}"

    rows = []
    for cell in cells:
        wal, commit = (figure_named(cell.figures, name) for name in ("WAL fsync mean", "backend commit mean"))
        wal_points = figure_named(cell.figures, "WAL fsync, worst")
        commit_points = figure_named(cell.figures, "backend commit, worst")
        rows.append([
            cell.disk, cell.load,
            pair(wal) if wal else f"{milliseconds(cell.etcd.wal.mean_seconds)} / –",
            marked(number(wal.agreement), wal.good) if wal else "–",
            worst(wal_points), spread(cell, "wal"),
            pair(commit) if commit else f"{milliseconds(cell.etcd.commit.mean_seconds)} / –",
            marked(number(commit.agreement), commit.good) if commit else "–",
            worst(commit_points), spread(cell, "commit"),
        ])
    header = [
        "disk", "load", "WAL fsync mean, ms: etcd / tbench", "ratio", "worst bucket, points", "etcd's own turns",
        "backend commit mean, ms: etcd / tbench", "ratio", "worst bucket, points", "etcd's own turns",
    ]
    return table(header, rows)


def verdict_table(cells):
    def named(grade):
        return "–" if grade is None else grade.upper() if grade in ("pass", "fail") else grade

    def figure(p99_seconds, grade, expected=None):
        """A p99 and what it means; bold where the verdict is not the expected one."""
        text = f"{milliseconds(p99_seconds)} {named(grade)}"
        return text if expected is None else marked(text, compare.same_verdict(expected, grade))

    rows = []
    for cell in cells:
        wal, commit = compare.etcd_verdicts(cell.etcd)
        run = cell.default_run
        wal_figures, commit_figures = ["–", "–"], ["–", "–"]
        if run is not None:
            wal_shown, commit_shown = compare.dashboard_verdicts(run)
            wal_figures = [
                figure(run.wal_p99_dashboard_seconds, wal_shown, wal), figure(run.wal_p99_seconds, run.wal_grade, wal),
            ]
            commit_figures = [
                figure(run.commit_p99_dashboard_seconds, commit_shown, commit),
                figure(run.commit_p99_seconds, run.commit_grade, commit),
            ]
        rows.append([
            cell.disk, cell.load,
            figure(cell.etcd.wal.quantile(0.99), wal), *wal_figures,
            figure(cell.etcd.commit.quantile(0.99), commit), *commit_figures,
            "–" if cell.fio is None else f"{milliseconds(cell.fio.p99_seconds)} {cell.fio.verdict}",
            cell.check_perf or "–",
            "–" if run is None else f"{run.seconds_to_verdict:.0f} s",
            "–" if run is None else f"{run.peak_memory_bytes / (1 << 20):.0f} MiB",
        ])
    header = [
        "disk", "load", "WAL fsync p99, ms: etcd", "tbench in its buckets", "tbench exact",
        "backend commit p99, ms: etcd", "tbench in its buckets", "tbench exact",
        "fio recipe p99, ms", "check perf", "time to verdict", "peak memory",
    ]
    return table(header, rows)


def shape_table(cells):
    names = list(dict.fromkeys(f.name for cell in cells for f in cell.figures if f.group == "shape"))
    if not names:
        return ""
    rows = []
    for cell in cells:
        row = [cell.disk, cell.load]
        for name in names:
            figure = figure_named(cell.figures, name)
            row.append(marked(pair(figure, number), figure.good) if figure else "–")
        rows.append(row)
    return table(["disk", "load", *names], rows)


def markdown(cells, command, etcd_version, said=None):
    """The whole report. Bold is outside its bar. `said`: a sentence about the machine, or None."""
    missed = [
        f"- {cell.disk} {cell.load}: {figure.name}: etcd {number(figure.etcd)}, tbench {number(figure.tbench)}, "
        f"agreement {number(figure.agreement)} (bar: {figure.bar})"
        for cell in cells for figure in cell.figures if figure.good is False
    ]
    missed += [
        f"- {cell.disk} {cell.load}: {name} verdict: etcd {etcd}, tbench {grade} ({how})"
        for cell in cells if cell.default_run
        for name, etcd, shown, exact in zip(
            ("WAL fsync", "backend commit"), compare.etcd_verdicts(cell.etcd),
            compare.dashboard_verdicts(cell.default_run),
            (cell.default_run.wal_grade, cell.default_run.commit_grade),
        )
        for how, grade in (("in etcd's buckets", shown), ("exact", exact))
        if compare.same_verdict(etcd, grade) is not True
    ]
    return "\n".join([
        f"etcd {etcd_version} and tbench on the same disk, in turns; `{command}`. Bold: outside the bar."
        + (f" On this virtual machine {said}." if said else ""),
        "", "### Verdicts", "",
        "etcd's p99 is what Prometheus computes from etcd's own buckets, and so is tbench's where it says so: that shares a "
        "bucket's width with it. The other is exact, with tbench's grade. Limits 10 ms and 25 ms.", "",
        verdict_table(cells), "### Times", "",
        "Worst bucket: where the cumulative fractions at the edges of etcd's buckets differ most, in points. etcd's own turns: how far two of "
        "them differ from each other.", "",
        times_table(cells),
        "### Shape of the load (etcd / tbench)", "", shape_table(cells),
        "### Outside the bar", "", "\n".join(missed) if missed else "Nothing.", "",
    ])


def as_json(cell):
    """One cell as a JSON document."""

    def plain(value):
        if isinstance(value, float) and not math.isfinite(value):
            return None if math.isnan(value) else str(value)
        if isinstance(value, dict):
            return {key: plain(part) for key, part in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(part) for part in value]
        return value

    return json.dumps(plain(dataclasses.asdict(cell)), indent=1)
