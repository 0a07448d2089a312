import Regression
import ResultStore
import Statistics
import Testing
import Units

/// Verdicts of made-up runs whose difference is known.
@Suite("A comparison") struct ComparisonTests {
    private func compare(
        _ base: [SampleRuns],
        _ new: [SampleRuns],
        relevance: Relevance = Relevance(),
        across: Set<String> = []
    ) throws -> CaseComparison {
        try #require(
            CaseComparison(
                base: ComparedSide(label: "base", runs: base.map { $0.run() }),
                new: ComparedSide(label: "new", runs: new.map { $0.run() }),
                relevance: relevance,
                across: across
            )
        )
    }

    private func row(_ comparison: CaseComparison, _ measure: String) throws -> ChangeRow {
        try #require(comparison.rows.first { $0.measure.id == measure })
    }

    @Test("the same disk twice is unchanged")
    func unchanged() throws {
        let comparison = try compare([SampleRuns()], [SampleRuns().repeated(1)])
        #expect(try row(comparison, "read-1.read_p50").verdict == .unchanged)
        #expect(try row(comparison, "read-1.read_rate").verdict == .unchanged)
        #expect(comparison.verdict != .regressed)
        #expect(comparison.notes.contains { $0.hasPrefix("single baseline") })
    }

    @Test(
        "a change beyond δ has the right sign, and the interval holds it",
        arguments: [(1.2, ChangeVerdict.regressed), (0.8, .improved)]
    )
    func changed(factor: Double, verdict: ChangeVerdict) throws {
        var slower = SampleRuns().repeated(1)
        slower.level *= factor
        let comparison = try compare([SampleRuns()], [slower])
        let median = try row(comparison, "read-1.read_p50")
        #expect(median.verdict == verdict)
        let interval = try #require(median.change99)
        #expect(interval.low < factor - 1 && factor - 1 < interval.high)
        #expect(try row(comparison, "read-1.read_p99").verdict == verdict)
    }

    @Test("fewer operations a second are a regression, more are not")
    func rates() throws {
        var fewer = SampleRuns().repeated(1)
        fewer.operations = 400
        #expect(
            try row(try compare([SampleRuns()], [fewer]), "read-1.read_rate").verdict == .regressed
        )
        #expect(
            try row(try compare([fewer], [SampleRuns()]), "read-1.read_rate").verdict == .improved
        )
    }

    @Test("a change of half δ is not called a regression")
    func small() throws {
        var slower = SampleRuns().repeated(1)
        slower.level *= 1.025
        let median = try row(try compare([SampleRuns()], [slower]), "read-1.read_p50")
        #expect(median.verdict == .unchanged || median.verdict == .inconclusive)
    }

    @Test("twelve rounds give no verdict, and say how many more would")
    func fewRounds() throws {
        var short = SampleRuns().repeated(1)
        short.rounds = 12
        short.level *= 2
        let median = try row(try compare([SampleRuns()], [short]), "read-1.read_p50")
        #expect(median.verdict == .inconclusive)
        #expect(median.roundsToSettle == 8)
        #expect(median.reason == "12 rounds, 20 are needed")
    }

    @Test("a tail of a few operations is not compared, and says how long it would take")
    func fewSamples() throws {
        var sparse = SampleRuns().repeated(1)
        sparse.operations = 20
        let tail = try row(try compare([sparse], [sparse.repeated(2)]), "read-1.read_p99")
        #expect(tail.verdict == .tooFew)
        #expect(tail.reason?.hasPrefix("6 operations in the tail; needs about ") == true)
    }

    @Test("another engine is not comparable unless that was asked for")
    func engines() throws {
        var other = SampleRuns().repeated(1)
        other.engine = "io_uring"
        let refused = try compare([SampleRuns()], [other])
        #expect(refused.verdict == .notComparable)
        #expect(
            refused.obstacles == [KeyDifference(name: "engine", base: "sync", new: "io_uring")]
        )
        #expect(refused.rows.allSatisfy { $0.verdict == .notComparable })
        let asked = try compare([SampleRuns()], [other], across: ["engine"])
        #expect(asked.obstacles.isEmpty)
        #expect(asked.differences.map(\.name).contains("engine"))
    }

    @Test("another workload is named by what is different in it")
    func workloads() throws {
        var other = SampleRuns().repeated(1)
        other.spec = ["profile": "sample", "size": "1"]
        let comparison = try compare([SampleRuns()], [other])
        #expect(
            comparison.obstacles == [
                KeyDifference(name: "workload", base: "size=none", new: "size=1")
            ]
        )
    }

    @Test("another kernel is listed and forbids nothing")
    func kernels() throws {
        var other = SampleRuns().repeated(1)
        other.kernel = "6.12.13"
        let comparison = try compare([SampleRuns()], [other])
        #expect(
            comparison.differences == [
                KeyDifference(name: "kernel", base: "6.12.9", new: "6.12.13")
            ]
        )
        #expect(comparison.differences.first?.text == "kernel 6.12.9 → 6.12.13")
    }

    @Test("runs that differ by themselves raise δ, so that one more of them is no regression")
    func spread() throws {
        var random = SplitMix64(seed: 11)
        let base = (0..<8).map { number -> SampleRuns in
            var run = SampleRuns().repeated(number)
            run.shift = (random.unitInterval() - 0.5) * 0.3
            return run
        }
        var next = SampleRuns().repeated(9)
        next.shift = 0.12
        let many = try row(try compare(base, [next]), "read-1.read_p50")
        #expect(many.threshold > 0.1)
        #expect(many.verdict != .regressed)
        // Against the fastest of them alone it would be.
        let fastest = try #require(base.min { $0.shift < $1.shift })
        #expect(try row(try compare([fastest], [next]), "read-1.read_p50").verdict == .regressed)
    }

    @Test("rounds that took turns are compared in pairs, which cancels what both felt")
    func pairs() throws {
        var first = SampleRuns().record()
        // Both drift alike; the second is 8 % slower all the time.
        let drifting = { (run: inout ResultRecord, factor: Double) in
            for index in run.phases[0].rounds.indices {
                var histogram = LatencyHistogram()
                let level = 1e6 * factor * (1 + Double(index) / 30)
                for step in 0..<500 { histogram.record(UInt64(level * (1 + Double(step) / 2000))) }
                run.phases[0].rounds[index].latency = [
                    "read": SparseHistogram(histogram.takeSnapshot())
                ]
            }
        }
        var second = SampleRuns().repeated(1).record()
        drifting(&first, 1)
        drifting(&second, 1.08)
        func compare() throws -> ChangeRow {
            let comparison = try #require(
                CaseComparison(
                    base: ComparedSide(label: "a", runs: [StoredRun(file: "a", record: first)]),
                    new: ComparedSide(label: "b", runs: [StoredRun(file: "b", record: second)])
                )
            )
            return try row(comparison, "read-1.read_p50")
        }
        #expect(try compare().verdict == .inconclusive)
        first.run.turns = "together"
        second.run.turns = "together"
        #expect(try compare().verdict == .regressed)
    }

    @Test("a disturbed run gives no verdict")
    func disturbed() throws {
        var record = SampleRuns().repeated(1).record()
        record.warnings = [Warning(code: "steal", severity: .contaminated, text: "stolen")]
        let comparison = try #require(
            CaseComparison(
                base: ComparedSide(label: "base", runs: [SampleRuns().run()]),
                new: ComparedSide(label: "new", runs: [StoredRun(file: "n", record: record)])
            )
        )
        #expect(comparison.gates.allSatisfy { $0.verdict == .inconclusive })
        #expect(comparison.rows.first?.reason?.contains("disturbed: steal") == true)
    }

    @Test("worse on a busy machine is a regression only if it was as busy before")
    func busy() throws {
        var slower = SampleRuns().repeated(1)
        slower.level *= 1.5
        var record = slower.record()
        record.warnings = [Warning(code: "run-delay", text: "others were running")]
        func compare(_ base: ResultRecord) throws -> CaseComparison {
            try #require(
                CaseComparison(
                    base: ComparedSide(label: "base", runs: [StoredRun(file: "b", record: base)]),
                    new: ComparedSide(label: "new", runs: [StoredRun(file: "n", record: record)])
                )
            )
        }
        var base = SampleRuns().record()
        let calm = try compare(base)
        #expect(calm.verdict == .inconclusive)
        #expect(
            try row(calm, "read-1.read_p50").reason
                == "worse, on a machine that was busier than for the baseline: run-delay"
        )
        base.warnings = record.warnings
        #expect(try compare(base).verdict == .regressed)
    }

    @Test("the same files give the same figures")
    func deterministic() throws {
        let first = try compare([SampleRuns()], [SampleRuns().repeated(1)])
        #expect(first == (try compare([SampleRuns()], [SampleRuns().repeated(1)])))
    }

    @Test("a regression that a second run does not show is not confirmed")
    func confirmation() throws {
        var slower = SampleRuns().repeated(1)
        slower.level *= 1.3
        let first = try compare([SampleRuns()], [slower])
        let same = try compare([SampleRuns()], [SampleRuns().repeated(2)])
        #expect(first.verdict == .regressed)
        #expect(first.confirmed(by: first).verdict == .regressed)
        let doubted = first.confirmed(by: same)
        #expect(doubted.verdict == .inconclusive)
        #expect(try row(doubted, "read-1.read_p50").reason?.contains("does not confirm") == true)
        var disturbed = slower.repeated(3).record()
        disturbed.warnings = [
            Warning(code: "foreign-io", severity: .contaminated, text: "others wrote")
        ]
        let second = try #require(
            CaseComparison(
                base: ComparedSide(label: "base", runs: [SampleRuns().run()]),
                new: ComparedSide(label: "new", runs: [StoredRun(file: "n", record: disturbed)])
            )
        )
        let undecided = first.confirmed(by: second)
        #expect(undecided.verdict == .inconclusive)
        let reason = try #require(row(undecided, "read-1.read_p50").reason)
        #expect(reason.hasSuffix("was disturbed: foreign-io"), "\(reason)")
    }
}
