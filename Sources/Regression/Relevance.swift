import Statistics

/// From which size on a change matters: δ.
package struct Relevance: Sendable, Equatable {
    /// By statistic name ("p99") or measure id, as ratios: 0.10 is 10 %.
    package var set: [String: Double] = [:]

    package init(set: [String: Double] = [:]) {
        self.set = set
    }

    /// Runs that the usual spread takes at least, and at most the last so many.
    package static let runsForSpread = 5
    package static let runsOfSpread = 10

    /// The threshold of a measure before the spread of runs is looked at.
    ///
    /// 5 % for rates, means and medians, 10 % for tails; never below three buckets of the histogram, 2.4 %.
    package func threshold(_ measure: Measure) -> Double {
        if let own = set[measure.id] ?? set[measure.statisticName] { return max(own, 3.0 / 128) }
        return switch measure.statistic {
        case .rate, .mean: 0.05
        case .quantile(let q): q > 0.9 ? 0.10 : 0.05
        }
    }

    /// The usual spread of ln of a measure from run to run.
    ///
    /// - Parameter lnValues: one per run, oldest first.
    /// - Returns: nil for fewer than five runs.
    static func spread(_ lnValues: [Double]) -> Double? {
        guard lnValues.count >= runsForSpread else { return nil }
        return RobustSpread.deviation(Array(lnValues.suffix(runsOfSpread)))
    }

    /// δ: the larger of the set threshold and twice the spread.
    func threshold(_ measure: Measure, spread: Double?) -> Double {
        let own = threshold(measure)
        return spread.map { max(own, RealFunctions.exp(2 * $0) - 1) } ?? own
    }
}
