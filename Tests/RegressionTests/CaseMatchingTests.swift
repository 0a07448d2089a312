import Regression
import ResultStore
import Statistics
import Testing
import Units

/// Which results belong together, and what a check comes to.
@Suite("Matching results") struct CaseMatchingTests {
    private func run(
        _ id: String,
        node: String = "node-1",
        tags: [String: String] = [:],
        engine: String = "sync",
        name: String = "sample"
    ) -> StoredRun {
        var sample = SampleRuns()
        sample.rounds = 5
        sample.operations = 5
        sample.id = id
        sample.tags = tags
        sample.engine = engine
        var record = sample.record()
        record.host.node = node
        record.benchmark.name = name
        return StoredRun(file: "\(id).json", record: record)
    }

    private func side(_ label: String, _ runs: [StoredRun]) -> ComparedSide {
        ComparedSide(label: label, runs: runs)
    }

    @Test("a case finds its own machine before another one's")
    func machines() throws {
        let matched = CaseMatching.match(
            base: side("a", [run("1", node: "x"), run("2", node: "y")]),
            new: side("b", [run("3", node: "y"), run("4", node: "z")])
        )
        #expect(matched.pairs.count == 2)
        let partners = matched.pairs.map {
            ($0.base.runs[0].record.run.id, $0.new.runs[0].record.run.id)
        }
        #expect(partners.contains { $0 == ("2", "3") })
        #expect(partners.contains { $0 == ("1", "4") })
        #expect(matched.lonely.isEmpty)
    }

    @Test("several runs of a case are one side, oldest first")
    func several() throws {
        let matched = CaseMatching.match(
            base: side("a", [run("2"), run("1")]),
            new: side("b", [run("3"), run("4", name: "other")])
        )
        let pair = try #require(matched.pairs.first)
        #expect(matched.pairs.count == 1)
        #expect(pair.base.runs.map(\.record.run.id) == ["1", "2"])
        #expect(matched.lonely.map(\.record.run.id) == ["4"])
    }

    @Test("the tag that is compared by does not keep cases apart, another one does")
    func tags() {
        let none = run("1", tags: ["cache": "none", "format": "raw"])
        let back = run("2", tags: ["cache": "writeback", "format": "raw"])
        let other = run("3", tags: ["cache": "writeback", "format": "qcow2"])
        let matched = CaseMatching.match(
            base: side("none", [none]),
            new: side("writeback", [other, back]),
            ignoring: ["cache"]
        )
        #expect(matched.pairs.first?.new.runs.first?.record.run.id == "2")
    }

    @Test("one result a side is always compared, to say why it cannot be")
    func alone() {
        let matched = CaseMatching.match(
            base: side("a", [run("1")]),
            new: side("b", [run("2", name: "other")])
        )
        #expect(matched.pairs.count == 1)
    }

    @Test("cells that took turns are one case whatever they are called together")
    func turns() {
        var first = run("1", tags: ["cache": "none", "matrix": "aa"])
        first.record.run.turns = "aa"
        var second = run("2", tags: ["cache": "none", "matrix": "bb"])
        second.record.run.turns = "bb"
        #expect(CaseGroup(first.record) == CaseGroup(second.record))
        second.record.tags["cache"] = "unsafe"
        #expect(CaseGroup(first.record) != CaseGroup(second.record))
    }

    @Test(
        "a limit is a time for latencies and a number for rates",
        arguments: [
            ("read-1.read_p99", "10s", VerdictRecord.Grade.pass),
            ("read-1.read_p99", "1us", .fail),
            ("read-1.read_rate", "1", .pass),
            ("read-1.read_rate", "1000000", .fail),
        ]
    )
    func limits(measure: String, value: String, grade: VerdictRecord.Grade) throws {
        let limit = try ServiceLimit(measure: measure, value: value)
        #expect(limit.judge([SampleRuns().record()])?.grade == grade)
    }

    @Test("a limit in the wrong unit or about nothing is not judged")
    func unfit() throws {
        let record = SampleRuns().record()
        #expect(try ServiceLimit(measure: "read-1.read_p99", value: "5").judge([record]) == nil)
        #expect(try ServiceLimit(measure: "read-1.read_rate", value: "5ms").judge([record]) == nil)
        #expect(try ServiceLimit(measure: "x", value: "5ms").judge([record]) == nil)
        for value in ["", "fast", "-3", "nan", "5 parsecs"] {
            #expect(throws: RegressionError.self) {
                try ServiceLimit(measure: "read-1.read_p99", value: value)
            }
        }
    }

    @Test("a limit that lies inside the interval is borderline")
    func borderline() throws {
        let record = SampleRuns().record()
        let series = try #require(
            RecordMeasures.all(of: record).first { $0.measure.id == "read-1.read_p50" }
        )
        let value = ChangeTest.value(.quantile(0.5), [series.rounds])
        let limit = try ServiceLimit(measure: "read-1.read_p50", value: "\(Int(value))ns")
        #expect(limit.judge([record])?.grade == .borderline)
    }

    @Test("a check comes to the worst of what it found")
    func conclusions() throws {
        let new = CheckResult.NewCase(
            caseName: "x",
            node: "y",
            run: RunReference(run("1")),
            obstacles: []
        )
        let nothing = Comparison(cases: [])
        #expect(CheckResult(comparison: nothing).conclusion == .passed)
        #expect(CheckResult(comparison: nothing, newCases: [new]).conclusion == .noBaseline)
        let broken = CheckResult.BrokenVerdict(caseName: "x", headline: "too slow")
        #expect(
            CheckResult(comparison: nothing, brokenVerdicts: [broken], newCases: [new]).conclusion
                == .failed
        )
    }

    @Test("a record whose numbers make no sense is compared without a trap")
    func senseless() throws {
        var record = SampleRuns().record()
        for index in record.phases[0].rounds.indices {
            record.phases[0].rounds[index].durationNs = index.isMultiple(of: 2) ? 0 : .max
            record.phases[0].rounds[index].latency = [
                "read": SparseHistogram(buckets: [.max, 3, 1], minNs: 5, maxNs: 1, sumNs: .max),
                "write": SparseHistogram(buckets: [0, 1], minNs: 0, maxNs: 0, sumNs: 0),
            ]
        }
        record.run.started = "yesterday\u{0}"
        let runs = [StoredRun(file: "a", record: record)]
        let comparison = CaseComparison(base: side("a", runs), new: side("b", runs))
        #expect(comparison != nil)
        #expect(History.all(of: runs + runs).count == 1)
        #expect(CaseComparison(base: side("a", []), new: side("b", runs)) == nil)
    }
}
