import ResultStore
import Statistics
import Workloads

/// Whether one short step of the ramp stayed inside etcd's budgets.
struct RampStep {
    let latency: [OperationClass: HistogramSnapshot]
    let outcome: PhaseOutcome

    /// Both p99s inside their limits, and the offered load really done.
    var isInsideBudget: Bool {
        let wal = HistogramSnapshot.merged(OperationClass.walFsync.compactMap { latency[$0] })
        let commits = latency[.backendCommit] ?? .empty
        guard wal.count > 0, commits.count > 0 else { return false }
        let seconds = outcome.rounds.reduce(0.0) { $0 + Double($1.nanoseconds) / 1e9 }
        return EtcdLimits.areKept(
            walFsyncP99: wal.quantile(0.99),
            slowCommits: commits.countAbove(EtcdLimits.backendCommitP99),
            of: commits.count,
            puts: outcome.counters["puts"] ?? 0,
            offered: (outcome.plan.load.ratePerSecond ?? 0) * seconds
        )
    }
}
