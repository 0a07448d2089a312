"""The trials on real disks: the same disk again and again, and one that is made slower at random."""

import dataclasses
import glob
import json
import os
import random

from nbd_disk import DiskOptions, NbdDisk

from .tool import ToolError

# What a check judges and these trials count.
ETCD_MEASURES = ("wal_fsync_p50", "wal_fsync_p99")
JOB_MEASURES = ("write-1.write_p50", "write-1.write_p99", "write-1.write_rate")

# nbdkit takes whole milliseconds: the shortest delays of which 20 % and 10 % are some. Four at a time, which is what
# nbdfuse passes on at once: 690 writes a second at 5 ms, so that thirty rounds of a second hold 200 of the slowest hundredth.
DELAYS_MS = (4, 5, 10, 20, 100)
PROFILE = """{
    answers: "How long is a write?", expect: "As long as the disk was told to take.", destructive: true, file_size: "64m",
    defaults: { bs: "4k", direct: true, ioengine: "sync", time_based: true, runtime: "%ds", ramp_time: "2s", norandommap: true },
    phases: [{ jobs: [{ name: "write-1", rw: "randwrite", numjobs: 4 }] }],
}
"""


@dataclasses.dataclass(frozen=True)
class Load:
    """How long one run is."""

    name: str
    rounds: int
    round_time: str

    def etcd(self, target):
        """The command line of a run on `target`."""
        return ["etcd", target, "--only-load", "--no-early-stop", "--rounds", str(self.rounds), "--round-time", self.round_time,
                "--max-time", "10m", "--load", self.name]


@dataclasses.dataclass
class Count:
    """Hits among trials."""

    name: str
    hits: int = 0
    trials: int = 0
    bar: float | None = None
    at_least: bool = False

    @property
    def share(self):
        """0 where there was no trial."""
        return self.hits / self.trials if self.trials else 0.0

    @property
    def is_kept(self):
        """None without a bar or a trial."""
        if self.bar is None or not self.trials:
            return None
        return self.share >= self.bar if self.at_least else self.share <= self.bar


def series(tool, target, results, load, count, say):
    """Records of the same disk, as many as there shall be in all; those that are there already count."""
    kept = sorted(glob.glob(os.path.join(results, "*", "etcd", "*.json")), key=os.path.basename)
    while len(kept) < count:
        say(f"run {len(kept) + 1} of {count}")
        kept.append(tool.measure(results, *load.etcd(target)))
    return kept[:count]


def false_alarms(tool, files):
    """Each run against the one before, against the five before, and confirmed by the next one."""
    counts = []
    for measure in ETCD_MEASURES:
        single = Count(f"{measure}: against one run before")
        five = Count(f"{measure}: against the five before")
        confirmed = Count(f"{measure}: a check, confirmed by the next run", bar=0.025)
        verdicts = {}
        for index in range(1, len(files)):
            row = tool.compare([files[index - 1]], [files[index]])[measure]
            single.trials += 1
            single.hits += row["verdict"] == "regressed"
            if index >= 5:
                row = tool.compare(files[index - 5:index], [files[index]])[measure]
                verdicts[index] = row["verdict"]
                five.trials += 1
                five.hits += row["verdict"] == "regressed"
        for index in range(5, len(files) - 1):
            confirmed.trials += 1
            if verdicts[index] == "regressed":
                again = tool.compare(files[index - 5:index], [files[index + 1]])[measure]
                confirmed.hits += again["verdict"] == "regressed"
        counts += [single, five, confirmed]
    return counts


def detection(tool, directory, load, trials, slowdown, seed, say):
    """A disk with a known delay that is longer in a random half of the runs, by so much.

    The data lies in memory behind nbdkit; every write takes a delay of 5 ms or more, or `slowdown` more.
    """
    plain = next((delay for delay in DELAYS_MS if abs(delay * slowdown - round(delay * slowdown)) < 1e-9), None)
    if plain is None:
        raise ToolError(f"a slowdown of {slowdown} is not a whole number of milliseconds of {DELAYS_MS}")
    slower = plain + round(plain * slowdown)
    dice = random.Random(seed)
    plan_file = os.path.join(directory, "plan.json")
    if os.path.exists(plan_file):
        with open(plan_file, encoding="utf-8") as file:
            plan = json.load(file)
    else:
        # Five runs to accept, then as many slow ones as asked for among as many plain ones, in random order.
        plan = [False] * 5 + dice.sample([True] * trials + [False] * trials, 2 * trials)
        with open(plan_file, "w", encoding="utf-8") as file:
            json.dump(plan, file)
    profile = os.path.join(directory, "write-1.json5")
    with open(profile, "w", encoding="utf-8") as file:
        file.write(PROFILE % load.rounds)
    done_file = os.path.join(directory, "done.json")
    done = []
    if os.path.exists(done_file):
        with open(done_file, encoding="utf-8") as file:
            done = json.load(file)
    for index in range(len(done), len(plan)):
        say(f"run {index + 1} of {len(plan)}{', slower' if plan[index] else ''}")
        options = DiskOptions(write_delay_ms=slower if plan[index] else plain, size_bytes=1 << 30, direct=True)
        disk = NbdDisk(os.path.join(directory, "disk"), options)
        disk.up()
        try:
            done.append(tool.measure(os.path.join(directory, "results"), "run", profile, disk.path))
        finally:
            # What nbdfuse has to say when it is ended does not matter: the result is there.
            disk.down(check=False)
        with open(done_file, "w", encoding="utf-8") as file:
            json.dump(done, file)
    counts = []
    percent = round(slowdown * 100)
    # What the longer delay came to, over the last five runs of each kind: not all of a latency is delay.
    kinds = [[done[index] for index in range(5, len(plan)) if plan[index] is is_slow] for is_slow in (False, True)]
    truth = tool.compare(*kinds)
    for measure in JOB_MEASURES:
        change = truth[measure]["change"] * 100
        seen = Count(f"{measure}: {change:+.1f} % seen (the delay: +{percent} %)", bar=0.95 if percent >= 20 else 0.80, at_least=True)
        alarm = Count(f"{measure}: false alarms beside it", bar=0.025)
        for index in range(5, len(plan)):
            verdict = tool.compare(done[:5], [done[index]])[measure]["verdict"]
            count = seen if plan[index] else alarm
            count.trials += 1
            count.hits += verdict == "regressed"
        counts += [seen, alarm]
    return counts
