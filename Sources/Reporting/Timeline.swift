import ResultStore
import Statistics

/// How the WAL fsync went from round to round.
struct Timeline: Equatable {
    /// One value per round in nanoseconds; 0 for a round without a sample.
    var values: [Double]
    /// What the values are: "p99" or "max".
    var statistic: String
    /// Rounds in which something held up the raft loop for 100 ms or more.
    var stalls: [Bool]

    /// A leader misses a heartbeat at etcd's default interval.
    static let stallNs: UInt64 = 100_000_000

    /// - Parameter phase: at least two rounds, else there is nothing to see and this is nil.
    init?(_ phase: PhaseRecord) {
        let rounds = phase.snapshots(of: OperationClass.walFsync)
        guard rounds.filter({ $0.count > 0 }).count >= 2 else { return nil }
        // With fewer than 200 samples a round's p99 is its maximum or the one before.
        let typical = rounds.map(\.count).sorted()[rounds.count / 2]
        let usesPercentile = typical >= 200
        statistic = usesPercentile ? "p99" : "max"
        values = rounds.map { usesPercentile ? $0.quantile(0.99) : Double($0.maximum) }
        stalls = zip(phase.rounds, rounds).map { round, syncs in
            let loop = round.latency[OperationClass.walLoop.rawValue]?.maxNs ?? 0
            return max(loop, syncs.maximum) >= Self.stallNs
        }
    }
}
