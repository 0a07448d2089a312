import ResultStore
import Statistics
import Units

/// The records behind the golden files.
enum SampleRecord: String, CaseIterable {
    case pass, borderline, fail, fewSamples = "few-samples", device, partial

    func make() -> ResultRecord {
        switch self {
        case .pass: Self.pass()
        case .borderline: Self.borderline()
        case .fail: Self.fail()
        case .fewSamples: Self.fewSamples()
        case .device: Self.device()
        case .partial: Self.partial()
        }
    }

    private static func pass() -> ResultRecord {
        var record = base(arguments: ["etcd", "/var/lib/tbench", "-o", "Results/"])
        record.phases = [
            SamplePhase().record(),
            SamplePhase(name: "medium", rate: 1000, rounds: 10, seed: 8).record(),
            SamplePhase(name: "ramp 2000/s", kind: "ramp", rate: 2000, rounds: 5, seed: 9).record(),
            SamplePhase(
                name: "ramp 4000/s",
                kind: "ramp",
                rate: 4000,
                rounds: 5,
                flush: 2_600_000,
                seed: 10
            ).record(),
        ]
        record.metrics = metrics(record.phases[0])
        record.metrics["headroom_rate"] = Metric(value: 2000)
        record.metrics["sequential_iops"] = Metric(value: 2391)
        record.metrics["recovery_100mb_seconds"] = Metric(value: 0.41)
        record.metrics["recovery_1gb_seconds"] = Metric(value: 4.4)
        record.verdict = VerdictRecord(
            grade: .pass,
            headline: "This disk is good enough for etcd at 150 puts a second, with room to spare.",
            checks: checks(.pass, "1.92 ms [1.86, 1.98]", .pass, "7.31 ms [7.02, 7.66]"),
            cause: "device flush: 78 % of an overwrite fsync is spent waiting for the disk's cache",
            advice: "Nothing to do; keep other writers off this filesystem."
        )
        record.warnings = [
            Warning(
                code: "governor",
                severity: .note,
                text: "The CPU governor is schedutil: an idle CPU wakes up slowly.",
                hint: "cpupower frequency-set -g performance, if etcd will run so"
            )
        ]
        return record
    }

    private static func borderline() -> ResultRecord {
        var record = base(arguments: ["etcd", "/var/lib/tbench", "--compare-fio-recipe"])
        record.phases = [
            SamplePhase(rounds: 40, flush: 1_320_000, stalled: [11], stall: 121_000_000).record()
        ]
        record.metrics = metrics(record.phases[0])
        record.metrics["fio_recipe_p99_ns"] = Metric(value: 4.61e6)
        record.verdict = VerdictRecord(
            grade: .borderline,
            headline: "Too close to call: the WAL fsync p99 lies at etcd's limit of 10 ms.",
            checks: checks(.borderline, "9.98 ms [9.61, 10.4]", .fail, "32.9 ms [31.6, 34.1]"),
            cause: "journal: a metadata fsync takes 3.1 × an overwrite one",
            advice: "Give etcd its own disk, or one with power-loss protection."
        )
        return record
    }

