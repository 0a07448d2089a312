import ResultStore
import Statistics

/// Made-up latencies with the shapes that disks have; integers only, so the same on every platform.
struct SampleHistogram: ~Copyable {
    private var histogram = LatencyHistogram()
    private var random: SplitMix64

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    /// Records `count` latencies in a hump of `spread` above `base`; one in `every` is slower.
    mutating func add(
        _ count: Int,
        base: UInt64,
        spread: UInt64,
        every: UInt64 = 90,
        factor: UInt64 = 3
    ) {
        for _ in 0..<count {
            // Four dice make a hump.
            var sum: UInt64 = 0
            for _ in 0..<4 { sum += random.next() % (spread / 4 + 1) }
            let value = base + sum
            histogram.record(random.next() % every == 0 ? value * factor : value)
        }
    }

    mutating func add(one value: UInt64) { histogram.record(value) }

    mutating func takeSparse() -> SparseHistogram { SparseHistogram(histogram.takeSnapshot()) }
}
