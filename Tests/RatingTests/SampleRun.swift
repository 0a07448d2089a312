import ResultStore
import Statistics
import Units

/// A made-up etcd run: what each class of operations took, spread evenly over ten rounds.
struct SampleRun {
    typealias Latencies = [(nanoseconds: UInt64, count: Int)]

    var kind = "verdict"
    var overwrite: Latencies = [(400_000, 3000)]
    var metadata: Latencies = [(450_000, 800)]
    var inCommit: Latencies = [(420_000, 100)]
    var writes: Latencies = [(20_000, 3000)]
    var loops: Latencies = [(500_000, 3000)]
    var commits: Latencies = [(2_000_000, 400)]
    var doneRatio = 1.0
    var runDelayRatio: Double?
    var warnings: [Warning] = []

    private static let rounds = 10

    var record: ResultRecord {
        let classes: [(OperationClass, Latencies)] = [
            (.walSyncOverwrite, overwrite), (.walSyncMetadata, metadata),
            (.walSyncOverwriteInCommit, inCommit), (.walWrite, writes), (.walLoop, loops),
            (.backendCommit, commits),
        ]
        let rounds = (0..<Self.rounds).map { round in
            var latency: [String: SparseHistogram] = [:]
            for (name, latencies) in classes where !latencies.isEmpty {
                latency[name.rawValue] = SparseHistogram(Self.part(latencies, of: round))
            }
            return RoundRecord(durationNs: 2_000_000_000, latency: latency)
        }
        var conditions = Conditions()
        conditions.runDelayRatio = runDelayRatio
        return ResultRecord(
            method: 1,
            run: RunInfo(
                id: "00000000",
                started: "2026-01-01T00:00:00Z",
                toolVersion: "tbench",
                toolBuild: "test",
                arguments: []
            ),
            benchmark: BenchmarkInfo(
                name: "etcd",
                workload: "sha256:0",
                spec: [:],
                engine: "sync",
                engineRequested: "auto"
            ),
            target: TargetFacts(path: "/x", kind: "directory"),
            host: HostRecord(),
            conditions: conditions,
            phases: [
                PhaseRecord(
                    name: "small",
                    kind: kind,
                    offeredPerSecond: 150,
                    startSeconds: 1,
                    rounds: rounds,
                    counters: ["puts": 150 * 2 * Double(Self.rounds) * doneRatio]
                )
            ],
            warnings: warnings
        )
    }

    /// Every tenth sample, so that each round looks like the whole.
    private static func part(_ latencies: Latencies, of round: Int) -> HistogramSnapshot {
        var histogram = LatencyHistogram()
        for (nanoseconds, count) in latencies {
            for index in 0..<count where index % rounds == round { histogram.record(nanoseconds) }
        }
        return histogram.takeSnapshot()
    }
}
