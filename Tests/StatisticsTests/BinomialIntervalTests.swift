import Statistics
import Testing

@Suite("BinomialInterval")
struct BinomialIntervalTests {
    /// Two-sided 95 % Clopper–Pearson limits, as in the usual tables (per cent, four digits).
    @Test(
        "the published two-sided 95 % limits",
        arguments: [
            (0, 10, 0, 0.3085), (1, 10, 0.0025, 0.4450), (5, 10, 0.1871, 0.8129),
            (8, 10, 0.4439, 0.9748), (10, 10, 0.6915, 1), (2, 20, 0.0123, 0.3170),
            (1, 100, 0.0003, 0.0545), (10, 100, 0.0490, 0.1762), (50, 100, 0.3983, 0.6017),
        ] as [(Double, UInt64, Double, Double)]
    )
    func published(successes: Double, trials: UInt64, low: Double, high: Double) {
        let lower = BinomialInterval.lowerBound(
            successes: successes,
            trials: trials,
            confidence: 0.975
        )
        let upper = BinomialInterval.upperBound(
            successes: successes,
            trials: trials,
            confidence: 0.975
        )
        #expect(abs(lower - low) < 0.000_051)
        #expect(abs(upper - high) < 0.000_051)
    }

    @Test("no failure in 299 trials proves 99 % with 95 % confidence, and 298 do not")
    func ruleOf299() {
        let after299 = BinomialInterval.upperBound(successes: 0, trials: 299, confidence: 0.95)
        let after298 = BinomialInterval.upperBound(successes: 0, trials: 298, confidence: 0.95)
        #expect(abs(after299 - 0.009_969_15) < 1e-8)
        #expect(after299 < 0.01)
        #expect(after298 > 0.01)
    }

    @Test("the bounds mirror each other", arguments: [0.5, 3, 17, 49.5])
    func symmetry(successes: Double) {
        let upper = BinomialInterval.upperBound(successes: successes, trials: 50, confidence: 0.9)
        let lower = BinomialInterval.lowerBound(
            successes: 50 - successes,
            trials: 50,
            confidence: 0.9
        )
        #expect(abs(upper - (1 - lower)) < 1e-12)
    }

    @Test("large samples approach the normal interval")
    func large() {
        // 1 % of 10 million: p ± 2.5758·√(p(1-p)/n) = 0.01 ± 0.00008105.
        let upper = BinomialInterval.upperBound(
            successes: 100_000,
            trials: 10_000_000,
            confidence: 0.995
        )
        let lower = BinomialInterval.lowerBound(
            successes: 100_000,
            trials: 10_000_000,
            confidence: 0.995
        )
        #expect(abs(upper - 0.010_081_05) < 5e-7)
        #expect(abs(lower - 0.009_918_95) < 5e-7)
    }

    @Test("nonsense is clamped, not trapped")
    func nonsense() {
        #expect(BinomialInterval.upperBound(successes: 0, trials: 0, confidence: 0.95) == 1)
        #expect(BinomialInterval.lowerBound(successes: 0, trials: 0, confidence: 0.95) == 0)
        #expect(BinomialInterval.upperBound(successes: 9, trials: 3, confidence: 0.95) == 1)
        #expect(BinomialInterval.lowerBound(successes: -2, trials: 3, confidence: 0.95) == 0)
        #expect(BinomialInterval.upperBound(successes: .nan, trials: 299, confidence: 0.95) < 0.01)
        #expect(BinomialInterval.upperBound(successes: 1, trials: 3, confidence: 1) == 1)
        #expect(BinomialInterval.lowerBound(successes: 1, trials: 3, confidence: 2) == 0)
    }
}
