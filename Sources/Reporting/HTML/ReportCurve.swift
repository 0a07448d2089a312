import ResultStore
import Statistics

/// A series with its percentiles and their intervals, computed once for every figure that shows it.
struct ReportCurve {
    var name: String
    var series: ReportSeries
    /// At `quantiles`, in that order.
    let estimates: [QuantileEstimate]

    static let quantiles = [0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999, 0.99999]

    /// - Parameters:
    ///   - series: what was measured.
    ///   - name: what to call it; nil for the series' own name.
    ///   - resamples: how often the rounds are drawn again for the intervals.
    init(_ series: ReportSeries, name: String? = nil, resamples: Int) {
        self.series = series
        self.name = name ?? series.name
        // Each resample costs as much as there are rounds; a day of them must not take a minute a curve.
        let affordable = max(200, 1_000_000 / max(1, series.rounds.count))
        let bootstrap = series.phase.bootstrap(
            series.classes,
            resamples: min(resamples, affordable)
        )
        estimates = Self.quantiles.map { quantile in
            // What cannot be printed needs no interval, and each costs as much as any other.
            Double(series.pooled.count) * min(quantile, 1 - quantile) >= 20
                ? bootstrap.estimate(quantile: quantile)
                : QuantileEstimate(
                    value: series.pooled.quantile(quantile),
                    count: series.pooled.count,
                    tail: 0,
                    printability: .tooFew
                )
        }
    }

    /// The estimate at one of `quantiles`; nil where too few samples stand behind it.
    func estimate(_ quantile: Double) -> QuantileEstimate? {
        guard let index = Self.quantiles.firstIndex(of: quantile) else { return nil }
        return estimates[index].printability == .tooFew ? nil : estimates[index]
    }

    /// "1.84 ms ±4%", "~1.91 ms ±9%" or "–".
    func text(_ quantile: Double) -> String {
        guard let index = Self.quantiles.firstIndex(of: quantile) else { return "–" }
        return Figure(estimates[index], withInterval: true).text
    }
}

extension QuantileEstimate {
    /// The two as a ratio with a 95 % interval, taking them as independent.
    ///
    /// Each side's distance from its estimate, as logarithms, adds up as the root of the squares.
    /// - Source: Zou and Donner, "Construction of confidence limits about effect measures", Stat. Med. 27 (2008), MOVER.
    func ratio(to other: QuantileEstimate) -> (value: Double, interval: Interval?)? {
        guard value > 0, other.value > 0 else { return nil }
        let ratio = RealFunctions.ln(value / other.value)
        guard let own = ci95, let base = other.ci95, own.low > 0, base.low > 0 else {
            return (value / other.value, nil)
        }
        func distance(_ one: Double, _ two: Double) -> Double {
            (one * one + two * two).squareRoot()
        }
        let below = distance(
            RealFunctions.ln(value / own.low),
            RealFunctions.ln(base.high / other.value)
        )
        let above = distance(
            RealFunctions.ln(own.high / value),
            RealFunctions.ln(other.value / base.low)
        )
        return (
            value / other.value,
            Interval(low: RealFunctions.exp(ratio - below), high: RealFunctions.exp(ratio + above))
        )
    }
}
