/// Where a latency falls in a histogram: log-linear buckets, 128 to the octave.
///
/// Values below 256 ns have a bucket each; above that a bucket is at most 1/128 (0.8 %) of its lower
/// bound wide. Values of 2^36 ns (68.7 s) and more share the last bucket.
/// - Source: HdrHistogram with two significant digits, lowest discernible value 1
///   (AbstractHistogram.java, `countsArrayIndex`).
@usableFromInline
package enum HistogramLayout {
    /// An octave has 2^7 buckets.
    package static let subBucketBits = 7
    /// The smallest value that no longer has a bucket of its own: 2^36 ns.
    package static let overflowThresholdNanoseconds: UInt64 = 1 << 36
    /// The bucket of every value of `overflowThresholdNanoseconds` and more.
    ///
    /// A value of 2^36 needs a shift of 29 octaves: 29 * 128 + 128.
    package static let overflowIndex = 3840
    /// All buckets, the one for overflow included; 30 KiB of 64-bit counters, which an L1 cache holds.
    package static let bucketCount = 3841

    /// The bucket that holds a value, from 0 to `overflowIndex`.
    @inlinable
    @inline(__always)
    package static func index(of nanoseconds: UInt64) -> Int {
        // The `| 255` makes the shift 0 for everything below 256, without a branch.
        let shift = 56 &- (nanoseconds | 255).leadingZeroBitCount
        let index = (shift &<< 7) &+ Int(truncatingIfNeeded: nanoseconds &>> UInt64(shift))
        return index < 3840 ? index : 3840
    }

    /// The smallest value in a bucket.
    ///
    /// An index outside 0 ... `overflowIndex` is clamped.
    package static func lowerBound(ofBucket index: Int) -> UInt64 {
        let index = min(max(index, 0), overflowIndex)
        guard index >= 256 else { return UInt64(index) }
        let shift = (index >> subBucketBits) - 1
        return UInt64((index & 127) + 128) << UInt64(shift)
    }

    /// The smallest value beyond a bucket, so the lower bound of the next; `UInt64.max` for the last one.
    package static func upperBound(ofBucket index: Int) -> UInt64 {
        index >= overflowIndex ? .max : lowerBound(ofBucket: max(index, 0) + 1)
    }

    /// The width, in nanoseconds, of the bucket that holds a value.
    ///
    /// The values of the overflow bucket are taken to be as uncertain as those just below it (0.8 %).
    package static func bucketWidth(at nanoseconds: Double) -> Double {
        guard nanoseconds >= 256 else { return 1 }
        guard nanoseconds < Double(overflowThresholdNanoseconds) else { return nanoseconds / 128 }
        let index = index(of: UInt64(nanoseconds))
        return Double(upperBound(ofBucket: index) - lowerBound(ofBucket: index))
    }
}
