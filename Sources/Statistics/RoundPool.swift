/// The rounds of a case laid out for resampling: cumulative counts, one row per occupied bucket.
///
/// A resample is one weight per round. Because the counts are cumulative, its quantile is found by
/// bisection over the buckets: some 10 × R multiplications instead of R × all buckets.
struct RoundPool: Sendable {
    /// Non-empty rounds.
    let roundCount: Int
    /// What each round holds: samples, and their sum in nanoseconds.
    let counts: [Double]
    let sums: [Double]
    /// The smallest and largest value of each occupied bucket.
    private let lows: [Double]
    private let highs: [Double]
    /// Samples of round r up to and including bucket b, at [b * roundCount + r].
    private let cumulative: [Double]

    /// Lays out rounds that all hold at least one sample.
    init(rounds: [HistogramSnapshot]) {
        let pooled = HistogramSnapshot.merged(rounds)
        let edges = pooled.indices.indices.map { pooled.edges(at: $0) }
        let roundCount = rounds.count
        var cumulative = [Double](repeating: 0, count: edges.count * roundCount)
        for (round, histogram) in rounds.enumerated() {
            var next = 0
            var below = 0.0
            for (row, bucket) in pooled.indices.enumerated() {
                if next < histogram.indices.count, histogram.indices[next] == bucket {
                    below += Double(histogram.counts[next])
                    next += 1
                }
                cumulative[row * roundCount + round] = below
            }
        }
        self.init(
            roundCount: roundCount,
            counts: rounds.map { Double($0.count) },
            sums: rounds.map { Double($0.sum) },
            lows: edges.map(\.low),
            highs: edges.map(\.high),
            cumulative: cumulative
        )
    }

    private init(
        roundCount: Int,
        counts: [Double],
        sums: [Double],
        lows: [Double],
        highs: [Double],
        cumulative: [Double]
    ) {
        self.roundCount = roundCount
        self.counts = counts
        self.sums = sums
        self.lows = lows
        self.highs = highs
        self.cumulative = cumulative
    }

    /// The same samples in half as many rounds: neighbours merged in pairs, an odd last one into the last pair.
    func mergedPairs() -> RoundPool {
        let half = max(1, roundCount / 2)
        func folded(_ values: ArraySlice<Double>) -> [Double] {
            var sums = [Double](repeating: 0, count: half)
            for (round, value) in values.enumerated() { sums[min(round / 2, half - 1)] += value }
            return sums
        }
        return RoundPool(
            roundCount: half,
            counts: folded(counts[...]),
            sums: folded(sums[...]),
            lows: lows,
            highs: highs,
            cumulative: lows.indices.flatMap { row in
                folded(cumulative[(row * roundCount)..<((row + 1) * roundCount)])
            }
        )
    }

    /// The quantile of each round by itself.
    func quantileOfEachRound(_ q: Double) -> [Double] {
        (0..<roundCount).map { round in
            var weights = [Double](repeating: 0, count: roundCount)
            weights[round] = 1
            return weights.withUnsafeBufferPointer { quantile(q, weights: $0) }
        }
    }

    /// The quantile of the rounds, each counted `weights` times; interpolated as in `HistogramSnapshot`.
    ///
    /// - Parameters:
    ///   - q: clamped to 0 ... 1.
    ///   - weights: one per round, at least one above 0.
    /// - Returns: Nanoseconds.
    func quantile(_ q: Double, weights: UnsafeBufferPointer<Double>) -> Double {
        let target = max(0, min(q, 1)) * weightedSum(counts, weights)
        return cumulative.withUnsafeBufferPointer { rows in
            // The first row that reaches the target and holds anything at all.
            var low = 0
            var high = lows.count - 1
            while low < high {
                let middle = (low + high) / 2
                let reached = weightedSum(row: middle, of: rows, weights)
                if reached >= target, reached > 0 { high = middle } else { low = middle + 1 }
            }
            let reached = weightedSum(row: low, of: rows, weights)
            let below = low > 0 ? weightedSum(row: low - 1, of: rows, weights) : 0
            guard reached > below else { return lows[low] }
            let fraction = max(0, min(1, (target - below) / (reached - below)))
            return lows[low] + (highs[low] - lows[low]) * fraction
        }
    }

    /// Σ wᵢ·valueᵢ.
    func weightedSum(_ values: [Double], _ weights: UnsafeBufferPointer<Double>) -> Double {
        values.withUnsafeBufferPointer { values in
            var sum = 0.0
            for round in 0..<roundCount { sum += weights[round] * values[round] }
            return sum
        }
    }

    private func weightedSum(
        row: Int,
        of rows: UnsafeBufferPointer<Double>,
        _ weights: UnsafeBufferPointer<Double>
    ) -> Double {
        var sum = 0.0
        let start = row * roundCount
        for round in 0..<roundCount { sum += weights[round] * rows[start + round] }
        return sum
    }
}
