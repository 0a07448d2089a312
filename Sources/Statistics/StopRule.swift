/// Decides after each round whether a phase needs another one; pure, so a run can be replayed.
///
/// A rule that stopped as soon as the result looked good would make every disk look good. So width
/// is judged without looking at the limit, and "clear" is asked the same way in both directions, from
/// the same bounds: a clear failure stops a run just as a clear pass does, a near miss stops neither,
/// and a run that is stopped has margin to spare for the peeking. Stopping never favours a good answer.
package enum StopRule {
    /// One operation class that the phase must answer for.
    package struct GatedClass: Sendable {
        /// One histogram per round so far, in time order, empty ones included.
        package var rounds: [HistogramSnapshot]
        /// The quantile that is judged.
        package var quantile: Double
        /// The limit it is judged by; nil where only the interval's width matters.
        package var limitNanoseconds: UInt64?

        package init(
            rounds: [HistogramSnapshot],
            quantile: Double = 0.99,
            limitNanoseconds: UInt64?
        ) {
            self.rounds = rounds
            self.quantile = quantile
            self.limitNanoseconds = limitNanoseconds
        }
    }

    /// Why a phase is over; the raw value is what the record stores.
    package enum Reason: String, Sendable, Equatable {
        case intervalTight = "interval tight"
        case clear
        case maxTime = "max time"
        case maxRounds = "max rounds"
    }

    /// Whether to run another round.
    package enum Decision: Sendable, Equatable {
        case `continue`
        case stop(Reason)
    }

    /// What the rules compare with.
    package struct Settings: Sendable, Equatable {
        /// Rounds before "interval tight" may stop; fewer give intervals that are too narrow.
        package var minimumRounds = 20
        /// Rounds before "clear" may stop.
        package var clearMinimumRounds = 10
        /// Rules 1 and 2 are asked at their minimum and every so many rounds after it, to peek less.
        package var checkEveryRounds = 5
        /// The phase ends after this many rounds; nil for no such end.
        package var maximumRounds: Int?
        /// The phase ends when this much time has passed.
        package var maximumSeconds = 300.0
        /// The half width of ln p50's 95 % interval that is tight.
        package var medianLnHalfWidth = 0.05
        /// The same for the judged quantile.
        package var tailLnHalfWidth = 0.10
        /// One-sided confidence of the bounds in rule 2.
        package var confidence = 0.995
        /// A clear pass needs an upper bound below limit / this.
        package var belowMargin = 2.0
        /// A clear failure needs a lower bound above limit * this.
        package var aboveMargin = 1.5
        /// A class has few samples below this number.
        ///
        /// A p99 is proved at 99.5 % by 528 samples without an exceedance and by 924 with two.
        package var sparseSamples: UInt64 = 1000
        /// For classes with few samples, a clear pass has none above limit / this.
        package var sparseBelowMargin = 3.0
        /// That clear pass takes at least this many samples.
        package var sparseBelowSamples: UInt64 = 100
        /// For classes with few samples, a clear failure has at least this many above the limit.
        package var sparseAboveSamples = 10.0
        /// Those above the limit are at least this share of all.
        package var sparseAboveFraction = 0.05

        package init() {}
    }

    /// Applies the rules to the rounds so far.
    ///
    /// 1. Interval tight: for every class the 95 % interval of p50 and of the judged quantile is narrow,
    ///    and the rounds are not correlated, which would make the interval a pretence.
    /// 2. Clear: every class is clearly below or clearly above its limit (some may pass, others fail).
    /// 3. The time or the rounds are used up.
    /// - Parameters:
    ///   - classes: what the phase must answer for; with none only rule 3 applies.
    ///   - elapsedSeconds: since the first round began.
    ///   - settings: the thresholds.
    ///   - seed: for the resampling.
    /// - Returns: Whether to go on, or why not.
    /// - Complexity: some milliseconds per class; call it between rounds.
    package static func decide(
        classes: [GatedClass],
        elapsedSeconds: Double,
        settings: Settings = Settings(),
        seed: UInt64 = RoundBootstrap.defaultSeed
    ) -> Decision {
        let rounds = classes.map(\.rounds.count).max() ?? 0
        let asksTight = isDue(rounds, minimum: settings.minimumRounds, settings)
        let asksClear = isDue(rounds, minimum: settings.clearMinimumRounds, settings)
        if !classes.isEmpty, asksTight || asksClear {
            let judged = classes.map { ($0, RoundBootstrap(rounds: $0.rounds, seed: seed)) }
            if asksTight, judged.allSatisfy({ isTight($0, $1, settings) }) {
                return .stop(.intervalTight)
            }
            if asksClear, judged.allSatisfy({ isClear($0, $1, settings) }) {
                return .stop(.clear)
            }
        }
        if elapsedSeconds >= settings.maximumSeconds { return .stop(.maxTime) }
        if let maximum = settings.maximumRounds, rounds >= maximum { return .stop(.maxRounds) }
        return .continue
    }

    private static func isDue(_ rounds: Int, minimum: Int, _ settings: Settings) -> Bool {
        rounds >= minimum && (rounds - minimum).isMultiple(of: max(1, settings.checkEveryRounds))
    }

    private static func isTight(
        _ gated: GatedClass,
        _ bootstrap: RoundBootstrap,
        _ settings: Settings
    ) -> Bool {
        func isTight(_ quantile: Double, within halfWidth: Double) -> Bool {
            let estimate = bootstrap.estimate(quantile: quantile)
            guard let interval = estimate.ci95, estimate.printability != .tooFew,
                !estimate.flags.contains(.correlated)
            else { return false }
            return interval.lnHalfWidth <= halfWidth
        }
        return isTight(0.5, within: settings.medianLnHalfWidth)
            && isTight(gated.quantile, within: settings.tailLnHalfWidth)
    }

    private static func isClear(
        _ gated: GatedClass,
        _ bootstrap: RoundBootstrap,
        _ settings: Settings
    ) -> Bool {
        guard let limit = gated.limitNanoseconds,
            bootstrap.nonEmptyRounds >= RoundBootstrap.minimumRounds
        else { return false }
        if isClearOfFewSamples(bootstrap, limit: limit, settings) { return true }
        let test = LimitTest.decide(
            bootstrap,
            quantile: gated.quantile,
            limitNanoseconds: limit,
            confidence: settings.confidence
        )
        let interval = bootstrap.estimate(quantile: gated.quantile).ci99
        guard let interval else { return false }
        switch test.decision {
        case .below: return interval.high < Double(limit) / settings.belowMargin
        case .above: return interval.low > Double(limit) * settings.aboveMargin
        case .straddling, .tooFew: return false
        }
    }

    /// Rule 2 where a p99 has no interval worth the name, such as nine backend commits a second.
    ///
    /// The distance from the limit, or the share beyond it, stands in for the number of samples. With many
    /// samples this would call a narrow distribution just above the limit clear, but not one just below.
    private static func isClearOfFewSamples(
        _ bootstrap: RoundBootstrap,
        limit: UInt64,
        _ settings: Settings
    ) -> Bool {
        let samples = bootstrap.sampleCount
        guard samples < settings.sparseSamples else { return false }
        let near = RealFunctions.wholeNanoseconds(Double(limit) / settings.sparseBelowMargin)
        if samples >= settings.sparseBelowSamples, bootstrap.countAbove(near) == 0 { return true }
        let beyond = bootstrap.countAbove(limit)
        return beyond >= settings.sparseAboveSamples
            && beyond >= settings.sparseAboveFraction * Double(samples)
    }
}
