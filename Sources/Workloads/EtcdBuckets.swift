package import Statistics

/// Latencies in the buckets of etcd's own metrics, as a dashboard or an alert on a cluster sees them.
package enum EtcdBuckets {
    /// Upper bounds in nanoseconds, without +Inf: 1 ms, and twice as much each time up to 8.192 s.
    ///
    /// - Source: etcd server/storage/wal/metrics.go and server/storage/backend/metrics.go.
    package static let upperNanoseconds: [UInt64] = (0...13).map { 1_000_000 << $0 }

    /// The p99 that `histogram_quantile` computes from these buckets.
    ///
    /// It is interpolated: when all operations of 17 to 24 ms lie in the bucket from 16 to 32 ms, it says 31.8 ms.
    /// - Returns: nanoseconds, at most 8.192 s; nil without samples.
    package static func p99Nanoseconds(_ latencies: HistogramSnapshot) -> Double? {
        guard latencies.count > 0 else { return nil }
        let count = Double(latencies.count)
        let seconds = PrometheusQuantile.histogramQuantile(
            0.99,
            upperBoundsSeconds: upperNanoseconds.map { Double($0) / 1e9 } + [.infinity],
            cumulativeCounts: upperNanoseconds.map {
                latencies.cumulativeFraction(atOrBelow: $0) * count
            } + [count]
        )
        return seconds.isFinite ? seconds * 1e9 : nil
    }
}
