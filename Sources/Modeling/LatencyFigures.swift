package import Statistics

/// A figure and its 95 % interval.
package struct Estimate: Sendable, Equatable {
    package var value: Double
    /// Nil with fewer than five rounds, and for what nobody measured.
    package var interval: Interval?

    package init(_ value: Double, _ interval: Interval? = nil) {
        self.value = value
        self.interval = interval
    }
}

/// Mean, median and 99th percentile of a latency, in nanoseconds.
package struct LatencyFigures: Sendable, Equatable {
    package var mean: Estimate
    package var p50: Estimate
    package var p99: Estimate
    /// False with fewer than 20 samples beyond it in what it was computed from: then it is no number to print.
    package var p99IsKnown: Bool

    package init(mean: Estimate, p50: Estimate, p99: Estimate, p99IsKnown: Bool) {
        self.mean = mean
        self.p50 = p50
        self.p99 = p99
        self.p99IsKnown = p99IsKnown
    }

    /// Figures without intervals.
    init(_ distribution: LatencyDistribution, p99IsKnown: Bool) {
        self.init(
            mean: Estimate(distribution.mean),
            p50: Estimate(distribution.quantile(0.5)),
            p99: Estimate(distribution.quantile(0.99)),
            p99IsKnown: p99IsKnown
        )
    }

    /// The figure of a name.
    package subscript(statistic: Statistic) -> Estimate {
        get {
            switch statistic {
            case .mean: mean
            case .p50: p50
            case .p99: p99
            }
        }
        set {
            switch statistic {
            case .mean: mean = newValue
            case .p50: p50 = newValue
            case .p99: p99 = newValue
            }
        }
    }
}

/// The figures that are predicted, in the order they are shown.
package enum Statistic: String, Sendable, Codable, CaseIterable {
    case mean
    case p50
    case p99

    /// A residual up to this share of the measured figure passes.
    package var tolerance: Double { self == .p99 ? 0.2 : 0.1 }
}

/// What the prediction leaves unexplained.
package struct Residual: Sendable, Equatable {
    package var statistic: Statistic
    /// (measured - predicted) / measured: above 0 where the truth is slower than the model.
    package var share: Estimate
    /// True inside the tolerance, or where the interval includes 0; nil where too few samples stand behind it.
    package var passes: Bool?
    /// False where only a wide interval lets it pass: the truth was too unsteady to refute the prediction.
    package var isWithinTolerance: Bool

    init(_ statistic: Statistic, share: Estimate, isKnown: Bool) {
        self.statistic = statistic
        self.share = share
        let isInside = share.interval.map { $0.low <= 0 && $0.high >= 0 } ?? false
        isWithinTolerance = abs(share.value) <= statistic.tolerance
        passes = isKnown ? isWithinTolerance || isInside : nil
    }
}
