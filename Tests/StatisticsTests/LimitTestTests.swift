import Statistics
import Testing

@Suite("LimitTest")
struct LimitTestTests {
    static let limit: UInt64 = 10_000_000

    /// Rounds in which `slow` of `count` samples exceed the limit, spread evenly.
    static func rounds(
        _ rounds: Int,
        of count: Int,
        slow: Int
    ) -> [HistogramSnapshot] {
        let total = rounds * count
        return (0..<rounds).map { round in
            histogram(
                (0..<count).map { sample in
                    let index = round * count + sample
                    // One more whenever index·slow/total steps up.
                    let isSlow = (index + 1) * slow / total > index * slow / total
                    return isSlow ? 20_000_000 : 1_000_000
                }
            )
        }
    }

    @Test(
        "few exceedances are below, many above, about the allowed share straddling",
        arguments: [
            // 6000 samples: 1 % are 60; the exact 99.5 % bounds of 60 are 42 … 83.
            (0, .below), (35, .below), (60, .straddling), (90, .above), (6000, .above),
        ] as [(Int, LimitDecision)]
    )
    func decide(slow: Int, decision: LimitDecision) {
        let test = LimitTest.decide(
            rounds: Self.rounds(30, of: 200, slow: slow),
            quantile: 0.99,
            limitNanoseconds: Self.limit,
            confidence: 0.995
        )
        #expect(test.decision == decision)
        #expect(abs(test.exceedance - Double(slow) / 6000) < 1e-12)
        #expect(test.interval.low <= test.exceedance && test.exceedance <= test.interval.high)
    }

    @Test("528 samples can prove a p99 with 99.5 % confidence, 527 cannot")
    func samplesNeeded() {
        // 1 - 0.005^(1/n) < 0.01 from n = 528 on.
        func decide(_ samples: Int) -> LimitDecision {
            let rounds =
                Self.rounds(8, of: samples / 8, slow: 0) + Self.rounds(1, of: samples % 8, slow: 0)
            return LimitTest.decide(
                rounds: rounds,
                quantile: 0.99,
                limitNanoseconds: Self.limit,
                confidence: 0.995
            ).decision
        }
        #expect(decide(528) == .below)
        #expect(decide(527) == .tooFew)
    }

    @Test("a failure shows with far fewer samples than a pass")
    func failureWithFew() {
        let test = LimitTest.decide(
            rounds: Self.rounds(10, of: 5, slow: 50),
            quantile: 0.99,
            limitNanoseconds: Self.limit,
            confidence: 0.995
        )
        #expect(test.decision == .above)
    }

    @Test("one bursty round keeps a pass from being certain")
    func burst() {
        // 50 of 6000 would be below 1 % if spread out; all in one round they are one event.
        let quiet = Self.rounds(29, of: 200, slow: 0)
        let burst = Self.rounds(1, of: 200, slow: 50)
        let test = LimitTest.decide(
            rounds: quiet + burst,
            quantile: 0.99,
            limitNanoseconds: Self.limit,
            confidence: 0.995
        )
        #expect(test.decision == .straddling)
        #expect(test.interval.high > 0.02)
    }

    @Test("fewer than five rounds decide nothing, however many samples they hold")
    func fewRounds() {
        let test = LimitTest.decide(
            rounds: Self.rounds(4, of: 2000, slow: 0),
            quantile: 0.99,
            limitNanoseconds: Self.limit,
            confidence: 0.995
        )
        #expect(test.decision == .tooFew)
        #expect(test.interval == Interval(low: 0, high: 1))
    }
}
