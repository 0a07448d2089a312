import Modeling
import Orchestration
import ResultStore
import Testing

@testable import Reporting

@Suite("A fleet's ranking, rendered") struct FleetReportTests {
    private let style = TextStyle(color: false, unicode: true, width: 100)

    private func ranking(_ names: [String]) throws -> FleetRanking {
        let values: [Double] = [1.9e6, 2e6, 2.1e6, 2.05e6, 1.95e6, 9e6]
        let samples = values.enumerated().map { index, value in
            FleetSample(
                node: index < names.count ? names[index] : "node-\(index)",
                hardware: index % 2 == 0 ? "SAMSUNG 894 GiB" : "SAMSUNG 894 GiB",
                value: value,
                interval: index == 5 ? [8.5e6, 9.6e6] : nil,
                grade: index == 5 ? .fail : .pass,
                disturbances: index == 1 ? ["steal"] : []
            )
        }
        return try #require(FleetRanking(samples, metric: "wal_fsync_p99_ns"))
    }

    @Test("text and Markdown say who is worse, by how much, and who was disturbed")
    func golden() throws {
        let ranking = try ranking([])
        try Golden.expect(FleetReport.render(ranking, style: style), matches: "fleet.txt")
        try Golden.expect(FleetReport.markdown(ranking), matches: "fleet.md")
    }

    @Test("names from records steer neither the terminal nor the table")
    func hostile() throws {
        let ranking = try ranking(["a\u{1B}[31m", "b|c", "<script>", "d\ne"])
        let text = FleetReport.render(ranking, style: style)
        #expect(!text.contains("\u{1B}"))
        let markdown = FleetReport.markdown(ranking)
        #expect(
            !markdown.contains("<script>") && markdown.contains("b\\|c")
                && !markdown.contains("d\ne")
        )
        let narrow = FleetReport.render(
            ranking,
            style: TextStyle(color: false, unicode: false, width: 60)
        )
        #expect(narrow.unicodeScalars.allSatisfy { $0.isASCII })
    }
}
