import Statistics

/// The statistics of a pool as it is, and of each resample of its blocks.
struct ResampledPool {
    /// One for each of `Statistic.allCases`.
    let values: [Double]
    private let drawn: [[Double]]

    /// - Parameters:
    ///   - pool: the blocks.
    ///   - draws: how often each block counts; those of `Resampling.draws`.
    init(_ pool: BlockPool, _ draws: [[Double]]) {
        values = pool.statistics([Double](repeating: 1, count: pool.blockCount))
        drawn = draws.map(pool.statistics)
    }

    func figures(_ p99IsKnown: Bool) -> LatencyFigures {
        let estimates = values.indices.map { index in
            Estimate(values[index], Resampling.interval(drawn.map { $0[index] }))
        }
        return LatencyFigures(
            mean: estimates[0],
            p50: estimates[1],
            p99: estimates[2],
            p99IsKnown: p99IsKnown
        )
    }

    /// A figure of both, statistic by statistic; the same draws must stand behind both.
    func compared(
        with other: ResampledPool,
        _ compare: (Double, Double) -> Double
    ) -> [Estimate] {
        values.indices.map { index in
            let drawn = zip(drawn, other.drawn).map { compare($0[index], $1[index]) }
            return Estimate(
                compare(values[index], other.values[index]),
                Resampling.interval(drawn)
            )
        }
    }

    /// (measured - predicted) / measured, where this is what was measured.
    func residuals(against predicted: ResampledPool) -> [Estimate] {
        compared(with: predicted) { ($0 - $1) / $0 }
    }
}

/// Drawing blocks again, seeded.
enum Resampling {
    static let resamples = 600

    /// How often each block is drawn, in each resample; none with too few blocks for an interval.
    static func draws(of count: Int, seed: UInt64) -> [[Double]] {
        guard count >= RoundBootstrap.minimumRounds else { return [] }
        var random = SplitMix64(seed: seed)
        return (0..<resamples).map { _ in
            var draw = [Double](repeating: 0, count: count)
            for _ in 0..<count { draw[random.index(below: count)] += 1 }
            return draw
        }
    }

    /// The 95 % interval of the resampled figures; nil where there are none.
    static func interval(_ drawn: [Double]) -> Interval? {
        let sorted = drawn.filter(\.isFinite).sorted()
        guard sorted.count >= resamples / 10 else { return nil }
        let rank = sorted.count / 40
        return Interval(low: sorted[rank - 1], high: sorted[sorted.count - rank])
    }
}
