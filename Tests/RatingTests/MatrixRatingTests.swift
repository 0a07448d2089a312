import Rating
import ResultStore
import Statistics
import Testing
import Workloads

@Suite("Rating disk combinations") struct MatrixRatingTests {
    /// A cell whose commits take about as long as asked, by turns that a mood of the machine hits all alike.
    private func cell(
        _ format: DiskCombination.Format,
        _ cache: DiskCombination.Cache,
        milliseconds: Double,
        rounds: Int = 20,
        samples: Int = 600,
        seed: UInt64 = 1,
        counters: [String: Double] = [:],
        tags: [String: String] = [:]
    ) -> MatrixRating.Cell {
        let combination = DiskCombination(format: format, cache: cache, aio: .ioUring)
        var random = SplitMix64(seed: seed)
        let records = (0..<rounds).map { round -> RoundRecord in
            let mood = round.isMultiple(of: 3) ? 1.3 : 1
            var histogram = LatencyHistogram()
            for _ in 0..<samples {
                let value = milliseconds * 1e6 * mood * (0.9 + 0.2 * random.unitInterval())
                histogram.record(UInt64(value))
            }
            let sparse = SparseHistogram(histogram.snapshot())
            return RoundRecord(
                durationNs: 1_000_000_000,
                latency: ["wal_loop": sparse, "wal_write": sparse]
            )
        }
        var record = ResultRecord(
            method: 1,
            run: RunInfo(
                id: "1",
                started: "",
                toolVersion: "",
                toolBuild: "",
                arguments: []
            ),
            benchmark: BenchmarkInfo(
                name: "etcd",
                workload: "",
                spec: [:],
                engine: "nbd",
                engineRequested: "nbd"
            ),
            target: TargetFacts(path: "/x", kind: "directory"),
            tags: combination.tags.merging([MatrixRating.runTag: "r"]) { $1 }
                .merging(tags) { $1 },
            host: HostRecord()
        )
        record.phases = [
            PhaseRecord(
                name: "medium",
                kind: "verdict",
                startSeconds: 0,
                rounds: records,
                counters: counters
            )
        ]
        return MatrixRating.Cell(combination: combination, record: record)
    }

    private func document(_ cells: [MatrixRating.Cell]) throws -> MatrixDocument {
        MatrixRating(cells: cells, rubric: try .embedded()).document(method: "test")
    }

    private func grade(_ row: MatrixRow, _ role: String) -> String? {
        row.grades.first { $0.role == role }?.grade
    }

    @Test(
        "etcd's grade follows the commit's 99th percentile",
        arguments: [
            (0.5, "A"), (3.0, "B"), (6.0, "C"), (15.0, "D"), (60.0, "E"), (120.0, "F"),
        ]
    )
    func speed(milliseconds: Double, expected: String) throws {
        let rows = try document([cell(.raw, .none, milliseconds: milliseconds)]).cells
        #expect(grade(rows[0], "etcd") == expected)
    }

    @Test("unsafe is unfit for whatever needs flushes, however fast, and its speed is told beside")
    func unsafeCap() throws {
        let rows = try document([
            cell(.raw, .none, milliseconds: 8), cell(.raw, .unsafe, milliseconds: 0.05),
        ]).cells
        for role in ["etcd", "longhorn-v1", "longhorn-v2"] {
            #expect(grade(rows[1], role) == "F")
        }
        #expect(rows[1].grades.first?.bySpeed == "A")
        #expect(rows[1].survives?.powerCut == "none")
    }

    @Test("a rubric without caps cannot make unsafe fit either")
    func hostileRubric() throws {
        let rubric = try CombinationRubric(
            json5: """
                { roles: [{ name: "etcd", title: "etcd", figure: "commit_p50", why: "mine", needs_flush: true,
                  limits: { A: "1s", B: "2s", C: "3s", D: "4s", E: "5s" } }], caps: [] }
                """,
            path: "mine"
        )
        let cells = [cell(.raw, .unsafe, milliseconds: 0.05)]
        let row = MatrixRating(cells: cells, rubric: rubric).document(method: "").cells[0]
        #expect(grade(row, "etcd") == "F")
    }

