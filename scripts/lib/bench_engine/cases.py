"""The jobs that the programs run, as fio job files."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Case:
    """One job on one place. `place` is "null" (no kernel), "nop" (an empty ring), "disk", "loop" or "tmpfs"."""

    name: str
    place: str
    engine: str
    depth: int
    batch: int = 1
    complete: int = 1
    rate: int | None = None
    arrivals: str = "fixed"
    opponents: tuple = ("fio", "bare")

    def job_file(self, size_bytes, seconds, own=()):
        """What fio and tbench both read; `own` are lines for one of them."""
        lines = [
            "[global]", "rw=randread", "norandommap=1", "bs=4k", f"size={size_bytes}",
            f"ioengine={self.engine}", f"iodepth={self.depth}",
            "direct=0" if self.place in ("null", "nop") else "direct=1",
            "time_based=1", f"runtime={seconds}", "ramp_time=1",
        ]
        if self.engine == "io_uring":
            lines.append("fixedbufs=1")
        if self.batch > 1:
            lines += [f"iodepth_batch={self.batch}", f"iodepth_batch_complete_min={self.complete}"]
        if self.rate:
            lines.append(f"rate_iops={self.rate}")
            if self.arrivals == "poisson":
                lines.append("rate_process=poisson")
        return "\n".join([*lines, *own, "[job]"]) + "\n"

    @property
    def fio_lines(self):
        """What fio must be told and tbench does by itself."""
        return ["registerfiles=1"] if self.engine == "io_uring" else []

    def fio_flags(self):
        """fio's best: a cheap generator and clock, several completions a call."""
        flags = ["--random_generator=lfsr", "--clocksource=cpu", "--thread"]
        if self.depth > 1:
            flags.append(f"--iodepth_batch_complete_max={self.depth}")
        return flags


NULL = [Case("null engine, depth 64", "null", "null", 64, 16, opponents=("fio",))]
NOP = [Case("ring of NOPs, depth 32, batch 16", "nop", "null", 32, 16, 16, opponents=("bare",))]
SPEED = [
    Case(f"{place}, {engine}, depth {depth}", place, engine, depth, 16 if depth >= 32 else 1)
    for place in ("disk", "loop", "tmpfs")
    for engine in ("io_uring", "libaio")
    for depth in (1, 32, 128)
]
BATCHES = [
    Case(f"{place}, {engine}, depth 32, 16 a call", place, engine, 32, 16, 16)
    for place, engine in (("disk", "io_uring"), ("tmpfs", "io_uring"), ("tmpfs", "libaio"))
]
LATENCY = [
    Case(f"{place}, {engine}, depth 1, latency", place, engine, 1)
    for place, engine in (("disk", "sync"), ("disk", "io_uring"), ("loop", "io_uring"), ("tmpfs", "sync"))
]
RATES = [
    Case(f"Poisson arrivals, {rate} per second", "null", "null", 64, 1, 1, rate, "poisson", ("fio",))
    for rate in (30_000, 100_000, 300_000)
]
EVERYTHING = NULL + NOP + SPEED + BATCHES + LATENCY + RATES
