import ResultStore
import Statistics
import Testing
import Units
import Workloads

@testable import Rating

@Suite("Verdict on a profile's jobs") struct JobVerdictTests {
    /// Ten rounds of a second; `count` reads of `base` ns and up to 10 % more in each.
    private func record(count: Int, base: UInt64) -> ResultRecord {
        var random = SplitMix64(seed: 3)
        let rounds = (0..<10).map { _ in
            var histogram = LatencyHistogram()
            for _ in 0..<count { histogram.record(base + random.next() % (base / 10)) }
            return RoundRecord(
                durationNs: 1_000_000_000,
                latency: ["read": SparseHistogram(histogram.takeSnapshot())]
            )
        }
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
                name: "test",
                workload: "sha256:0",
                spec: [:],
                engine: "sync",
                engineRequested: "sync"
            ),
            target: TargetFacts(path: "/x", kind: "directory"),
            host: HostRecord(),
            phases: [
                PhaseRecord(
                    name: "look",
                    kind: "job",
                    startSeconds: 0,
                    rounds: rounds,
                    counters: ["read_bytes": Double(count) * 10 * 4096]
                )
            ]
        )
    }

    private func profile(_ figure: String, _ limit: String) throws -> Profile {
        try Profile(
            json5: """
                { answers: "?", expect: "", destructive: false,
                  phases: [{ jobs: [{ name: "look", rw: "randread" }] }],
                  thresholds: [{ job: "look", of: "read", figure: "\(figure)", limit: \(limit), why: "test" }] }
                """,
            path: "test.json5"
        )
    }

    @Test(
        "each figure is held against its limit, a rate from below and a time from above",
        arguments: [
            ("p99", "\"2ms\"", VerdictRecord.Grade.pass), ("p99", "\"1ms\"", .fail),
            ("mean", "\"1060us\"", .pass), ("mean", "\"1us\"", .fail), ("max", "\"1200us\"", .pass),
            ("rate", "999", .pass), ("rate", "1001", .fail), ("bandwidth", "\"4M\"", .fail),
            ("bandwidth", "\"3M\"", .pass),
        ] as [(String, String, VerdictRecord.Grade)]
    )
    func grades(figure: String, limit: String, grade: VerdictRecord.Grade) throws {
        let verdict = JobVerdict.judge(
            record(count: 1000, base: 1_000_000),
            try profile(figure, limit)
        )
        #expect(verdict?.grade == grade)
        #expect(verdict?.checks.count == 1)
        #expect(verdict?.checks.first?.source == "test")
    }

    @Test("too few samples for a percentile make no verdict, and neither does a disturbed run")
    func inconclusive() throws {
        let few = JobVerdict.judge(record(count: 1, base: 1_000_000), try profile("p99", "\"2ms\""))
        #expect(few?.grade == .inconclusive)
        var disturbed = record(count: 1000, base: 1_000_000)
        disturbed.warnings = [Warning(code: "steal", severity: .contaminated, text: "stolen")]
        let verdict = JobVerdict.judge(disturbed, try profile("p99", "\"2ms\""))
        #expect(verdict?.grade == .inconclusive)
        #expect(verdict?.headline == "the run was disturbed; see the warnings")
    }

    @Test("a profile without thresholds measures and does not judge")
    func noThresholds() throws {
        let profile = try Profile(
            json5: "{ answers: \"?\", expect: \"\", destructive: false, "
                + "phases: [{ jobs: [{ name: \"look\", rw: \"randread\" }] }] }",
            path: "test.json5"
        )
        #expect(JobVerdict.judge(record(count: 10, base: 1000), profile) == nil)
    }

    @Test("metrics are named after job and operation")
    func metrics() {
        let metrics = JobMetrics.derive(record(count: 1000, base: 1_000_000))
        #expect(metrics["look.read_per_second"]?.value == 1000)
        #expect(metrics["look.read_bytes_per_second"]?.value == 4_096_000)
        let p99 = metrics["look.read_p99_ns"]?.value ?? 0
        #expect(p99 > 1_080_000 && p99 < 1_110_000)
        #expect(metrics["look.write_p99_ns"] == nil)
    }
}
