import Statistics
import Testing

@Suite("PrometheusQuantile")
struct PrometheusQuantileTests {
    static let bounds = [0.1, 0.2, 1, 2, .infinity]

    /// Input and results as Prometheus itself publishes them, in promql/testdata/histograms.test.
    @Test(
        "it agrees with Prometheus's own test data",
        arguments: [
            (0, 0, -0.2), (0.2, 0.048, -0.2), (0.5, 0.15, -0.15), (0.8, 0.72, 0.3), (1, 1, 0.3),
        ]
    )
    func published(q: Double, positive: Double, negative: Double) {
        let first = PrometheusQuantile.histogramQuantile(
            q,
            upperBoundsSeconds: [0.1, 0.2, 1, .infinity],
            cumulativeCounts: [5, 7, 11, 12]
        )
        let second = PrometheusQuantile.histogramQuantile(
            q,
            upperBoundsSeconds: [-0.2, -0.1, 0.3, .infinity],
            cumulativeCounts: [1, 2, 2, 3]
        )
        #expect(abs(first - positive) < 1e-12)
        #expect(abs(second - negative) < 1e-12)
    }

    @Test("+Inf may be implied by one more count")
    func impliedInfinity() {
        let value = PrometheusQuantile.histogramQuantile(
            0.5,
            upperBoundsSeconds: [0.1, 0.2, 1, 2],
            cumulativeCounts: [5, 15, 25, 35, 40]
        )
        #expect(abs(value - 0.6) < 1e-12)
    }

    @Test("counts that fall are lifted to the running maximum")
    func monotonic() {
        let value = PrometheusQuantile.histogramQuantile(
            0.5,
            upperBoundsSeconds: [1, 2, 3, .infinity],
            cumulativeCounts: [10, 8, 20, 20]
        )
        #expect(value == 1)
    }

    @Test("shares outside 0 … 1 give infinities, and what cannot be answered NaN")
    func edges() {
        func quantile(_ q: Double, _ bounds: [Double], _ counts: [Double]) -> Double {
            PrometheusQuantile.histogramQuantile(
                q,
                upperBoundsSeconds: bounds,
                cumulativeCounts: counts
            )
        }
        #expect(quantile(-0.1, Self.bounds, [5, 15, 25, 35, 40]) == -.infinity)
        #expect(quantile(1.1, Self.bounds, [5, 15, 25, 35, 40]) == .infinity)
        #expect(quantile(.nan, Self.bounds, [5, 15, 25, 35, 40]).isNaN)
        #expect(quantile(0.5, Self.bounds, [0, 0, 0, 0, 0]).isNaN)
        #expect(quantile(0.5, [1, 2], [1, 2]).isNaN)
        #expect(quantile(0.5, [.infinity], [2]).isNaN)
        #expect(quantile(0.5, [], []).isNaN)
        #expect(quantile(0.5, [2, 1, .infinity], [1, 2, 3]).isNaN)
        #expect(quantile(0.5, [1, .infinity], [1, 2, 3, 4]).isNaN)
    }
}
