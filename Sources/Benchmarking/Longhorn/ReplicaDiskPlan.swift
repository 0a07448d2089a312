import Units

/// What the disk side of `tbench longhorn` measures, how long and on how much of the disk.
///
/// Cases of a group are compared with each other, so they take turns: a slice of each, then a slice of each again, and a
/// drift of the disk meets them all alike.
package struct ReplicaDiskPlan: Sendable, Equatable {
    package var dataEngine: LonghornDataEngine
    /// Whether there is a filesystem, with holes to punch and extents to ask for.
    package var hasFilesystem: Bool
    /// Of the replica's file, or the part of a device to use.
    package var sizeBytes: Int64
    /// How long each case is measured, all slices together.
    package var runtimeNanoseconds: UInt64
    /// How many slices each case has; each is a round of the record.
    package var slices: Int
    /// With the revision counter of Longhorn before 1.7, or where it is switched on.
    package var revisionCounter: Bool
    /// Volumes that are written at once in a case of their own; 1 is none.
    package var volumes: Int

    /// Cases that take turns.
    package struct Group: Sendable, Equatable {
        /// For the progress line: "4 KiB, one at a time".
        package var name: String
        package var cases: [ReplicaDiskCase]
    }

    /// How many requests a V1 volume has in flight at most.
    ///
    /// - Source: tgt, usr/bs.c, nr_iothreads = 16.
    package static let requestsPerVolume = 16
    /// How many batches a rebuild has in flight.
    ///
    /// - Source: longhorn-engine's sparse-tools, sparse/client.go, four workers.
    package static let rebuildWorkers = 4
    /// The holes that are punched in one slice, in MiB.
    static let holes = [8, 1, 32, 2, 64, 4, 16]
    static let holeBytes: Int64 = Int64(holes.reduce(0, +)) << 20
    /// Below this there is no room for each part.
    package static let smallestBytes: Int64 = 384 << 20
    private static let mebibyte: Int64 = 1 << 20
    /// The most that is written before the measurement of a V2 disk.
    private static let largestLayOut: Int64 = 1 << 30

    package init(
        dataEngine: LonghornDataEngine,
        hasFilesystem: Bool,
        sizeBytes: Int64,
        runtimeNanoseconds: UInt64,
        slices: Int,
        revisionCounter: Bool = false,
        volumes: Int = 1
    ) {
        self.dataEngine = dataEngine
        self.hasFilesystem = hasFilesystem
        self.sizeBytes = sizeBytes
        self.runtimeNanoseconds = runtimeNanoseconds
        self.slices = slices
        self.revisionCounter = revisionCounter
        self.volumes = volumes
    }

    /// Where in the file each part lies; the parts do not touch.
    package struct Parts: Sendable, Equatable {
        /// Written once before anything is measured.
        package var overwrite: Range<Int64>
        /// Holes until a first touch.
        package var firstTouch: Range<Int64>
        /// Filled and punched, again and again; empty where nothing is punched.
        package var punched: Range<Int64>
    }

    /// The parts of `sizeBytes`.
    package var parts: Parts {
        let hole = hasFilesystem ? Self.holeBytes : 0
        let rest = max(0, sizeBytes - hole)
        let half = rest / 2 / Self.mebibyte * Self.mebibyte
        let middle = dataEngine == .v2 ? min(half, Self.largestLayOut) : half
        let end = rest / Self.mebibyte * Self.mebibyte
        return Parts(
            overwrite: 0..<middle,
            firstTouch: middle..<end,
            punched: end..<(end + hole)
        )
    }

    /// Bytes of the second file that a rebuild writes; 0 where there is none.
    package var copyBytes: Int64 { dataEngine == .v1 ? parts.overwrite.upperBound : 0 }

    /// Bytes of each further volume's file.
    package var volumeBytes: Int64 {
        max(64 << 20, parts.overwrite.upperBound / Int64(max(1, volumes)) / 4096 * 4096)
    }

    /// The most it writes to different places: what has to be free.
    package var bytesNeeded: UInt64 {
        UInt64(sizeBytes + copyBytes + Int64(volumes - 1) * volumeBytes + 2 * Self.mebibyte)
    }

    /// About how long it takes, what is written before apart.
    package var durationNanoseconds: UInt64 {
        let count = UInt64(groups.flatMap(\.cases).count)
        let (product, overflow) = runtimeNanoseconds.multipliedReportingOverflow(by: count)
        return overflow ? .max : product
    }

    /// Everything that is measured, in order.
    package var groups: [Group] {
        dataEngine == .v1 ? v1Groups : v2Groups
    }

    private var v1Groups: [Group] {
        let many = Self.requestsPerVolume
        var single: [ReplicaDiskCase] = [
            .init(name: "overwrite-1", action: .overwrite, depth: 1),
            .init(name: "first-touch-1", action: .firstTouch, depth: 1),
            .init(name: "durable-1", action: .durable, depth: 1),
            .init(name: "random-read-1", action: .randomRead, depth: 1),
        ]
        var several: [ReplicaDiskCase] = [
            .init(name: "overwrite-16", action: .overwrite, depth: many),
            .init(name: "first-touch-16", action: .firstTouch, depth: many),
            .init(name: "random-read-16", action: .randomRead, depth: many),
        ]
        if hasFilesystem {
            single.append(.init(name: "punching-1", action: .punching, depth: 1))
        }
        if revisionCounter {
            single.append(
                .init(name: "revision-1", action: .revisionCounter, depth: 1)
            )
            several.append(
                .init(name: "revision-16", action: .revisionCounter, depth: many)
            )
        }
        if volumes > 1 {
            several.append(
                .init(
                    name: "volumes-\(volumes)",
                    action: .volumes(volumes),
                    depth: many
                )
            )
        }
        var groups = [
            Group(name: "4 KiB, one at a time", cases: single),
            Group(name: "4 KiB, 16 at a time", cases: several),
            Group(name: "sequential", cases: Self.sequential(depth: many)),
        ]
        if hasFilesystem {
            groups.append(
                Group(
                    name: "extent lookups",
                    cases: [.init(name: "fiemap-1", action: .fileExtent, depth: 1)]
                )
            )
        }
        groups.append(
            Group(
                name: "rebuild",
                cases: [
                    .init(
                        name: "rebuild-4",
                        action: .rebuild(hashed: false),
                        depth: Self.rebuildWorkers
                    ),
                    .init(
                        name: "rebuild-4-sha512",
                        action: .rebuild(hashed: true),
                        depth: Self.rebuildWorkers
                    ),
                ]
            )
        )
        return groups
    }

    private var v2Groups: [Group] {
        let single: [ReplicaDiskCase] = [
            .init(name: "overwrite-1", action: .overwrite, depth: 1),
            .init(name: "first-cluster-1", action: .firstCluster, depth: 1),
            .init(name: "later-cluster-1", action: .laterCluster, depth: 1),
            .init(name: "durable-1", action: .durable, depth: 1),
            .init(name: "random-read-1", action: .randomRead, depth: 1),
        ]
        let several = [16, 128].flatMap { depth -> [ReplicaDiskCase] in
            [
                .init(name: "overwrite-\(depth)", action: .overwrite, depth: depth),
                .init(name: "random-read-\(depth)", action: .randomRead, depth: depth),
            ]
        }
        return [
            Group(name: "4 KiB, one at a time", cases: single),
            Group(name: "4 KiB at depth", cases: several),
            Group(name: "sequential", cases: Self.sequential(depth: 16)),
        ]
    }

    private static func sequential(depth: Int) -> [ReplicaDiskCase] {
        [("128k", 128 << 10), ("512k", 512 << 10), ("1m", 1 << 20)].map { name, bytes in
            .init(
                name: "seq-write-\(name)-\(depth)",
                action: .sequentialWrite(bytes: bytes),
                depth: depth
            )
        }
            + [1, depth].map { depth in
                .init(
                    name: "seq-read-128k-\(depth)",
                    action: .sequentialRead(bytes: 128 << 10),
                    depth: depth
                )
            }
    }
}
