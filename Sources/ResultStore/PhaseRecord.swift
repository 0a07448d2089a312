/// One phase of a run: a load held for some rounds, on one layout.
package struct PhaseRecord: Codable, Sendable, Equatable {
    /// "small", "medium", "ramp 2000/s", "heavy 8000 B", "recovery", "device floor", "fio recipe".
    package var name: String
    /// What the phase is for.
    ///
    /// "verdict", "ramp", "sequential", "recovery", "device", "fio-recipe", "job", "disk", "ladder", "network", and "apart" and
    /// "beside", the same load alone and with a neighbour on the disk; "host", a guest's disk from outside in turns with the guest.
    package var kind: String
    /// Offered load; nil for a closed loop.
    package var offeredPerSecond: Double?
    /// Seconds since the start of the run at which the first round began.
    package var startSeconds: Double
    /// Equal rounds; each keeps its own histograms.
    package var rounds: [RoundRecord]
    /// Counters of the load's shape over all rounds.
    ///
    /// "puts", "wal_syncs", "wal_bytes", "commits", "pages", "cuts", and, where the device's own
    /// statistics are readable, "device_writes", "device_flushes", "device_sectors"; of Longhorn's cases and the ladder's
    /// filesystem, `DeviceRequests`.
    package var counters: [String: Double]
    /// Operations that took at least 100 ms, and the slowest ones, in time order; at most 64.
    package var slow: [SlowOperation]
    /// Which step of the replication ladder it measured; nil for any other phase.
    package var ladder: LadderPoint?
    /// Why the phase ended: "interval tight", "clear", "max time", "interrupted", "fixed".
    package var stopReason: String?

    /// The kind of a phase that measured a guest's disk from the host, round by round beside the guest's own.
    package static let hostKind = "host"

    package init(
        name: String,
        kind: String,
        offeredPerSecond: Double? = nil,
        startSeconds: Double,
        rounds: [RoundRecord] = [],
        counters: [String: Double] = [:],
        slow: [SlowOperation] = [],
        ladder: LadderPoint? = nil,
        stopReason: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.offeredPerSecond = offeredPerSecond
        self.startSeconds = startSeconds
        self.rounds = rounds
        self.counters = counters
        self.slow = slow
        self.ladder = ladder
        self.stopReason = stopReason
    }
}

/// One round: its length and a sparse histogram per operation class.
package struct RoundRecord: Codable, Sendable, Equatable {
    /// The round's measured length.
    package var durationNs: UInt64
    /// A histogram per operation class; the keys are the raw values of `OperationClass`.
    package var latency: [String: SparseHistogram]
    /// Share of the device's I/O in this round that was not tbench's; nil when unknown.
    package var foreignIoRatio: Double?

    package init(
        durationNs: UInt64,
        latency: [String: SparseHistogram],
        foreignIoRatio: Double? = nil
    ) {
        self.durationNs = durationNs
        self.latency = latency
        self.foreignIoRatio = foreignIoRatio
    }
}

