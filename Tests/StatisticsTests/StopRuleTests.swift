import Statistics
import Testing

@Suite("StopRule")
struct StopRuleTests {
    static let limit: UInt64 = 10_000_000

    private func gated(
        _ rounds: [HistogramSnapshot],
        limit: UInt64? = StopRuleTests.limit
    ) -> StopRule.GatedClass {
        StopRule.GatedClass(rounds: rounds, limitNanoseconds: limit)
    }

    /// Rounds with latencies spread evenly over ±2 % around a level.
    private func steady(
        _ rounds: Int,
        of count: Int,
        level: UInt64
    ) -> [HistogramSnapshot] {
        var random = SplitMix64(seed: level)
        return (0..<rounds).map { _ in
            histogram((0..<count).map { _ in level * (980 + random.next() % 41) / 1000 })
        }
    }

    @Test("a clear pass and a clear failure stop at the same round", arguments: [2, 40])
    func clear(milliseconds: UInt64) {
        let level = milliseconds * 1_000_000
        for rounds in 0..<10 {
            let decision = StopRule.decide(
                classes: [gated(steady(rounds, of: 300, level: level))],
                elapsedSeconds: 1
            )
            #expect(decision == .continue)
        }
        let decision = StopRule.decide(
            classes: [gated(steady(10, of: 300, level: level))],
            elapsedSeconds: 1
        )
        #expect(decision == .stop(.clear))
    }

    @Test("near the limit neither answer stops early", arguments: [6, 9, 10, 11, 14])
    func near(milliseconds: UInt64) {
        let rounds = slowTail(10, level: Double(milliseconds) * 1e6)
        let decision = StopRule.decide(classes: [gated(rounds)], elapsedSeconds: 1)
        #expect(decision == .continue)
    }

    @Test("every class must be clear, but they need not agree")
    func allClasses() {
        let pass = gated(steady(10, of: 300, level: 2_000_000))
        let fail = gated(steady(10, of: 300, level: 40_000_000))
        let near = gated(slowTail(10, level: 9e6))
        func decide(_ classes: [StopRule.GatedClass]) -> StopRule.Decision {
            StopRule.decide(classes: classes, elapsedSeconds: 1)
        }
        #expect(decide([pass, fail]) == .stop(.clear))
        #expect(decide([pass, near]) == .continue)
        #expect(decide([fail, near]) == .continue)
        #expect(decide([pass, gated(Array(repeating: .empty, count: 10))]) == .continue)
    }

    @Test("a class of few samples is clear by distance or by share")
    func fewSamples() {
        // 9 a second in rounds of 2 s: 18 a round, 180 in 10 rounds; no p99 test can pass with that.
        func rounds(_ slow: Int, at slowLatency: UInt64) -> [HistogramSnapshot] {
            (0..<10).map { round in
                histogram((0..<18).map { $0 * 10 + round < slow ? slowLatency : 1_000_000 })
            }
        }
        func decide(_ rounds: [HistogramSnapshot]) -> StopRule.Decision {
            StopRule.decide(classes: [gated(rounds)], elapsedSeconds: 1)
        }
        #expect(decide(rounds(0, at: 0)) == .stop(.clear))
        #expect(decide(rounds(1, at: 3_400_000)) == .continue)
        #expect(decide(rounds(10, at: 11_000_000)) == .stop(.clear))
        #expect(decide(rounds(4, at: 11_000_000)) == .continue)
        // Ten samples are too few for a pass by distance.
        #expect(decide((0..<10).map { _ in histogram([1_000_000]) }) == .continue)
    }

    @Test("a tight interval stops from 20 rounds on, whatever side of the limit it is on")
    func tight() {
        for level: UInt64 in [7_000_000, 10_000_000, 13_000_000] {
            func decide(_ rounds: Int, limit: UInt64?) -> StopRule.Decision {
                StopRule.decide(
                    classes: [gated(steady(rounds, of: 300, level: level), limit: limit)],
                    elapsedSeconds: 1
                )
            }
            #expect(decide(15, limit: Self.limit) == .continue)
            #expect(decide(20, limit: Self.limit) == .stop(.intervalTight))
            #expect(decide(20, limit: nil) == .stop(.intervalTight))
        }
    }

    @Test("a wide tail goes on")
    func wide() {
        var random = SplitMix64(seed: 31)
        let rounds = (0..<20).map { _ in
            let level = 3e6 + 9e6 * random.unitInterval()
            return histogram(exponential(mean: level, count: 200, random: &random))
        }
        let decision = StopRule.decide(
            classes: [gated(rounds, limit: nil)],
            elapsedSeconds: 1
        )
        #expect(decision == .continue)
    }

    @Test("between the checks a tight interval is not looked at")
    func checkInterval() {
        let rounds = steady(24, of: 300, level: 9_000_000)
        #expect(StopRule.decide(classes: [gated(rounds)], elapsedSeconds: 1) == .continue)
        var settings = StopRule.Settings()
        settings.checkEveryRounds = 0
        #expect(
            StopRule.decide(classes: [gated(rounds)], elapsedSeconds: 1, settings: settings)
                == .stop(.intervalTight)
        )
    }

    @Test("time and rounds end a phase in any case")
    func limits() {
        let near = gated(slowTail(12, level: 9e6))
        var settings = StopRule.Settings()
        settings.maximumSeconds = 60
        func decide(_ seconds: Double) -> StopRule.Decision {
            StopRule.decide(classes: [near], elapsedSeconds: seconds, settings: settings)
        }
        #expect(decide(59.9) == .continue)
        #expect(decide(60) == .stop(.maxTime))
        settings.maximumRounds = 12
        #expect(decide(1) == .stop(.maxRounds))
        #expect(
            StopRule.decide(classes: [], elapsedSeconds: 60, settings: settings) == .stop(.maxTime)
        )
        #expect(StopRule.decide(classes: [], elapsedSeconds: 0, settings: settings) == .continue)
    }

    /// Rounds whose p99 is at `level`: a fast body, and 2 % spread evenly over ±40 % of the level.
    private func slowTail(_ rounds: Int, level: Double) -> [HistogramSnapshot] {
        var random = SplitMix64(seed: UInt64(level))
        return (0..<rounds).map { _ in
            histogram(
                (0..<300).map { index in
                    let spread = 0.6 + 0.8 * random.unitInterval()
                    return index % 50 == 0 ? UInt64(level * spread) : 500_000
                }
            )
        }
    }
}
