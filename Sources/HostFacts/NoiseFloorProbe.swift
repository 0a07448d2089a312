package import ResultStore

/// Measures what this thread can resolve when nothing is done: timers and stolen time.
package enum NoiseFloorProbe {
    /// What a sleep is asked for, in nanoseconds: near the gap between etcd's batches when idle.
    private static let sleepNanoseconds: UInt64 = 1_000_000
    /// A gap this many times the smallest distance of two clock readings is an interruption.
    ///
    /// - Source: the rule of sysjitter and rigtorp/hiccups.
    private static let gapFactor: UInt64 = 8

    /// Sleeps for one half of `durationNanoseconds` and spins for the other.
    ///
    /// Run it on the thread, and pinned to the CPU, that will measure. The spinning half keeps one
    /// CPU busy.
    /// - Parameter durationNanoseconds: from 20 ms for a rough figure; 400 ms give about 180 sleeps.
    ///   Less than 4 ms still makes two sleeps.
    /// - Returns: The floor; percentiles by nearest rank.
    package static func measure(durationNanoseconds: UInt64) -> NoiseFloor {
        let half = durationNanoseconds / 2
        let clock = clockCost()
        let overshoots = sleepOvershoots(for: half)
        let spin = spinGaps(for: half, threshold: Self.gapFactor * max(1, clock.smallestNs))
        return NoiseFloor(
            clockCostNs: clock.meanNs,
            timerOvershootP50Ns: rank(0.50, in: overshoots),
            timerOvershootP99Ns: rank(0.99, in: overshoots),
            timerOvershootMaxNs: overshoots.last ?? 0,
            spinGapMaxNs: spin.maxNs,
            spinStolenRatio: spin.stolenRatio
        )
    }

    /// The mean over a batch, and the smallest distance between two readings.
    private static func clockCost() -> (meanNs: Double, smallestNs: UInt64) {
        let count = 20_000
        var smallest = UInt64.max
        let start = SystemCalls.monotonicNow()
        var last = start
        for _ in 0..<count {
            let now = SystemCalls.monotonicNow()
            // A coarse clock gives equal readings; they say nothing about the cost of one.
            if now > last { smallest = min(smallest, now - last) }
            last = now
        }
        let mean = Double(last > start ? last - start : 0) / Double(count)
        return (mean, smallest == .max ? UInt64(mean.rounded(.up)) : smallest)
    }

    /// How much later than asked each sleep ended; ascending.
    private static func sleepOvershoots(for durationNanoseconds: UInt64) -> [UInt64] {
        let count = Int(clamping: min(100_000, max(2, durationNanoseconds / sleepNanoseconds)))
        var overshoots: [UInt64] = []
        overshoots.reserveCapacity(count)
        let (end, overflow) = SystemCalls.monotonicNow()
            .addingReportingOverflow(durationNanoseconds)
        while overshoots.count < count {
            let deadline = SystemCalls.monotonicNow() + sleepNanoseconds
            SystemCalls.sleep(until: deadline)
            let now = SystemCalls.monotonicNow()
            overshoots.append(now > deadline ? now - deadline : 0)
            if !overflow, now >= end, overshoots.count >= 2 { break }
        }
        return overshoots.sorted()
    }

    /// The longest gap, and all gaps above `threshold` as a share of the time.
    private static func spinGaps(
        for durationNanoseconds: UInt64,
        threshold: UInt64
    ) -> (maxNs: UInt64, stolenRatio: Double) {
        let start = SystemCalls.monotonicNow()
        var last = start
        var longest: UInt64 = 0
        var stolen: UInt64 = 0
        while last >= start, last - start < durationNanoseconds {
            let now = SystemCalls.monotonicNow()
            // CLOCK_MONOTONIC does not go back; if it ever did, that is no reason to trap.
            let gap = now > last ? now - last : 0
            longest = max(longest, gap)
            if gap > threshold { stolen += gap }
            last = now
        }
        let elapsed = last > start ? last - start : 0
        return (longest, elapsed > 0 ? Double(stolen) / Double(elapsed) : 0)
    }

    /// The smallest value with at least `quantile` of the values at or below it (nearest rank).
    static func rank(_ quantile: Double, in ascending: [UInt64]) -> UInt64 {
        guard !ascending.isEmpty else { return 0 }
        let index = Int((quantile * Double(ascending.count)).rounded(.up)) - 1
        return ascending[min(max(0, index), ascending.count - 1)]
    }
}
