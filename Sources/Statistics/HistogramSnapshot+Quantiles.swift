extension HistogramSnapshot {
    /// The latency that a share `q` of all values does not exceed.
    ///
    /// Interpolated inside its bucket, exact below 256 ns (the ⌈qN⌉-th smallest value), never below
    /// the exact minimum or above the exact maximum. How many samples stand behind it is not this
    /// function's business: see `QuantileEstimate.printability`.
    /// - Parameter q: 0 ... 1; anything else, NaN too, is clamped (NaN to 0).
    /// - Returns: Nanoseconds; 0 when empty.
    /// - Complexity: O(occupied buckets).
    package func quantile(_ q: Double) -> Double {
        guard count > 0, q > 0 else { return Double(minimum) }
        guard q < 1 else { return Double(maximum) }
        // 0.035 * 200 is 7.000000000000001 in binary; it must not ask for the 8th value.
        let target = q * Double(count) * (1 - 1e-12)
        var below = 0.0
        for position in indices.indices {
            let inside = Double(counts[position])
            if below + inside >= target {
                let (low, high) = edges(at: position)
                return low + (high - low) * ((target - below) / inside)
            }
            below += inside
        }
        return Double(maximum)
    }

    /// How many values were larger than `nanoseconds`, interpolated inside the bucket it falls in.
    package func countAbove(_ nanoseconds: UInt64) -> Double {
        var above = 0.0
        let limit = Double(nanoseconds)
        for position in indices.indices.reversed() {
            let (low, high) = edges(at: position)
            if limit >= high { break }
            let inside = Double(counts[position])
            // A bucket holds whole nanoseconds low ... high; those above the limit are high - limit.
            above += limit < low ? inside : inside * (high - limit) / (high - low + 1)
        }
        return above
    }

    /// The share of values that took at most `nanoseconds`, as a Prometheus bucket `le` counts them.
    ///
    /// - Returns: 0 ... 1; 0 when empty.
    package func cumulativeFraction(atOrBelow nanoseconds: UInt64) -> Double {
        guard count > 0 else { return 0 }
        return 1 - countAbove(nanoseconds) / Double(count)
    }

    /// The smallest and largest value a bucket can hold, given the exact minimum and maximum.
    ///
    /// - Parameter position: an index into `indices`.
    /// - Returns: Both ends, included.
    func edges(at position: Int) -> (low: Double, high: Double) {
        let bucket = Int(indices[position])
        let low = max(HistogramLayout.lowerBound(ofBucket: bucket), minimum)
        let high = min(HistogramLayout.upperBound(ofBucket: bucket) - 1, maximum)
        return (Double(low), Double(max(low, high)))
    }
}
