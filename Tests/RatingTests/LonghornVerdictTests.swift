import ResultStore
import Statistics
import Testing
import Units

@testable import Rating

@Suite("The verdict on a replica's disk") struct LonghornVerdictTests {
    /// A case of ten rounds of a second.
    private func phase(
        _ name: String,
        _ operation: OperationClass = .write,
        nanoseconds: UInt64,
        count: Int = 4000,
        counters: [String: Double] = [:],
        longest: UInt64? = nil
    ) -> PhaseRecord {
        PhaseRecord(
            name: name,
            kind: "disk",
            startSeconds: 0,
            rounds: (0..<10).map { round in
                var histogram = LatencyHistogram()
                for _ in 0..<(count / 10) { histogram.record(nanoseconds) }
                if round == 0, let longest { histogram.record(longest) }
                return RoundRecord(
                    durationNs: 1_000_000_000,
                    latency: [operation.rawValue: SparseHistogram(histogram.takeSnapshot())]
                )
            },
            counters: counters
        )
    }

    private func record(
        _ phases: [PhaseRecord],
        engine: String = "v1",
        filesystem: String = "ext4",
        spec: [String: String] = [:]
    ) -> ResultRecord {
        var target = TargetFacts(path: "/x", kind: "directory")
        target.filesystem = FilesystemFacts(type: filesystem)
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
                workload: "sha256:0",
                spec: ["data_engine": engine].merging(spec) { $1 },
                engine: "sync",
                engineRequested: "auto"
            ),
            target: target,
            host: HostRecord(),
            phases: phases
        )
        record.metrics = LonghornMetrics.derive(record)
        record.warnings = LonghornDoubts.warnings(record)
        record.verdict = LonghornVerdict.judge(record)
        return record
    }

    @Test(
        "the longest write is held against the eight seconds a replica is given",
        arguments: [
            (UInt64(40_000_000), VerdictRecord.Grade.pass), (1_900_000_000, .pass),
            (2_500_000_000, .borderline), (8_100_000_000, .fail),
        ]
    )
    func timeout(longest: UInt64, grade: VerdictRecord.Grade) {
        let verdict = record([
            phase("overwrite-1", nanoseconds: 500_000),
            phase("overwrite-16", nanoseconds: 2_000_000, longest: longest),
        ]).verdict
        #expect(verdict?.grade == grade)
        #expect(verdict?.checks.first?.measured.contains("(overwrite-16)") == true)
    }

    @Test("a durable write is no write of Longhorn's, however long it takes")
    func durable() {
        let record = record([
            phase("overwrite-1", nanoseconds: 500_000),
            phase("durable-1", nanoseconds: 9_000_000_000, count: 10),
        ])
        #expect(record.verdict?.grade == .pass)
    }

    @Test("a run without a replica's writes has no verdict")
    func nothing() {
        #expect(record([phase("random-read-1", .read, nanoseconds: 90_000)]).verdict == nil)
        #expect(record([]).metrics.isEmpty)
    }

    @Test("one volume is bound by sixteen in flight, and by what sixteen reached")
    func bounds() throws {
        let record = record([
            phase("overwrite-1", nanoseconds: 500_000),
            phase("overwrite-16", nanoseconds: 800_000, count: 200_000),
        ])
        let bound = try #require(record.metrics["volume_write_iops_bound"])
        // 16 / 0.5 ms; buckets are at most 0.8 % wide.
        #expect(abs(bound.value - 32_000) < 300)
        #expect(record.metrics["write_iops_16"]?.value == 20_000)
        #expect(LonghornVerdict.mostWrites(record) == 20_000)
        #expect(record.verdict?.headline.contains("20\u{202F}000 writes/s") == true)
    }

    @Test("the block layer's count tells the filesystem's time, and what a durable write becomes")
    func layers() throws {
        func counters(_ requests: Double, _ nanoseconds: Double) -> [String: Double] {
            var counters: [String: Double] = [:]
            DeviceRequests(count: requests, nanoseconds: nanoseconds).add(to: &counters)
            return counters
        }
        let phases = [
            phase("overwrite-1", nanoseconds: 500_000, counters: counters(4000, 4000 * 450e3)),
            phase(
                "durable-1",
                .commit,
                nanoseconds: 2_500_000,
                counters: counters(8000, 8000 * 1e6)
            ),
        ]
        let metrics = record(phases).metrics
        let above = try #require(metrics["overwrite_filesystem_ns"]).value
        #expect(abs(above - 50_000) < 4000)
        #expect(metrics["durable_dependent_writes"]?.value == 2)
        // More requests than writes are those of somebody else on the disk.
        let busy = phase("overwrite-1", nanoseconds: 500_000, counters: counters(8000, 8000 * 1e5))
        #expect(record([busy]).metrics["overwrite_filesystem_ns"] == nil)
        #expect(record([phases[1]]).metrics["overwrite_filesystem_ns"] == nil)
    }

    @Test("the gap to durable is a difference with the error of both")
    func gap() throws {
        let record = record([
            phase("overwrite-1", nanoseconds: 500_000),
            phase("durable-1", .commit, nanoseconds: 2_500_000),
        ])
        let gap = try #require(record.metrics["durable_gap_p50_ns"])
        #expect(abs(gap.value - 2_000_000) < 20_000)
        let sum = LonghornMetrics.difference(
            Metric(value: 10, ci95: [7, 14]),
            Metric(value: 4, ci95: [1, 8])
        )
        // 3 down and 4 up, 4 down and 3 up: 5 either way.
        #expect(sum.value == 6)
        #expect(sum.ci95 == [1, 11])
        #expect(sum.ci99 == nil)
    }

    @Test("bandwidths and the time of a rebuild follow from bytes and seconds")
    func bandwidth() throws {
        let record = record([
            phase("overwrite-1", nanoseconds: 500_000),
            phase("seq-write-128k-16", nanoseconds: 1_000_000, counters: ["written_bytes": 4e9]),
            phase(
                "rebuild-4",
                .rebuildBatch,
                nanoseconds: 5_000_000,
                counters: ["rebuilt_bytes": 10 * 1_073_741_824]
            ),
        ])
        #expect(record.metrics["sequential_128k_bytes_per_second"]?.value == 4e8)
        #expect(record.metrics["rebuild_100gib_seconds"]?.value == 100)
    }

    @Test("memory and the page cache get no verdict")
    func noDisk() {
        let phases = [phase("overwrite-1", nanoseconds: 2000)]
        let memory = record(phases, filesystem: "tmpfs", spec: ["direct": "false"])
        #expect(memory.verdict?.grade == .inconclusive)
        #expect(memory.warnings.map(\.code) == ["no-disk"])
        let cached = record(phases, filesystem: "vfat", spec: ["direct": "false"])
        #expect(cached.verdict?.grade == .inconclusive)
        #expect(cached.warnings.map(\.code) == ["page-cache"])
    }

    @Test("expensive first touches, slow holes and free flushes are named, ordinary ones are not")
    func doubts() {
        func codes(_ phases: [PhaseRecord]) -> [String] {
            record([phase("overwrite-1", nanoseconds: 100_000)] + phases).warnings.map(\.code)
        }
        #expect(codes([phase("first-touch-1", nanoseconds: 150_000)]) == [])
        #expect(
            codes([phase("first-touch-1", nanoseconds: 400_000)]) == ["first-touch-expensive"]
        )
        #expect(codes([phase("punching-1", nanoseconds: 250_000)]) == [])
        #expect(codes([phase("punching-1", nanoseconds: 500_000)]) == ["punch-stalls"])
        #expect(codes([phase("durable-1", .sync, nanoseconds: 900_000)]) == [])
        #expect(codes([phase("durable-1", .sync, nanoseconds: 4000)]) == ["flush-costs-nothing"])
        // Sixteen at a time: overwrites ten times the rate, first touches hardly more.
        #expect(
            codes([
                phase("overwrite-16", nanoseconds: 160_000, count: 40_000),
                phase("first-touch-1", nanoseconds: 120_000, count: 4000),
                phase("first-touch-16", nanoseconds: 1_900_000, count: 4400),
            ]) == ["first-touch-serial"]
        )
    }
}
