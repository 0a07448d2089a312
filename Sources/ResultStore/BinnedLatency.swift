/// A hypervisor's histogram: counts between boundaries that somebody chose.
///
/// - Source: QEMU, qapi/block-core.json, BlockLatencyHistogramInfo.
package struct BinnedLatency: Codable, Sendable, Equatable {
    /// Nanoseconds, ascending; bin n ends before boundary n, the last bin has no end.
    package var boundaries: [UInt64]
    /// One more than there are boundaries.
    package var bins: [UInt64]

    package init(boundaries: [UInt64], bins: [UInt64]) {
        self.boundaries = boundaries
        self.bins = bins
    }

    /// Whether it can be read at all; what comes over a socket may be anything.
    package var isWhole: Bool {
        bins.count == boundaries.count + 1 && zip(boundaries, boundaries.dropFirst()).allSatisfy(<)
    }

    /// What was added since an earlier look; nil where the bins are others, or were counted anew.
    package func since(_ earlier: BinnedLatency) -> BinnedLatency? {
        guard isWhole, earlier.boundaries == boundaries, earlier.bins.count == bins.count,
            zip(bins, earlier.bins).allSatisfy({ $0 >= $1 })
        else { return nil }
        return BinnedLatency(
            boundaries: boundaries,
            bins: zip(bins, earlier.bins).map { $0 - $1 }
        )
    }

    /// The boundary that this share of the requests stayed below; nil for none, and where it lies beyond the last.
    package func bound(quantile: Double) -> UInt64? {
        guard isWhole else { return nil }
        let total = bins.reduce(0.0) { $0 + Double($1) }
        guard total > 0 else { return nil }
        var below = 0.0
        for (bin, boundary) in zip(bins, boundaries) {
            below += Double(bin)
            if below >= quantile * total { return boundary }
        }
        return nil
    }
}
