import Statistics

/// A histogram in the counters of an HdrHistogram with two significant digits.
///
/// Below 2^36 ns both layouts have the same buckets with the same index, so every count keeps its
/// bucket. HdrHistogram goes on where ours has one bucket for all: there the maximum keeps a bucket of
/// its own and so does a minimum; the others, of which only that is known, count as 2^36 ns.
/// - Source: HdrHistogram AbstractHistogram.java, `countsArrayIndex`, `valueFromIndex`.
struct HdrLayout {
    static let lowestDiscernible: UInt64 = 1
    static let significantDigits = 2
    static let subBucketCount = 256
    /// HdrHistogram's values are signed.
    static let largestValue = UInt64(Int64.max)
    /// One hour: what a log can hold of common latencies; readers allocate counters for it.
    static let commonHighest: UInt64 = 3_600_000_000_000

    /// The non-zero counters, ascending by index.
    let counters: [(index: Int, count: UInt64)]
    /// The largest value that a reader makes room for.
    let highest: UInt64

    /// - Parameters:
    ///   - histogram: anything; a maximum beyond 2^63 - 1 counts as that.
    ///   - highest: at least this much room, so that the histograms of a log can be added up.
    init(_ histogram: HistogramSnapshot, highest: UInt64 = commonHighest) {
        self.highest = Self.highest(for: histogram.maximum, atLeast: highest)
        var counters: [(index: Int, count: UInt64)] = []
        for (index, count) in histogram.buckets {
            if index < HistogramLayout.overflowIndex {
                counters.append((index, count))
            } else {
                counters += Self.overflow(histogram, count)
            }
        }
        self.counters = counters
    }

    /// Room for `maximum`, in two steps only, because equal rooms can be added up.
    static func highest(for maximum: UInt64, atLeast highest: UInt64 = commonHighest) -> UInt64 {
        maximum <= highest ? min(highest, largestValue) : largestValue
    }

    /// The powers of two that readers of this layout count as buckets.
    var bucketCount: Int {
        let bits = UInt64.bitWidth - highest.leadingZeroBitCount
        return max(1, bits - 7)
    }

    /// The counter of a value; values beyond 2^63 - 1 share its counter.
    static func index(of value: UInt64) -> Int {
        let value = min(value, largestValue)
        let shift = 56 - (value | 255).leadingZeroBitCount
        return (shift << 7) + Int(value >> UInt64(shift))
    }

    private static func overflow(
        _ histogram: HistogramSnapshot,
        _ count: UInt64
    ) -> [(index: Int, count: UInt64)] {
        let least = max(histogram.minimum, HistogramLayout.overflowThresholdNanoseconds)
        let low = index(of: least)
        let high = index(of: histogram.maximum)
        // The minimum is one of those that overflow only if nothing is below.
        guard count > 1, low < high else { return [(high, count)] }
        return [(low, count - 1), (high, 1)]
    }
}
