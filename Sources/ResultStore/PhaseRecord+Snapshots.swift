package import Statistics

// The groups of operation classes that reports and verdicts speak of.
extension OperationClass {
    /// Every WAL fsync as etcd's `etcd_disk_wal_fsync_duration_seconds` counts them.
    ///
    /// - Source: etcd server/storage/wal/wal.go sync() and cut(); write() is not in it.
    package static let walFsync: [OperationClass] = [
        .walSyncOverwrite, .walSyncOverwriteInCommit, .walSyncMetadata, .walSyncMetadataInCommit,
        .walSyncCut,
    ]
    /// WAL fsyncs that overwrite written blocks: data and flush.
    package static let walOverwrite: [OperationClass] = [
        .walSyncOverwrite, .walSyncOverwriteInCommit,
    ]
    /// WAL fsyncs that also change metadata: a journal commit too; cuts are not among them.
    package static let walMetadata: [OperationClass] = [
        .walSyncMetadata, .walSyncMetadataInCommit,
    ]
    /// WAL fsyncs during a backend commit, of both classes.
    package static let walInCommit: [OperationClass] = [
        .walSyncOverwriteInCommit, .walSyncMetadataInCommit,
    ]
    /// WAL fsyncs while no backend commit was running, of both classes.
    package static let walOutsideCommit: [OperationClass] = [.walSyncOverwrite, .walSyncMetadata]
}

extension PhaseRecord {
    /// What somebody waits for: a log's batch and its flush, a job's synced write, else its write or its read.
    package var headline: OperationClass {
        let present = Set(rounds.flatMap(\.latency.keys))
        return [.walLoop, .commit, .write, .read].first { present.contains($0.rawValue) }
            ?? .walLoop
    }

    /// What a column of such operations is called: "commit", "write" or "read".
    package var headlineName: String {
        switch headline {
        case .write: "write"
        case .read: "read"
        default: "commit"
        }
    }

    /// Whether one operation at a time was in flight; nil where nobody wrote that down.
    package var isOneAtATime: Bool? {
        guard let threads = counters["threads"], let depth = counters["iodepth"] else { return nil }
        return threads == 1 && depth == 1
    }
}

extension [PhaseRecord] {
    /// The phase that a disk is judged by: the verdict, the device below a filesystem, or the first job that writes, else the first.
    package var judged: PhaseRecord? {
        let filled = filter { !$0.rounds.isEmpty }
        let jobs = filled.filter { $0.kind == "job" }
        return filled.first { ["verdict", "device"].contains($0.kind) }
            ?? jobs.first { $0.headline != .read } ?? jobs.first
    }
}

extension RoundRecord {
    /// The operations of these classes in this round, merged; empty when there were none.
    ///
    /// A histogram that contradicts itself counts as none; `RecordCoding.decode` refuses those.
    package func snapshot(of classes: [OperationClass]) -> HistogramSnapshot {
        .merged(classes.compactMap { latency[$0.rawValue]?.snapshot })
    }
}

extension PhaseRecord {
    /// One histogram per round, in order, of the operations of these classes.
    package func snapshots(of classes: [OperationClass]) -> [HistogramSnapshot] {
        rounds.map { $0.snapshot(of: classes) }
    }

    /// All rounds together.
    package func pooled(_ classes: [OperationClass]) -> HistogramSnapshot {
        .merged(snapshots(of: classes))
    }

    /// The estimator of these classes' percentiles, the same for every reader of the record.
    ///
    /// Seeded from the phase's name and the classes, so that the verdict, the headline numbers and
    /// the table show equal intervals.
    /// - Parameters:
    ///   - classes: merged before anything is computed.
    ///   - resamples: fewer than the default only where the interval is not shown.
    /// - Returns: an estimator over the phase's rounds.
    package func bootstrap(
        _ classes: [OperationClass],
        resamples: Int = 2000
    ) -> RoundBootstrap {
        var seed: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a, 64 bits
        for byte in ([name] + classes.map(\.rawValue)).joined(separator: "/").utf8 {
            // Wraps by definition of the hash.
            seed = (seed ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        return RoundBootstrap(rounds: snapshots(of: classes), seed: seed, resamples: resamples)
    }

    /// The sum of the rounds' measured lengths, in seconds.
    package var measuredSeconds: Double {
        rounds.reduce(0) { $0 + Double($1.durationNs) / 1e9 }
    }
}
