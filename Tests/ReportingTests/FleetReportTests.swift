import Modeling
import Orchestration
import ResultStore
import Testing

@testable import Reporting

@Suite("A fleet's ranking, rendered") struct FleetReportTests {
    private let style = TextStyle(color: false, unicode: true, width: 100)

    private func fleet(_ names: [String]) throws -> FleetCase {
        let values: [Double] = [1.9e6, 2e6, 2.1e6, 2.05e6, 1.95e6, 9e6]
        var runs = values.enumerated().map { index, value in
            SampleFleet.run(
                index < names.count ? names[index] : "node-\(index)",
                value,
                interval: index == 5 ? [8.5e6, 9.6e6] : nil,
                grade: index == 5 ? .fail : .pass,
                disturbances: index == 1 ? ["steal"] : []
            )
        }
        var cut = SampleFleet.run("node-9", 1)
        cut.metrics = [:]
        cut.outcome = .partial
        runs.append(cut)
        return try #require(Fleet(runs).cases.first)
    }

    @Test("text and Markdown say who is worse, by how much, and who was disturbed")
    func golden() throws {
        let one = try fleet([])
        try Golden.expect(
            FleetReport.render(one, isAlone: true, style: style),
            matches: "fleet.txt"
        )
        try Golden.expect(FleetReport.markdown(one, isAlone: true), matches: "fleet.md")
    }

    @Test("names from records steer neither the terminal nor the table")
    func hostile() throws {
        let one = try fleet(["a\u{1B}[31m", "b|c", "<script>", "d\ne"])
        let text = FleetReport.render(one, isAlone: false, style: style)
        #expect(!text.contains("\u{1B}"))
        let markdown = FleetReport.markdown(one, isAlone: false)
        #expect(
            !markdown.contains("<script>") && markdown.contains("b\\|c")
                && !markdown.contains("d\ne")
        )
        let narrow = FleetReport.render(
            one,
            isAlone: true,
            style: TextStyle(color: false, unicode: false, width: 60)
        )
        #expect(narrow.unicodeScalars.allSatisfy { $0.isASCII })
    }
}
