import Statistics
import Testing

@Suite("LatencyHistogram and its snapshot")
struct LatencyHistogramTests {
    @Test("count, minimum, maximum and sum are exact")
    func exactFigures() {
        let values: [UInt64] = [1_234_567, 3, 999_999_999, 3, 70_000_000_001]
        let snapshot = histogram(values)
        #expect(snapshot.count == 5)
        #expect(snapshot.minimum == 3)
        #expect(snapshot.maximum == 70_000_000_001)
        #expect(snapshot.sum == values.reduce(0, +))
        #expect(snapshot.mean == Double(values.reduce(0, +)) / 5)
        #expect(snapshot.overflowCount == 1)
        #expect(snapshot.buckets.map(\.count) == [2, 1, 1, 1])
        #expect(snapshot.indices == snapshot.indices.sorted())
    }

    @Test("nothing recorded gives the empty snapshot, and no figure is invented")
    func empty() {
        let snapshot = LatencyHistogram().snapshot()
        #expect(snapshot == .empty)
        #expect(snapshot.quantile(0.99) == 0)
        #expect(snapshot.mean == 0)
        #expect(snapshot.countAbove(0) == 0)
        #expect(snapshot.cumulativeFraction(atOrBelow: 10) == 0)
        #expect(HistogramSnapshot.merged([]) == .empty)
        #expect(HistogramSnapshot.merged([.empty, .empty]) == .empty)
    }

    @Test("taking a snapshot empties the histogram, looking at one does not")
    func takeSnapshot() {
        var recorder = LatencyHistogram()
        recorder.record(100)
        let seen = recorder.snapshot()
        let taken = recorder.takeSnapshot()
        #expect(seen == taken)
        #expect(taken.count == 1)
        let afterwards = recorder.snapshot()
        #expect(afterwards == .empty)
        recorder.record(7)
        recorder.reset()
        recorder.record(9)
        let last = recorder.snapshot()
        #expect(last == histogram([9]))
    }

    @Test("the largest values saturate the sum instead of wrapping it")
    func saturation() {
        let snapshot = histogram([.max, .max, 5])
        #expect(snapshot.sum == .max)
        #expect(snapshot.maximum == .max)
        #expect(snapshot.quantile(1) == Double(UInt64.max))
        #expect(snapshot.countAbove(.max) == 0)
        let merged = HistogramSnapshot.merged([snapshot, snapshot])
        #expect(merged.sum == .max)
        #expect(merged.count == 6)
    }

    @Test("merging histograms is the same as recording everything into one")
    func merge() {
        var random = SplitMix64(seed: 7)
        let parts = (0..<5).map { _ in exponential(mean: 250_000, count: 400, random: &random) }
        let merged = HistogramSnapshot.merged(parts.map { histogram($0) } + [.empty])
        #expect(merged == histogram(parts.joined()))
    }

    @Test("a snapshot survives being taken apart and put together again")
    func roundTrip() {
        let original = exponentialRounds(1, of: 1000, mean: 1e6, seed: 3)[0]
        let copy = HistogramSnapshot(
            indices: original.indices,
            counts: original.counts,
            minimum: original.minimum,
            maximum: original.maximum,
            sum: original.sum
        )
        #expect(copy == original)
        let empty = HistogramSnapshot(indices: [], counts: [], minimum: 0, maximum: 0, sum: 0)
        #expect(empty == .empty)
    }

    @Test(
        "parts that contradict each other are refused",
        arguments: [
            Parts("lengths differ", [5], [], 5, 5, 5),
            Parts("out of order", [9, 5], [1, 1], 5, 9, 14),
            Parts("twice", [5, 5], [1, 1], 5, 5, 10), Parts("negative", [-1], [1], 0, 0, 0),
            Parts("no such bucket", [3841], [1], .max, .max, .max),
            Parts("an empty bucket", [5, 6], [1, 0], 5, 6, 5),
            Parts("minimum elsewhere", [5], [1], 4, 5, 5),
            Parts("maximum elsewhere", [5], [1], 5, 6, 5),
            Parts("minimum above maximum", [256], [2], 257, 256, 513),
            Parts("sum too small", [5], [2], 5, 5, 9), Parts("sum too large", [5], [2], 5, 5, 11),
            Parts("empty with a sum", [], [], 0, 0, 1),
            Parts("more than fits", [5, 6], [.max, 1], 5, 6, .max),
        ]
    )
    func refused(parts: Parts) {
        let snapshot = HistogramSnapshot(
            indices: parts.indices,
            counts: parts.counts,
            minimum: parts.minimum,
            maximum: parts.maximum,
            sum: parts.sum
        )
        #expect(snapshot == nil)
    }
}

/// The parts of a snapshot as a damaged file might have them.
struct Parts: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let indices: [Int32]
    let counts: [UInt64]
    let minimum: UInt64
    let maximum: UInt64
    let sum: UInt64

    init(
        _ name: String,
        _ indices: [Int32],
        _ counts: [UInt64],
        _ minimum: UInt64,
        _ maximum: UInt64,
        _ sum: UInt64
    ) {
        testDescription = name
        self.indices = indices
        self.counts = counts
        self.minimum = minimum
        self.maximum = maximum
        self.sum = sum
    }
}
