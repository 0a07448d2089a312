import Reporting
import ResultStore
import Testing
import Units

@Suite struct TextReportTests {
    private func style(_ width: Int, color: Bool = false, unicode: Bool = true) -> TextStyle {
        TextStyle(color: color, unicode: unicode, width: width)
    }

    @Test("reports read as the golden files do", arguments: SampleRecord.allCases)
    func golden(_ sample: SampleRecord) throws {
        let record = sample.make()
        for width in [80, 100] {
            let text = TextReport.render(record, style: style(width))
            try Golden.expect(text, matches: "\(sample.rawValue)-\(width).txt")
            for line in text.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
        }
    }

    @Test("colour and ASCII reports read as the golden files do")
    func goldenStyles() throws {
        let record = SampleRecord.fail.make()
        try Golden.expect(
            TextReport.render(record, style: style(100, color: true)),
            matches: "fail-color.txt"
        )
        try Golden.expect(
            TextReport.render(record, style: style(80, unicode: false)),
            matches: "fail-ascii.txt"
        )
    }

    @Test(
        "at 100 columns a run fits sixty lines, at 80 a few more",
        arguments: SampleRecord.allCases
    )
    func length(_ sample: SampleRecord) throws {
        #expect(try Golden.lines(of: "\(sample.rawValue)-100.txt").count <= 60)
        #expect(try Golden.lines(of: "\(sample.rawValue)-80.txt").count <= 66)
    }
}
