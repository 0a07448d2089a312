/// The difference of two sides measured in turns, by resampling pairs of rounds.
///
/// Round i of both sides was measured at about the same time (ABBA), so what slows both down cancels
/// when the same rounds are drawn on both sides. The statistic is that of the pooled rounds, as in
/// `RoundBootstrap`; its difference is taken as a logarithm.
///
/// The percentile interval of few pairs is too narrow; it is stretched about the estimate by
/// t(n−1) / z · √(n / (n−1)), which makes the interval of a mean of normal values exact.
/// - Source: Hesterberg, "What Teachers Should Know About the Bootstrap" (2015), on narrowness bias.
package struct PairedBootstrap: Sendable {
    private let reference: RoundPool
    private let candidate: RoundPool
    private let pooledReference: HistogramSnapshot
    private let pooledCandidate: HistogramSnapshot
    private let seed: UInt64
    private let resamples: Int

    /// Prepares the comparison of rounds in time order; round i of one side belongs to round i of the other.
    ///
    /// Rounds beyond the shorter side, and pairs of which one side is empty, are left out.
    /// - Parameters:
    ///   - reference: what is compared with.
    ///   - candidate: what is judged.
    ///   - seed: the same seed and rounds give the same intervals, on every platform.
    ///   - resamples: how often the pairs are redrawn, at least 100.
    package init(
        reference: [HistogramSnapshot],
        candidate: [HistogramSnapshot],
        seed: UInt64 = RoundBootstrap.defaultSeed,
        resamples: Int = 2000
    ) {
        let pairs = zip(reference, candidate).filter { $0.count > 0 && $1.count > 0 }
        let (one, other) = (pairs.map(\.0), pairs.map(\.1))
        self.reference = RoundPool(rounds: one)
        self.candidate = RoundPool(rounds: other)
        pooledReference = HistogramSnapshot.merged(one)
        pooledCandidate = HistogramSnapshot.merged(other)
        self.seed = seed
        self.resamples = max(100, resamples)
    }

    /// The change of a quantile of the pooled rounds.
    ///
    /// The intervals are wider by a bucket of each side, because a value is only known to its bucket.
    /// - Parameters:
    ///   - quantile: 0 ... 1, clamped.
    ///   - threshold: δ, the smallest relevant change as a share: 0.10 is 10 %. At least 0.
    /// - Returns: The change; its intervals are nil for fewer than `RoundBootstrap.minimumRounds` pairs.
    package func change(quantile: Double, threshold: Double) -> PairedChange {
        let q = quantile > 0 ? min(quantile, 1) : 0
        let fewer = Double(min(pooledReference.count, pooledCandidate.count))
        let tail = UInt64((fewer * min(q, 1 - q) + 1e-6).rounded(.down))
        let values = (pooledReference.quantile(q), pooledCandidate.quantile(q))
        let bucket = [values.0, values.1].map { value in
            RealFunctions.ln(1 + HistogramLayout.bucketWidth(at: value) / max(value, 1))
        }
        return change(
            values: values,
            tail: tail,
            threshold: threshold,
            widening: bucket[0] + bucket[1],
            ofEachRound: { $0.quantileOfEachRound(q) },
            resampled: { pool, weights in pool.quantile(q, weights: weights) }
        )
    }

    /// The change of the mean of the pooled rounds, from exact sums.
    ///
    /// - Parameter threshold: δ, the smallest relevant change as a share: 0.10 is 10 %. At least 0.
    /// - Returns: The change, with intervals as for a quantile.
    package func changeOfMean(threshold: Double) -> PairedChange {
        change(
            values: (pooledReference.mean, pooledCandidate.mean),
            tail: min(pooledReference.count, pooledCandidate.count),
            threshold: threshold,
            widening: 0,
            ofEachRound: { pool in zip(pool.sums, pool.counts).map { $0 / $1 } },
            resampled: { pool, weights in
                pool.weightedSum(pool.sums, weights) / pool.weightedSum(pool.counts, weights)
            }
        )
    }
}

