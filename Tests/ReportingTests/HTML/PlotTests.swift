import ResultStore
import Statistics
import Testing

@testable import Reporting

@Suite("Axes and what is drawn along them") struct PlotTests {
    @Test(
        "ticks are inside the scale, ascending, at round values and not too many",
        arguments: [
            [1.0, 10], [180_000.0, 460_000], [5.0, 5], [3e3, 9e9], [0.5, 0.6], [1.0, 1e18],
        ],
        [true, false]
    )
    func ticks(_ values: [Double], _ isLogarithmic: Bool) {
        let scale = PlotScale(values, .duration, isLogarithmic: isLogarithmic)
        let ticks = scale.ticks(most: 7)
        #expect(ticks.count <= 10)
        #expect(ticks.count >= 1)
        #expect(ticks.allSatisfy { $0.value >= scale.low && $0.value <= scale.high * (1 + 1e-9) })
        #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0.value < $1.value })
        for tick in ticks where tick.value > 0 {
            // One or two digits, then zeros.
            let exponent = PlotScale.log10(tick.value).rounded(.down)
            let digits = tick.value / PlotScale.tenToThe(Int(exponent) - 1)
            #expect(abs(digits - digits.rounded()) < 1e-6, "\(tick.value)")
        }
    }

    @Test("no value and impossible values make a scale all the same", arguments: [true, false])
    func degenerate(_ isLogarithmic: Bool) {
        for values in [[], [Double.nan], [.infinity, -1], [0], [-5, 0], [1e300, 1e-300]] {
            var scale = PlotScale(values, .duration, isLogarithmic: isLogarithmic)
            (scale.from, scale.to) = (10, 110)
            #expect(scale.high > scale.low)
            for value in values + [1, 1e9] {
                let place = scale(value)
                #expect(place >= 10 && place <= 110, "\(value)")
            }
            _ = scale.ticks(most: 5)
        }
    }

    @Test("equal factors are equally long on a logarithmic scale")
    func factors() {
        var scale = PlotScale([1e3, 1e6], .duration, isLogarithmic: true)
        (scale.from, scale.to) = (0, 1000)
        #expect(abs((scale(1e4) - scale(1e3)) - (scale(1e6) - scale(1e5))) < 1e-9)
    }

    @Test("percentiles stand where each nine takes as much room as the one before")
    func nines() {
        #expect(abs(ReportFigure.position(0.9) - 1) < 1e-9)
        #expect(abs(ReportFigure.position(0.99) - 2) < 1e-9)
        #expect(abs(ReportFigure.position(0.999) - 3) < 1e-9)
        #expect(ReportFigure.position(0) == 0)
        #expect(ReportFigure.percentileName(0.999) == "p99.9")
    }

    @Test(
        "names beside lines keep their distance and stay inside",
        arguments: [[10.0, 11, 12], [95, 96, 97, 98], [0, 0, 0, 0, 0, 0], [50]]
    )
    func spread(_ wanted: [Double]) {
        let places = LineChart.spread(wanted, gap: 15, within: 0, 100)
        #expect(places.count == wanted.count)
        #expect(places.allSatisfy { $0 >= -1e-9 && $0 <= 100 + 1e-9 })
        #expect(zip(places, places.dropFirst()).allSatisfy { $1 - $0 >= 15 - 1e-9 })
    }

    @Test("every operation is in the heat map, in its round")
    func heatMap() throws {
        let phase = SamplePhase(rounds: 7, stalled: [3]).record()
        let series = try #require(ReportSeries("WAL fsync", phase, OperationClass.walFsync))
        let chart = HeatMapChart(rounds: series.rounds, seconds: series.seconds)
        let low = Double(series.pooled.minimum)
        let high = Double(series.pooled.maximum)
        let grid = chart.grid(PlotScale([low, high], .duration, isLogarithmic: true))
        #expect(grid.counts.count == 7)
        for (column, round) in zip(grid.counts, series.rounds) {
            #expect(column.reduce(0, +) == Double(round.count))
        }
        #expect(abs((grid.ends.last ?? 0) - 14) < 0.1)
        #expect(series.stalls == [3])
    }

    @Test("more rounds than columns are joined, and none is lost")
    func joined() {
        let rounds = (0..<1000).map { index in
            var histogram = LatencyHistogram()
            histogram.record(UInt64(1000 + index))
            return histogram.snapshot()
        }
        let chart = HeatMapChart(rounds: rounds, seconds: rounds.map { _ in 1 })
        let grid = chart.grid(PlotScale([1000, 2000], .duration, isLogarithmic: true))
        #expect(grid.counts.count <= 120)
        #expect(grid.counts.joined().reduce(0, +) == 1000)
    }

    @Test(
        "the interval of a ratio is as wide as both intervals together, as logarithms at right angles"
    )
    func ratio() throws {
        func estimate(_ value: Double) -> QuantileEstimate {
            QuantileEstimate(
                value: value,
                ci95: Interval(low: value / 1.1, high: value * 1.1),
                count: 100_000,
                tail: 1000,
                printability: .full
            )
        }
        let ratio = try #require(estimate(3e6).ratio(to: estimate(1e6)))
        let interval = try #require(ratio.interval)
        #expect(abs(ratio.value - 3) < 1e-9)
        // ln 1.1 = 0.0953102; times the root of two 0.1347889; e to that 1.144296.
        #expect(abs(interval.high - 3 * 1.144296) < 1e-4)
        #expect(abs(interval.low - 3 / 1.144296) < 1e-4)
    }
}
