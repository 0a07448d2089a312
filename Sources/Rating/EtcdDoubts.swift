package import ResultStore
import Statistics
package import Units
import Workloads

/// Doubts about the numbers of an etcd record that the numbers themselves raise.
package enum EtcdDoubts {
    /// Below this a flush did not reach any disk: no device answers a cache flush in 15 µs.
    private static let impossibleFlushNs = 15_000.0

    package static func warnings(_ record: ResultRecord) -> [Warning] {
        guard let evidence = EtcdEvidence(record) else { return [] }
        return [suspiciouslyFast(record, evidence), shortSegments(record), overload(evidence)]
            .compactMap { $0 }
    }

    /// A flush that costs nothing where there is a volatile cache to flush, or no disk at all.
    private static func suspiciouslyFast(
        _ record: ResultRecord,
        _ evidence: EtcdEvidence
    ) -> Warning? {
        let median = evidence.wal.quantile(0.5)
        guard median < impossibleFlushNs else { return nil }
        let time = QuantityText.duration(nanoseconds: median)
        if let filesystem = record.target.filesystem, filesystem.type == "tmpfs" {
            return Warning(
                code: "no-disk",
                severity: .contaminated,
                text: "the target is tmpfs: memory, not a disk (fsync p50 \(time))",
                hint: "give a directory on the disk that etcd will use"
            )
        }
        let cache = record.target.stack.last?.writeCache ?? "unknown write cache"
        let flushes = evidence.verdict.counters["device_flushes"]
        let syncs = Int(evidence.verdict.counters["wal_syncs"] ?? 0)
        let evidenceText =
            flushes.map { "\(Int($0)) flushes reached the device for \(syncs) fsyncs" }
            ?? "flush counters unknown"
        return Warning(
            code: "flush-costs-nothing",
            severity: .contaminated,
            text: "fsync p50 is \(time) on a device with \(cache); \(evidenceText)",
            hint: "look for cache=unsafe, nobarrier or eatmydata: acknowledged writes may be lost"
        )
    }

    private static func shortSegments(_ record: ResultRecord) -> Warning? {
        guard let bytes = record.benchmark.spec["segment_bytes"], bytes != "64000000" else {
            return nil
        }
        return Warning(
            code: "short-segments",
            severity: .note,
            text: "log segments of \(bytes) bytes instead of etcd's 64000000: "
                + "more cuts than etcd makes"
        )
    }

    private static func overload(_ evidence: EtcdEvidence) -> Warning? {
        guard evidence.achievedRatio < 0.98 else { return nil }
        let share = QuantityText.percent(evidence.achievedRatio)
        return Warning(
            code: "overload",
            severity: .caution,
            text: "only \(share) of the offered puts were done"
        )
    }
}
