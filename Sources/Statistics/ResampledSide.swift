/// One side of a comparison, laid out so that a redraw of its rounds costs little.
struct ResampledSide {
    let statistic: RoundStatistic
    /// The statistic of all rounds; above 0.
    let value: Double
    let lnValue: Double
    /// Samples in the tail for a quantile, all for the others.
    let tail: UInt64
    let roundCount: Int
    /// Whether runs are drawn before rounds.
    let hasRunLevel: Bool
    let flags: [EstimateFlag]
    private let correlation: Double
    private let runs: [Range<Int>]
    /// Rounds with a sample, of all runs; nil where only counts and times matter.
    private let pool: RoundPool?
    private let counts: [Double]
    private let seconds: [Double]

    /// Nil for fewer than `RoundBootstrap.minimumRounds` rounds, or where the statistic is not above 0.
    init?(_ statistic: RoundStatistic, _ runs: [RunRounds]) {
        var correlations: [Double] = []
        let merged = runs.map { run in
            var run = statistic == .rate ? run : Self.withoutEmptyRounds(run)
            var correlation = Self.correlation(statistic, run)
            while correlation > RoundBootstrap.alike,
                run.histograms.count / 2 >= RoundBootstrap.minimumMergedRounds
            {
                run = run.joinedPairs()
                correlation = Self.correlation(statistic, run)
            }
            correlations.append(correlation)
            return run
        }.filter { !$0.histograms.isEmpty }
        let isTwoLevel = merged.count >= ChangeTest.runsForTwoLevels
        // Drawing whole runs already keeps rounds that are alike together.
        let largest = isTwoLevel ? 0 : correlations.max() ?? 0
        self.init(statistic, merged: merged, correlation: largest)
    }

    /// One run whose rounds need no more merging.
    init?(_ statistic: RoundStatistic, merged run: RunRounds, correlation: Double) {
        self.init(statistic, merged: [run], correlation: correlation)
    }

    private init?(_ statistic: RoundStatistic, merged runs: [RunRounds], correlation: Double) {
        let histograms = runs.flatMap(\.histograms)
        guard histograms.count >= RoundBootstrap.minimumRounds else { return nil }
        self.statistic = statistic
        self.correlation = correlation
        counts = histograms.map { Double($0.count) }
        seconds = runs.flatMap(\.seconds)
        roundCount = histograms.count
        hasRunLevel = runs.count >= ChangeTest.runsForTwoLevels
        var ranges: [Range<Int>] = []
        for run in runs {
            let start = ranges.last?.upperBound ?? 0
            ranges.append(start..<(start + run.histograms.count))
        }
        self.runs = hasRunLevel ? ranges : [0..<histograms.count]
        let pooled = HistogramSnapshot.merged(histograms)
        pool = statistic == .rate ? nil : RoundPool(rounds: histograms)
        value = Self.value(statistic, pooled, seconds: seconds.reduce(0, +))
        tail = Self.tail(statistic, pooled.count)
        guard value > 0, value.isFinite, pooled.count > 0 else { return nil }
        lnValue = RealFunctions.ln(value)
        var flags: [EstimateFlag] = []
        if case .quantile(let q) = statistic, q >= 0.5, histograms.count >= 4 {
            let above = histograms.map {
                $0.countAbove(RealFunctions.wholeNanoseconds(pooled.quantile(q)))
            }
            let total = above.reduce(0, +)
            if total > 0, above.contains(where: { $0 > total / 2 }) { flags.append(.burst) }
        }
        if correlation > RoundBootstrap.alike { flags.append(.correlated) }
        if runs.contains(where: { SeriesDiagnostics.isDrifting(Self.series(statistic, $0)) }) {
            flags.append(.drifting)
        }
        self.flags = flags
    }

    /// The statistic of everything together; 0 where there is none.
    static func value(
        _ statistic: RoundStatistic,
        _ pooled: HistogramSnapshot,
        seconds: Double
    ) -> Double {
        switch statistic {
        case .quantile(let q): pooled.quantile(q)
        case .mean: pooled.mean
        case .rate: seconds > 0 ? Double(pooled.count) / seconds : 0
        }
    }

