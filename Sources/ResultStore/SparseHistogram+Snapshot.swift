package import Statistics

// Between the record's histograms and the ones that Statistics computes with.
extension SparseHistogram {
    /// The non-empty buckets of `snapshot`.
    package init(_ snapshot: HistogramSnapshot) {
        var buckets: [UInt64] = []
        buckets.reserveCapacity(snapshot.counts.count * 2)
        for (index, count) in zip(snapshot.indices, snapshot.counts) where count > 0 && index >= 0 {
            buckets.append(UInt64(index))
            buckets.append(count)
        }
        self.init(
            buckets: buckets,
            minNs: snapshot.minimum,
            maxNs: snapshot.maximum,
            sumNs: snapshot.sum
        )
    }

    /// The same histogram to compute with; nil when it contradicts itself.
    ///
    /// `RecordCoding.decode` refuses records with such histograms.
    package var snapshot: HistogramSnapshot? {
        guard buckets.count.isMultiple(of: 2) else { return nil }
        var indices: [Int32] = []
        var counts: [UInt64] = []
        for position in stride(from: 0, to: buckets.count, by: 2) {
            guard let index = Int32(exactly: buckets[position]) else { return nil }
            indices.append(index)
            counts.append(buckets[position + 1])
        }
        return HistogramSnapshot(
            indices: indices,
            counts: counts,
            minimum: minNs,
            maximum: maxNs,
            sum: sumNs
        )
    }

    /// The number of samples; nil when the histogram contradicts itself or a sum is beyond 2^53.
    var checkedCount: UInt64? {
        guard let snapshot, snapshot.count <= RecordLayout.largestExactInteger,
            snapshot.sum <= RecordLayout.largestExactInteger
        else { return nil }
        return snapshot.count
    }
}
