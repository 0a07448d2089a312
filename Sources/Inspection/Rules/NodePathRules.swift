import ResultStore

/// Where etcd and Longhorn keep their data on this machine.
enum NodePathRules {
    static let all: [Rule] = [
        sharedDisk, longhornOnRoot, network, longhornFilesystem, options, full, loop, propagation,
        noExec,
    ]

    private static func paths(
        _ node: NodeFacts,
        _ owner: NodeFacts.DataPath.Owner
    ) throws(UnknownFact) -> [NodeFacts.DataPath] {
        try node.paths.get().filter { $0.owner == owner }
    }

    static let sharedDisk = Rule.node(
        "NODE-DISK-SHARED",
        .error,
        .disk,
        "etcd and Longhorn on one disk",
        why:
            "A replica's writes and rebuilds stand in the same queue as etcd's flushes: heartbeats are missed and leaders change whenever a volume is busy.",
        fix: "Give Longhorn a disk of its own, or keep it off control planes.",
        sources: [Authority.etcdHardware, Authority.longhornBest, "KBVE/kbve pull request 13236"]
    ) { node, _ throws(UnknownFact) in
        let etcd = try paths(node, .etcd)
        return try paths(node, .longhorn).compactMap { path in
            guard let other = etcd.first(where: { !Set($0.disks).isDisjoint(with: path.disks) }),
                let disk = path.disks.first(where: other.disks.contains)
            else { return nil }
            return Observation(
                "\(other.path) and \(path.path) are on \(disk)",
                at: Location(path.path)
            )
        }
    }

    static let longhornOnRoot = Rule.node(
        "NODE-LONGHORN-ROOT",
        .warning,
        .longhornV1,
        "replicas on the system's disk",
        why:
            "Replicas compete with images and logs for space and I/O, and a full disk takes the node with it.",
        fix: "Use a disk of its own, mounted at /var/mnt/longhorn on Talos.",
        sources: [Authority.longhornBest, Authority.talosLonghorn]
    ) { node, _ throws(UnknownFact) in
        let system = Set(try paths(node, .node).flatMap(\.disks))
        return try paths(node, .longhorn).compactMap { path in
            guard let disk = path.disks.first(where: system.contains) else { return nil }
            return Observation(
                "\(path.path) is on \(disk), as the system is",
                at: Location(path.path)
            )
        }
    }

    static let network = Rule.node(
        "NODE-ETCD-NETWORK",
        .error,
        .disk,
        "etcd's data is not on a local disk",
        why:
            "etcd wants a local disk; a network filesystem or memory either loses its log or stalls it.",
        fix: "Move /var/lib/etcd to a local disk.",
        sources: [Authority.etcdHardware, Authority.etcdFAQ]
    ) { node, _ throws(UnknownFact) in
        let wrong = ["nfs", "nfs4", "cifs", "ceph", "fuse", "tmpfs", "ramfs", "overlay", "9p"]
        return try paths(node, .etcd).compactMap { path in
            guard let type = path.facts.filesystem?.type, wrong.contains(type) else { return nil }
            return Observation("\(path.path) is \(type)", at: Location(path.path))
        }
    }

    static let longhornFilesystem = Rule.node(
        "NODE-LONGHORN-FS",
        .error,
        .longhornV1,
        "a filesystem that Longhorn cannot use",
        why:
            "Replicas are sparse files that are read by their extents; Longhorn supports ext4 and XFS only.",
        fix: "Format the disk as ext4 or XFS.",
        sources: [Authority.longhornInstall, Authority.longhornBest]
    ) { node, _ throws(UnknownFact) in
        try paths(node, .longhorn).compactMap { path in
            guard let type = path.facts.filesystem?.type, type != "ext4", type != "xfs",
                !type.hasPrefix("ext2/"), type != "unknown"
            else { return nil }
            return Observation("\(path.path) is \(type)", at: Location(path.path))
        }
    }

