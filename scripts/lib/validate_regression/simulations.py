"""The simulations of Tests/RegressionProbe, against their bars, and the time of one comparison."""

import json
import os
import statistics
import subprocess
import time

from .tool import ToolError
from .trials import Count

# What must hold, by how the figure's name begins: the bar, and whether it is a least.
BARS = (
    ("coverage shown", 0.88, True),
    ("coverage compared", 0.88, True),
    ("false alarms", 0.025, False),
    ("step found, spread 2 %", 0.95, True),
    ("step found, spread 4 %", 0.95, True),
    ("stationary alarms", 0.05, False),
)


def build(root):
    """Builds the probe; returns its path."""
    command = ["swift", "build", "--package-path", root, "-c", "release", "--product", "RegressionProbe"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ToolError(f"the probe does not build: {(done.stderr or done.stdout).strip()[-800:]}")
    return os.path.join(root, ".build", "release", "RegressionProbe")


def run(probe, replications, rounds):
    """Every simulation; returns counts."""
    counts = []
    for name in ("coverage", "alarms", "power", "history"):
        done = subprocess.run([probe, name, str(replications), str(rounds)], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=True)
        for line in done.stdout.splitlines():
            figure = json.loads(line)
            bar = next(((bar, least) for start, bar, least in BARS if figure["figure"].startswith(start)), (None, False))
            counts.append(Count(figure["figure"], figure["hits"], figure["count"], *bar))
    return counts


def comparison_seconds(tool, files, times=9):
    """The median time of comparing two records, as a whole process."""
    durations = []
    for _ in range(times):
        start = time.monotonic()
        tool.run("compare", *files)
        durations.append(time.monotonic() - start)
    return statistics.median(durations)
