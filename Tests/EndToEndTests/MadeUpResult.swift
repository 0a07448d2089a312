import Foundation
import ResultStore
import Statistics
import Testing

/// Results of a disk that is as fast as the test says.
struct MadeUpResult {
    var id = "00000001"
    var started = "2026-08-01T00:00:00Z"
    /// Nanoseconds of the median read.
    var level = 1_000_000.0
    var engine = "sync"
    var kernel = "6.12.9"
    var node = "made-up"
    var tags: [String: String] = [:]
    var seed: UInt64 = 1

    func record() -> ResultRecord {
        var random = SplitMix64(seed: seed)
        let rounds = (0..<24).map { _ -> RoundRecord in
            var histogram = LatencyHistogram()
            let own = 1 + (random.unitInterval() - 0.5) * 0.04
            for _ in 0..<450 {
                let spread = 1 + (random.unitInterval() - 0.5) * 0.3
                histogram.record(UInt64(level * own * spread))
            }
            return RoundRecord(
                durationNs: 500_000_000,
                latency: ["read": SparseHistogram(histogram.takeSnapshot())]
            )
        }
        var host = HostRecord()
        host.node = node
        host.kernel = kernel
        return ResultRecord(
            method: 1,
            run: RunInfo(
                id: id,
                started: started,
                durationNs: 12_000_000_000,
                toolVersion: "tbench 0.1.0",
                toolBuild: "test",
                arguments: ["run", "sample"]
            ),
            benchmark: BenchmarkInfo(
                name: "sample",
                workload: WorkloadID.of(spec: ["profile": "sample"]),
                spec: ["profile": "sample"],
                engine: engine,
                engineRequested: "auto"
            ),
            target: TargetFacts(
                path: "/mnt",
                kind: "directory",
                filesystem: FilesystemFacts(type: "ext4")
            ),
            tags: tags,
            host: host,
            phases: [PhaseRecord(name: "read-1", kind: "job", startSeconds: 1, rounds: rounds)]
        )
    }

    /// Writes it where `-o` would; returns the path.
    func write(into directory: String) throws -> String {
        try ResultFiles.write(record(), into: directory)
    }
}
