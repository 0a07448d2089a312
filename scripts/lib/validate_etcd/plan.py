"""What validate-etcd does, in order: per disk the fio recipe, then per load etcd and tbench in turns."""

import dataclasses
import os
import sys
import time

from nbd_disk import DiskError, kernel_errors

from . import compare, disks, etcd_run, fio_recipe, report, shape_trace, tbench_run
from .side import Side, pooled


@dataclasses.dataclass(frozen=True)
class Settings:
    """What to run. `tbench` is None to run only the etcd half."""

    directory: str
    output: str
    kinds: list
    loads: list
    rounds: int
    window_seconds: float
    trace_seconds: float
    fio: bool
    whole_check_perf: bool
    default_run: bool
    tbench: str | None

    @property
    def command(self):
        """What reproduces it, on a directory of one's own."""
        return (
            f"scripts/validate-etcd DIR --disks {','.join(kind.name for kind in self.kinds)} "
            f"--loads {','.join(self.loads)} --rounds {self.rounds} --window {self.window_seconds:g}"
        )


@dataclasses.dataclass
class Cell:
    """Everything about one disk and one load."""

    disk: str
    description: str
    load: str
    etcd_version: str
    etcd: Side
    etcd_rounds: list
    etcd_cpu_ratio: float
    # Processors that other programs used just before each round.
    busy_cpus: list
    tbench: Side | None
    tbench_rounds: list
    tbench_p99_seconds: dict
    trace: shape_trace.Shape | None
    fio: fio_recipe.FioResult | None
    check_perf: str | None
    check_perf_lines: list
    default_run: tbench_run.DefaultRun | None
    figures: list
    failures: list