    @Test("the plainest of what cannot be told apart is recommended, never unsafe, sparse or null")
    func recommendation() throws {
        let equal = try document([
            cell(.qcow2, .none, milliseconds: 1.0), cell(.raw, .directsync, milliseconds: 1.0),
            cell(.raw, .none, milliseconds: 1.02), cell(.raw, .unsafe, milliseconds: 0.1),
            cell(.qcow2Sparse, .none, milliseconds: 0.5), cell(.null, .none, milliseconds: 0.01),
        ])
        #expect(equal.recommendation?.cell == "raw/none/io_uring")
        #expect(
            equal.recommendation?.config == [
                "scsihw: virtio-scsi-single",
                "scsi0: STORAGE:vm-VMID-disk-0,cache=none,aio=io_uring,iothread=1,discard=on,ssd=1",
            ]
        )
        let faster = try document([
            cell(.raw, .none, milliseconds: 2), cell(.qcow2, .writeback, milliseconds: 1),
        ])
        #expect(faster.recommendation?.cell == "qcow2/writeback/io_uring")
        #expect(try document([cell(.raw, .unsafe, milliseconds: 1)]).recommendation == nil)
    }

    @Test("differences are told against raw/none, significance and relevance apart")
    func changes() throws {
        let rows = try document([
            cell(.qcow2, .none, milliseconds: 2, seed: 3), cell(.raw, .none, milliseconds: 1),
            cell(.raw, .writeback, milliseconds: 1.03, seed: 5),
        ]).cells
        #expect(rows[0].change?.verdict == "slower")
        #expect(rows[0].change?.isSignificant == true)
        #expect(abs((rows[0].change?.ratio ?? 0) - 2) < 0.1)
        #expect(rows[1].change == nil)
        #expect(rows[2].change?.verdict == "same")
        #expect(rows[2].change?.isSignificant == true)
    }

    @Test("results of different runs are graded and not compared")
    func foreignRun() throws {
        let rows = try document([
            cell(.raw, .none, milliseconds: 1),
            cell(.qcow2, .none, milliseconds: 2, tags: [MatrixRating.runTag: "other"]),
        ]).cells
        #expect(rows[1].change == nil)
        #expect(grade(rows[1], "etcd") != nil)
    }

    @Test("too few samples get no grade, and an emulated guest none at all")
    func ungraded() throws {
        let few = try document([cell(.raw, .none, milliseconds: 0.5, rounds: 5, samples: 100)])
        #expect(grade(few.cells[0], "etcd") == "?")
        #expect(grade(few.cells[0], "general") == "A")
        let emulated = try document([
            cell(.raw, .none, milliseconds: 1, tags: ["accelerator": "tcg"])
        ])
        #expect(emulated.cells[0].grades.allSatisfy { $0.grade == "?" })
        #expect(emulated.recommendation == nil)
        #expect(emulated.notes.contains { $0.contains("Not representative") })
    }

    @Test("what was counted becomes ratios, and what was not stays unknown")
    func ratios() throws {
        let counters: [String: Double] = [
            "guest_writes": 100, "guest_syncs": 50, "guest_bytes": 1_024_000,
            "device_sectors": 4000, "device_flushes": 100, "daemon_cpu_ns": 1_500_000,
            "audit_guest_writes": 32, "audit_file_writes": 64, "audit_file_flushes": 32,
            "trim": 0.5,
        ]
        let row = try document([cell(.raw, .none, milliseconds: 1, counters: counters)]).cells[0]
        #expect(row.writeAmplification == 2)
        #expect(row.deviceFlushesPerSync == 2)
        #expect(row.processorNsPerOperation == 10_000)
        #expect(row.fileWritesPerWrite == 2)
        #expect(row.fileFlushesPerWrite == 1)
        #expect(row.trim == "keeps space")
        let bare = try document([cell(.raw, .none, milliseconds: 1)]).cells[0]
        #expect(bare.writeAmplification == nil)
        #expect(bare.trim == nil)
    }

    @Test(
        "what survives a power cut follows from the cache mode",
        arguments: [
            (.none, "flushed"), (.writeback, "flushed"), (.writethrough, "all"),
            (.directsync, "all"), (.unsafe, "none"),
        ] as [(DiskCombination.Cache, String)]
    )
    func powerCut(cache: DiskCombination.Cache, expected: String) {
        for format in [DiskCombination.Format.raw, .qcow2] {
            let combination = DiskCombination(format: format, cache: cache, aio: .threads)
            #expect(CombinationDurability.survival(combination).powerCut == expected)
        }
    }
}
