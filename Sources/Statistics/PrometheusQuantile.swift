/// What a Prometheus dashboard would show for a histogram.
package enum PrometheusQuantile {
    /// The quantile as PromQL's `histogram_quantile` computes it.
    ///
    /// Linear inside the bucket; the first bucket starts at 0; a quantile in the +Inf bucket is the
    /// last finite bound; counts that decrease are lifted to the running maximum.
    /// - Parameters:
    ///   - q: 0 ... 1; below 0 gives -infinity, above 1 +infinity, NaN gives NaN.
    ///   - upperBoundsSeconds: ascending; a last bound of +infinity may be left out if its count is given.
    ///   - cumulativeCounts: one per bound, and one more where +infinity was left out.
    /// - Returns: Seconds; NaN when empty, without a +Inf bucket, without a finite one, or when the
    ///   arrays do not match.
    /// - Source: prometheus/prometheus, promql/quantile.go, `BucketQuantile`.
    package static func histogramQuantile(
        _ q: Double,
        upperBoundsSeconds: [Double],
        cumulativeCounts: [Double]
    ) -> Double {
        if q.isNaN { return .nan }
        if q < 0 { return -.infinity }
        if q > 1 { return .infinity }
        var bounds = upperBoundsSeconds
        if cumulativeCounts.count == bounds.count + 1 { bounds.append(.infinity) }
        guard bounds.count >= 2, bounds.count == cumulativeCounts.count, bounds.last == .infinity,
            zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 })
        else { return .nan }
        var counts = cumulativeCounts
        for index in 1..<counts.count { counts[index] = max(counts[index], counts[index - 1]) }
        let last = counts.count - 1
        guard counts[last] > 0 else { return .nan }

        var rank = q * counts[last]
        let bucket = counts[..<last].firstIndex { $0 >= rank } ?? last
        if bucket == last { return bounds[last - 1] }
        if bucket == 0, bounds[0] <= 0 { return bounds[0] }
        var start = 0.0
        var inside = counts[bucket]
        if bucket > 0 {
            start = bounds[bucket - 1]
            inside -= counts[bucket - 1]
            rank -= counts[bucket - 1]
        }
        return start + (bounds[bucket] - start) * (rank / inside)
    }
}
