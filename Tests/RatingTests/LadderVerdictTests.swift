import Rating
import ResultStore
import Statistics
import Testing
import Units

@Suite struct LadderVerdictTests {
    private static func phase(
        _ operation: OperationClass,
        depth: Int,
        _ nanoseconds: [UInt64]
    ) -> PhaseRecord {
        var histogram = LatencyHistogram()
        for value in nanoseconds { histogram.record(value) }
        return PhaseRecord(
            name: "D fan-out \(operation.rawValue) x\(depth)",
            kind: "ladder",
            startSeconds: 0,
            rounds: [
                RoundRecord(
                    durationNs: 1_000_000_000,
                    latency: [operation.rawValue: SparseHistogram(histogram.snapshot())]
                )
            ],
            ladder: LadderPoint(
                step: .fanOut,
                replicas: ["a", "b", "c"],
                operation: operation.rawValue,
                pattern: "random",
                blockBytes: 4096,
                depth: depth,
                connections: 2
            )
        )
    }

    private static func record(_ phases: [PhaseRecord]) -> ResultRecord {
        var record = ResultRecord(
            method: 1,
            run: RunInfo(
                id: "00000000",
                started: "2026-01-01T00:00:00Z",
                toolVersion: "tbench",
                toolBuild: "test",
                arguments: []
            ),
            benchmark: BenchmarkInfo(
                name: "longhorn",
                workload: "",
                spec: [:],
                engine: "sync",
                engineRequested: "sync",
                engineFeatures: []
            ),
            target: TargetFacts(path: "/", kind: "directory"),
            host: HostRecord(),
            phases: phases
        )
        record.metrics = LadderMetrics.derive(record)
        return record
    }

    @Test("the headline says what a write to all replicas takes, and how many there are")
    func headline() throws {
        let record = Self.record([
            Self.phase(.write, depth: 1, Array(repeating: 200, count: 5000)),
            Self.phase(.write, depth: 16, Array(repeating: 250, count: 9000)),
        ])
        let verdict = try #require(LadderVerdict.judge(record))
        #expect(verdict.grade == .pass)
        #expect(
            verdict.headline
                == "a 4 KiB write to 3 replicas takes 200 ns, p99 200 ns; \(QuantityText.count(5000))/s one at a time, "
                + "\(QuantityText.count(9000))/s with 16 in flight"
        )
        #expect(record.metrics["volume_write_bytes_per_second"]?.value == 20_480_000.0)
    }

    @Test("where only reads were measured, it is about them")
    func reads() throws {
        let record = Self.record([Self.phase(.read, depth: 1, Array(repeating: 200, count: 5000))])
        let verdict = try #require(LadderVerdict.judge(record))
        #expect(
            verdict.headline.hasPrefix("a 4 KiB read from one of 3 replicas in turn takes 200 ns")
        )
    }

    @Test(
        "a request near the replica timeout is borderline, one beyond it fails",
        arguments: [
            (UInt64(1_900_000_000), VerdictRecord.Grade.pass), (2_000_000_000, .borderline),
            (7_999_000_000, .borderline), (8_000_000_000, .fail),
        ]
    )
    func timeout(_ longest: UInt64, _ grade: VerdictRecord.Grade) throws {
        let phase = Self.phase(.write, depth: 1, Array(repeating: 200, count: 100) + [longest])
        #expect(try #require(LadderVerdict.judge(Self.record([phase]))).grade == grade)
    }

    @Test("a ladder without a volume has no verdict")
    func none() {
        #expect(LadderVerdict.judge(Self.record([])) == nil)
    }
}
