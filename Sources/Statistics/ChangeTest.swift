/// What is compared between two sides.
package enum RoundStatistic: Sendable, Equatable, Hashable {
    /// The latency that this share of all operations does not exceed, 0 ... 1.
    case quantile(Double)
    /// The mean latency.
    case mean
    /// Operations a second.
    case rate
}

/// The rounds of one run, as far as one kind of operation goes.
package struct RunRounds: Sendable {
    /// One histogram per round, in time order, empty ones included.
    package var histograms: [HistogramSnapshot]
    /// How long each round was, in seconds; as many as `histograms`.
    package var seconds: [Double]

    package init(histograms: [HistogramSnapshot], seconds: [Double]) {
        let count = min(histograms.count, seconds.count)
        self.histograms = Array(histograms.prefix(count))
        self.seconds = Array(seconds.prefix(count))
    }

    /// Half as many rounds: neighbours joined in pairs, an odd last one with the last pair.
    func joinedPairs() -> RunRounds {
        let half = histograms.count / 2
        guard half > 0 else { return self }
        let ranges = (0..<half).map { index in
            (2 * index)..<(index == half - 1 ? histograms.count : 2 * index + 2)
        }
        return RunRounds(
            histograms: ranges.map { HistogramSnapshot.merged(Array(histograms[$0])) },
            seconds: ranges.map { seconds[$0].reduce(0, +) }
        )
    }
}

/// The logarithm of new / base of a statistic, with intervals that know about bursts and about runs.
///
/// Whole rounds are drawn again (bursts stay together), on both sides independently or, where the rounds
/// of the two sides took turns, in pairs, which cancels drift. A side of at least three runs is drawn on two levels:
/// runs, then rounds inside them, so that the interval knows how much runs differ.
///
/// The interval is widened for few rounds and for rounds that still resemble their neighbours after merging; see
/// `ConfidenceLevel`.
/// - Source: Künsch (1989), block bootstrap; Davison and Hinkley (1997) §3.8, two levels.
package struct ChangeTest: Sendable {
    /// Fewer runs on a side are drawn as if they were one.
    package static let runsForTwoLevels = 3
    /// A verdict needs this many rounds on each side.
    package static let roundsForVerdict = 20

    /// What the comparison found.
    package struct Outcome: Sendable, Equatable {
        package var base: Estimate
        package var new: Estimate
        /// ln(new / base).
        package var lnRatio: Double
        /// Of `lnRatio`.
        package var ci95: Interval
        package var ci99: Interval
        /// Rounds of the side that has fewer.
        package var rounds: Int
        /// Samples in the tail, or all of them, of the side that has fewer.
        package var tail: UInt64
        package var isPaired: Bool
        /// Whether the interval knows how much runs differ.
        package var hasRunLevel: Bool
        /// `correlated`, `drifting`, `burst`, `tooFew`.
        package var flags: [EstimateFlag]
    }

    /// One side by itself.
    package struct Estimate: Sendable, Equatable {
        /// Nanoseconds, or operations a second; above 0.
        package var value: Double
        /// Nil for fewer than `RoundBootstrap.minimumRounds` rounds.
        package var ci95: Interval?
        package var ci99: Interval?
        /// Samples in the tail for a quantile, all for the others.
        package var tail: UInt64
        package var printability: Printability
    }

    private let seed: UInt64
    private let resamples: Int

    /// - Parameters:
    ///   - seed: the same seed and rounds give the same intervals on every platform.
    ///   - resamples: at least 100.
    package init(seed: UInt64 = RoundBootstrap.defaultSeed, resamples: Int = 2000) {
        self.seed = seed
        self.resamples = max(100, resamples)
    }

    /// Compares two sides.
    ///
    /// - Parameters:
    ///   - statistic: what of them.
    ///   - base: one run or more.
    ///   - new: one run or more.
    ///   - paired: round i of one side was measured right beside round i of the other; it is ignored unless both
    ///     sides are one run of as many rounds.
    /// - Returns: nil where a side has fewer than `RoundBootstrap.minimumRounds` rounds or nothing positive to compare.
    package func compare(
        _ statistic: RoundStatistic,
        base: [RunRounds],
        new: [RunRounds],
        paired: Bool = false
    ) -> Outcome? {
        let isPaired =
            paired && base.count == 1 && new.count == 1
            && base[0].histograms.count == new[0].histograms.count
        return isPaired
            ? comparePairs(statistic, base[0], new[0]) : compareSides(statistic, base, new)
    }
}

