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
        guard let count = checkedCount else { return nil }
        guard count > 0 else { return .empty }
        var indices: [Int32] = []
        var counts: [UInt64] = []
        for position in stride(from: 0, to: buckets.count, by: 2) {
            indices.append(Int32(truncatingIfNeeded: buckets[position]))
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

    /// The number of samples; nil when the histogram contradicts itself.
    ///
    /// Sound means: pairs with ascending indices inside the layout, counts of at least 1, all
    /// sums below 2^53, and a minimum, maximum and sum that these samples can have.
    var checkedCount: UInt64? {
        let limit = RecordLayout.largestExactInteger
        guard buckets.count.isMultiple(of: 2), sumNs <= limit, maxNs <= limit, minNs <= maxNs else {
            return nil
        }
        var total: UInt64 = 0
        var nextIndex: UInt64 = 0
        for position in stride(from: 0, to: buckets.count, by: 2) {
            let (index, count) = (buckets[position], buckets[position + 1])
            guard index >= nextIndex, index < UInt64(HistogramLayout.bucketCount),
                count > 0, count <= limit
            else { return nil }
            total += count
            guard total <= limit else { return nil }
            nextIndex = index + 1
        }
        if total == 0 { return maxNs == 0 && sumNs == 0 ? 0 : nil }
        // In floating point, which cannot wrap; the slack covers its rounding.
        let samples = Double(total)
        let sum = Double(sumNs)
        guard sumNs >= maxNs, sum <= Double(maxNs) * samples * (1 + 1e-9),
            sum >= Double(minNs) * samples * (1 - 1e-9)
        else { return nil }
        return total
    }
}
