import Statistics
import Testing

/// Small seeded simulations: how often the interval holds the truth it claims to hold.
@Suite("Coverage")
struct CoverageTests {
    static let replications = 200

    @Test("the 95 % interval of iid rounds holds the true quantile 85 to 100 % of the time")
    func iid() {
        let truth = 693_147.18  // The median of an exponential with mean 1e6: 1e6·ln 2.
        let hits = coverage { seed in
            let rounds = exponentialRounds(20, of: 60, mean: 1e6, seed: seed)
            return RoundBootstrap(rounds: rounds, seed: seed, resamples: 400)
                .estimate(quantile: 0.5).ci95.map { ($0, truth) }
        }
        #expect(hits >= 0.85)
    }

    @Test("an interval around the wrong value fails the same check")
    func canary() {
        // A median that is 15 % too high must not look covered, or the check above proves nothing.
        let truth = 1.15 * 693_147.18
        let hits = coverage { seed in
            let rounds = exponentialRounds(20, of: 60, mean: 1e6, seed: seed)
            return RoundBootstrap(rounds: rounds, seed: seed, resamples: 400)
                .estimate(quantile: 0.5).ci95.map { ($0, truth) }
        }
        #expect(hits < 0.5)
    }

    @Test("bursts that last a round are covered, where the binomial interval alone is not")
    func bursts() {
        // Every round is slow with probability 0.2; then half its samples exceed the limit: 10 %.
        var resampled = 0
        var binomial = 0
        for seed in 1...Self.replications {
            var random = SplitMix64(seed: UInt64(seed))
            let rounds = (0..<30).map { _ -> HistogramSnapshot in
                let isSlow = random.unitInterval() < 0.2
                return histogram(
                    (0..<100).map { _ in
                        isSlow && random.unitInterval() < 0.5 ? 2_000_000 : 1_000
                    }
                )
            }
            let (fraction, interval) = RoundBootstrap(rounds: rounds, resamples: 400)
                .estimateExceedance(above: 1_000_000)
            if interval.low <= 0.1, 0.1 <= interval.high { resampled += 1 }
            let successes = fraction * 3000
            let low = BinomialInterval.lowerBound(
                successes: successes,
                trials: 3000,
                confidence: 0.995
            )
            let high = BinomialInterval.upperBound(
                successes: successes,
                trials: 3000,
                confidence: 0.995
            )
            if low <= 0.1, 0.1 <= high { binomial += 1 }
        }
        #expect(resampled >= 180)
        #expect(binomial < 120)
    }

    private func coverage(_ replication: (UInt64) -> (Interval, Double)?) -> Double {
        var hits = 0
        for seed in 1...Self.replications {
            guard let (interval, truth) = replication(UInt64(seed)) else { continue }
            if interval.low <= truth, truth <= interval.high { hits += 1 }
        }
        return Double(hits) / Double(Self.replications)
    }
}
