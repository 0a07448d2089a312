import Statistics
import Testing

@testable import Reporting

@Suite struct ChartTests {
    private func histogram(_ values: [UInt64]) -> HistogramSnapshot {
        var histogram = LatencyHistogram()
        for value in values { histogram.record(value) }
        return histogram.takeSnapshot()
    }

    @Test("every sample is in exactly one bin")
    func binsAddUp() {
        let seed: UInt64 = 4711
        var random = SplitMix64(seed: seed)
        for _ in 0..<20 {
            let top = UInt64(1) << (4 + random.next() % 36)
            let one = (0..<50).map { _ in 1 + random.next() % top }
            let two = (0..<30).map { _ in 1 + random.next() % top }
            let bins = LatencyBins([histogram(one), histogram(two)], most: 8).rows
            #expect(bins.reduce(0) { $0 + $1.counts[0] } == 50, "seed \(seed)")
            #expect(bins.reduce(0) { $0 + $1.counts[1] } == 30, "seed \(seed)")
            #expect(bins.count { $0.total > 0 } <= 8, "seed \(seed), top \(top)")
        }
    }

    @Test("bounds are round numbers, and the finest that fit")
    func bounds() {
        let narrow = LatencyBins([histogram([210_000, 260_000, 390_000])], most: 8).rows
        #expect(narrow.map(\.low) == [200_000, 250_000, 300_000, 350_000])
        let broad = LatencyBins([histogram([210_000, 900_000, 4_000_000, 31_000_000])], most: 4)
            .rows
        #expect(broad.first?.low == 200_000)
        #expect(broad.last?.low == 30_000_000)
    }

    @Test("nothing recorded draws nothing")
    func empty() {
        #expect(LatencyBins([.empty], most: 8).rows.isEmpty)
        let style = TextStyle(color: false, unicode: true, width: 80)
        let series = LatencyChart.Series(name: "a", histogram: .empty, glyph: "#", ink: .first)
        #expect(
            LatencyChart.lines([series], barWidth: 40, rows: 8, budget: nil, style: style).isEmpty
        )
    }

    @Test("values at both ends of the scale are drawn")
    func extremes() {
        let style = TextStyle(color: false, unicode: true, width: 80)
        let series = LatencyChart.Series(
            name: "a",
            histogram: histogram([0, 1, 1 << 36, .max >> 11]),
            glyph: "#",
            ink: .first
        )
        let lines = LatencyChart.lines([series], barWidth: 9, rows: 8, budget: 1, style: style)
        #expect(lines.count >= 3)
        #expect(lines.allSatisfy { $0.count < 80 })
    }

    @Test(
        "a sparkline shows ratios, groups what does not fit and leaves gaps",
        arguments: [
            ([1, 1, 1], 9, "▁▁▁"), ([1, 2, 1], 9, "▁█▁"), ([1, 1.1, 1], 9, "▁▂▁"),
            ([1, 0, 128], 9, "▁ █"), ([1, 9, 1, 1, 1, 1], 3, "█▁▁"), ([], 9, ""),
            ([1, 2], 0, ""), ([.nan, 1], 9, " ▁"), ([0, 0], 9, "  "),
        ] as [([Double], Int, String)]
    )
    func sparkline(_ values: [Double], _ width: Int, _ shown: String) {
        #expect(Sparkline.text(values, width: width, unicode: true) == shown)
    }
}
