import ResultStore
import Statistics
import Testing
import Units

@testable import Rating

@Suite("Doubts about a job's numbers") struct JobDoubtsTests {
    private func record(
        engine: String = "io_uring",
        filesystem: String = "ext4",
        offered: Double? = nil,
        operation: OperationClass = .read,
        nanoseconds: UInt64 = 80_000,
        counters: [String: Double]
    ) -> ResultRecord {
        var histogram = LatencyHistogram()
        for _ in 0..<1000 { histogram.record(nanoseconds) }
        let round = RoundRecord(
            durationNs: 1_000_000_000,
            latency: [operation.rawValue: SparseHistogram(histogram.takeSnapshot())]
        )
        var target = TargetFacts(path: "/x", kind: "directory")
        target.filesystem = FilesystemFacts(type: filesystem)
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
                engine: engine,
                engineRequested: engine
            ),
            target: target,
            host: HostRecord(),
            phases: [
                PhaseRecord(
                    name: "look",
                    kind: "job",
                    offeredPerSecond: offered,
                    startSeconds: 0,
                    rounds: [round, round],
                    counters: counters
                )
            ]
        )
    }

    private func codes(_ record: ResultRecord) -> [String] {
        JobDoubts.warnings(record).map(\.code)
    }

    /// 2000 I/Os in two seconds by one thread, half of the loop's before them not measured.
    private func counters(cpuPerIO: Double) -> [String: Double] {
        [
            "reads": 2000, "writes": 0, "all_ios": 4000, "threads": 1,
            "user_cpu_ns": 4000 * cpuPerIO * 0.25, "system_cpu_ns": 4000 * cpuPerIO * 0.75,
        ]
    }

    @Test("a thread that computes all the time is said to be the limit")
    func busy() {
        // 2000 I/Os of 990 µs of processor time are 1.98 of the 2 s.
        #expect(codes(record(counters: counters(cpuPerIO: 990_000))) == ["cpu-bound"])
        #expect(codes(record(counters: counters(cpuPerIO: 900_000))) == [])
        #expect(codes(record(engine: "null", counters: counters(cpuPerIO: 990_000))) == [])
        #expect(codes(record(counters: [:])) == [])
    }

    @Test("an open loop that falls behind says so, a point of a sweep does not")
    func late() {
        let counters = counters(cpuPerIO: 1000)
        #expect(codes(record(offered: 1000, counters: counters)) == [])
        #expect(codes(record(offered: 1200, counters: counters)) == ["rate-not-kept"])
        // 100 a second that were due on average may be 90.
        let few = counters.merging(["reads": 180]) { $1 }
        #expect(codes(record(offered: 100, counters: few)) == [])
        let point = counters.merging(["sweep_value": 110]) { $1 }
        #expect(codes(record(offered: 1200, counters: point)) == [])
    }

    @Test("memory is no disk, and a flush that costs nothing contaminates the run")
    func free() {
        #expect(codes(record(filesystem: "tmpfs", counters: [:])) == ["no-disk"])
        let free = record(operation: .sync, nanoseconds: 900, counters: [:])
        #expect(JobDoubts.warnings(free).map(\.severity) == [.contaminated])
        #expect(codes(free) == ["flush-costs-nothing"])
        #expect(codes(record(operation: .sync, counters: [:])) == [])
    }
}
