import Statistics

/// Which rounds of several phases belong together.
///
/// Rounds of one run were interleaved, so round 7 of each phase saw the same machine: they stay together. Rounds of different runs
/// are paired by chance, seeded. Neighbours are merged into at most `maximumBlocks` blocks, which also keeps bursts together.
struct BlockPlan {
    /// More blocks make no better interval, only a longer wait.
    static let maximumBlocks = 40

    /// Blocks of every series.
    let count: Int
    private let firstRun: String?
    private let lengths: [String: Int]

    init(_ series: [MeasuredSeries]) {
        firstRun = series.first?.run
        var lengths: [String: Int] = [:]
        for one in series { lengths[one.run] = min(lengths[one.run] ?? .max, one.rounds.count) }
        self.lengths = lengths
        count = max(1, min(Self.maximumBlocks, lengths.values.min() ?? 1))
    }

    /// One merged histogram per block; one that would be empty is that of all rounds.
    func snapshots(of series: MeasuredSeries) -> [HistogramSnapshot] {
        let pooled = series.pooled
        return ranges(of: series).map { range in
            let merged = HistogramSnapshot.merged(Array(series.rounds[range]))
            return merged.count > 0 ? merged : pooled
        }
    }

    /// The blocks of a series by themselves, laid out for resampling.
    func pool(of series: MeasuredSeries) -> BlockPool {
        let snapshots = snapshots(of: series)
        return BlockPool(
            snapshots.compactMap(LatencyDistribution.init),
            weights: snapshots.map { Double($0.count) }
        )
    }

    /// The measured time of each block, in nanoseconds.
    func durations(of series: MeasuredSeries) -> [Double] {
        ranges(of: series).map { series.durations[$0].reduce(0, +) }
    }

    private func ranges(of series: MeasuredSeries) -> [Range<Int>] {
        let length = min(lengths[series.run] ?? series.rounds.count, series.rounds.count)
        var order = Array(0..<count)
        if series.run != firstRun {
            var random = SplitMix64(seed: Seed.of(series.run))
            for last in stride(from: count - 1, to: 0, by: -1) {
                order.swapAt(last, random.index(below: last + 1))
            }
        }
        return order.map { block in
            (block * length / count)..<max((block + 1) * length / count, block * length / count)
        }
    }
}

/// Seeds from names, so that the same files give the same intervals.
enum Seed {
    /// FNV-1a, 64 bits.
    static func of(_ text: String) -> UInt64 {
        // Wraps by definition of the hash.
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
