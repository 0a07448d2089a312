import ResultStore
import Statistics
import Workloads

/// When the verdict's load has been held long enough: the same rule for good and for bad answers.
struct EtcdStopRule {
    let plan: EtcdPlan

    /// Why to stop after these rounds; nil to go on.
    func reason(_ rounds: [[OperationClass: HistogramSnapshot]]) -> String? {
        guard plan.adaptive else { return nil }
        let wal = rounds.map { round in
            HistogramSnapshot.merged(OperationClass.walFsync.compactMap { round[$0] })
        }
        let commits = rounds.map { $0[.backendCommit] ?? .empty }
        var settings = StopRule.Settings()
        settings.clearMinimumRounds = plan.minimumRounds
        settings.checkEveryRounds = 1
        // Five rounds of two seconds hold some 95 commits, and that is what there is.
        settings.sparseBelowSamples = 90
        // A failure may be said at a smaller distance than a pass: that never favours a good answer.
        settings.aboveMargin = 1.25
        let decision = StopRule.decide(
            classes: [
                StopRule.GatedClass(rounds: wal, limitNanoseconds: EtcdLimits.walFsyncP99),
                StopRule.GatedClass(rounds: commits, limitNanoseconds: EtcdLimits.backendCommitP99),
            ],
            elapsedSeconds: 0,
            settings: settings
        )
        guard case .stop(let reason) = decision else { return nil }
        return reason.rawValue
    }
}