/// What was timed; the keys of `RoundRecord.latency`.
///
/// - Source: shared vocabulary with etcd's metrics; see the module README of Workloads.
package enum OperationClass: String, Codable, Sendable, CaseIterable {
    /// The write(2) of one raft batch.
    case walWrite = "wal_write"
    /// fdatasync of the tail, overwrite class (data and flush), no backend commit running.
    case walSyncOverwrite = "wal_sync_overwrite"
    /// The same while a backend commit was running.
    case walSyncOverwriteInCommit = "wal_sync_overwrite_in_commit"
    /// fdatasync of the tail, metadata class (journal commit too), no backend commit running.
    case walSyncMetadata = "wal_sync_metadata"
    /// The same while a backend commit was running.
    case walSyncMetadataInCommit = "wal_sync_metadata_in_commit"
    /// The syncs of a segment cut (two fdatasync, one directory fsync); etcd counts them as WAL fsyncs.
    case walSyncCut = "wal_sync_cut"
    /// write + fdatasync of one batch: how long the raft loop could not send a heartbeat.
    case walLoop = "wal_loop"
    /// One whole segment cut.
    case walCut = "wal_cut"
    /// Preallocation of the next segment.
    case walAllocate = "wal_allocate"
    /// The page writes of one backend commit.
    case backendWrite = "backend_write"
    /// The first fdatasync of a commit (data pages).
    case backendSyncData = "backend_sync_data"
    /// The second fdatasync of a commit (meta page).
    case backendSyncMeta = "backend_sync_meta"
    /// The disk-only part: first page write to the end of the second fdatasync.
    case backendDisk = "backend_disk"
    /// The whole commit as etcd's `backend_commit_duration_seconds` times it.
    case backendCommit = "backend_commit"
    /// A put, from its intended start to the end of its apply.
    case clientPut = "client_put"
    /// One sequential write + fdatasync of the sequential-IOPS phase or the fio recipe.
    case sequentialSync = "sequential_sync"
    /// A read of a job, from just before its submission to its completion.
    case read
    /// A write of a job, likewise.
    case write
    /// An fsync or fdatasync of a job.
    case sync
    /// From the submission of a job's last write to the end of the sync after it.
    case commit
    /// A read of an open loop, from the moment it was meant to begin.
    case readResponse = "read_response"
    /// A write of an open loop, likewise.
    case writeResponse = "write_response"
    /// A header to a replica and back.
    case ping
    /// fallocate(FALLOC_FL_PUNCH_HOLE), which is how a replica unmaps.
    case punchHole = "punch_hole"
    /// One FS_IOC_FIEMAP for one sector, which is how a replica finds where a cold sector lies.
    case fileExtent = "file_extent"
    /// One batch of a rebuild: read here, written there.
    case rebuildBatch = "rebuild_batch"
}

/// The non-empty buckets of a histogram, ascending.
package struct SparseHistogram: Codable, Sendable, Equatable {
    /// Bucket index and count, alternating pairs flattened: [index, count, index, count, …].
    package var buckets: [UInt64]
    /// The exact smallest value recorded, 0 when empty.
    package var minNs: UInt64
    /// The exact largest value recorded, 0 when empty.
    package var maxNs: UInt64
    /// The exact sum of all values.
    package var sumNs: UInt64

    package init(buckets: [UInt64], minNs: UInt64, maxNs: UInt64, sumNs: UInt64) {
        self.buckets = buckets
        self.minNs = minNs
        self.maxNs = maxNs
        self.sumNs = sumNs
    }
}

/// One slow operation, to answer "what was that max?".
package struct SlowOperation: Codable, Sendable, Equatable {
    /// The operation's class (`OperationClass` raw value).
    package var operation: String
    /// When it began, in seconds since the start of the run.
    package var atSeconds: Double
    /// How long it took.
    package var durationNs: UInt64
    /// Where, in bytes of the target; nil where that says nothing, as for a sync.
    package var offsetBytes: UInt64?

    package init(
        operation: String,
        atSeconds: Double,
        durationNs: UInt64,
        offsetBytes: UInt64? = nil
    ) {
        self.operation = operation
        self.atSeconds = atSeconds
        self.durationNs = durationNs
        self.offsetBytes = offsetBytes
    }
}

/// One number with its interval and how much stands behind it.
package struct Metric: Codable, Sendable, Equatable {
    /// The value, in the unit the metric's name ends with.
    package var value: Double
    /// The 95 % interval, low then high; nil when there are too few rounds or samples.
    package var ci95: [Double]?
    /// The 99 % interval, low then high.
    package var ci99: [Double]?
    /// Samples behind it.
    package var count: UInt64?
    /// Samples in the tail beyond it; decides whether it is printed as a number.
    package var tail: UInt64?
    /// "burst", "correlated", "drifting", "too-few".
    package var flags: [String]

    package init(
        value: Double,
        ci95: [Double]? = nil,
        ci99: [Double]? = nil,
        count: UInt64? = nil,
        tail: UInt64? = nil,
        flags: [String] = []
    ) {
        self.value = value
        self.ci95 = ci95
        self.ci99 = ci99
        self.count = count
        self.tail = tail
        self.flags = flags
    }
}
