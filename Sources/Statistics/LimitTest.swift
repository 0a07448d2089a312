/// What the data say about a quantile and a limit.
package enum LimitDecision: String, Sendable, Equatable {
    /// The quantile is below the limit, at the confidence asked for.
    case below
    /// The quantile is above the limit, at the confidence asked for.
    case above
    /// There are enough samples, and they allow both.
    case straddling
    /// Too few samples or rounds: not even a run without one slow sample could have decided.
    case tooFew
}

/// Whether a quantile is below a limit, asked as "is the share above the limit smaller than 1 - q?".
///
/// Counting exceedances needs no interval of the quantile itself, so it also decides where the
/// quantile lies in a gap of a two-humped distribution.
package struct LimitTest: Sendable, Equatable {
    package let decision: LimitDecision
    /// The share of samples above the limit; 0 when there are none.
    package let exceedance: Double
    /// Bounds of that share, each at the one-sided confidence asked for.
    package let interval: Interval

    /// Decides from the union of the resampled and the exact binomial bounds.
    ///
    /// Both directions use the same bounds, so neither answer is easier to reach.
    /// - Parameters:
    ///   - rounds: in time order; fewer than `RoundBootstrap.minimumRounds` non-empty ones decide nothing.
    ///   - quantile: 0 ... 1, such as 0.99.
    ///   - limitNanoseconds: a sample equal to the limit does not exceed it.
    ///   - confidence: of each bound, one-sided; 0.995 makes `interval` the two-sided 99 % one.
    ///   - seed: for the resampling.
    /// - Returns: The decision and the figures behind it.
    package static func decide(
        rounds: [HistogramSnapshot],
        quantile: Double,
        limitNanoseconds: UInt64,
        confidence: Double,
        seed: UInt64 = RoundBootstrap.defaultSeed
    ) -> LimitTest {
        decide(
            RoundBootstrap(rounds: rounds, seed: seed),
            quantile: quantile,
            limitNanoseconds: limitNanoseconds,
            confidence: confidence
        )
    }

    static func decide(
        _ bootstrap: RoundBootstrap,
        quantile: Double,
        limitNanoseconds: UInt64,
        confidence: Double
    ) -> LimitTest {
        let (fraction, interval) = bootstrap.exceedance(
            above: limitNanoseconds,
            confidence: confidence
        )
        let allowed = 1 - quantile
        // What no exceedance at all would have proved.
        let best = BinomialInterval.upperBound(
            successes: 0,
            trials: bootstrap.sampleCount,
            confidence: confidence
        )
        let decision: LimitDecision =
            if bootstrap.nonEmptyRounds < RoundBootstrap.minimumRounds {
                .tooFew
            } else if interval.low > allowed {
                .above
            } else if interval.high < allowed {
                .below
            } else if best >= allowed {
                .tooFew
            } else {
                .straddling
            }
        return LimitTest(decision: decision, exceedance: fraction, interval: interval)
    }
}
