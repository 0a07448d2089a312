"""The command line of validate-regression."""

import argparse
import os
import sys
import tempfile
import time

from nbd_disk import DiskError

from . import report, simulations, trials
from .tool import Tool, ToolError

EPILOGUE = """
parts: same     the disk of DIR again and again: how often a check calls it worse (45 runs, 25 minutes at the defaults)
       slower   a disk with a delay of 5 ms that is longer in a random half of the runs (45 runs of 35 s, 30 minutes; root)
       series   synthetic latencies with bursts and drift: coverage, false alarms, steps of a history (some minutes of CPU)
       time     one comparison of two records

What was measured is kept below --output, so that a trial that was interrupted goes on where it was when it is started
again with the same --output. --short makes everything small: it shows that the script works, and proves nothing.
exit status: 0 every bar is kept; 2 one is missed; 1 something failed.
"""


def parser():
    """The flags."""
    top = argparse.ArgumentParser(
        prog="validate-regression", description="Counts false alarms, detections and coverage of 'tbench check'.",
        epilog=EPILOGUE, formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("directory", metavar="DIR", help="the disk of the first part; works in a directory it makes there")
    top.add_argument("--parts", default="same,slower,series,time", metavar="LIST", help="some of them (default all)")
    top.add_argument("--runs", type=int, default=46, help="runs of the same disk (default 46: 40 confirmed checks)")
    top.add_argument("--trials", type=int, default=20, help="slower runs, and as many plain ones (default 20)")
    top.add_argument("--slowdown", type=float, default=0.2, help="by how much (default 0.2; 0.25 makes the p99 of a noisy machine 20 % longer; give 0.1 with --rounds 45)")
    top.add_argument("--load", default="medium", help="of etcd (default medium)")
    top.add_argument("--rounds", type=int, default=30, help="of a run (default 30)")
    top.add_argument("--round-time", default="500ms", metavar="TIME", help="of a round (default 500ms)")
    top.add_argument("--replications", type=int, default=200, help="of each simulation (default 200)")
    top.add_argument("--seed", type=int, default=7, help="of the order of slower runs (default 7)")
    top.add_argument("--short", action="store_true", help="8 runs, 2 trials, 20 replications")
    top.add_argument("--output", metavar="DIR", help="records and report go here (default Results/validate-regression)")
    return top


def main(root):
    """Runs the parts, prints the tables; returns the exit status."""
    arguments = parser().parse_args()

    def wrong(text):
        print(f"Error: {text}", file=sys.stderr)
        return 64

    parts = [part for part in arguments.parts.split(",") if part]
    unknown = [part for part in parts if part not in ("same", "slower", "series", "time")]
    if unknown:
        return wrong(f"'{unknown[0]}' is not a part; see validate-regression --help")
    if not os.path.isdir(arguments.directory):
        return wrong(f"'{arguments.directory}' is not a directory")
    if "slower" in parts and os.geteuid() != 0:
        return wrong("a delayed disk needs root; leave it out with --parts same,series,time")
    if arguments.short:
        arguments.runs, arguments.trials, arguments.replications = 8, 2, 20
    output = os.path.abspath(arguments.output or os.path.join(root, "Results", "validate-regression"))
    os.makedirs(output, exist_ok=True)
    tool = Tool(os.environ.get("TBENCH") or os.path.join(root, "scripts", "tbench"))
    load = trials.Load(arguments.load, arguments.rounds, arguments.round_time)
    try:
        sections = run(root, parts, tool, load, output, arguments)
    except (ToolError, DiskError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    text = report.whole(sections)
    with open(os.path.join(output, "README.md"), "w", encoding="utf-8") as file:
        file.write(f"# tbench check: false alarms, detection, coverage\n\n"
                   f"Runs of {load.rounds} rounds of {load.round_time}, load {load.name}.\n\n{text}")
    print(text)
    return 2 if any(count.is_kept is False for _, counts in sections for count in counts) else 0


def run(root, parts, tool, load, output, arguments):
    """The parts that were asked for, as titles with counts."""
    def say(text):
        print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)

    sections = []
    files = []
    if "same" in parts or "time" in parts:
        results = os.path.join(output, "same")
        with tempfile.TemporaryDirectory(prefix="tbench-validate-regression-", dir=arguments.directory) as target:
            count = arguments.runs if "same" in parts else 2
            files = trials.series(tool, target, results, load, count, say)
    if "same" in parts:
        sections.append(("The same disk again", trials.false_alarms(tool, files)))
    if "slower" in parts:
        directory = os.path.join(output, f"slower-{round(arguments.slowdown * 100)}")
        os.makedirs(directory, exist_ok=True)
        counts = trials.detection(tool, directory, load, arguments.trials, arguments.slowdown, arguments.seed, say)
        sections.append((f"A disk that is {round(arguments.slowdown * 100)} % slower now and then", counts))
    if "series" in parts:
        say("building and running the simulations")
        probe = simulations.build(root)
        counts = simulations.run(probe, arguments.replications, arguments.rounds)
        sections.append(("Synthetic series", counts))
    if "time" in parts:
        seconds = simulations.comparison_seconds(tool, files[:2])
        say(f"one comparison takes {seconds:.3f} s")
        slow = trials.Count(f"one comparison: {seconds * 1000:.0f} ms, over 300 ms", int(seconds > 0.3), 1, 0.0)
        sections.append(("Time", [slow]))
    return sections
