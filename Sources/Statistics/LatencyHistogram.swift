/// Counts latencies where they happen: one owner, fixed memory, nothing allocated while recording.
///
/// Owned by the thread that does the I/O; `snapshot()` hands out a value that may go anywhere.
/// See `HistogramLayout` for the buckets: a value of 2^36 ns or more lands in the last one, but the
/// maximum stays exact.
@usableFromInline
package struct LatencyHistogram: ~Copyable {
    @usableFromInline
    let counts: UnsafeMutablePointer<UInt64>
    @usableFromInline
    var smallest: UInt64 = .max
    @usableFromInline
    var largest: UInt64 = 0
    @usableFromInline
    var total: UInt64 = 0

    /// An empty histogram; all its memory is allocated and touched here.
    package init() {
        counts = .allocate(capacity: HistogramLayout.bucketCount)
        counts.initialize(repeating: 0, count: HistogramLayout.bucketCount)
    }

    deinit {
        counts.deallocate()
    }

    /// Counts one latency.
    ///
    /// No allocation, no lock, no call: inlined into other modules, which takes `@usableFromInline` on the
    /// type too; without it `@inlinable package` is silently ignored (Swift 6.3). Any value is accepted; the sum saturates at `UInt64.max`.
    @inlinable
    @inline(__always)
    package mutating func record(_ nanoseconds: UInt64) {
        // A counter cannot wrap: 2^64 operations take centuries.
        counts[HistogramLayout.index(of: nanoseconds)] &+= 1
        if nanoseconds < smallest { smallest = nanoseconds }
        if nanoseconds > largest { largest = nanoseconds }
        let (sum, overflow) = total.addingReportingOverflow(nanoseconds)
        total = overflow ? .max : sum
    }

    /// Forgets everything recorded; keeps the memory.
    package mutating func reset() {
        counts.update(repeating: 0, count: HistogramLayout.bucketCount)
        smallest = .max
        largest = 0
        total = 0
    }

    /// What has been recorded so far, as a value.
    ///
    /// Allocates; call it between rounds, not between I/Os.
    /// - Complexity: O(`HistogramLayout.bucketCount`), some microseconds.
    package func snapshot() -> HistogramSnapshot {
        HistogramSnapshot(
            dense: UnsafeBufferPointer(start: counts, count: HistogramLayout.bucketCount),
            minimum: smallest,
            maximum: largest,
            sum: total
        )
    }

    /// What has been recorded so far; the histogram is empty afterwards.
    package mutating func takeSnapshot() -> HistogramSnapshot {
        let snapshot = snapshot()
        reset()
        return snapshot
    }
}

// One owner at a time is what `~Copyable` guarantees, and the memory has no other alias.
extension LatencyHistogram: @unchecked Sendable {}
