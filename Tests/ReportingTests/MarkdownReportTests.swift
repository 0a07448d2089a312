import Reporting
import ResultStore
import Testing
import Units

@Suite struct MarkdownReportTests {
    @Test("Markdown reads as the golden files do", arguments: [SampleRecord.pass, .fail])
    func golden(_ sample: SampleRecord) throws {
        try Golden.expect(
            MarkdownReport.render(sample.make()),
            matches: "\(sample.rawValue).md"
        )
    }

    @Test("text from the machine cannot break a table or smuggle HTML in")
    func hostile() {
        var record = SampleRecord.fewSamples.make()
        record.target.path = "/a|b`c<img src=x>"
        record.verdict?.checks[0].measured = "1 | 2\n| 3"
        record.warnings = [Warning(code: "x", text: "<script>*bold*", hint: "`rm`")]
        let report = MarkdownReport.render(record)
        // A code span shows what is in it as it is.
        let commands = report.split(separator: "\n").filter { $0.hasPrefix("- `` tbench") }
        #expect(commands.count == 2)
        let text = report.replacing(/`` tbench .* ``/, with: "")
        #expect(!text.contains("<img") && !text.contains("<script"))
        #expect(text.contains("1 \\| 2 \\| 3"))
        let columns = Set(
            text.split(separator: "\n").filter { $0.hasPrefix("| inconclusive") }.map { line in
                line.replacing("\\|", with: "").count { $0 == "|" }
            }
        )
        #expect(columns == [6])
    }
}
