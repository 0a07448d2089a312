"""One run of fio or tbench on a case."""

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
    """What one run measured. Latencies are from just before the submission to the completion where both agree."""

    iops: float
    mean_seconds: float
    p99_seconds: float
    user_ns_per_io: float
    cpu_ns_per_io: float


def _command(program, case, place, seconds, job_file):
    if program == "fio":
        return [
            "fio", *case.fio_flags(), f"--filename={place}", "--output-format=json", "--readonly", job_file,
        ]
    return [program, "run", job_file, place, "--size", str(SIZE_BYTES), "--output-format", "json", "--no-progress"]


def run(program, case, place, seconds, cpu=None):
    """Runs the case; `cpu` pins the whole program to one processor."""
    with tempfile.NamedTemporaryFile("w", suffix=".fio") as job:
        job.write(case.job_file(SIZE_BYTES, seconds, case.fio_lines if program == "fio" else ()))
        job.flush()
        command = _command(program, case, place, seconds, job.name)
        if cpu is not None:
            command = ["taskset", "-c", str(cpu), *command]
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 120, check=False)
    if done.returncode not in (0, 2):
        raise ProgramError(f"{' '.join(command)}: status {done.returncode}: {done.stderr.strip()[-400:]}")
    try:
        document = json.loads(done.stdout[done.stdout.index("{"):])
    except ValueError:
        raise ProgramError(f"{command[0]} printed no JSON: {done.stdout[:200]!r}") from None
    return _fio(document) if program == "fio" else _tbench(document)


def _fio(document):
    job = document["jobs"][0]
    read = job["read"]
    # lat begins before the submission, as tbench's service time does; clat begins after it on asynchronous engines.
    latency = read["lat_ns"] if read["slat_ns"]["N"] else read["clat_ns"]
    percentiles = (read["clat_ns"].get("percentile") or {}).get("99.000000", 0)
    share = (read["slat_ns"]["mean"] if read["slat_ns"]["N"] else 0)
    seconds = read["runtime"] / 1e3
    return Outcome(
        iops=read["iops"],
        mean_seconds=latency["mean"] / 1e9,
        p99_seconds=(percentiles + share) / 1e9,
        user_ns_per_io=job["usr_cpu"] / 100 * seconds * 1e9 / max(1, read["total_ios"]),
        cpu_ns_per_io=(job["usr_cpu"] + job["sys_cpu"]) / 100 * seconds * 1e9 / max(1, read["total_ios"]),
    )


def _tbench(record):
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
        cpu_ns_per_io=(counters["user_cpu_ns"] + counters["system_cpu_ns"]) / ios,
    )