def say(text):
    """Progress, on stderr."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def busy_cpus(seconds=1.0):
    """How many processors other programs kept busy just now."""

    def busy():
        with open("/proc/stat", encoding="utf-8") as file:
            fields = [int(field) for field in file.readline().split()[1:]]
        return (sum(fields[:8]) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")

    before = busy()
    time.sleep(seconds)
    return (busy() - before) / seconds


def wait_for_quiet(label):
    """Waits up to two minutes for a quiet machine: a comparison on a busy one compares the neighbours."""
    deadline = time.monotonic() + 120
    while (others := busy_cpus()) > 0.2:
        if time.monotonic() > deadline:
            say(f"{label}  warning: other programs use {others:.1f} processors; the times below are worth little")
            return others
        time.sleep(4)
    return others


def run_cell(settings, disk, load, fio):
    """Measures one cell: A B A B …, then the trace and the default run."""
    etcd_rounds, tbench_rounds, neighbours, failures = [], [], [], []
    label = f"{disk.kind.name} {load}"
    for number in range(settings.rounds):
        position = f"{label} round {number + 1}/{settings.rounds}"
        whole = settings.whole_check_perf and number == 0
        neighbours.append(wait_for_quiet(position))
        run = etcd_run.measure(disk, load, settings.window_seconds, whole, seed=number)
        etcd_rounds.append(run)
        say(f"{position}  etcd:   {run.side.summary()}{f'; check perf {run.verdict}' if whole else ''}")
        if settings.tbench:
            try:
                measured = tbench_run.measure(
                    settings.tbench, disk, load, settings.window_seconds, run.side.wal.bounds, seed=number
                )
                tbench_rounds.append(measured)
                say(f"{position}  tbench: {measured.side.summary()}")
            except tbench_run.TbenchError as error:
                failures.append(str(error))
                say(f"{position}  tbench: {error}")
    trace = None
    if settings.trace_seconds:
        trace = shape_trace.trace(disk, load, settings.trace_seconds)
        say(f"{label}  strace: {dataclasses.asdict(trace)}")
    default_run = None
    if settings.tbench and settings.default_run:
        try:
            default_run = tbench_run.default(settings.tbench, disk, load, seed=0)
            say(
                f"{label}  tbench by default: {default_run.grade} after {default_run.seconds_to_verdict:.1f} s; "
                f"{default_run.cause}"
            )
        except tbench_run.TbenchError as error:
            failures.append(str(error))
            say(f"{label}  tbench by default: {error}")
    etcd = pooled([run.side for run in etcd_rounds])
    tbench = pooled([run.side for run in tbench_rounds]) if tbench_rounds else None
    figures = []
    if tbench:
        figures = compare.shape_figures(etcd, tbench, trace) + compare.time_figures(etcd, tbench)
    return Cell(
        disk=disk.kind.name,
        description=disk.kind.description,
        load=load,
        etcd_version=etcd_rounds[0].version,
        etcd=etcd,
        etcd_rounds=[run.side for run in etcd_rounds],
        etcd_cpu_ratio=sum(run.cpu_ratio for run in etcd_rounds) / len(etcd_rounds),
        busy_cpus=neighbours,
        tbench=tbench,
        tbench_rounds=[run.side for run in tbench_rounds],
        tbench_p99_seconds={
            "wal": [run.wal_p99_seconds for run in tbench_rounds],
            "commit": [run.commit_p99_seconds for run in tbench_rounds],
        },
        trace=trace,
        fio=fio,
        check_perf=etcd_rounds[0].verdict,
        check_perf_lines=etcd_rounds[0].verdict_lines,
        default_run=default_run,
        figures=figures,
        failures=failures,
    )


def run_disk(settings, kind):
    """Measures all loads on one disk; yields a cell as soon as it is complete."""
    say(f"{kind.name}: {kind.description}")
    with disks.attached(kind, settings.directory) as disk:
        fio = None
        if settings.fio:
            with disk.disturbed(seed=0):
                fio = fio_recipe.run(disk.path)
            say(
                f"{kind.name}  fio recipe: mean {fio.mean_seconds * 1e3:.3f} ms, p99 {fio.p99_seconds * 1e3:.2f} ms: "
                f"{fio.verdict}"
            )
        for load in settings.loads:
            yield run_cell(settings, disk, load, fio)


def save(settings, cells, said):
    """Writes a JSON document per cell and the report, and returns the report. `said`: about the machine, or None."""
    for cell in cells:
        path = os.path.join(settings.output, f"{cell.disk}-{cell.load}.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(report.as_json(cell) + "\n")
    text = report.markdown(cells, settings.command, cells[0].etcd_version, said)
    with open(os.path.join(settings.output, "README.md"), "w", encoding="utf-8") as file:
        file.write(text)
    return text


def run(settings, said=None):
    """Runs everything; returns the exit status: 0 all agree, 2 a bar is missed, 1 something failed."""
    os.makedirs(settings.output, exist_ok=True)
    errors_before = len(kernel_errors())
    cells, broken = [], []
    for kind in settings.kinds:
        try:
            for cell in run_disk(settings, kind):
                cells.append(cell)
                save(settings, cells, said)
        except (DiskError, fio_recipe.FioError, etcd_run.EtcdError) as error:
            broken.append(f"{kind.name}: {error}")
            say(f"{kind.name}: failed: {error}")
    for line in kernel_errors()[errors_before:]:
        broken.append(f"kernel log: {line}")
        say(f"kernel log: {line}")
    if cells:
        print(save(settings, cells, said))
    if broken or any(cell.failures for cell in cells) or not cells:
        return 1
    agree = all(figure.good is not False for cell in cells for figure in cell.figures)
    verdicts = all(
        compare.same_verdict(etcd, grade) is True
        for cell in cells if cell.default_run
        for grades in (
            compare.dashboard_verdicts(cell.default_run), (cell.default_run.wal_grade, cell.default_run.commit_grade)
        )
        for etcd, grade in zip(compare.etcd_verdicts(cell.etcd), grades)
    )
    return 0 if agree and verdicts else 2
