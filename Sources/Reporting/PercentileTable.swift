import ResultStore
import Statistics
import Units

/// etcd's own limits, for colour and comparison; whether they are met is the verdict's business.
///
/// - Source: etcd documentation, "Metrics": WAL fsync p99 below 10 ms, backend commit below 25 ms.
enum EtcdBudget {
    static let walFsyncNs: UInt64 = 10_000_000
    static let backendCommitNs: UInt64 = 25_000_000
}

/// A percentile as far as its samples allow to print it.
struct Figure: Equatable {
    var nanoseconds: Double
    var printability: Printability
    /// Half the 95 % interval as a ratio: 0.04 is ±4 %; nil when there is none or it is not shown.
    var halfWidth: Double?

    init(_ estimate: QuantileEstimate, withInterval: Bool = false) {
        nanoseconds = estimate.value
        printability = estimate.count == 0 ? .tooFew : estimate.printability
        halfWidth = withInterval ? estimate.ci95?.lnHalfWidth : nil
    }

    /// "1.84 ms ±4%", "~1.91 ms ±9%" or "–".
    var text: String {
        guard printability != .tooFew else { return "–" }
        var text = printability == .approximate ? "~" : ""
        text += QuantityText.duration(nanoseconds: nanoseconds)
        guard let halfWidth, halfWidth.isFinite else { return text }
        return "\(text) ±\(QuantityText.fixed(halfWidth * 100, decimals: 0))%"
    }
}

/// One operation of a phase: how often, and how long it took.
struct PercentileRow {
    var label: String
    /// For narrow terminals.
    var shortLabel: String
    /// What other lines call it.
    var name: String { depth == 0 && label.hasPrefix("WAL fsync") ? "WAL fsync" : shortLabel }
    /// 1 for a part of the row above.
    var depth: Int
    var count: UInt64
    var mean: Double
    var p50: Figure
    var p90: Figure
    var p99: Figure
    var p999: Figure
    var maximum: UInt64
    var flags: [EstimateFlag]
    /// The limit that p99 is measured against; nil when there is none.
    var budgetNs: UInt64?
}

extension PercentileRow {
    private struct Kind {
        var label: String
        var shortLabel: String
        var depth = 0
        var classes: [OperationClass]
        var budgetNs: UInt64?
    }

    private static let kinds: [Kind] = [
        Kind(
            label: "WAL fsync, as etcd counts it",
            shortLabel: "WAL fsync (etcd's)",
            classes: OperationClass.walFsync,
            budgetNs: EtcdBudget.walFsyncNs
        ),
        Kind(
            label: "overwrite class",
            shortLabel: "overwrite class",
            depth: 1,
            classes: OperationClass.walOverwrite
        ),
        Kind(
            label: "metadata class",
            shortLabel: "metadata class",
            depth: 1,
            classes: OperationClass.walMetadata
        ),
        Kind(
            label: "during a backend commit",
            shortLabel: "during a commit",
            depth: 1,
            classes: OperationClass.walInCommit
        ),
        Kind(
            label: "outside of commits",
            shortLabel: "outside commits",
            depth: 1,
            classes: OperationClass.walOutsideCommit
        ),
        Kind(label: "WAL write()", shortLabel: "WAL write()", classes: [.walWrite]),
        Kind(
            label: "backend commit",
            shortLabel: "backend commit",
            classes: [.backendCommit],
            budgetNs: EtcdBudget.backendCommitNs
        ),
        Kind(
            label: "disk-only part",
            shortLabel: "disk-only part",
            depth: 1,
            classes: [.backendDisk]
        ),
        Kind(
            label: "client put, from intended start",
            shortLabel: "client put",
            classes: [.clientPut]
        ),
    ]

    /// The rows of a phase in reading order, without those that have no sample.
    ///
    /// - Parameters:
    ///   - phase: whose rounds are pooled.
    ///   - withBudgets: off where etcd's limits do not apply, as on a raw device.
    /// - Returns: at most nine rows.
    static func rows(of phase: PhaseRecord, withBudgets: Bool) -> [PercentileRow] {
        kinds.compactMap { kind in
            let pooled = phase.pooled(kind.classes)
            guard pooled.count > 0 else { return nil }
            // Only p99 shows its interval; the others need no resampling to speak of.
            let quick = phase.bootstrap(kind.classes, resamples: 100)
            let tail = phase.bootstrap(kind.classes).estimate(quantile: 0.99)
            return PercentileRow(
                label: kind.label,
                shortLabel: kind.shortLabel,
                depth: kind.depth,
                count: pooled.count,
                mean: pooled.mean,
                p50: Figure(quick.estimate(quantile: 0.5)),
                p90: Figure(quick.estimate(quantile: 0.9)),
                p99: Figure(tail, withInterval: true),
                p999: Figure(quick.estimate(quantile: 0.999)),
                maximum: pooled.maximum,
                flags: tail.flags,
                budgetNs: withBudgets ? kind.budgetNs : nil
            )
        }
    }
}
