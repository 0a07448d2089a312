import ResultStore
import Statistics

/// Made-up runs of one job: latencies around a level, with bursts that stay within a round.
struct SampleRuns {
    var rounds = 30
    var operations = 500
    /// Nanoseconds at the median.
    var level = 1_000_000.0
    /// ln by which a whole run is off.
    var shift = 0.0
    /// How much one in fifty operations is slower.
    var tail = 3.0
    var kernel = "6.12.9"
    var engine = "sync"
    var id = "00000001"
    var started = "2026-08-01T00:00:00Z"
    var tags: [String: String] = [:]
    var seed: UInt64 = 1
    var spec = ["profile": "sample"]

    func record() -> ResultRecord {
        var random = SplitMix64(seed: seed)
        let rounds = (0..<rounds).map { _ -> RoundRecord in
            var histogram = LatencyHistogram()
            // Rounds differ by some per cent.
            let own = RealFunctions.exp(shift + (random.unitInterval() - 0.5) * 0.06)
            for _ in 0..<operations {
                let spread = RealFunctions.exp((random.unitInterval() - 0.5) * 0.4)
                let slow = random.unitInterval() < 0.02 ? tail : 1
                histogram.record(UInt64(level * own * spread * slow))
            }
            return RoundRecord(
                durationNs: 500_000_000,
                latency: ["read": SparseHistogram(histogram.takeSnapshot())]
            )
        }
        var host = HostRecord()
        host.node = "node-1"
        host.kernel = kernel
        var disk = DeviceFacts(name: "sdb")
        disk.model = "SAMPLE"
        disk.sizeBytes = 1 << 40
        disk.serialHash = "0a1b2c3d4e5f6071"
        disk.transport = "scsi"
        return ResultRecord(
            method: 1,
            run: RunInfo(
                id: id,
                started: started,
                durationNs: 20_000_000_000,
                toolVersion: "tbench 0.1.0",
                toolBuild: "test",
                arguments: []
            ),
            benchmark: BenchmarkInfo(
                name: "sample",
                workload: WorkloadID.of(spec: spec),
                spec: spec,
                engine: engine,
                engineRequested: "auto"
            ),
            target: TargetFacts(
                path: "/mnt",
                kind: "directory",
                filesystem: FilesystemFacts(type: "ext4"),
                stack: [disk]
            ),
            tags: tags,
            host: host,
            phases: [
                PhaseRecord(
                    name: "read-1",
                    kind: "job",
                    startSeconds: 1,
                    rounds: rounds
                )
            ]
        )
    }

    func run() -> StoredRun { StoredRun(file: "\(id).json", record: record()) }

    /// The same with another id, seed and day.
    func repeated(_ number: Int) -> SampleRuns {
        var copy = self
        copy.id = String(number, radix: 16)
        copy.seed = seed &+ UInt64(number) &* 7919
        let day = 1 + number % 28
        let month = 1 + number / 28
        copy.started =
            "2026-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)T00:00:00Z"
        return copy
    }
}