extension ChangeTest {
    /// The statistic of one side, with the intervals that `compare` would give it.
    ///
    /// - Parameters:
    ///   - statistic: what of it.
    ///   - runs: one or more.
    /// - Returns: nil where there is nothing positive.
    package func estimate(_ statistic: RoundStatistic, _ runs: [RunRounds]) -> Estimate? {
        guard let side = ResampledSide(statistic, runs) else {
            let value = Self.value(statistic, runs)
            guard value > 0 else { return nil }
            let count = runs.flatMap(\.histograms).reduce(0) { $0 + $1.count }
            let tail = ResampledSide.tail(statistic, count)
            return Estimate(value: value, tail: tail, printability: Printability.ofTail(tail))
        }
        return Self.estimate(side, side.draws(resamples, seed: seed))
    }

    private static func estimate(_ side: ResampledSide, _ draws: [Double]) -> Estimate {
        let sorted = draws.sorted()
        func interval(_ level: ConfidenceLevel) -> Interval {
            // Stretched about the value, the order of the draws stays.
            let factor = side.expansion(level)
            let middle = middle(sorted, level)
            let ends = Interval(
                low: side.lnValue + factor * (middle.low - side.lnValue),
                high: side.lnValue + factor * (middle.high - side.lnValue)
            ).including(side.lnValue)
            let low = RealFunctions.exp(ends.low)
            let high = RealFunctions.exp(ends.high)
            guard case .quantile = side.statistic else { return Interval(low: low, high: high) }
            // A value is known to its bucket only.
            return Interval(
                low: max(0, low - HistogramLayout.bucketWidth(at: low)),
                high: high + HistogramLayout.bucketWidth(at: high)
            )
        }
        return Estimate(
            value: side.value,
            ci95: interval(.ninetyFive),
            ci99: interval(.ninetyNine),
            tail: side.tail,
            printability: Printability.ofTail(side.tail)
        )
    }

    /// How many samples are in the tail of some runs; all of them but for a quantile.
    package static func tail(_ statistic: RoundStatistic, _ runs: [RunRounds]) -> UInt64 {
        ResampledSide.tail(statistic, runs.flatMap(\.histograms).reduce(0) { $0 + $1.count })
    }

    /// The statistic of all rounds of some runs; 0 where there is none.
    package static func value(_ statistic: RoundStatistic, _ runs: [RunRounds]) -> Double {
        ResampledSide.value(
            statistic,
            HistogramSnapshot.merged(runs.flatMap(\.histograms)),
            seconds: runs.flatMap(\.seconds).reduce(0, +)
        )
    }

    /// The ends of what is left of ascending values without both tails.
    private static func middle(_ sorted: [Double], _ level: ConfidenceLevel) -> Interval {
        // 2000 * 0.005 must not become 11 because it is 10.000000000000002 in binary.
        let rank = Int((level.tail * Double(sorted.count) - 1e-6).rounded(.up))
        let cut = max(1, min(rank, sorted.count / 2))
        return Interval(low: sorted[cut - 1], high: sorted[sorted.count - cut])
    }

