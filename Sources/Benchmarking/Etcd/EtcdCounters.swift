import Synchronization

/// The shape of the load as it reached the files, counted since the run began; etcd's own counters' twins.
final class EtcdCounters: Sendable {
    let puts = Atomic<Int>(0)
    /// Syncs as `etcd_disk_wal_fsync_duration_seconds_count` counts them.
    let walSyncs = Atomic<Int>(0)
    /// Framed bytes, as `etcd_disk_wal_write_bytes_total` counts them.
    let walBytes = Atomic<Int>(0)
    let cuts = Atomic<Int>(0)
    let commits = Atomic<Int>(0)
    /// Page runs written by commits (one pwrite each), and their 4096-byte pages, meta pages apart.
    let pageRuns = Atomic<Int>(0)
    let pages = Atomic<Int>(0)
    let grows = Atomic<Int>(0)
    let snapshots = Atomic<Int>(0)

    /// All of them by the name they have in a record.
    func values() -> [String: Double] {
        [
            "puts": Double(puts.load(ordering: .relaxed)),
            "wal_syncs": Double(walSyncs.load(ordering: .relaxed)),
            "wal_bytes": Double(walBytes.load(ordering: .relaxed)),
            "cuts": Double(cuts.load(ordering: .relaxed)),
            "commits": Double(commits.load(ordering: .relaxed)),
            "page_runs": Double(pageRuns.load(ordering: .relaxed)),
            "pages": Double(pages.load(ordering: .relaxed)),
            "grows": Double(grows.load(ordering: .relaxed)),
            "snapshots": Double(snapshots.load(ordering: .relaxed)),
        ]
    }
}

extension Atomic where Value == Int {
    func add(_ amount: Int) { _ = wrappingAdd(amount, ordering: .relaxed) }
}