    /// How many of so many samples are in the tail, which is all of them but for a quantile.
    static func tail(_ statistic: RoundStatistic, _ count: UInt64) -> UInt64 {
        guard case .quantile(let q) = statistic else { return count }
        let share = min(max(q, 0), 1)
        // 1000 * (1 - 0.9) is 99.99…98 in binary; the small number keeps it at 100.
        return UInt64((Double(count) * min(share, 1 - share) + 1e-6).rounded(.down))
    }

    /// ln of the statistic of each redraw.
    ///
    /// - Parameters:
    ///   - resamples: how many.
    ///   - seed: the same seed draws the same rounds wherever as many are laid out.
    /// - Returns: in the order they were drawn, finite.
    func draws(_ resamples: Int, seed: UInt64) -> [Double] {
        var random = SplitMix64(seed: seed)
        var weights = [Double](repeating: 0, count: roundCount)
        return (0..<resamples).map { _ in
            for round in weights.indices { weights[round] = 0 }
            for _ in runs {
                let run = runs.count > 1 ? runs[random.index(below: runs.count)] : runs[0]
                for _ in run { weights[run.lowerBound + random.index(below: run.count)] += 1 }
            }
            let value = weights.withUnsafeBufferPointer(of)
            return value > 0 ? RealFunctions.ln(value) : lnValue
        }
    }

    /// How much too narrow the plain percentile interval is, as a factor of at least 1.
    func expansion(_ level: ConfidenceLevel) -> Double {
        if hasRunLevel {
            // Three to ten runs say little about how much runs differ, and t would say so with a factor of 2 to 4;
            // the threshold of relevance grows with the spread of runs instead.
            let count = Double(runs.count)
            return (count / (count - 1)).squareRoot()
        }
        return level.expansion(rounds: roundCount, correlation: correlation)
    }

    private func of(_ weights: UnsafeBufferPointer<Double>) -> Double {
        switch (statistic, pool) {
        case (.quantile(let q), let pool?): pool.quantile(q, weights: weights)
        case (.mean, let pool?):
            pool.weightedSum(pool.sums, weights) / pool.weightedSum(pool.counts, weights)
        default: Self.dot(counts, weights) / Self.dot(seconds, weights)
        }
    }

    private static func dot(_ values: [Double], _ weights: UnsafeBufferPointer<Double>) -> Double {
        var sum = 0.0
        for index in values.indices { sum += values[index] * weights[index] }
        return sum
    }

    private static func withoutEmptyRounds(_ run: RunRounds) -> RunRounds {
        let kept = run.histograms.indices.filter { run.histograms[$0].count > 0 }
        return RunRounds(
            histograms: kept.map { run.histograms[$0] },
            seconds: kept.map { run.seconds[$0] }
        )
    }

    private static func correlation(_ statistic: RoundStatistic, _ run: RunRounds) -> Double {
        SeriesDiagnostics.lagOneAutocorrelation(series(statistic, run))
    }

    /// ln of the statistic of each round by itself.
    static func series(_ statistic: RoundStatistic, _ run: RunRounds) -> [Double] {
        zip(run.histograms, run.seconds).map { histogram, seconds in
            let value =
                switch statistic {
                case .quantile(let q): histogram.quantile(q)
                case .mean: histogram.mean
                case .rate: seconds > 0 ? Double(histogram.count) / seconds : 0
                }
            // A round without an operation stays finite.
            return RealFunctions.ln(max(value, statistic == .rate ? 1e-3 : 1))
        }
    }

    /// The difference of two runs, round by round.
    static func series(
        _ statistic: RoundStatistic,
        _ run: RunRounds,
        minus other: RunRounds
    ) -> [Double] {
        zip(series(statistic, run), series(statistic, other)).map { $0 - $1 }
    }
}