    static let options = Rule.node(
        "NODE-FS-OPTIONS",
        .error,
        .disk,
        "mount options that lose or multiply writes",
        why:
            "nobarrier leaves flushes out, so a power cut loses what was promised; sync makes a flush of every write.",
        fix: "Mount without it.",
        sources: [Authority.ext4, "xfs(5)", "mount(8)"]
    ) { node, _ throws(UnknownFact) in
        try node.paths.get().compactMap { path in
            let found = (path.facts.filesystem?.mountOptions ?? []).filter {
                ["nobarrier", "barrier=0", "sync", "data=writeback", "data=journal"].contains($0)
            }
            guard !found.isEmpty else { return nil }
            return Observation(
                "\(path.path) has \(Text.list(found))",
                at: Location(path.path),
                severity: found.contains { $0.contains("barrier") } ? nil : .warning
            )
        }
    }

    static let full = Rule.node(
        "NODE-FS-FULL",
        .warning,
        .disk,
        "little space is left",
        why:
            "Longhorn schedules no replica below its minimum, solid-state disks slow down when full, and etcd stops at a full disk.",
        fix: "Free or add space.",
        sources: [Authority.longhornSettings, Authority.longhornBest]
    ) { node, evidence throws(UnknownFact) in
        try node.paths.get().compactMap { path in
            guard let size = path.facts.filesystem?.sizeBytes, size > 0,
                let free = path.facts.filesystem?.freeBytes,
                case let percent = Double(free) / Double(size) * 100,
                percent < Double(evidence.limits.freePercent)
            else { return nil }
            return Observation(
                "\(path.path): \(Int(percent)) % of \(Text.size(size)) free, wanted are \(evidence.limits.freePercent) %",
                at: Location(path.path)
            )
        }
    }

    static let loop = Rule.node(
        "NODE-DISK-LAYERS",
        .warning,
        .disk,
        "a loop device or a thin volume below the data",
        why:
            "Each layer allocates and maps once more: first writes cost several, flushes pass through a second filesystem.",
        fix: "Use a partition, a whole disk or a plain logical volume.",
        sources: [
            "Linux, Documentation/admin-guide/device-mapper/thin-provisioning.rst",
            Authority.longhornBest,
        ]
    ) { node, _ throws(UnknownFact) in
        try node.paths.get().filter { $0.owner != .node }.compactMap { path in
            guard
                let layer = path.facts.stack.first(where: { device in
                    let name = device.byId ?? ""
                    return device.transport == "loop" || device.transport == "nbd"
                        || name.hasSuffix("-tpool") || name.hasSuffix("_tdata")
                })
            else { return nil }
            return Observation("\(path.path) lies on \(layer.name)", at: Location(path.path))
        }
    }

    static let propagation = Rule.node(
        "NODE-MOUNT-PRIVATE",
        .error,
        .longhornV1,
        "mounts do not reach the pods",
        roles: [.workerV1, .workerV2],
        why:
            "Longhorn mounts volumes in its own container and the kubelet hands them on; without a shared mount the pod gets an empty directory.",
        fix:
            "On Talos add the kubelet's extraMount with rshared; elsewhere: mount --make-rshared PATH.",
        sources: [Authority.talosLonghorn, Authority.mountPropagation]
    ) { node, _ throws(UnknownFact) in
        var found: [Observation] = []
        for path in try paths(node, .longhorn) {
            guard let propagation = path.propagation else {
                throw UnknownFact(
                    "the node's own mount table",
                    help: "run with hostPID: true, or mount the node's / at /host"
                )
            }
            if !propagation.contains(where: { $0.hasPrefix("shared:") }) {
                found.append(Observation("\(path.path) is not shared", at: Location(path.path)))
            }
        }
        return found
    }

    static let noExec = Rule.node(
        "NODE-NOEXEC",
        .error,
        .longhornV1,
        "engines must not be executed",
        roles: [.workerV1],
        why:
            "Longhorn V1 executes its engine from /var/lib/longhorn/engine-binaries; on a mount with noexec that ends with \"permission denied\", as on new Talos 1.14 clusters.",
        fix: "Talos: VolumeConfig EPHEMERAL with mount.secure: false. V2 is not affected.",
        sources: [Authority.talosChangelog]
    ) { node, _ throws(UnknownFact) in
        try node.paths.get().filter { path in
            path.path == "/var" || path.path == "/var/lib/longhorn"
        }.compactMap { path in
            guard path.facts.filesystem?.mountOptions.contains("noexec") == true else { return nil }
            return Observation("\(path.path) is mounted noexec", at: Location(path.path))
        }
    }
}
