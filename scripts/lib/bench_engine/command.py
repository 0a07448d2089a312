"""The command line of bench-engine, and its table."""

import argparse
import dataclasses
import json
import os
import statistics
import subprocess
import sys
import time

from validate_etcd.memory import kept

from . import cases, places, programs


@dataclasses.dataclass(frozen=True)
class Row:
    """One case: every run of both, in turns."""

    case: cases.Case
    fio: list
    tbench: list

    def median(self, side, figure):
        return statistics.median(getattr(outcome, figure) for outcome in getattr(self, side))

    def ratio(self, figure):
        """The median of tbench / fio, run by run."""
        pairs = zip(self.tbench, self.fio)
        return statistics.median(getattr(a, figure) / max(1e-12, getattr(b, figure)) for a, b in pairs)


def parser():
    """The flags."""
    top = argparse.ArgumentParser(
        prog="bench-engine",
        description="How fast is tbench itself? Runs tbench and fio (with its best flags) on the same jobs, in turns.",
    )
    top.add_argument("directory", metavar="DIR", help="the disk to use; 600 MB are written here")
    top.add_argument("--runs", type=int, default=5, help="runs of each program a case (default 5)")
    top.add_argument("--seconds", type=int, default=3, help="measured a run (default 3)")
    top.add_argument("--only", metavar="TEXT", help="cases whose name holds this text")
    top.add_argument("--output", metavar="FILE", help="every single figure as JSON")
    return top


def measure(case, place, runs, seconds, tbench):
    """Runs both programs in turns, on one processor."""
    row = Row(case, [], [])
    for _ in range(runs):
        for name, side in (("fio", row.fio), (tbench, row.tbench)):
            side.append(programs.run(name, case, place, seconds, cpu=0))
    return row


def table(rows):
    """Markdown: medians, and the median of the ratios run by run."""
    lines = [
        "| case | I/Os per second: fio | tbench | ratio | user CPU per I/O, ns: fio | tbench | ratio | mean, µs: fio | tbench | ratio | p99 ratio |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        lines.append(
            f"| {row.case.name} | {row.median('fio', 'iops'):,.0f} | {row.median('tbench', 'iops'):,.0f} "
            f"| {row.ratio('iops'):.3f} | {row.median('fio', 'user_ns_per_io'):.0f} "
            f"| {row.median('tbench', 'user_ns_per_io'):.0f} | {row.ratio('user_ns_per_io'):.2f} "
            f"| {row.median('fio', 'mean_seconds') * 1e6:.2f} | {row.median('tbench', 'mean_seconds') * 1e6:.2f} "
            f"| {row.ratio('mean_seconds'):.3f} | {row.ratio('p99_seconds'):.3f} |"
        )
    return "\n".join(lines)


def main(root):
    """Runs it; returns the exit status: 0, or 1 when a program failed."""
    arguments = parser().parse_args()
    if not os.path.isdir(arguments.directory):
        print(f"Error: '{arguments.directory}' is not a directory", file=sys.stderr)
        return 64
    subprocess.run([os.path.join(root, "scripts", "setup"), "--all"], check=True, stdin=subprocess.DEVNULL)
    tbench = os.path.join(root, "scripts", "tbench")
    subprocess.run([tbench, "--version"], check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    wanted = cases.NULL + cases.SPEED + cases.LATENCY + cases.RATES
    wanted = [case for case in wanted if not arguments.only or arguments.only in case.name]
    rows, failed = [], False
    with kept(), places.made(arguments.directory) as made:
        for case in wanted:
            if case.place not in made:
                print(f"{case.name}: left out, needs root", file=sys.stderr)
                continue
            try:
                rows.append(measure(case, made[case.place], arguments.runs, arguments.seconds, tbench))
            except programs.ProgramError as error:
                failed = True
                print(f"{case.name}: {error}", file=sys.stderr)
                continue
            print(f"{time.strftime('%H:%M:%S')} {table(rows[-1:]).splitlines()[-1]}", file=sys.stderr, flush=True)
    print(table(rows))
    if arguments.output:
        with open(arguments.output, "w", encoding="utf-8") as file:
            json.dump([dataclasses.asdict(row) for row in rows], file, indent=1)
    return 1 if failed else 0
