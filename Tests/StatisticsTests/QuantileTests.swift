import Statistics
import Testing

@Suite("Quantiles of a histogram")
struct QuantileTests {
    @Test("below 256 ns a quantile is an order statistic", arguments: 1...200)
    func orderStatistic(rank: Int) {
        let snapshot = histogram((1...200).reversed())
        #expect(snapshot.quantile(Double(rank) / 200) == Double(rank))
    }

    @Test(
        "of evenly spread values it is the value at that share",
        arguments: [0.001, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999]
    )
    func uniform(q: Double) {
        // 1, 2, … 100 µs … 100 ms in steps of 1 µs: the quantile q is q·100 ms.
        let snapshot = histogram((1...100_000).map { UInt64($0) * 1000 })
        let expected = q * 1e8
        #expect(abs(snapshot.quantile(q) - expected) < 0.002 * expected + 1000)
    }

    @Test(
        "of exponential values it is -mean·ln(1-q), to the sampling error",
        arguments: [(0.5, 693_147.18), (0.9, 2_302_585.09), (0.99, 4_605_170.19)]
    )
    func exponentialQuantile(q: Double, expected: Double) {
        let count = 100_000.0
        let snapshot = exponentialRounds(1, of: Int(count), mean: 1e6, seed: 11)[0]
        // The standard error of the quantile of an exponential: mean·√(q/(1-q)/N).
        let error = 1e6 * (q / (1 - q) / count).squareRoot()
        #expect(abs(snapshot.quantile(q) - expected) < 4 * error + 0.002 * expected)
    }

    @Test("it never leaves the exact minimum and maximum")
    func clamped() {
        let snapshot = histogram([1_000_003, 1_000_005, 5_000_007])
        #expect(snapshot.quantile(0) == 1_000_003)
        #expect(snapshot.quantile(-1) == 1_000_003)
        #expect(snapshot.quantile(.nan) == 1_000_003)
        #expect(snapshot.quantile(1) == 5_000_007)
        #expect(snapshot.quantile(7) == 5_000_007)
        for step in 0...100 {
            let value = snapshot.quantile(Double(step) / 100)
            #expect((1_000_003...5_000_007).contains(value))
        }
        #expect(histogram(Array(repeating: 123_456, count: 9)).quantile(0.37) == 123_456)
    }

    @Test("beyond the range it lies between 68.7 s and the exact maximum")
    func overflow() {
        let snapshot = histogram([100, 1 << 36, 200_000_000_000])
        #expect(snapshot.quantile(1) == 2e11)
        #expect(snapshot.quantile(0.7) > 68.7e9)
        #expect(snapshot.countAbove(200_000_000_000) == 0)
        #expect(snapshot.countAbove(1000) == 2)
    }

    @Test("it rises with the share, and the share counted back is the one asked for")
    func inverse() {
        let snapshot = exponentialRounds(1, of: 20_000, mean: 1e6, seed: 5)[0]
        var last = 0.0
        for step in 1..<1000 {
            let q = Double(step) / 1000
            let value = snapshot.quantile(q)
            #expect(value >= last)
            #expect(abs(snapshot.cumulativeFraction(atOrBelow: UInt64(value)) - q) < 0.002)
            last = value
        }
    }

    @Test("a value equal to the limit does not exceed it")
    func countAboveExact() {
        let snapshot = histogram([10, 10, 11, 12])
        #expect(snapshot.countAbove(9) == 4)
        #expect(snapshot.countAbove(10) == 2)
        #expect(snapshot.countAbove(11) == 1)
        #expect(snapshot.countAbove(12) == 0)
        #expect(snapshot.cumulativeFraction(atOrBelow: 10) == 0.5)
        #expect(histogram([10_000_000, 10_000_000]).countAbove(10_000_000) == 0)
        #expect(histogram([10_000_000, 10_000_000]).countAbove(9_999_999) == 2)
    }

    @Test("counts above a limit inside a bucket are shared out evenly")
    func countAboveInterpolated() {
        // One bucket, 1 << 20 wide 8192: a sample on every nanosecond of it.
        let low = UInt64(1) << 20
        let snapshot = histogram(low..<(low + 8192))
        #expect(snapshot.indices.count == 1)
        #expect(snapshot.countAbove(low + 4095) == 4096)
        #expect(snapshot.countAbove(low + 8190) == 1)
        #expect(snapshot.countAbove(low) == 8191)
    }
}