    private func compareSides(
        _ statistic: RoundStatistic,
        _ base: [RunRounds],
        _ new: [RunRounds]
    ) -> Outcome? {
        guard let first = ResampledSide(statistic, base), let second = ResampledSide(statistic, new)
        else { return nil }
        // Two streams, so that one side's rounds do not change the draws of the other's.
        let baseDraws = first.draws(resamples, seed: seed)
        let newDraws = second.draws(resamples, seed: seed ^ 0x6E65_775F_7369_6465)
        let centre = second.lnValue - first.lnValue
        return outcome(statistic, (first, baseDraws), (second, newDraws), isPaired: false) {
            level in
            let baseFactor = first.expansion(level)
            let newFactor = second.expansion(level)
            return zip(baseDraws, newDraws).map { baseDraw, newDraw in
                centre + newFactor * (newDraw - second.lnValue)
                    - baseFactor * (baseDraw - first.lnValue)
            }
        }
    }

    private func comparePairs(
        _ statistic: RoundStatistic,
        _ base: RunRounds,
        _ new: RunRounds
    ) -> Outcome? {
        var base = base
        var new = new
        // A round that is empty on one side has no partner.
        if statistic != .rate {
            let whole = base.histograms.indices.filter {
                base.histograms[$0].count > 0 && new.histograms[$0].count > 0
            }
            base = RunRounds(
                histograms: whole.map { base.histograms[$0] },
                seconds: whole.map { base.seconds[$0] }
            )
            new = RunRounds(
                histograms: whole.map { new.histograms[$0] },
                seconds: whole.map { new.seconds[$0] }
            )
        }
        var differences = ResampledSide.series(statistic, new, minus: base)
        var correlation = SeriesDiagnostics.lagOneAutocorrelation(differences)
        while correlation > RoundBootstrap.alike,
            base.histograms.count / 2 >= RoundBootstrap.minimumMergedRounds
        {
            base = base.joinedPairs()
            new = new.joinedPairs()
            differences = ResampledSide.series(statistic, new, minus: base)
            correlation = SeriesDiagnostics.lagOneAutocorrelation(differences)
        }
        guard
            let first = ResampledSide(statistic, merged: base, correlation: correlation),
            let second = ResampledSide(statistic, merged: new, correlation: correlation)
        else { return nil }
        // The same draws for both: round i of one belongs to round i of the other.
        let baseDraws = first.draws(resamples, seed: seed)
        let newDraws = second.draws(resamples, seed: seed)
        let draws = zip(baseDraws, newDraws).map { $1 - $0 }
        let centre = second.lnValue - first.lnValue
        return outcome(statistic, (first, baseDraws), (second, newDraws), isPaired: true) { level in
            let factor = first.expansion(level)
            return draws.map { centre + factor * ($0 - centre) }
        }
    }

    private func outcome(
        _ statistic: RoundStatistic,
        _ first: (side: ResampledSide, draws: [Double]),
        _ second: (side: ResampledSide, draws: [Double]),
        isPaired: Bool,
        _ deviations: (ConfidenceLevel) -> [Double]
    ) -> Outcome {
        let (base, new) = (first.side, second.side)
        let centre = new.lnValue - base.lnValue
        // A value is known to its bucket only.
        var margin = 0.0
        if case .quantile = statistic {
            margin = HistogramLayout.bucketWidth(at: new.value) / max(new.value, 1)
        }
        func interval(_ level: ConfidenceLevel) -> Interval {
            let ends = Self.middle(deviations(level).sorted(), level)
            return Interval(low: ends.low - margin, high: ends.high + margin).including(centre)
        }
        var flags = Set(base.flags + new.flags)
        let tail = min(base.tail, new.tail)
        if Printability.ofTail(tail) == .tooFew { flags.insert(.tooFew) }
        return Outcome(
            base: Self.estimate(base, first.draws),
            new: Self.estimate(new, second.draws),
            lnRatio: centre,
            ci95: interval(.ninetyFive),
            ci99: interval(.ninetyNine),
            rounds: min(base.roundCount, new.roundCount),
            tail: tail,
            isPaired: isPaired,
            hasRunLevel: base.hasRunLevel || new.hasRunLevel,
            flags: EstimateFlag.allCases.filter(flags.contains)
        )
    }
}