    private static func fail() -> ResultRecord {
        var record = base(arguments: ["etcd", "/mnt/slow disk", "--compare-fio-recipe"])
        record.target.path = "/mnt/slow disk"
        record.phases = [
            SamplePhase(
                flush: 3_100_000,
                stalled: [4, 17, 18],
                stall: 1_240_000_000
            ).record()
        ]
        record.metrics = metrics(record.phases[0])
        record.metrics["fio_recipe_p99_ns"] = Metric(value: 8.98e6)
        record.metrics["headroom_rate"] = Metric(value: 0)
        record.metrics["stalls_over_100ms"] = Metric(value: 3)
        record.metrics["stalls_over_200ms"] = Metric(value: 3)
        record.metrics["stalls_over_1s"] = Metric(value: 3)
        record.phases[0].slow = [
            SlowOperation(operation: "wal_loop", atSeconds: 13.1, durationNs: 1_240_000_000)
        ]
        record.metrics["sequential_iops"] = Metric(value: 212)
        record.verdict = VerdictRecord(
            grade: .fail,
            headline:
                "This disk is too slow for etcd: both limits are broken at 150 puts a second.",
            checks: checks(.fail, "22.6 ms [21.9, 23.4]", .fail, "78.4 ms [75.0, 81.2]"),
            cause: "device flush: a flush alone takes 2.9 ms, and every put needs one",
            advice: "Use another disk; no setting of etcd makes this one fast enough."
        )
        record.warnings = [
            Warning(
                code: "steal",
                severity: .contaminated,
                text: "The hypervisor took 7.4 % of the CPU time during the run.",
                hint: "move the VM or ask the host's owner; then measure again"
            ),
            Warning(
                code: "loop-direct-io",
                text: "/dev/loop3 does buffered I/O on its backing file, so flushes go twice "
                    + "through a page cache.",
                hint: "losetup --direct-io=on /dev/loop3"
            ),
        ]
        return record
    }

    private static func fewSamples() -> ResultRecord {
        var record = base(arguments: ["etcd", "--max-time", "6s"])
        record.run.timeToVerdictNs = 7_100_000_000
        record.phases = [SamplePhase(rate: 50, rounds: 3).record()]
        record.metrics = metrics(record.phases[0])
        record.verdict = VerdictRecord(
            grade: .inconclusive,
            headline: "Too few samples for a verdict.",
            checks: [
                VerdictCheck(
                    name: "WAL fsync p99",
                    limit: "< 10 ms",
                    measured: "–",
                    grade: .inconclusive,
                    source: "etcd",
                    reason: "297 samples; 2000 are needed, about 40 s at this load"
                )
            ],
            cause: "",
            advice: "Run it longer."
        )
        record.conditions = nil
        record.noise = nil
        record.host = HostRecord()
        record.target.stack = []
        return record
    }

    private static func device() -> ResultRecord {
        var record = base(arguments: ["etcd", "/dev/sdb"])
        record.target.path = "/dev/sdb"
        record.target.kind = "block device"
        record.target.filesystem = nil
        record.tags = ["format": "qcow2", "cache": "none"]
        record.benchmark.engineRequested = "io_uring"
        record.benchmark.engineFallbackReason = "kernel.io_uring_disabled is 2"
        record.phases = [
            SamplePhase(name: "device floor", kind: "device", flush: 190_000, hasBackend: false)
                .record()
        ]
        record.metrics["l_fs_overwrite_p50_ns"] = Metric(value: 41_000)
        record.metrics["l_fs_metadata_p50_ns"] = Metric(value: 512_000)
        record.verdict = VerdictRecord(
            grade: .inconclusive,
            headline: "This is the device's floor; etcd's limits apply with a filesystem on top.",
            checks: [],
            cause: "device flush",
            advice: "Measure a directory on it, or let tbench make a filesystem."
        )
        return record
    }

    private static func partial() -> ResultRecord {
        var record = base(arguments: ["etcd", "/var/lib/tbench"])
        record.run.outcome = .partial
        record.run.outcomeReason = "interrupted by SIGINT"
        record.run.durationNs = 13_400_000_000
        record.run.timeToVerdictNs = nil
        record.phases = [SamplePhase(rounds: 6).record()]
        record.phases[0].stopReason = "interrupted"
        return record
    }

    /// What the headline numbers of a phase would be.
    private static func metrics(_ phase: PhaseRecord) -> [String: Metric] {
        let estimate = phase.bootstrap(OperationClass.walFsync).estimate(quantile: 0.99)
        return ["wal_fsync_p99_ns": Metric(value: estimate.value)]
    }

