import ResultStore
import Statistics

/// What the terms mean for a cluster: time to spare, volumes, rebuilds.
package struct Outlook: Sendable, Equatable {
    /// The longest request of all, in nanoseconds, and where it stands.
    package var longest: (nanoseconds: Double, source: String)?
    /// How many volumes that write 4 KiB one at a time, all the time, the slowest disk keeps up with.
    package var volumesPerDisk: (count: Double, replica: String)?
    /// The same for the engine's network adapter.
    package var volumesPerLink: Double?
    /// Bytes a second of a rebuild, and what sets it.
    package var rebuild: (bytesPerSecond: Double, limit: String)?

    /// Longhorn drops a replica that does not answer for so long.
    ///
    /// - Source: longhorn-engine, `engine-replica-timeout`, 8 to 30 s.
    package static let replicaTimeout = 8e9
    /// What a rebuild moves at a time.
    ///
    /// - Source: longhorn-engine's sparse-tools: batches of 512 blocks of 4 KiB.
    static let rebuildBatchBytes = Double(2 << 20)

    package static func == (one: Outlook, other: Outlook) -> Bool {
        one.longest?.nanoseconds == other.longest?.nanoseconds
            && one.longest?.source == other.longest?.source
            && one.volumesPerDisk?.count == other.volumesPerDisk?.count
            && one.volumesPerDisk?.replica == other.volumesPerDisk?.replica
            && one.volumesPerLink == other.volumesPerLink
            && one.rebuild?.bytesPerSecond == other.rebuild?.bytesPerSecond
            && one.rebuild?.limit == other.rebuild?.limit
    }
}

extension ReplicationModel {
    /// What follows for a cluster.
    package var outlook: Outlook {
        var outlook = Outlook()
        for series in measuredSeries {
            let maximum = Double(series.pooled.maximum)
            if maximum > outlook.longest?.nanoseconds ?? 0 {
                outlook.longest = (maximum, series.source)
            }
        }
        if let mean = writeMean, mean > 0 {
            let perVolume = 1e9 / mean
            for replica in input.replicas {
                guard let rate = replica.deep(.disk, "write", 4096)?.series.perSecond else {
                    continue
                }
                // Every write of a volume costs its disk another one where revisions are counted.
                let writes = replica.revisionCounter == nil ? 1.0 : 2
                let count = rate / perVolume / writes
                if count < outlook.volumesPerDisk?.count ?? .infinity {
                    outlook.volumesPerDisk = (count, replica.name)
                }
            }
            let copies = Double(input.replicas.count { !$0.isLocal })
            if let link = uplink, copies > 0 {
                outlook.volumesPerLink =
                    link.value / (perVolume * ReplicaTerms.wireBytes(4096) * copies)
            }
        }
        outlook.rebuild = rebuild
        return outlook
    }

    /// The slower of the disks and the network.
    private var rebuild: (bytesPerSecond: Double, limit: String)? {
        var rates: [(bytesPerSecond: Double, limit: String)] = []
        if let series = input.rebuild, let batches = series.perSecond {
            rates.append((batches * Outlook.rebuildBatchBytes, "the disk (\(series.source))"))
        }
        guard !rates.isEmpty else { return nil }
        if let link = uplink { rates.append((link.value, "the network (\(link.source))")) }
        return rates.min { $0.bytesPerSecond < $1.bytesPerSecond }
    }

    private var measuredSeries: [MeasuredSeries] {
        let terms = input.replicas.flatMap { replica in
            (Array(replica.disk.values) + Array(replica.exchange.values)).compactMap(\.series)
                + replica.others.map(\.series)
        }
        // In a fixed order, so that equal maxima name the same phase each time.
        return (terms + input.totals.map(\.series)).sorted { $0.key < $1.key }
    }
}
