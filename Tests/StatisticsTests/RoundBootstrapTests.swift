import Statistics
import Testing

@Suite("RoundBootstrap")
struct RoundBootstrapTests {
    @Test(
        "the value is the pooled quantile, inside its intervals, and the wider one contains the other"
    )
    func nesting() throws {
        let rounds = exponentialRounds(30, of: 2000, mean: 1e6, seed: 1)
        let pooled = HistogramSnapshot.merged(rounds)
        for q in [0.1, 0.5, 0.9, 0.99, 0.999] {
            let estimate = RoundBootstrap(rounds: rounds, seed: 42).estimate(quantile: q)
            let ci95 = try #require(estimate.ci95)
            let ci99 = try #require(estimate.ci99)
            #expect(estimate.value == pooled.quantile(q))
            #expect(ci95.low <= estimate.value && estimate.value <= ci95.high)
            #expect(ci99.low <= ci95.low && ci95.high <= ci99.high)
            #expect(estimate.count == 60_000)
        }
    }

    @Test("the same seed gives the same interval, another seed another one")
    func reproducible() {
        let rounds = exponentialRounds(20, of: 300, mean: 1e6, seed: 9)
        let one = RoundBootstrap(rounds: rounds, seed: 1).estimate(quantile: 0.9)
        let same = RoundBootstrap(rounds: rounds, seed: 1).estimate(quantile: 0.9)
        let other = RoundBootstrap(rounds: rounds, seed: 2).estimate(quantile: 0.9)
        #expect(one == same)
        #expect(one.ci95 != other.ci95)
        #expect(one.value == other.value)
    }

    @Test("the interval of an iid median has the width theory gives it")
    func width() throws {
        // Standard error of an exponential's median with N samples is mean/√N: 1e6/√60000 = 4082.
        let rounds = exponentialRounds(30, of: 2000, mean: 1e6, seed: 4)
        let estimate = RoundBootstrap(rounds: rounds).estimate(quantile: 0.5)
        let interval = try #require(estimate.ci95)
        let bucket = HistogramLayout.bucketWidth(at: estimate.value)
        let halfWidth = (interval.high - interval.low) / 2 - bucket
        #expect(halfWidth > 0.6 * 1.96 * 4082)
        #expect(halfWidth < 1.5 * 1.96 * 4082)
    }

    @Test("a tight distribution still has an interval of a bucket to each side")
    func widened() throws {
        let round = histogram(Array(repeating: 1_000_000, count: 1000))
        let estimate = RoundBootstrap(rounds: Array(repeating: round, count: 30))
            .estimate(quantile: 0.5)
        // 1 000 000 lies in 2^19 ... 2^20, where a bucket is 2^12 wide.
        let interval = try #require(estimate.ci95)
        // To the rounding of a logarithm.
        #expect(abs(interval.low - 995_904) < 1e-6)
        #expect(abs(interval.high - 1_004_096) < 1e-6)
        #expect(estimate.ci99 == interval)
        #expect(estimate.flags == [])
    }

    @Test("fewer than five rounds with samples have no interval", arguments: 0...4)
    func tooFewRounds(rounds: Int) {
        let some = exponentialRounds(rounds, of: 5000, mean: 1e6, seed: 6)
        let bootstrap = RoundBootstrap(rounds: some + [.empty, .empty, .empty, .empty])
        let estimate = bootstrap.estimate(quantile: 0.5)
        #expect(estimate.ci95 == nil)
        #expect(estimate.ci99 == nil)
        #expect(bootstrap.estimateMean().ci99 == nil)
        #expect(bootstrap.estimateExceedance(above: 1).ci99 == Interval(low: 0, high: 1))
        #expect(estimate.value == HistogramSnapshot.merged(some).quantile(0.5))
    }

    @Test(
        "the tail count decides what may be printed",
        arguments: [
            (1999, 19, .tooFew), (2000, 20, .approximate), (9999, 99, .approximate),
            (10_000, 100, .full),
        ] as [(Int, UInt64, Printability)]
    )
    func printability(count: Int, tail: UInt64, printability: Printability) {
        let rounds = [histogram((0..<count).map { UInt64($0) })]
        let estimate = RoundBootstrap(rounds: rounds).estimate(quantile: 0.99)
        #expect(estimate.tail == tail)
        #expect(estimate.printability == printability)
        #expect(estimate.flags.contains(.tooFew) == (printability == .tooFew))
    }

    @Test("binary fractions do not cost a tail sample")
    func tailRounding() {
        let rounds = [histogram((1...1000).map { UInt64($0) })]
        #expect(RoundBootstrap(rounds: rounds).estimate(quantile: 0.9).tail == 100)
        #expect(RoundBootstrap(rounds: rounds).estimate(quantile: 0.1).tail == 100)
    }

    @Test("nothing at all is nothing, not a trap")
    func empty() {
        for rounds in [[], [HistogramSnapshot.empty]] {
            let bootstrap = RoundBootstrap(rounds: rounds)
            let estimate = bootstrap.estimate(quantile: 0.99)
            #expect(estimate.count == 0)
            #expect(estimate.value == 0)
            #expect(estimate.printability == .tooFew)
            #expect(bootstrap.estimateMean().value == 0)
            #expect(bootstrap.estimateExceedance(above: 0).fraction == 0)
        }
        let absurd = Array(repeating: histogram([.max, 0]), count: 6)
        let estimate = RoundBootstrap(rounds: absurd).estimate(quantile: .nan)
        #expect(estimate.value == 0)
        #expect(RoundBootstrap(rounds: absurd).estimate(quantile: 9).value == 0x1p64)
    }

    @Test("the mean comes from exact sums, and its interval has the width theory gives it")
    func mean() throws {
        let rounds = exponentialRounds(30, of: 2000, mean: 1e6, seed: 12)
        let estimate = RoundBootstrap(rounds: rounds).estimateMean()
        #expect(estimate.value == HistogramSnapshot.merged(rounds).mean)
        let interval = try #require(estimate.ci95)
        // The standard error is mean/√N = 4082.
        let halfWidth = (interval.high - interval.low) / 2
        #expect(halfWidth > 0.6 * 1.96 * 4082)
        #expect(halfWidth < 1.5 * 1.96 * 4082)
        #expect(estimate.printability == .full)
    }

    @Test(
        "2000 resamples of 30 rounds cost less than 0.3 s",
        .enabled(if: isOptimised, "needs an optimised build")
    )
    func speed() {
        let rounds = exponentialRounds(30, of: 20_000, mean: 1e6, seed: 8)
        let clock = ContinuousClock()
        var best = Duration.seconds(1000)
        for _ in 0..<3 {
            let time = clock.measure {
                _ = RoundBootstrap(rounds: rounds).estimate(quantile: 0.99)
            }
            best = min(best, time)
        }
        #expect(best < .milliseconds(300))
    }
}

/// Whether the tests were built with optimisation; timings mean nothing without it.
private var isOptimised: Bool {
    var isDebug = false
    assert(
        {
            isDebug = true
            return true
        }()
    )
    return !isDebug
}
