import Statistics

/// The cells that distributions are kept in: the buckets of `HistogramLayout`, so that a histogram fits without a loss.
enum LatencyGrid {
    static let cellCount = HistogramLayout.bucketCount
    /// The edges, one more than cells; the cell of 2^36 ns (68.7 s) and more is taken to end at twice that.
    static let edges: [Double] =
        (0..<cellCount).map { Double(HistogramLayout.lowerBound(ofBucket: $0)) }
        + [Double(HistogramLayout.overflowThresholdNanoseconds) * 2]
    static let middles: [Double] = zip(edges, edges.dropFirst()).map { ($0 + $1) / 2 }

    /// The cell that holds a value; one below 0 or not a number is in the first.
    static func cell(of nanoseconds: Double) -> Int {
        guard nanoseconds >= 1 else { return 0 }
        guard nanoseconds < edges[cellCount - 1] else { return cellCount - 1 }
        return HistogramLayout.index(of: UInt64(nanoseconds))
    }
}
