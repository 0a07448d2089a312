"""The jobs that both programs run, as fio job files."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Case:
    """One job on one place. `place` is "null" (no kernel), "disk", "loop" or "tmpfs"."""

    name: str
    place: str
    engine: str
    depth: int
    batch: int = 1
    rate: int | None = None
    arrivals: str = "fixed"

    def job_file(self, size_bytes, seconds, own=()):
        """What fio and tbench both read; `own` are lines for one of them."""
        lines = [
            "[global]", "rw=randread", "norandommap=1", "bs=4k", f"size={size_bytes}",
            f"ioengine={self.engine}", f"iodepth={self.depth}", "direct=1" if self.place != "null" else "direct=0",
            "time_based=1", f"runtime={seconds}", "ramp_time=1", "[job]",
        ]
        if self.batch > 1:
            lines.insert(-1, f"iodepth_batch={self.batch}")
        if self.rate:
            lines.insert(-1, f"rate_iops={self.rate}")
            if self.arrivals == "poisson":
                lines.insert(-1, "rate_process=poisson")
        lines[-1:-1] = own
        return "\n".join(lines) + "\n"

    @property
    def fio_lines(self):
        """Registered files and buffers, which tbench does not have yet."""
        return ["registerfiles=1", "fixedbufs=1"] if self.engine == "io_uring" else []

    def fio_flags(self):
        """fio's best: a cheap generator and clock, several completions a call."""
        flags = ["--random_generator=lfsr", "--clocksource=cpu", "--thread"]
        if self.depth > 1:
            flags += ["--iodepth_batch_complete_min=1", f"--iodepth_batch_complete_max={self.depth}"]
        return flags


NULL = [Case("null engine, depth 64", "null", "null", 64, 16)]
SPEED = [
    Case(f"{place}, {engine}, depth {depth}", place, engine, depth, 16 if depth >= 32 else 1)
    for place in ("disk", "loop", "tmpfs")
    for engine in ("io_uring", "libaio")
    for depth in (1, 32, 128)
]
LATENCY = [Case(f"disk, {engine}, depth 1", "disk", engine, 1) for engine in ("sync", "io_uring")]
RATES = [
    Case(f"Poisson arrivals, {rate} per second", "null", "null", 64, 1, rate, "poisson")
    for rate in (30_000, 100_000, 300_000)
]
