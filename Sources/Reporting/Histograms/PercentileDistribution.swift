package import Statistics
import Units

/// The percentiles of a histogram as text (`.hgrm`), for HdrHistogram's plotters.
///
/// Values are in milliseconds with all their nanoseconds.
/// - Source: HdrHistogram AbstractHistogram.java `outputPercentileDistribution`, PercentileIterator.java.
package enum PercentileDistribution {
    /// Steps until the distance to 100 % has halved.
    private static let ticksPerHalfDistance = 5.0

    /// The table with its header and footer.
    ///
    /// A value is the largest of its bucket, but never more than the exact maximum. The mean is exact, the
    /// deviation is taken from the middles of the buckets.
    /// - Parameter histogram: may be empty.
    /// - Returns: lines, each ended by a line feed.
    package static func text(_ histogram: HistogramSnapshot) -> String {
        var text = row("Value", "Percentile", "TotalCount", "1/(1-Percentile)") + "\n"
        for step in steps(histogram) {
            text += row(
                milliseconds(Double(step.value)),
                QuantityText.fixed(step.percent / 100, decimals: 12),
                String(step.total),
                step.percent < 100
                    ? QuantityText.fixed(100 / (100 - step.percent), decimals: 2) : nil
            )
        }
        let layout = HdrLayout(histogram)
        let deviation =
            histogram.count > 0
            ? (histogram.squaredDeviations / Double(histogram.count)).squareRoot() : 0
        text += "#[Mean    = \(padded(milliseconds(histogram.mean), 12)), "
        text += "StdDeviation   = \(padded(milliseconds(deviation), 12))]\n"
        text += "#[Max     = \(padded(milliseconds(Double(histogram.maximum)), 12)), "
        text += "Total count    = \(padded(String(histogram.count), 12))]\n"
        text += "#[Buckets = \(padded(String(layout.bucketCount), 12)), "
        text += "SubBuckets     = \(padded(String(HdrLayout.subBucketCount), 12))]\n"
        return text
    }

    private struct Step {
        var value: UInt64
        /// From 0 to 100.
        var percent: Double
        /// How many values are not larger.
        var total: UInt64
    }

    private static func steps(_ histogram: HistogramSnapshot) -> [Step] {
        guard histogram.count > 0 else { return [] }
        var steps: [Step] = []
        var level = 0.0
        var total: UInt64 = 0
        for (index, count) in histogram.buckets {
            // Wraps only where the counts of a record add up to more than 2^64.
            total &+= count
            let value = min(HistogramLayout.upperBound(ofBucket: index) - 1, histogram.maximum)
            let reached = 100 * Double(total) / Double(histogram.count)
            while reached >= level, level < 100 {
                steps.append(Step(value: value, percent: level, total: total))
                let next = following(level)
                // Beyond 2^53 values a step is smaller than what a Double can tell apart from 100.
                level = next > level ? next : 100
                if total == histogram.count { break }
            }
        }
        steps.append(Step(value: histogram.maximum, percent: 100, total: histogram.count))
        return steps
    }

    /// The next percentage to report: five steps from 0 to 50, five from 50 to 75, and so on.
    private static func following(_ level: Double) -> Double {
        let halvings = Double((100 / (100 - level)).exponent) + 1
        var ticks = ticksPerHalfDistance
        for _ in 0..<Int(halvings) { ticks *= 2 }
        return level + 100 / ticks
    }

    private static func milliseconds(_ nanoseconds: Double) -> String {
        // A Double has its digits up to 9e9 ms, 104 days; beyond, the last ones mean nothing.
        let decimals = nanoseconds < 9e15 ? 6 : 0
        return QuantityText.fixed(nanoseconds / 1e6, decimals: decimals)
    }

    private static func row(
        _ value: String,
        _ percentile: String,
        _ total: String,
        _ inverse: String?
    ) -> String {
        row([value, percentile, total] + (inverse.map { [$0] } ?? []))
    }

    private static func row(_ cells: [String]) -> String {
        zip(cells, [12, 14, 10, 14]).map { padded($0, $1) }.joined(separator: " ") + "\n"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
