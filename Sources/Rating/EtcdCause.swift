import ResultStore
import Statistics
import Units
import Workloads

/// What the syncs spend their time on, named from the figures that differ between the classes of operations.
///
/// Overwrite-class syncs are data and flush; the metadata class adds the journal; syncs inside a backend commit add
/// waiting for it; a slow write(2) is outside etcd's own metric; run delay is the CPU.
struct EtcdCause {
    let text: String
    private let kind: Kind

    private enum Kind {
        case deviceFlush, journal, contention, slowWrite, processor, stalls
    }

    init(record: ResultRecord, evidence: EtcdEvidence) {
        let phase = evidence.verdict
        let write = phase.pooled([.walWrite])
        let overwrite = phase.pooled([.walSyncOverwrite])
        let metadata = phase.pooled([.walSyncMetadata])
        let inside = phase.pooled(OperationClass.walInCommit)
        let outside = phase.pooled(OperationClass.walOutsideCommit)
        let median = evidence.wal.quantile(0.5)
        let time = { (nanoseconds: Double) in QuantityText.duration(nanoseconds: nanoseconds) }
        if evidence.loops.countAbove(EtcdLimits.heartbeat) >= 1,
            evidence.wal.quantile(0.9) < Double(EtcdLimits.walFsyncP99)
        {
            kind = .stalls
            text =
                "single stalls: nine of ten syncs take under \(time(evidence.wal.quantile(0.9))), "
                + "the longest \(time(Double(evidence.loops.maximum)))"
            return
        }
        if let delay = record.conditions?.runDelayRatio, delay > 0.1 {
            kind = .processor
            let share = QuantityText.percent(delay)
            text = "CPU: tbench's threads waited for a processor \(share) of the time"
            return
        }
        if write.count > 0, write.quantile(0.99) > max(1e6, evidence.wal.quantile(0.99) / 2) {
            kind = .slowWrite
            text =
                "slow write(): p99 \(time(write.quantile(0.99))) before the sync even begins; "
                + "etcd's fsync metric does not show it"
            return
        }
        if inside.count >= 20, outside.count >= 20,
            inside.quantile(0.9) > outside.quantile(0.9) * 2,
            inside.quantile(0.9) - outside.quantile(0.9) > 0.3 * median
        {
            kind = .contention
            text =
                "contention with the backend: p90 is \(time(inside.quantile(0.9))) while a commit "
                + "runs, \(time(outside.quantile(0.9))) otherwise"
            return
        }
        if metadata.count >= 20, overwrite.count >= 20,
            metadata.quantile(0.5) > overwrite.quantile(0.5) * 1.4
        {
            kind = .journal
            text =
                "the filesystem's journal: \(time(metadata.quantile(0.5))) when blocks are new, "
                + "\(time(overwrite.quantile(0.5))) when they are overwritten"
            return
        }
        kind = .deviceFlush
        text =
            "the device's write and flush: \(time(median)) for the typical sync, whatever else "
            + "goes on"
    }

    /// One line on what to do.
    func advice(for grade: VerdictRecord.Grade) -> String {
        if grade == .pass {
            return "Keep etcd's disk to itself; other writers on it will show up in this number."
        }
        return switch kind {
        case .deviceFlush:
            "A disk with power-loss protection answers a flush from its cache; "
                + "consumer SSDs, network volumes and disk arrays without it do not."
        case .journal:
            "Put etcd on a filesystem of its own, so that its journal carries nothing else; "
                + "a faster device flush helps twice."
        case .contention:
            "Give the log a device of its own (etcd --wal-dir) and compare with "
                + "tbench etcd --wal-dir."
        case .slowWrite:
            "Look for memory pressure and dirty-page throttling on the node: "
                + "write() should only copy to the page cache."
        case .processor:
            "Give the node more CPU or lift its limit before blaming the disk; then measure again."
        case .stalls:
            "Find what stalls the disk at those times (snapshots, backups, another guest); "
                + "the typical latency is fine."
        }
    }
}
