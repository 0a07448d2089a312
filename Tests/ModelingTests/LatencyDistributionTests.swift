import Modeling
import Statistics
import Testing

@Suite("A distribution of latencies") struct LatencyDistributionTests {
    private func uniform(_ range: ClosedRange<Double>, count: Int = 20_000) -> LatencyDistribution {
        distribution(
            (0..<count).map {
                range.lowerBound + (range.upperBound - range.lowerBound) * (Double($0) + 0.5)
                    / Double(count)
            }
        )
    }

    /// Values at the middles of equal shares of an exponential distribution.
    private func exponential(mean: Double, count: Int = 20_000) -> LatencyDistribution {
        distribution(
            (0..<count).map { -mean * RealFunctions.ln(1 - (Double($0) + 0.5) / Double(count)) }
        )
    }

    private func distribution(_ values: [Double]) -> LatencyDistribution {
        LatencyDistribution(Synthetic.snapshot(values)) ?? LatencyDistribution(constant: 0)
    }

    private func expect(
        _ value: Double,
        near truth: Double,
        within share: Double,
        _ comment: Comment,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let difference = abs(value / truth - 1)
        #expect(difference <= share, comment, sourceLocation: sourceLocation)
    }

    @Test("nothing has none, and one value is that value everywhere")
    func ends() {
        #expect(LatencyDistribution(.empty) == nil)
        let one = distribution([12_345])
        for q in [-1, 0, 0.5, 0.99, 1, 7, .nan] { #expect(one.quantile(q) == 12_345) }
        #expect(one.mean == 12_345)
        #expect(LatencyDistribution(constant: .nan).mean == 0)
        #expect(LatencyDistribution(constant: -3).maximum == 0)
        #expect(LatencyDistribution(constant: .infinity).mean.isFinite)
    }

    @Test("two uniforms add up to a triangle, at every quantile")
    func triangle() {
        let sum = uniform(100_000...200_000).plus(uniform(100_000...200_000))
        // F(x) = x²/2 up to the middle, and the same from the other end.
        for (q, x) in [(0.02, 0.2), (0.125, 0.5), (0.5, 1.0), (0.875, 1.5), (0.98, 1.8)] {
            expect(sum.quantile(q), near: 200_000 + x * 100_000, within: 0.003, "q \(q)")
        }
        expect(sum.mean, near: 300_000, within: 1e-5, "mean")
        #expect(sum.minimum >= 200_000 && sum.maximum <= 400_000)
    }

    @Test("three exponentials add up to Erlang's distribution of published quantiles")
    func erlang() {
        let one = exponential(mean: 100_000)
        let sum = one.plus(one).plus(one)
        // Half of χ² with six degrees of freedom: 5.348 (0.5), 10.645 (0.9), 16.812 (0.99), 22.458 (0.999).
        for (q, chi) in [(0.5, 5.348), (0.9, 10.645), (0.99, 16.812), (0.999, 22.458)] {
            expect(sum.quantile(q), near: chi / 2 * 100_000, within: 0.006, "q \(q)")
        }
        expect(sum.mean, near: 300_000, within: 0.001, "mean")
    }

    @Test("two normals add up to a normal")
    func normals() {
        var source = Source(seed: 3)
        let one = distribution(
            (0..<60_000).map { _ in source.normal(mean: 1e6, deviation: 3e4) }
        )
        let other = distribution(
            (0..<60_000).map { _ in source.normal(mean: 2e6, deviation: 4e4) }
        )
        let sum = one.plus(other)
        expect(sum.mean, near: one.mean + other.mean, within: 1e-9, "mean")
        // Standard deviation 5e4; 1.645 and 2.326 deviations are the table's 95 % and 99 %.
        expect(sum.quantile(0.5), near: 3e6, within: 0.002, "p50")
        expect(sum.quantile(0.95), near: 3e6 + 1.645 * 5e4, within: 0.003, "p95")
        expect(sum.quantile(0.99), near: 3e6 + 2.326 * 5e4, within: 0.003, "p99")
    }

    @Test("the largest of n exponentials has the mean of a harmonic sum")
    func largest() throws {
        let one = exponential(mean: 200_000)
        let two = try #require(LatencyDistribution.maximum(of: [one, one]))
        let three = try #require(LatencyDistribution.maximum(of: [one, one, one]))
        expect(two.mean, near: 200_000 * 1.5, within: 0.001, "1 + 1/2")
        expect(three.mean, near: 200_000 * (1 + 0.5 + 1.0 / 3), within: 0.001, "1 + 1/2 + 1/3")
        // The median of the largest of three is where F = 2^(-1/3): -ln(1 - 0.7937) = 1.5784.
        expect(three.quantile(0.5), near: 1.5784 * 200_000, within: 0.008, "p50")
    }

    @Test("the largest of n uniforms is n/(n+1) of the way up")
    func largestUniform() throws {
        let one = uniform(500_000...600_000)
        let four = try #require(LatencyDistribution.maximum(of: Array(repeating: one, count: 4)))
        expect(four.mean, near: 580_000, within: 0.001, "mean")
        #expect(LatencyDistribution.maximum(of: []) == nil)
    }

    @Test("a latency that is always longer is the largest, exactly")
    func dominated() throws {
        let slow = distribution([1e9, 1.1e9])
        let largest = try #require(
            LatencyDistribution.maximum(of: [exponential(mean: 1000), slow])
        )
        expect(largest.mean, near: slow.mean, within: 1e-6, "mean")
        #expect(largest.maximum == slow.maximum)
    }

