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
    ///
    /// A short step has only some nine commits; there one commit over the limit is forgiven, two are not.
    package var isInsideBudget: Bool {
        let wal = phase.pooled(OperationClass.walFsync)
        let commits = phase.pooled([.backendCommit])
        guard wal.count > 0, commits.count > 0 else { return false }
        let slow = commits.countAbove(EtcdLimits.backendCommitP99)
        let allowed = max(1, Double(commits.count) * 0.01)
        guard wal.quantile(0.99) < Double(EtcdLimits.walFsyncP99), slow <= allowed else {
            return false
        }
        let offered = (phase.offeredPerSecond ?? 0) * phase.measuredSeconds
        return (phase.counters["puts"] ?? 0) >= offered * 0.9
    }
}
