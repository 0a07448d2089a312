import Foundation
import FoundationXML
import Regression
import ResultStore
import Statistics
import TestSupport
import Testing
import Units

@testable import Reporting

/// One made-up check with a regression, a limit, a new case and a file that cannot be read.
enum SampleCheck {
    static func runs() -> (base: StoredRun, new: StoredRun) {
        let base = SampleRecord.pass.make()
        var new = base
        new.run.id = "77aa0011"
        new.run.started = "2026-08-04T10:15:22Z"
        new.host.kernel = "6.12.13-talos"
        new.phases[0] = SamplePhase(flush: 310_000, seed: 99).record()
        return (
            StoredRun(file: "old.json", record: base), StoredRun(file: "new.json", record: new)
        )
    }

    static func make(_ change: (inout ResultRecord) -> Void = { _ in }) throws -> CheckResult {
        var (base, new) = runs()
        change(&base.record)
        change(&new.record)
        let comparison = try #require(
            CaseComparison(
                base: ComparedSide(label: "base", runs: [base]),
                new: ComparedSide(label: "this run", runs: [new])
            )
        )
        let limit = try ServiceLimit(measure: "wal_fsync_p99", value: "1ms")
        return CheckResult(
            comparison: Comparison(cases: [comparison]),
            limits: [try #require(limit.judge([new.record]))],
            newCases: [
                CheckResult.NewCase(
                    caseName: "random-4k",
                    node: "talos-cp2",
                    run: RunReference(new),
                    obstacles: [KeyDifference(name: "engine", base: "sync", new: "libaio")]
                )
            ],
            results: [new],
            problems: ["half.json: the record is damaged: it cannot be read."]
        )
    }
}

@Suite("A check") struct ComparisonReportTests {
    /// Made once: drawing rounds again takes seconds without optimisation.
    private static let shared = Result { try SampleCheck.make() }
    private let result: CheckResult

    init() throws { result = try Self.shared.get() }

    @Test("reads the same in every format as it did", arguments: [100, 60])
    func golden(width: Int) throws {
        let style = TextStyle(color: false, unicode: true, width: width)
        let text = ComparisonReport.render(result, style: style)
        try Golden.expect(text, matches: "check-\(width).txt")
        for line in text.split(separator: "\n") where !line.contains("--across") {
            #expect(line.count <= width, "\(line)")
        }
        guard width == 100 else { return }
        try Golden.expect(ComparisonMarkdown.render(result), matches: "check.md")
        try Golden.expect(JUnitReport.render(result), matches: "check-junit.xml")
        try Golden.expect(GitHubAnnotations.render(result), matches: "check-annotations.txt")
        try Golden.expect(ComparisonCSV.render(result.comparison), matches: "check.csv")
        try Golden.expect(MetricsExposition.render(result, .prometheus), matches: "check.prom")
    }

    @Test("counts a regression and a broken limit as a failure")
    func conclusion() {
        #expect(result.conclusion == .failed)
        #expect(result.comparison.counts[.regressed] ?? 0 >= 1)
        #expect(result.limits[0].grade == .fail)
    }

    @Test("JUnit is XML with a failure for each regression and a skip for what has no verdict")
    func junit() throws {
        let parser = XMLCounter()
        #expect(try parser.count(JUnitReport.render(result)))
        let regressed = result.comparison.counts[.regressed] ?? 0
        #expect(parser.counts["failure"] == regressed + 1)
        #expect(parser.counts["error"] == 1)
        #expect(parser.counts["skipped"] ?? 0 >= 1)
        #expect(Set(parser.names).count == parser.names.count)
        #expect(parser.counts["testcase"] == parser.names.count)
    }

    @Test("names from files break no format")
    func hostile() throws {
        let evil = "a\u{1B}[31m\n|<script>\"'&`,%0A::error::\u{0}]]>\\"
        let hostile = try SampleCheck.make { record in
            record.host.node = evil
            record.target.path = evil
            record.tags = [evil: evil]
            record.phases[0].name = evil
            record.host.kernel = evil + record.run.id
        }
        let style = TextStyle(color: false, unicode: true, width: 100)
        #expect(!ComparisonReport.render(hostile, style: style).contains("\u{1B}"))
        let markdown = ComparisonMarkdown.render(hostile)
        #expect(!markdown.contains("<script>"))
        #expect(try XMLCounter().count(JUnitReport.render(hostile)))
        for line in GitHubAnnotations.render(hostile).split(separator: "\n") {
            #expect(line.hasPrefix("::error title=") || line.hasPrefix("::warning title="))
        }
        let csv = ComparisonCSV.render(hostile.comparison).split(separator: "\n")
        #expect(csv.count == hostile.comparison.cases[0].rows.count + 1)
        let json = try JSONEncoder().encode(ComparisonDocument(hostile))
        #expect(try JSONSerialization.jsonObject(with: json) is [String: Any])
        for text in [
            BenchmarkJSON.bencher(hostile.results),
            BenchmarkJSON.gitHubActionBenchmark(hostile.results),
        ] {
            #expect(
                (try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil,
                "\(text)"
            )
        }
        for line in MetricsExposition.render(hostile, .prometheus).split(separator: "\n") {
            #expect(line.hasPrefix("tbench_") || line.hasPrefix("# "))
        }
    }