    @Test("turns have the weighted mean, and a median in the slower half where that has more")
    func turns() throws {
        let fast = LatencyDistribution(constant: 100_000)
        let slow = LatencyDistribution(constant: 1_000_000)
        let mixed = try #require(LatencyDistribution.mixture(of: [(fast, 1), (slow, 3)]))
        #expect(mixed.mean == 775_000)
        expect(mixed.quantile(0.2), near: 100_000, within: 0.008, "p20")
        expect(mixed.quantile(0.6), near: 1_000_000, within: 0.008, "p60")
        expect(mixed.share(upTo: 500_000), near: 0.25, within: 1e-9, "share")
        #expect(LatencyDistribution.mixture(of: [(fast, 0), (slow, .nan)]) == nil)
    }

    @Test("shifting and scaling move every quantile", arguments: [0.01, 0.5, 0.99])
    func affine(q: Double) {
        let one = exponential(mean: 300_000).shifted(by: 50_000)
        expect(one.quantile(q), near: 50_000 - 300_000 * RealFunctions.ln(1 - q), within: 0.012, "")
        let twice = one.scaled(by: 2)
        expect(twice.quantile(q), near: 2 * one.quantile(q), within: 0.008, "")
        #expect(twice.mean == 2 * one.mean)
        #expect(one.scaled(by: .nan).mean == 0)
        #expect(one.shifted(by: -5) == one)
    }

    @Test("so many times and a fraction is a mixture of the whole numbers around it")
    func repeated() {
        let one = exponential(mean: 100_000)
        expect(one.repeated(2.5).mean, near: 250_000, within: 0.001, "2.5")
        expect(one.repeated(1).quantile(0.5), near: one.quantile(0.5), within: 1e-9, "1")
        #expect(one.repeated(.nan).mean == 0)
        #expect(one.repeated(0).mean == 0)
    }

    @Test("latencies beyond the last cell keep their mean and their maximum")
    func beyond() {
        let minutes = distribution([100e9, 200e9])
        let sum = minutes.plus(minutes)
        #expect(sum.mean == 300e9)
        #expect(sum.maximum == 400e9)
        #expect(sum.quantile(0.5) <= 400e9 && sum.quantile(0.5) >= 68e9)
    }
}
