"""The command line of bench-engine."""

import argparse
import dataclasses
import json
import os
import subprocess
import sys
import time

from validate_etcd.memory import kept

from . import cases, delays, places, programs, tables


def parser():
    """The flags."""
    top = argparse.ArgumentParser(
        prog="bench-engine",
        description="How fast is tbench itself? Runs tbench, fio (with its best flags) and a bare loop in C on the same jobs, in turns.",
    )
    top.add_argument("directory", metavar="DIR", help="the disk to use; 600 MB are written here")
    top.add_argument("--runs", type=int, default=5, help="runs of each program a case (default 5)")
    top.add_argument("--seconds", type=int, default=2, help="measured a run (default 2)")
    top.add_argument("--only", metavar="TEXT", help="cases whose name holds this text; 'delay' is the known delays")
    top.add_argument("--output", metavar="FILE", help="every single figure as JSON")
    return top


def measure(case, place, runs, seconds, found):
    """Runs all programs in turns, on one processor."""
    names = [*case.opponents, "tbench"]
    outcomes = {name: [] for name in names}
    for turn in range(runs):
        # Another one begins each time, so that none is always first after a pause.
        for name in names[turn % len(names):] + names[:turn % len(names)]:
            outcomes[name].append(found.run(name, case, place, seconds, cpu=0))
    return tables.Row(case, outcomes)


def compile_bare(root):
    """The bare loop, compiled; returns its path."""
    source = os.path.join(root, "scripts", "lib", "bench_engine", "bare.c")
    binary = os.path.join(root, ".build", "bench-engine-bare")
    os.makedirs(os.path.dirname(binary), exist_ok=True)
    subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-o", binary, source, "-luring", "-laio"], check=True)
    return binary


def main(root):
    """Runs it; returns the exit status: 0, or 1 when a program failed."""
    arguments = parser().parse_args()
    if not os.path.isdir(arguments.directory):
        print(f"Error: '{arguments.directory}' is not a directory", file=sys.stderr)
        return 64
    subprocess.run([os.path.join(root, "scripts", "setup"), "--all"], check=True, stdin=subprocess.DEVNULL)
    tbench = os.path.join(root, "scripts", "tbench")
    subprocess.run([tbench, "--version"], check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    found = programs.Programs(tbench=tbench, bare=compile_bare(root))
    wanted = [case for case in cases.EVERYTHING if not arguments.only or arguments.only in case.name]
    rows, known, failed = [], [], False
    with kept(), places.made(arguments.directory) as made:
        for case in wanted:
            if case.place not in made:
                print(f"{case.name}: left out, needs root", file=sys.stderr)
                continue
            try:
                rows.append(measure(case, made[case.place], arguments.runs, arguments.seconds, found))
            except programs.ProgramError as error:
                failed = True
                print(f"{case.name}: {error}", file=sys.stderr)
                continue
            line = tables.everything(rows[-1:]).splitlines()[-1]
            print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)
    if os.geteuid() == 0 and (not arguments.only or "delay" in arguments.only):
        try:
            known = delays.measure(tbench, arguments.directory, min(3, arguments.runs))
        except delays.DelayError as error:
            failed = True
            print(f"known delays: {error}", file=sys.stderr)
    print("\n\n".join(text for text in (tables.everything(rows), delays.table(known)) if text))
    if arguments.output:
        document = {"cases": [dataclasses.asdict(row) for row in rows], "delays": known}
        with open(arguments.output, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=1)
    return 1 if failed else 0
