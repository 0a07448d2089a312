package import ResultStore
import Statistics
import Workloads

/// Whether one load of the ramp stayed inside etcd's budgets.
package struct RampGrade {
    private let phase: PhaseRecord

    package init(phase: PhaseRecord) {
        self.phase = phase
    }

    /// WAL fsync p99 inside its limit, commits inside theirs, and the offered load really done.
    package var isInsideBudget: Bool {
        let wal = phase.pooled(OperationClass.walFsync)
        let commits = phase.pooled([.backendCommit])
        guard wal.count > 0, commits.count > 0 else { return false }
        return EtcdLimits.areKept(
            walFsyncP99: wal.quantile(0.99),
            slowCommits: commits.countAbove(EtcdLimits.backendCommitP99),
            of: commits.count,
            puts: phase.counters["puts"] ?? 0,
            offered: (phase.offeredPerSecond ?? 0) * phase.measuredSeconds
        )
    }
}
