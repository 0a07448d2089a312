import ResultStore
import Statistics
import Workloads

/// Whether one short step of the ramp stayed inside etcd's budgets.
struct RampStep {
    let latency: [OperationClass: HistogramSnapshot]
    let outcome: PhaseOutcome

    /// Both p99s inside their limits, and the offered load really done.
    ///
    /// A step of a second has only some nine commits; two of them over the limit break it.
    var isInsideBudget: Bool {
        let wal = HistogramSnapshot.merged(OperationClass.walFsync.compactMap { latency[$0] })
        let commits = latency[.backendCommit] ?? .empty
        guard wal.count > 0, commits.count > 0 else { return false }
        let slowCommits = commits.countAbove(EtcdLimits.backendCommitP99)
        guard wal.quantile(0.99) < Double(EtcdLimits.walFsyncP99), slowCommits < 2 else {
            return false
        }
        let seconds = outcome.rounds.reduce(0.0) { $0 + Double($1.nanoseconds) / 1e9 }
        let offered = (outcome.plan.load.ratePerSecond ?? 0) * seconds
        return (outcome.counters["puts"] ?? 0) >= offered * 0.9
    }
}
