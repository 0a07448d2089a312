import ResultStore
import Statistics
import Workloads

extension PhaseOutcome {
    /// The phase as it stands in a record.
    ///
    /// Takes everything the member recorded by round number, its slowest operations (those of this phase
    /// are kept, the slowest 64), and what times in the record count from.
    func record(
        rounds all: [Int: [OperationClass: HistogramSnapshot]],
        slowest: [SlowEntry],
        runStart: UInt64
    ) -> PhaseRecord {
        let mine = slowest.filter { $0.start >= begin && $0.start < end }
            .sorted { $0.nanoseconds > $1.nanoseconds }
            .prefix(64)
            .sorted { $0.start < $1.start }
        var counters = counters
        counters["largest_backlog"] = Double(largestBacklog)
        counters["refused_puts"] = Double(refused)
        return PhaseRecord(
            name: plan.name,
            kind: plan.kind,
            offeredPerSecond: plan.load.ratePerSecond,
            startSeconds: Double(begin - runStart) / 1e9,
            rounds: rounds.map { number, nanoseconds in
                RoundRecord(
                    durationNs: nanoseconds,
                    latency: (all[number] ?? [:]).reduce(into: [:]) { result, entry in
                        result[entry.key.rawValue] = SparseHistogram(entry.value)
                    }
                )
            },
            counters: counters,
            slow: mine.map { entry in
                SlowOperation(
                    operation: entry.operation.rawValue,
                    atSeconds: Double(entry.start - runStart) / 1e9,
                    durationNs: entry.nanoseconds
                )
            },
            stopReason: stopReason
        )
    }
}
