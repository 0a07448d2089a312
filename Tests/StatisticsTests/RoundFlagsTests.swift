import Statistics
import Testing

@Suite("What RoundBootstrap says about the rounds")
struct RoundFlagsTests {
    @Test("independent rounds raise no flag")
    func clean() {
        let rounds = exponentialRounds(30, of: 1000, mean: 1e6, seed: 21)
        #expect(RoundBootstrap(rounds: rounds).estimate(quantile: 0.99).flags == [])
        #expect(RoundBootstrap(rounds: rounds).estimateMean().flags == [])
    }

    @Test("a round that holds most of the tail is a burst, and only from four rounds on")
    func burst() {
        let quiet = histogram((0..<1000).map { 100_000 + UInt64($0) })
        let noisy = histogram(
            (0..<1000).map { $0 < 900 ? 100_000 + UInt64($0) : 5_000_000 + UInt64($0) }
        )
        func flags(_ rounds: [HistogramSnapshot]) -> [EstimateFlag] {
            RoundBootstrap(rounds: rounds).estimate(quantile: 0.99).flags
        }
        #expect(flags([quiet, quiet, noisy, quiet]).contains(.burst))
        #expect(!flags([quiet, quiet, noisy]).contains(.burst))
        #expect(!flags([noisy, noisy, noisy, noisy]).contains(.burst))
    }

    @Test("with fewer than 20 tail samples the lucky round is not called a burst")
    func noBurstOfFew() {
        let rounds = exponentialRounds(6, of: 20, mean: 1e6, seed: 3)
        let flags = RoundBootstrap(rounds: rounds).estimate(quantile: 0.99).flags
        #expect(flags == [.tooFew])
    }

    @Test("a level that wanders slowly is correlated")
    func correlated() {
        // Up and down in a wave of 15 rounds: neighbours alike, no trend.
        let rounds = (0..<30).map { round in
            histogram((0..<200).map { 1_000_000 + wave(round, period: 15) + UInt64($0) })
        }
        let estimate = RoundBootstrap(rounds: rounds).estimate(quantile: 0.5)
        #expect(estimate.flags == [.correlated])
        #expect(estimate.ci99 != nil)
    }

    @Test("correlation between neighbours only goes away by merging, and widens the interval")
    func merged() throws {
        // Pairs of rounds share a level; 60 rounds may become 30.
        var random = SplitMix64(seed: 17)
        let levels = (0..<30).map { _ in 1_000_000 + random.next() % 500_000 }
        let rounds = levels.flatMap { level in
            (0..<2).map { _ in histogram((0..<50).map { level + UInt64($0) }) }
        }
        // The same rounds with the two of a pair far apart.
        let shuffled = rounds.shuffled(using: &random)
        let estimate = RoundBootstrap(rounds: rounds).estimate(quantile: 0.5)
        let independent = RoundBootstrap(rounds: shuffled).estimate(quantile: 0.5)
        #expect(!estimate.flags.contains(.correlated))
        #expect(estimate.value == independent.value)
        let wide = try #require(estimate.ci99)
        let narrow = try #require(independent.ci99)
        #expect(wide.high - wide.low > 1.1 * (narrow.high - narrow.low))
    }

    @Test("a rise during the run is drift")
    func drifting() {
        let rounds = (0..<30).map { round in
            histogram((0..<200).map { 1_000_000 + UInt64(round * 10_000) + UInt64($0) })
        }
        let flags = RoundBootstrap(rounds: rounds).estimate(quantile: 0.5).flags
        #expect(flags.contains(.drifting))
    }

    private func wave(_ round: Int, period: Int) -> UInt64 {
        let phase = round % period
        return UInt64(min(phase, period - phase)) * 20_000
    }
}
