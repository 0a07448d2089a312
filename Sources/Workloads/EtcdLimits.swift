/// etcd's documented limits, in nanoseconds.
///
/// - Source: etcd FAQ ("p99 duration should be less than 10ms" for the WAL, "25ms" for the backend); tuning guide
///   for the heartbeat (100 ms) and the election timeout (1000 ms).
package enum EtcdLimits {
    package static let walFsyncP99: UInt64 = 10_000_000
    package static let backendCommitP99: UInt64 = 25_000_000
    /// Longer stalls miss a heartbeat.
    package static let heartbeat: UInt64 = 100_000_000
    /// Longer stalls make etcd log that it failed to send heartbeats on time.
    package static let lateHeartbeat: UInt64 = 200_000_000
    /// Longer stalls cost the leadership.
    package static let election: UInt64 = 1_000_000_000
    /// Whether a load of the ramp stayed inside both budgets and was really done.
    ///
    /// A p99 of few commits is their maximum: a short step has only some nine, and there one over the limit is forgiven, two
    /// are not.
    /// - Parameters:
    ///   - nanoseconds: the WAL fsync p99 measured.
    ///   - slowCommits: how many commits took longer than their limit.
    ///   - commits: of so many, above 0.
    ///   - puts: done.
    ///   - offered: puts that were due.
    /// - Returns: true when all three hold.
    package static func areKept(
        walFsyncP99 nanoseconds: Double,
        slowCommits: Double,
        of commits: UInt64,
        puts: Double,
        offered: Double
    ) -> Bool {
        nanoseconds < Double(walFsyncP99) && slowCommits <= max(1, Double(commits) * 0.01)
            && puts >= offered * 0.9
    }
}
