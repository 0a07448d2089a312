/// A histogram at rest: the non-empty buckets, and the exact minimum, maximum and sum.
package struct HistogramSnapshot: Sendable, Equatable {
    /// The non-empty buckets of `HistogramLayout`, ascending.
    package let indices: [Int32]
    /// The count of each bucket in `indices`, never 0.
    package let counts: [UInt64]
    /// How many values were recorded.
    package let count: UInt64
    /// The exact smallest value in nanoseconds, 0 when empty.
    package let minimum: UInt64
    /// The exact largest value in nanoseconds, 0 when empty.
    package let maximum: UInt64
    /// The exact sum in nanoseconds, saturated at `UInt64.max`.
    package let sum: UInt64

    /// A histogram of nothing.
    package static let empty = HistogramSnapshot(
        uncheckedIndices: [],
        counts: [],
        minimum: 0,
        maximum: 0,
        sum: 0
    )

    /// A histogram read back from a file.
    ///
    /// - Returns: Nil where the parts contradict each other: arrays of different length, buckets out of
    ///   order or range, an empty bucket, a minimum or maximum outside its bucket, a sum outside
    ///   count × minimum ... count × maximum, or more values than a 64-bit counter holds.
    package init?(
        indices: [Int32],
        counts: [UInt64],
        minimum: UInt64,
        maximum: UInt64,
        sum: UInt64
    ) {
        guard indices.count == counts.count else { return nil }
        guard let first = indices.first, let last = indices.last else {
            guard minimum == 0, maximum == 0, sum == 0 else { return nil }
            self = .empty
            return
        }
        guard zip(indices, indices.dropFirst()).allSatisfy({ $0 < $1 }), first >= 0,
            last < HistogramLayout.bucketCount, !counts.contains(0),
            HistogramLayout.index(of: minimum) == Int(first),
            HistogramLayout.index(of: maximum) == Int(last), minimum <= maximum
        else { return nil }
        var count: UInt64 = 0
        for part in counts {
            let (next, overflow) = count.addingReportingOverflow(part)
            if overflow { return nil }
            count = next
        }
        guard saturatingProduct(count, minimum) <= sum, sum <= saturatingProduct(count, maximum)
        else { return nil }
        self.init(
            uncheckedIndices: indices,
            counts: counts,
            minimum: minimum,
            maximum: maximum,
            sum: sum
        )
    }

    /// The non-empty buckets of a dense array of `HistogramLayout.bucketCount` counters.
    init(
        dense: UnsafeBufferPointer<UInt64>,
        minimum: UInt64,
        maximum: UInt64,
        sum: UInt64
    ) {
        var indices: [Int32] = []
        var counts: [UInt64] = []
        // By hand: nearly all of some 4000 counters are 0, and without optimisation an iterator costs 300 ns each.
        var index = 0
        while index < dense.count {
            let count = dense[index]
            if count > 0 {
                indices.append(Int32(index))
                counts.append(count)
            }
            index += 1
        }
        self.init(
            uncheckedIndices: indices,
            counts: counts,
            minimum: indices.isEmpty ? 0 : minimum,
            maximum: maximum,
            sum: sum
        )
    }

    private init(
        uncheckedIndices indices: [Int32],
        counts: [UInt64],
        minimum: UInt64,
        maximum: UInt64,
        sum: UInt64
    ) {
        self.indices = indices
        self.counts = counts
        // By index: where nothing is optimised, an array's iterator allocates for each element.
        var count: UInt64 = 0
        for index in 0..<counts.count { count = saturatingSum(count, counts[index]) }
        self.count = count
        self.minimum = minimum
        self.maximum = maximum
        self.sum = sum
    }

    /// The mean in nanoseconds, from the exact sum; 0 when empty.
    package var mean: Double {
        count == 0 ? 0 : Double(sum) / Double(count)
    }

    /// How many values were beyond the last bucket of their own (2^36 ns, 68.7 s).
    package var overflowCount: UInt64 {
        indices.last == Int32(HistogramLayout.overflowIndex) ? counts.last ?? 0 : 0
    }

    /// The non-empty buckets as pairs, ascending.
    package var buckets: [(index: Int, count: UInt64)] {
        zip(indices, counts).map { (Int($0), $1) }
    }

    /// One histogram of everything in `parts`, as exact as they are.
    ///
    /// Counts and sum saturate at `UInt64.max`.
    package static func merged(_ parts: [HistogramSnapshot]) -> HistogramSnapshot {
        var dense = [UInt64](repeating: 0, count: HistogramLayout.bucketCount)
        var minimum = UInt64.max
        var maximum: UInt64 = 0
        var sum: UInt64 = 0
        for part in parts where part.count > 0 {
            for (index, count) in zip(part.indices, part.counts) {
                dense[Int(index)] = saturatingSum(dense[Int(index)], count)
            }
            minimum = min(minimum, part.minimum)
            maximum = max(maximum, part.maximum)
            sum = saturatingSum(sum, part.sum)
        }
        return dense.withUnsafeBufferPointer {
            HistogramSnapshot(dense: $0, minimum: minimum, maximum: maximum, sum: sum)
        }
    }
}

private func saturatingSum(_ one: UInt64, _ other: UInt64) -> UInt64 {
    let (sum, overflow) = one.addingReportingOverflow(other)
    return overflow ? .max : sum
}

private func saturatingProduct(_ one: UInt64, _ other: UInt64) -> UInt64 {
    let (product, overflow) = one.multipliedReportingOverflow(by: other)
    return overflow ? .max : product
}
