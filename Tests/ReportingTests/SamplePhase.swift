import ResultStore
import Statistics

/// A phase of made-up rounds, described by a disk's habits.
struct SamplePhase {
    var name = "small"
    var kind = "verdict"
    var rate: Int? = 150
    var rounds = 30
    /// Nanoseconds of an overwrite fsync; everything else is a multiple of it.
    var flush: UInt64 = 240_000
    /// Rounds in which one operation takes `stall` nanoseconds.
    var stalled: [Int] = []
    var stall: UInt64 = 140_000_000
    var hasBackend = true
    var seed: UInt64 = 12

    func record(startSeconds: Double = 4) -> PhaseRecord {
        var phase = PhaseRecord(
            name: name,
            kind: kind,
            offeredPerSecond: rate.map(Double.init),
            startSeconds: startSeconds
        )
        phase.stopReason = "fixed"
        let perRound = min(2 * (rate ?? 1000), 4000)
        for round in 0..<rounds {
            phase.rounds.append(
                RoundRecord(
                    durationNs: 2_000_000_000 + UInt64(round) * 1000,
                    latency: latency(round, perRound),
                    foreignIoRatio: 0.004
                )
            )
        }
        let puts = Double(perRound * rounds)
        phase.counters = [
            "puts": puts, "wal_syncs": puts * 0.98, "wal_bytes": puts * 1391, "cuts": 1,
            "device_writes": puts * 1.34, "device_flushes": puts * 1.21,
        ]
        if hasBackend {
            phase.counters["commits"] = Double(rounds) * 19
            phase.counters["pages"] = Double(rounds) * 19 * 11.4
        }
        return phase
    }

    private func latency(_ round: Int, _ count: Int) -> [String: SparseHistogram] {
        var latency: [String: SparseHistogram] = [:]
        var random = seed &* 1_000_003 &+ UInt64(round) &* 97
        func put(_ operation: OperationClass, _ fill: (inout SampleHistogram) -> Void) {
            random += 1
            var histogram = SampleHistogram(seed: random)
            fill(&histogram)
            latency[operation.rawValue] = histogram.takeSparse()
        }
        let slowdown = UInt64(100 + round * 31 % 7)
        let base = flush * slowdown / 100
        put(.walWrite) { $0.add(count, base: 9_000, spread: 8_000) }
        put(.walSyncOverwrite) { $0.add(count * 55 / 100, base: base, spread: base / 2) }
        put(.walSyncMetadata) {
            $0.add(count * 33 / 100, base: base * 3, spread: base)
            if stalled.contains(round) { $0.add(one: stall) }
        }
        put(.clientPut) { $0.add(count, base: base * 5 / 4, spread: base * 2) }
        guard hasBackend else { return latency }
        put(.walSyncOverwriteInCommit) { $0.add(count * 7 / 100, base: base * 2, spread: base) }
        put(.walSyncMetadataInCommit) { $0.add(count * 5 / 100, base: base * 5, spread: base * 2) }
        put(.backendDisk) { $0.add(19, base: base * 9, spread: base * 6) }
        put(.backendCommit) { $0.add(19, base: base * 9 + 400_000, spread: base * 6) }
        if round == rounds / 2 { put(.walSyncCut) { $0.add(3, base: base * 8, spread: base) } }
        return latency
    }
}
