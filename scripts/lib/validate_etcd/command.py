"""The command line of validate-etcd."""

import argparse
import os
import signal
import subprocess
import sys
import time

from . import disks, memory
from .check_perf import LOADS
from .plan import Settings, run

EPILOGUE = f"""
disks: local (DIR itself), stall, or FILESYSTEM-WRITEMS-READMS, such as ext4-2-1 (needs root).
default: {','.join(disks.DEFAULT)}

One cell (a disk and a load) takes about ROUNDS * 2 * (WINDOW + 8) + 100 seconds.
exit status: 0 everything agrees; 2 a bar is missed; 1 something failed.
"""


def parser():
    """The flags."""
    top = argparse.ArgumentParser(
        prog="validate-etcd",
        description="Runs a real etcd and tbench on the same disks, in turns, and compares them.",
        epilog=EPILOGUE, formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("directory", metavar="DIR", help="works here; the images of the delayed disks lie here too")
    top.add_argument("--disks", default=",".join(disks.DEFAULT), metavar="LIST")
    top.add_argument("--loads", default="s,m", metavar="LIST", help="of s, m, l, xl (default s,m)")
    top.add_argument("--rounds", type=int, default=3, help="turns of etcd and tbench (default 3)")
    top.add_argument("--window", type=float, default=30, metavar="SECONDS", help="measured per turn, in steps of 2; for the stalling disk a multiple of 10 (default 30)")
    top.add_argument("--output", metavar="DIR", help="report and JSON go here (default Results/validate-etcd-TIME)")
    top.add_argument("--quick", action="store_true", help="one round of 10 s, no whole check perf: a try")
    top.add_argument("--no-fio", action="store_true", help="leave the fio recipe out")
    top.add_argument("--no-trace", action="store_true", help="leave the strace run out (pages per put)")
    top.add_argument("--no-default-run", action="store_true", help="leave tbench's default run out (verdicts)")
    top.add_argument("--etcd-only", action="store_true", help="leave tbench out")
    return top


def settings_of(arguments, root):
    """Checks the arguments; SystemExit with status 64 and one sentence when they are wrong."""

    def wrong(text):
        print(f"Error: {text}", file=sys.stderr)
        raise SystemExit(64)

    kinds = []
    for name in arguments.disks.split(","):
        kind = disks.parse(name)
        if kind is None:
            wrong(f"'{name}' is not a disk; use local, stall, or for example ext4-2-1 or xfs-3-1")
        kinds.append(kind)
    loads = arguments.loads.split(",")
    for load in loads:
        if load not in LOADS:
            wrong(f"'{load}' is not a load; use {', '.join(LOADS)}")
    if arguments.rounds < 1 or not 4 <= arguments.window <= 50:
        wrong("--rounds must be at least 1 and --window 4 to 50 (check perf runs for 60 s)")
    if not os.path.isdir(arguments.directory):
        wrong(f"'{arguments.directory}' is not a directory")
    if any(kind.options for kind in kinds) and os.geteuid() != 0:
        wrong("the delayed disks need root; run it as root, or with --disks local")
    output = arguments.output or os.path.join(root, "Results", time.strftime("validate-etcd-%Y%m%dT%H%M%S"))
    return Settings(
        directory=os.path.abspath(arguments.directory),
        output=output,
        kinds=kinds,
        loads=loads,
        rounds=1 if arguments.quick else arguments.rounds,
        window_seconds=10 if arguments.quick else arguments.window,
        trace_seconds=0 if arguments.no_trace else 5 if arguments.quick else 10,
        fio=not arguments.no_fio,
        whole_check_perf=not arguments.quick,
        default_run=not arguments.no_default_run,
        tbench=None if arguments.etcd_only else os.path.join(root, "scripts", "tbench"),
    )


def main(root):
    """Runs it; returns the exit status."""
    settings = settings_of(parser().parse_args(), root)
    # SIGTERM unwinds like Ctrl-C, so that every disk is taken down and every process ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    subprocess.run([os.path.join(root, "scripts", "setup"), "--all"], check=True, stdin=subprocess.DEVNULL)
    if settings.tbench:
        # Builds it now rather than in the middle of a comparison.
        subprocess.run([settings.tbench, "--version"], check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    try:
        with memory.kept() as said:
            return run(settings, said)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
