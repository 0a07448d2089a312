package import ResultStore

/// One thing a replica does to its disk, measured by itself: a phase of the record.
package struct ReplicaDiskCase: Sendable, Equatable {
    /// The name of its phase: "overwrite-1", "seq-write-128k-16".
    package var name: String
    package var action: Action
    /// Requests in flight: threads of one I/O each for V1, the depth of one ring for V2.
    package var depth: Int

    /// What the requests are.
    package enum Action: Sendable, Equatable {
        /// Random overwrites of 4 KiB blocks that were written before.
        case overwrite
        /// Random first writes of 4 KiB blocks: the filesystem, or the thin disk below it, allocates.
        case firstTouch
        /// An overwrite and the fdatasync that no replica does.
        case durable
        /// Overwrites, and with each the revision counter's block in a file of its own, by one writer.
        case revisionCounter
        /// Overwrites while another thread punches holes elsewhere in the file.
        case punching
        /// Overwrites of several volumes at once, `depth` in flight in each.
        case volumes(Int)
        /// Writes of this size, one behind the other.
        case sequentialWrite(bytes: Int)
        /// Reads of 4 KiB blocks that were written before.
        case randomRead
        case sequentialRead(bytes: Int)
        /// The first 4 KiB write into a 1 MiB cluster.
        case firstCluster
        /// Further writes into such clusters.
        case laterCluster
        /// Where does this 4 KiB block lie? Asked for blocks that were written in random order.
        case fileExtent
        /// 2 MiB read here and written to another file, hashed in between or not.
        case rebuild(hashed: Bool)
    }

    package init(name: String, action: Action, depth: Int) {
        self.name = name
        self.action = action
        self.depth = depth
    }

    /// 4 KiB, a replica's sector.
    ///
    /// - Source: longhorn-engine, pkg/replica/diff_disk.go, VolumeSectorSize.
    package static let sectorBytes = 4096
    /// What a rebuild moves at a time: 512 sectors.
    ///
    /// - Source: longhorn-engine's sparse-tools, sparse/client.go, batches of 512 blocks.
    package static let batchBytes = 2 << 20
    /// What an SPDK lvstore allocates at a time.
    ///
    /// - Source: longhorn-spdk-engine, pkg/spdk/disk.go.
    package static let clusterBytes = 1 << 20

    /// The bytes of one request.
    package var blockBytes: Int {
        switch action {
        case .sequentialWrite(let bytes), .sequentialRead(let bytes): bytes
        case .rebuild: Self.batchBytes
        default: Self.sectorBytes
        }
    }

    /// Where it stands on the ladder of replication; nil for what is no plain read or write of a replica.
    package var ladder: LadderPoint? {
        let (operation, pattern): (String, String)
        switch action {
        case .overwrite: (operation, pattern) = ("write", "random")
        case .randomRead: (operation, pattern) = ("read", "random")
        case .sequentialWrite: (operation, pattern) = ("write", "sequential")
        case .sequentialRead: (operation, pattern) = ("read", "sequential")
        default: return nil
        }
        return LadderPoint(
            step: .disk,
            replicas: ["local"],
            operation: operation,
            pattern: pattern,
            blockBytes: UInt64(blockBytes),
            depth: depth,
            connections: 0
        )
    }
}

/// Which of Longhorn's data engines would use the disk.
package enum LonghornDataEngine: String, Sendable, CaseIterable {
    /// A sparse file on a filesystem, blocking calls from many threads.
    case v1
    /// SPDK on the raw device, one ring.
    case v2
}