    private static func checks(
        _ wal: VerdictRecord.Grade,
        _ walText: String,
        _ commit: VerdictRecord.Grade,
        _ commitText: String
    ) -> [VerdictCheck] {
        [
            VerdictCheck(
                name: "WAL fsync p99",
                limit: "< 10 ms",
                measured: walText,
                grade: wal,
                source: "etcd"
            ),
            VerdictCheck(
                name: "backend commit p99",
                limit: "< 25 ms",
                measured: commitText,
                grade: commit,
                source: "etcd"
            ),
            VerdictCheck(
                name: "stalls",
                limit: "none ≥ 1 s",
                measured: wal == .fail ? "3 over 1 s, the longest 1.24 s" : "none over 1 s",
                grade: wal == .fail ? .fail : .pass,
                source: "tbench",
                reason: wal == .fail ? "a leader that stalls this long loses its leadership" : nil
            ),
        ]
    }

    private static func base(arguments: [String]) -> ResultRecord {
        var record = ResultRecord(
            method: 1,
            run: RunInfo(
                id: "5f3a9c21",
                started: "2026-08-03T10:15:22Z",
                durationNs: 66_200_000_000,
                timeToVerdictNs: 64_900_000_000,
                toolVersion: "tbench 0.1.0",
                toolBuild: "release-static-x86_64",
                arguments: arguments,
                peakMemoryBytes: 29 << 20
            ),
            benchmark: BenchmarkInfo(
                name: "etcd",
                workload: "sha256:0011",
                spec: ["rate_per_second": "150"],
                engine: "sync",
                engineRequested: "auto"
            ),
            target: SampleMachine.target(),
            host: SampleMachine.host()
        )
        record.noise = NoiseFloor(
            clockCostNs: 31.4,
            timerOvershootP50Ns: 52_000,
            timerOvershootP99Ns: 81_000,
            timerOvershootMaxNs: 212_000,
            spinGapMaxNs: 90_000,
            spinStolenRatio: 0.0002
        )
        var conditions = Conditions()
        conditions.stealRatio = 0.001
        conditions.foreignIoRatio = 0.004
        record.conditions = conditions
        return record
    }
}

/// The machine that all sample records were "made" on.
enum SampleMachine {
    static func target() -> TargetFacts {
        var device = DeviceFacts(name: "sdb")
        device.model = "QEMU HARDDISK"
        device.transport = "scsi"
        device.driver = "sd"
        device.sizeBytes = 107_374_182_400
        device.logicalBlockBytes = 512
        device.physicalBlockBytes = 4096
        device.rotational = false
        device.scheduler = "none"
        device.requests = 256
        device.writeCache = "write back"
        device.fua = false
        device.discardMaxBytes = 2_147_450_880
        device.writebackThrottleUsec = 2000
        return TargetFacts(
            path: "/var/lib/tbench",
            kind: "directory",
            filesystem: FilesystemFacts(
                type: "ext4",
                mountPoint: "/var",
                source: "/dev/sdb1",
                mountOptions: ["rw", "relatime", "errors=remount-ro"],
                sizeBytes: 100 << 30,
                freeBytes: 61 << 30,
                blockSizeBytes: 4096,
                device: "8:17",
                journal: "data=ordered"
            ),
            stack: [device],
            unknown: ["no /sys/block/sdb/device/vpd_pg80: serial unknown"]
        )
    }

    static func host() -> HostRecord {
        var host = HostRecord()
        host.node = "talos-cp1"
        host.kernel = "6.12.8-talos"
        host.distribution = "Talos 1.9.1"
        host.architecture = "x86_64"
        host.cpuModel = "AMD EPYC 7543P"
        host.cpuCount = 4
        host.governor = "schedutil"
        host.clocksource = "kvm-clock"
        host.memoryBytes = 8 << 30
        host.hypervisor = "kvm"
        host.platform = "QEMU Standard PC (Q35 + ICH9, 2009)"
        host.loadAverage = 0.42
        host.container = ["seccomp": "0", "cpu_max": "max"]
        return host
    }
}
