import Statistics
import Testing

@Suite("PairedBootstrap")
struct PairedBootstrapTests {
    /// Rounds of both sides in turns, under a mood of the machine that both share.
    private func turns(
        _ rounds: Int,
        slower: Double = 1,
        samples: Int = 300,
        moody: Bool = true,
        seed: UInt64
    ) -> (reference: [HistogramSnapshot], candidate: [HistogramSnapshot]) {
        var random = SplitMix64(seed: seed)
        var reference: [HistogramSnapshot] = []
        var candidate: [HistogramSnapshot] = []
        for _ in 0..<rounds {
            // From a third to three times the usual latency, for a whole round of both.
            let mood = moody ? RealFunctions.exp(2.2 * (random.unitInterval() - 0.5)) : 1
            let mean = 1e6 * mood
            reference.append(histogram(exponential(mean: mean, count: samples, random: &random)))
            candidate.append(
                histogram(exponential(mean: mean * slower, count: samples, random: &random))
            )
        }
        return (reference, candidate)
    }

    private func bootstrap(
        _ turns: (reference: [HistogramSnapshot], candidate: [HistogramSnapshot])
    ) -> PairedBootstrap {
        PairedBootstrap(reference: turns.reference, candidate: turns.candidate, resamples: 400)
    }

    @Test(
        "a known ratio is inside the interval and gets the verdict it deserves",
        arguments: [
            (2.0, .higher), (1.0, .unchanged), (0.5, .lower), (1.1, .inconclusive),
        ] as [(Double, PairedChange.Verdict)]
    )
    func knownRatio(ratio: Double, verdict: PairedChange.Verdict) throws {
        let paired = bootstrap(turns(30, slower: ratio, samples: 3000, seed: 5))
        for change in [
            paired.change(quantile: 0.5, threshold: 0.10), paired.changeOfMean(threshold: 0.10),
        ] {
            let interval = try #require(change.ratioInterval)
            #expect(interval.low <= ratio && ratio <= interval.high)
            #expect(change.verdict == verdict)
            #expect(change.pairs == 30)
        }
    }

    @Test("what slows both sides down cancels: the pairs know more than the sides do")
    func pairing() throws {
        let sides = turns(20, slower: 1.3, samples: 1000, seed: 3)
        let paired = bootstrap(sides).change(quantile: 0.5, threshold: 0.1)
        let alone = RoundBootstrap(rounds: sides.reference, resamples: 400).estimate(quantile: 0.5)
        let interval = try #require(paired.ci99)
        let unpaired = try #require(alone.ci99)
        #expect((interval.high - interval.low) / 2 < unpaired.lnHalfWidth / 2)
        #expect(paired.verdict == .higher)
    }

    @Test("a significant difference need not be a relevant one")
    func relevance() {
        let change = bootstrap(turns(40, slower: 1.06, samples: 4000, seed: 8))
            .changeOfMean(threshold: 0.25)
        #expect(change.isSignificant)
        #expect(change.verdict == .unchanged)
    }

    @Test(
        "the same thing twice is called different at most once in twenty",
        arguments: [6, 10, 20]
    )
    func falseAlarms(rounds: Int) {
        var significant = 0
        var relevant = 0
        for seed in 1...100 {
            let change = bootstrap(turns(rounds, samples: 120, seed: UInt64(seed)))
                .change(quantile: 0.5, threshold: 0.05)
            if change.isSignificant { significant += 1 }
            if change.verdict == .higher || change.verdict == .lower { relevant += 1 }
        }
        #expect(significant <= 5)
        #expect(relevant <= 2)
    }

    @Test("the 95 % interval of few pairs holds the truth about as often as it says")
    func coverage() {
        var hits = 0
        for seed in 1...100 {
            let change = bootstrap(turns(8, slower: 1.5, samples: 150, seed: UInt64(seed)))
                .changeOfMean(threshold: 0)
            guard let interval = change.ci95 else { continue }
            let truth = RealFunctions.ln(1.5)
            if interval.low <= truth, truth <= interval.high { hits += 1 }
        }
        #expect(hits >= 88)
    }

    @Test("fewer than five pairs, or a short tail, allow no verdict")
    func tooLittle() {
        let few = bootstrap(turns(4, slower: 9, seed: 1)).change(quantile: 0.5, threshold: 0.1)
        #expect(few.ci99 == nil)
        #expect(few.verdict == .inconclusive)
        #expect(!few.isSignificant)
        let short = bootstrap(turns(10, slower: 9, samples: 100, seed: 1))
            .change(quantile: 0.999, threshold: 0.1)
        #expect(short.flags.contains(.tooFew))
        #expect(short.verdict == .inconclusive)
    }

    @Test("rounds that resemble their neighbours allow no verdict")
    func correlated() {
        var random = SplitMix64(seed: 4)
        let reference = (0..<20).map { _ in
            histogram(exponential(mean: 1e6, count: 500, random: &random))
        }
        let candidate = (0..<20).map { round in
            histogram(
                exponential(mean: round < 10 ? 1.4e6 : 4e6, count: 500, random: &random)
            )
        }
        let change = PairedBootstrap(reference: reference, candidate: candidate)
            .change(quantile: 0.5, threshold: 0.1)
        #expect(change.flags.contains(.correlated))
        #expect(change.verdict == .inconclusive)
    }

    @Test("an open verdict says how many pairs would settle it, a settled one does not")
    func settling() throws {
        let open = bootstrap(turns(8, slower: 1.22, samples: 400, seed: 2))
            .change(quantile: 0.5, threshold: 0.1)
        #expect(open.verdict == .inconclusive)
        #expect(try #require(open.pairsToSettle) > 8)
        let settled = bootstrap(turns(20, slower: 3, seed: 2))
            .change(quantile: 0.5, threshold: 0.1)
        #expect(settled.pairsToSettle == nil)
    }

    @Test("pairs with an empty side are left out, and nothing at all is not a trap")
    func empty() {
        let sides = turns(6, seed: 6)
        let change = PairedBootstrap(
            reference: sides.reference + [.empty],
            candidate: [.empty] + sides.candidate
        ).change(quantile: 0.5, threshold: 0.1)
        #expect(change.pairs == 5)
        let nothing = PairedBootstrap(reference: [], candidate: sides.candidate)
        #expect(nothing.change(quantile: 0.5, threshold: -1).verdict == .inconclusive)
        #expect(nothing.changeOfMean(threshold: .nan).lnRatio == 0)
    }
}
