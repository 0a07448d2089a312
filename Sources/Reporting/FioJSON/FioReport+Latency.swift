import Statistics
import Units

extension FioReport {
    /// fio's default list.
    private static let percentiles = [
        1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 99.5, 99.9, 99.95, 99.99,
    ]

    /// "slat_ns" and its like, in nanoseconds; without percentiles when empty, as in fio.
    ///
    /// fio's readers expect all its percentiles, so those with few samples behind them are here too.
    static func latency(
        _ histogram: HistogramSnapshot,
        withPercentiles: Bool = true,
        withBins: Bool
    ) -> OrderedJSON {
        let deviation =
            histogram.count > 1
            ? (histogram.squaredDeviations / Double(histogram.count - 1)).squareRoot() : 0
        var members: [(key: String, value: OrderedJSON)] = [
            ("min", .integer(histogram.minimum)),
            ("max", .integer(histogram.maximum)),
            ("mean", .number(histogram.mean)),
            ("stddev", .number(deviation)),
            ("N", .integer(histogram.count)),
        ]
        guard withPercentiles, histogram.count > 0 else { return .object(members) }
        let values: [(key: String, value: OrderedJSON)] = percentiles.map { percent in
            let value = histogram.quantile(percent / 100).rounded()
            return (
                QuantityText.fixed(percent, decimals: 6),
                .integer(value < 0x1p64 ? UInt64(value) : .max)
            )
        }
        members.append(("percentile", .object(values)))
        if withBins { members.append(("bins", bins(histogram))) }
        return .object(members)
    }

    /// The middle of each bucket and its count.
    private static func bins(_ histogram: HistogramSnapshot) -> OrderedJSON {
        .object(
            histogram.buckets.map { index, count in
                let low = max(HistogramLayout.lowerBound(ofBucket: index), histogram.minimum)
                let high = min(
                    HistogramLayout.upperBound(ofBucket: index) - 1,
                    histogram.maximum
                )
                return (String(low + (max(low, high) - low) / 2), .integer(count))
            }
        )
    }

    /// "latency_ns", "latency_us" and "latency_ms": the percentage of I/Os below each key and not below the last.
    ///
    /// Interpolated where a limit falls inside one of our buckets.
    static func latencyShares(
        _ histogram: HistogramSnapshot
    ) -> [(key: String, value: OrderedJSON)] {
        let limits: [UInt64] = [2, 4, 10, 20, 50, 100, 250, 500, 750, 1000]
        let units: [(String, UInt64, [UInt64])] = [
            ("latency_ns", 1, limits), ("latency_us", 1000, limits),
            ("latency_ms", 1_000_000, limits + [2000]),
        ]
        var left = Double(histogram.count)
        let percent = histogram.count > 0 ? 100 / Double(histogram.count) : 0
        return units.map { name, unit, limits in
            var members: [(key: String, value: OrderedJSON)] = limits.map { limit in
                let above = min(left, histogram.countAbove(limit * unit - 1))
                defer { left = above }
                return (String(limit), .number((left - above) * percent))
            }
            if name == "latency_ms" { members.append((">=2000", .number(left * percent))) }
            return (name, .object(members))
        }
    }
}
