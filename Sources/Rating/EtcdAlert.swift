import ResultStore
import Statistics
import Units
import Workloads

/// What an alert on the cluster's own metrics will say of the same disk, where that is not what the exact p99 says.
///
/// etcd counts latencies in buckets, each twice as wide as the one before, and a dashboard interpolates inside one. People
/// compare tbench's figure with that dashboard, so a difference is said before they meet it.
enum EtcdAlert {
    /// - Parameters:
    ///   - latencies: those that were judged.
    ///   - limit: etcd's, in nanoseconds.
    ///   - grade: what the exact latencies say; `borderline` and `inconclusive` say neither, so whatever the alert does is told.
    /// - Returns: a sentence without a full stop; nil where both agree or nothing was measured.
    static func disagreement(
        _ latencies: HistogramSnapshot,
        limit: UInt64,
        grade: VerdictRecord.Grade
    ) -> String? {
        guard let shown = EtcdBuckets.p99Nanoseconds(latencies) else { return nil }
        let fires = shown >= Double(limit)
        if grade == (fires ? .fail : .pass) { return nil }
        let p99 = QuantityText.duration(nanoseconds: shown)
        return
            "an alert on etcd's own metrics would \(fires ? "fire" : "stay silent"): its buckets make it \(p99)"
    }
}
