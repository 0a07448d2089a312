/// How one side of a paired comparison differs from the other, and how sure that is.
///
/// All differences are natural logarithms of candidate over reference: 0.10 is about +10 %. Whether
/// higher is worse is for the caller to say.
package struct PairedChange: Sendable, Equatable {
    /// What the 99 % interval says against the threshold.
    package enum Verdict: String, Sendable, Equatable, CaseIterable {
        /// The whole interval lies above +threshold.
        case higher
        /// The whole interval lies below −threshold.
        case lower
        /// The whole interval lies between the two.
        case unchanged
        /// The interval straddles a threshold, or there is too little to judge by.
        case inconclusive
    }

    /// The statistic of the reference's pooled rounds, in nanoseconds.
    package var reference: Double
    /// The statistic of the candidate's pooled rounds, in nanoseconds.
    package var candidate: Double
    /// ln(candidate / reference); 0 where either is 0.
    package var lnRatio: Double
    /// The 95 % interval of `lnRatio`, the one to show; nil for fewer than `RoundBootstrap.minimumRounds` pairs.
    package var ci95: Interval?
    /// The 99 % interval, the one to judge by; nil together with `ci95`.
    package var ci99: Interval?
    /// What counts as relevant, as a logarithm: ln(1 + δ).
    package var lnThreshold: Double
    /// Pairs of rounds in which both sides hold a sample.
    package var pairs: Int
    /// Whether the tails are long enough, by the shorter one, to judge by.
    package var printability: Printability
    /// Doubts, in the order of `EstimateFlag.allCases`.
    package var flags: [EstimateFlag]

    /// Candidate over reference: 1.10 is 10 % higher.
    package var ratio: Double { RealFunctions.exp(lnRatio) }

    /// The 99 % interval of `ratio`.
    package var ratioInterval: Interval? {
        ci99.map { Interval(low: RealFunctions.exp($0.low), high: RealFunctions.exp($0.high)) }
    }

    /// Whether the 99 % interval leaves out "no difference at all"; says nothing about relevance.
    package var isSignificant: Bool {
        guard let ci99, !flags.contains(.correlated) else { return false }
        return ci99.low > 0 || ci99.high < 0
    }

    /// Significance and relevance together.
    ///
    /// Correlated rounds and short tails (fewer than 100 samples) allow no verdict.
    package var verdict: Verdict {
        guard let ci99, printability == .full, !flags.contains(.correlated) else {
            return .inconclusive
        }
        if ci99.low > lnThreshold { return .higher }
        if ci99.high < -lnThreshold { return .lower }
        if ci99.low >= -lnThreshold, ci99.high <= lnThreshold { return .unchanged }
        return .inconclusive
    }

    /// About how many pairs would settle an open verdict, as widths shrink with the root of their number.
    ///
    /// - Returns: Nil when it is settled, when nothing is known, or when it lies so near the threshold
    ///   that a hundred times as many would not do.
    package var pairsToSettle: Int? {
        guard verdict == .inconclusive, let ci99, pairs > 0 else { return nil }
        let halfWidth = (ci99.high - ci99.low) / 2
        let distance = abs(abs(lnRatio) - lnThreshold)
        guard halfWidth.isFinite, distance > halfWidth / 10 else { return nil }
        let factor = max(1, (halfWidth / distance) * (halfWidth / distance))
        return Int((Double(pairs) * factor).rounded(.up)) + 1
    }
}