extension PairedBootstrap {
    private func change(
        values: (reference: Double, candidate: Double),
        tail: UInt64,
        threshold: Double,
        widening: Double,
        ofEachRound: (RoundPool) -> [Double],
        resampled: (RoundPool, UnsafeBufferPointer<Double>) -> Double
    ) -> PairedChange {
        var change = PairedChange(
            reference: values.reference,
            candidate: values.candidate,
            lnRatio: Self.lnRatio(values.candidate, values.reference),
            lnThreshold: RealFunctions.ln(1 + (threshold > 0 ? threshold : 0)),
            pairs: reference.roundCount,
            printability: Printability.ofTail(tail),
            flags: []
        )
        if reference.roundCount >= RoundBootstrap.minimumRounds {
            var (one, other) = (reference, candidate)
            var series = Self.series(one, other, ofEachRound)
            while Self.isCorrelated(series) {
                guard one.roundCount / 2 >= RoundBootstrap.minimumMergedRounds else {
                    change.flags.append(.correlated)
                    break
                }
                (one, other) = (one.mergedPairs(), other.mergedPairs())
                series = Self.series(one, other, ofEachRound)
            }
            if SeriesDiagnostics.isDrifting(series) { change.flags.append(.drifting) }
            let sorted = resample(one.roundCount) { weights in
                Self.lnRatio(resampled(other, weights), resampled(one, weights))
            }
            let rounds = one.roundCount
            func interval(_ tail: Double) -> Interval {
                Self.stretched(sorted, about: change.lnRatio, tail: tail, rounds: rounds)
                    .widened(by: widening)
            }
            change.ci95 = interval(0.025)
            change.ci99 = interval(0.005)
        }
        if change.printability == .tooFew { change.flags.append(.tooFew) }
        return change
    }

    /// The logarithm of a ratio; 0 where it has none.
    private static func lnRatio(_ candidate: Double, _ reference: Double) -> Double {
        guard candidate > 0, reference > 0 else { return 0 }
        return RealFunctions.ln(candidate) - RealFunctions.ln(reference)
    }

    private static func series(
        _ reference: RoundPool,
        _ candidate: RoundPool,
        _ ofEachRound: (RoundPool) -> [Double]
    ) -> [Double] {
        zip(ofEachRound(candidate), ofEachRound(reference)).map { lnRatio($0, $1) }
    }

    /// Whether neighbouring differences resemble each other more than chance makes them.
    ///
    /// The 0.3 of `RoundBootstrap`, but with few rounds what chance exceeds in one series of twenty:
    /// r₁ of n independent values has a standard deviation of about 1/√n.
    private static func isCorrelated(_ series: [Double]) -> Bool {
        let chance = 1.645 / Double(max(1, series.count)).squareRoot()
        return SeriesDiagnostics.lagOneAutocorrelation(series) > max(0.3, chance)
    }

    private func resample(
        _ rounds: Int,
        _ statistic: (UnsafeBufferPointer<Double>) -> Double
    ) -> [Double] {
        var random = SplitMix64(seed: seed)
        var weights = [Double](repeating: 0, count: rounds)
        var values: [Double] = []
        values.reserveCapacity(resamples)
        for _ in 0..<resamples {
            for round in weights.indices { weights[round] = 0 }
            for _ in weights.indices { weights[random.index(below: rounds)] += 1 }
            values.append(weights.withUnsafeBufferPointer(statistic))
        }
        values.sort()
        return values
    }

    private static func stretched(
        _ sorted: [Double],
        about estimate: Double,
        tail: Double,
        rounds: Int
    ) -> Interval {
        let drawn = RoundBootstrap.interval(sorted, tail: tail).including(estimate)
        let degrees = rounds - 1
        let factor =
            StudentT.upperQuantile(tail: tail, degreesOfFreedom: Double(degrees))
            / StudentT.upperQuantile(tail: tail, degreesOfFreedom: 1_000_000)
            * (Double(rounds) / Double(degrees)).squareRoot()
        return Interval(
            low: estimate - (estimate - drawn.low) * factor,
            high: estimate + (drawn.high - estimate) * factor
        )
    }
}

extension Interval {
    /// The interval with both ends moved outward.
    fileprivate func widened(by amount: Double) -> Interval {
        Interval(low: low - amount, high: high + amount)
    }
}