    @Test("Markdown keeps to what a step summary may hold, whatever it must leave out")
    func summaryLimit() throws {
        var many = result
        many.comparison.cases = [CaseComparison](repeating: result.comparison.cases[0], count: 900)
        let text = ComparisonMarkdown.render(many)
        #expect(text.utf8.count <= ComparisonMarkdown.stepSummaryBytes)
        #expect(text.utf8.count > 100_000)
        #expect(ComparisonMarkdown.render(many, limit: 5000).utf8.count <= 5000)
    }

    @Test("at most ten errors and ten warnings are annotated, and the rest is counted")
    func annotations() throws {
        var many = result
        many.comparison.cases = [CaseComparison](repeating: result.comparison.cases[0], count: 30)
        let lines = GitHubAnnotations.render(many).split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("::error ") }.count == 10)
        #expect(lines.filter { $0.hasPrefix("::warning ") }.count <= 10)
        #expect(lines.contains { $0.hasSuffix(" more") })
    }

    @Test("the histogram's bounds contain etcd's own, and its counts rise to the total")
    func bounds() throws {
        let etcd = (0...13).map { 0.001 * Double(1 << $0) }
        #expect(Set(etcd).isSubset(of: Set(MetricsExposition.bounds)))
        let lines = MetricsExposition.render(result, .prometheus).split(separator: "\n")
        let counts = lines.filter { $0.hasPrefix("tbench_fsync_duration_seconds_bucket") }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
        #expect(counts.count == 23)
        #expect(counts == counts.sorted())
        let total = try #require(
            lines.first { $0.hasPrefix("tbench_fsync_duration_seconds_count") }
        )
        #expect(total.hasSuffix(" \(Int(try #require(counts.last)))"))
    }

    @Test("Prometheus's own parser reads both dialects", .requiresTestPython)
    func parsers() throws {
        let program = """
            import sys
            from prometheus_client import openmetrics, parser
            import prometheus_client.openmetrics.parser
            text = open(sys.argv[2], encoding="utf-8").read()
            read = openmetrics.parser if sys.argv[1] == "open" else parser
            print(sum(len(family.samples) for family in read.text_string_to_metric_families(text)))
            """
        let directory = try TemporaryDirectory()
        let python = try #require(Capability.testPython)
        for (name, format) in [
            ("open", MetricsExposition.Format.openMetrics), ("text", .prometheus),
        ] {
            let text = MetricsExposition.render(result, format)
            let file = try directory.write("\(name).txt", text)
            let outcome = try Shell.run([python, "-c", program, name, file])
            #expect(outcome.status == 0, "\(outcome.stderr)")
            let samples = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.count
            #expect(outcome.stdout == "\(samples)\n")
        }
    }

    @Test("a history names the change of level and what differs there")
    func history() throws {
        let runs = (0..<16).map { number -> StoredRun in
            var record = SampleRecord.pass.make()
            record.run.id = "0000000\(String(number, radix: 16))"
            record.run.started = "2026-08-\(number + 10)T00:00:00Z"
            record.phases = [
                SamplePhase(
                    rounds: 20,
                    flush: number < 8 ? 240_000 + UInt64(number) * 500 : 300_000,
                    seed: UInt64(number + 1)
                ).record()
            ]
            if number >= 8 { record.host.kernel = "6.12.13-talos" }
            return StoredRun(file: "\(number).json", record: record)
        }
        let histories = History.all(of: runs.shuffled(), only: ["wal_fsync_p50"])
        #expect(histories.count == 1)
        let series = try #require(histories.first?.series.first)
        #expect(series.points.count == 16)
        #expect(series.changes.map(\.index) == [8])
        let change = try #require(series.changes.first)
        #expect(!change.isBetter)
        #expect(change.differences.map(\.name) == ["kernel"])
        let style = TextStyle(color: false, unicode: true, width: 200)
        let text = HistoryReport.render(histories, style: style)
        #expect(text.contains("kernel 6.12.8-talos → 6.12.13-talos"))
        #expect(HistoryReport.markdown(histories).contains("6.12.13"))
        #expect(HistoryReport.csv(histories).split(separator: "\n").count == 17)
        let json = Data(HistoryReport.json(histories).utf8)
        #expect(try JSONSerialization.jsonObject(with: json) is [String: Any])
    }
}

/// Counts elements with a parser that is not ours.
private final class XMLCounter: NSObject, XMLParserDelegate {
    var counts: [String: Int] = [:]
    var names: [String] = []

    func count(_ text: String) throws -> Bool {
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        return parser.parse()
    }

    func parser(
        _ parser: XMLParser,
        didStartElement element: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        counts[element, default: 0] += 1
        if element == "testcase" {
            names.append("\(attributes["classname"] ?? "") \(attributes["name"] ?? "")")
        }
    }
}
