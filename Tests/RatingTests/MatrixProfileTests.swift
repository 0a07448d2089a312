import Rating
import ResultStore
import Statistics
import Testing
import Workloads

@Suite("Rating disks by a profile's jobs") struct MatrixProfileTests {
    private func job(
        _ name: String,
        _ latency: [OperationClass: Double],
        depth: Int = 1
    ) -> PhaseRecord {
        let rounds = (0..<10).map { _ in
            RoundRecord(
                durationNs: 500_000_000,
                latency: latency.reduce(into: [:]) { result, entry in
                    var histogram = LatencyHistogram()
                    for _ in 0..<500 { histogram.record(UInt64(entry.value * 1e6)) }
                    result[entry.key.rawValue] = SparseHistogram(histogram.snapshot())
                }
            )
        }
        return PhaseRecord(
            name: name,
            kind: "job",
            startSeconds: 0,
            rounds: rounds,
            counters: ["threads": 1, "iodepth": Double(depth)]
        )
    }

    private func document(_ sides: [[PhaseRecord]]) throws -> MatrixDocument {
        let caches: [DiskCombination.Cache] = [.none, .writeback]
        let cells = zip(caches, sides).map { cache, phases in
            let combination = DiskCombination(format: .raw, cache: cache, aio: .ioUring)
            var record = ResultRecord(
                method: 1,
                run: RunInfo(id: "1", started: "", toolVersion: "", toolBuild: "", arguments: []),
                benchmark: BenchmarkInfo(
                    name: "mine",
                    workload: "",
                    spec: [:],
                    engine: "nbd",
                    engineRequested: "nbd"
                ),
                target: TargetFacts(path: "/x", kind: "directory"),
                tags: combination.tags.merging([MatrixRating.runTag: "r"]) { $1 },
                host: HostRecord()
            )
            record.phases = phases
            return MatrixRating.Cell(combination: combination, record: record)
        }
        return MatrixRating(cells: cells, rubric: try .embedded()).document(method: "test")
    }

    @Test("the first job that writes is what a disk is judged by, and roles of writes get a grade")
    func writes() throws {
        let document = try document([
            [job("reads", [.read: 0.1]), job("one", [.write: 0.4]), job("more", [.write: 3])],
            [job("reads", [.read: 0.1]), job("one", [.write: 0.8]), job("more", [.write: 1])],
        ])
        let row = try #require(document.cells.first)
        #expect(row.job == "one")
        #expect(row.operation == "write")
        // 500 in half a second.
        #expect(abs((row.perSecond ?? 0) - 1000) < 1)
        #expect(Set(row.grades.map(\.role)) == ["longhorn-v1", "longhorn-v2"])
        #expect(row.grades.first { $0.role == "longhorn-v1" }?.grade == "A")
        #expect(document.rubric.count == 2)
        let change = try #require(document.cells.last?.change)
        #expect(change.figure.hasPrefix("write p"))
        #expect(abs(change.ratio - 2) < 0.05)
        #expect(document.recommendation?.sentence.contains("its write p") == true)
    }

    @Test("what several in flight wait for is no role's figure, and reads are nobody's")
    func noGrades() throws {
        let deep = try document([[job("deep", [.write: 0.4], depth: 32)]])
        #expect(deep.cells.first?.grades == [])
        #expect(deep.rubric.isEmpty)
        let reads = try document([[job("reads", [.read: 0.1])]])
        #expect(reads.cells.first?.operation == "read")
        #expect(reads.cells.first?.grades == [])
    }

    @Test("a job that syncs each write is judged by both together, as etcd is")
    func commits() throws {
        let document = try document([[job("wal", [.write: 0.4, .sync: 1, .commit: 1.5])]])
        let row = try #require(document.cells.first)
        #expect(row.operation == "commit")
        #expect(row.grades.first { $0.role == "etcd" }?.grade == "A")
    }

    @Test("what was counted at the file stands also where no operation completed in a round")
    func counts() throws {
        var stalled = job("one", [:])
        stalled.kind = "verdict"
        stalled.counters = ["audit_guest_writes": 32, "audit_file_flushes": 48]
        let row = try #require(try document([[stalled]]).cells.first)
        #expect(row.samples == 0)
        #expect(row.commitP50Ns == nil)
        #expect(row.fileFlushesPerWrite == 1.5)
    }
}
