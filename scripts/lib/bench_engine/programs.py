"""One run of fio, of tbench or of the bare loop on a case."""

import dataclasses
import json
import subprocess
import tempfile

from validate_etcd.fine_histogram import FineHistogram

from .places import SIZE_BYTES


class ProgramError(Exception):
    """A program failed or printed something else than its record."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What one run measured; None where the program does not say.

    Latencies are from just before the submission to the completion where fio and tbench agree; the bare loop's mean is
    its whole time per I/O.
    """

    iops: float
    mean_seconds: float
    p99_seconds: float | None
    user_ns_per_io: float
    calls_per_io: float | None = None
    peak_kib: int | None = None


@dataclasses.dataclass(frozen=True)
class Programs:
    """Where tbench and the bare loop are."""

    tbench: str
    bare: str

    def run(self, name, case, place, seconds, cpu):
        """Runs a case with "fio", "tbench" or "bare", all of it on one processor."""
        with tempfile.NamedTemporaryFile("w", suffix=".fio") as job:
            job.write(case.job_file(SIZE_BYTES, seconds, case.fio_lines if name == "fio" else ()))
            job.flush()
            command = ["taskset", "-c", str(cpu), *getattr(self, f"_{name}")(case, place, seconds, job.name)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 120, check=False)
        if done.returncode not in (0, 2):
            raise ProgramError(f"{' '.join(command)}: status {done.returncode}: {done.stderr.strip()[-400:]}")
        try:
            document = json.loads(done.stdout[done.stdout.index("{"):])
        except ValueError:
            raise ProgramError(f"{command[0]} printed no JSON: {done.stdout[:200]!r}") from None
        return {"fio": _read_fio, "tbench": _read_tbench, "bare": _read_bare}[name](document)

    def _fio(self, case, place, _seconds, job):
        return ["fio", *case.fio_flags(), f"--filename={place}", "--output-format=json", "--readonly", job]

    def _tbench(self, case, place, _seconds, job):
        own = ["--ioengine", "nop"] if case.place == "nop" else []
        return [
            self.tbench, "run", job, place, *own, "--size", str(SIZE_BYTES), "--output-format", "json", "--no-progress",
        ]

    def _bare(self, case, place, seconds, _job):
        mode = "nop" if case.place == "nop" else case.engine
        numbers = (SIZE_BYTES, case.depth, case.batch, case.complete, seconds)
        return [self.bare, mode, place, *map(str, numbers)]


def _read_fio(document):
    job = document["jobs"][0]
    read = job["read"]
    # lat begins before the submission, as tbench's service time does; clat begins after it on asynchronous engines.
    latency = read["lat_ns"] if read["slat_ns"]["N"] else read["clat_ns"]
    percentiles = (read["clat_ns"].get("percentile") or {}).get("99.000000", 0)
    share = read["slat_ns"]["mean"] if read["slat_ns"]["N"] else 0
    seconds = read["runtime"] / 1e3
    return Outcome(
        iops=read["iops"],
        mean_seconds=latency["mean"] / 1e9,
        p99_seconds=(percentiles + share) / 1e9,
        user_ns_per_io=job["usr_cpu"] / 100 * seconds * 1e9 / max(1, read["total_ios"]),
    )


def _read_tbench(record):
    phase = record["phases"][0]
    total = FineHistogram()
    for part in phase["rounds"]:
        if "read" in part["latency"]:
            total.add(part["latency"]["read"])
    counters = phase["counters"]
    seconds = sum(part["duration_ns"] for part in phase["rounds"]) / 1e9
    ios = max(1, counters["all_ios"])
    return Outcome(
        iops=total.count / seconds,
        mean_seconds=total.sum_ns / max(1, total.count) / 1e9,
        p99_seconds=total.quantile_seconds(0.99),
        user_ns_per_io=counters["user_cpu_ns"] / ios,
        calls_per_io=counters["system_calls"] / ios,
    )


def _read_bare(document):
    ios = max(1, document["ios"])
    return Outcome(
        iops=ios * 1e9 / document["elapsed_ns"],
        mean_seconds=document["elapsed_ns"] / ios / 1e9,
        p99_seconds=None,
        user_ns_per_io=document["user_ns"] / ios,
        calls_per_io=document["calls"] / ios,
    )
