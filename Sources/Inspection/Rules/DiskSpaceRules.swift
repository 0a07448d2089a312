import ResultStore

/// Formats, storages, discard and sizes of a VM's disks.
enum DiskSpaceRules {
    static let all: [Rule] = [
        discard, ssd, ssdOnVirtio, detectZeroes, qcow2OnZFS, qcow2Large, qcow2, formatMismatch,
        btrfsBuffered, backup, sharedSystem, systemSize, passthrough,
    ]

    static let discard = Rule.drive(
        "PVE-DISCARD-MISSING",
        .warning,
        "trims go nowhere",
        why:
            "On thin storage space that the guest freed is never given back: the pool fills up, and a full pool stops every VM on it.",
        fix: "Add discard=on, and trim in the guest.",
        sources: [Authority.qm, Authority.pvesm]
    ) { drive, _, evidence throws(UnknownFact) in
        guard drive.option("discard") != "on", drive.storage != nil else { return nil }
        if drive.format == "qcow2" {
            return drive.observed("a qcow2 image without discard=on", set: [("discard", "on")])
        }
        guard evidence.storages != nil else { throw Evidence.noStorageConfig }
        guard let storage = evidence.storage(of: drive) else { return nil }
        let isSparse =
            storage.type == "dir" && (drive.format ?? "raw") == "raw"
            && ["off", "metadata", nil].contains(storage.values["preallocation"])
        if isSparse {
            return drive.observed(
                "a sparse raw file on '\(storage.id)' without discard=on",
                set: [("discard", "on")]
            )
        }
        guard storage.isThin == true else { return nil }
        return drive.observed(
            "thin storage '\(storage.id)' (\(storage.type)) without discard=on",
            set: [("discard", "on")]
        )
    }

    static let ssd = Rule.drive(
        "PVE-SSD-MISSING",
        .info,
        "the guest takes the disk for a spinning one",
        why:
            "Without ssd=1 the guest sees rotational=1, which changes what Longhorn and schedulers take the disk for.",
        fix: "Add ssd=1 where the disk is a solid-state one.",
        sources: [Authority.qm, Authority.driveModule]
    ) { drive, machine, _ in
        guard [.scsi, .sata, .ide].contains(drive.bus), drive.flag("ssd") != true else {
            return nil
        }
        return drive.observed("ssd is not set")
    }

    static let ssdOnVirtio = Rule.drive(
        "PVE-SSD-ON-VIRTIO",
        .error,
        "ssd= is no option of virtio-blk",
        why:
            "Proxmox cannot parse the drive with it, skips the line, and the VM starts without the disk.",
        fix: "Leave ssd= out, or attach the disk as scsiN.",
        sources: [Authority.driveModule]
    ) { drive, _, _ in
        guard drive.bus == .virtio, drive.option("ssd") != nil else { return nil }
        return drive.observed("ssd= on virtio-blk", set: [("ssd", nil)])
    }

    static let detectZeroes = Rule.drive(
        "PVE-DETECT-ZEROES-OFF",
        .info,
        "zeros are written out",
        why:
            "Proxmox has QEMU turn blocks of zeros into cheaper commands by default; with discard=on that saves space, and switching it off is rarely meant.",
        fix: "Leave detect_zeroes out, unless a measurement asked for it.",
        sources: [Authority.driveModule]
    ) { drive, _, _ in
        guard drive.flag("detect_zeroes") == false else { return nil }
        return drive.observed("detect_zeroes=0", set: [("detect_zeroes", nil)])
    }

    static let qcow2OnZFS = Rule.drive(
        "PVE-QCOW2-ON-COW",
        .warning,
        "copy-on-write upon copy-on-write",
        why:
            "The image allocates and maps once more what the filesystem below already maps, so a small flushed write becomes several, and both fragment.",
        fix: "Use a zfspool storage (zvols), or raw images.",
        sources: [
            Authority.pvesm,
            "OpenZFS, Workload Tuning: https://openzfs.github.io/openzfs-docs/Performance%20and%20Tuning/Workload%20Tuning.html",
        ]
    ) { drive, _, evidence in
        guard drive.format == "qcow2", let storage = evidence.storage(of: drive) else { return nil }
        if ["zfspool", "zfs", "btrfs"].contains(storage.type) {
            return drive.observed("a qcow2 image on \(storage.type) storage '\(storage.id)'")
        }
        guard let pool = evidence.storages?.pool(below: storage) else { return nil }
        return drive.observed("a qcow2 image in a directory of ZFS pool '\(pool)'")
    }

    static let qcow2Large = Rule.drive(
        "PVE-QCOW2-LARGE",
        .warning,
        "the image outgrows its metadata cache",
        why:
            "QEMU keeps at most 32 MiB of a qcow2's table in memory, which covers 256 GiB; beyond that random I/O reads the table from disk first, and Proxmox has no setting for it.",
        fix: "Use raw, or several smaller disks.",
        sources: [Authority.qcow2Cache, "QEMU, commit af39bd0d (6 545 against 55 680 IOPS)"]
    ) { drive, _, _ in
        guard drive.format == "qcow2", let size = drive.sizeBytes, size > 256 << 30 else {
            return nil
        }
        return drive.observed("a qcow2 image of \(Text.size(size))")
    }

    static let qcow2 = Rule.drive(
        "PVE-QCOW2",
        .disputed,
        "qcow2 under a database",
        why:
            "A first write to a cluster costs allocations and flushes of its own; how much that is on this host nobody else can say.",
        fix: "Measure raw and qcow2 on this storage, then choose.",
        sources: [Authority.qm, Authority.qcow2Cache],
        positions: [
            "Proxmox: raw is up to 10 % faster (a figure of 2013).",
            "QEMU: a qcow2 whose metadata is allocated and cached is as fast as raw; one that is being filled is not.",
        ],
        settle: "tbench matrix --format raw,qcow2,qcow2-sparse --cache none"
    ) { drive, _, _ in
        guard drive.format == "qcow2" else { return nil }
        return drive.observed("a qcow2 image")
    }

    static let formatMismatch = Rule.drive(
        "PVE-FORMAT-MISMATCH",
        .error,
        "format= contradicts the volume's name",
        why: "Proxmox refuses to start a VM whose drive claims another format than its volume has.",
        fix: "Leave format= out.",
        sources: [Authority.qemuServer]
    ) { drive, _, _ in
        guard let format = drive.option("format"),
            let ending = ["qcow2", "raw", "vmdk"].first(where: { drive.volume.hasSuffix(".\($0)") }
            ),
            format != ending
        else { return nil }
        return drive.observed("format=\(format)", set: [("format", nil)])
    }

    static let btrfsBuffered = Rule.drive(
        "PVE-BTRFS-BUFFERED",
        .warning,
        "cache=none is not what it says on btrfs",
        why:
            "Without nocow Proxmox opens images on a btrfs storage through the page cache, so reads and writes are cached twice.",
        fix: "Set nocow 1 on the storage before creating the image, or use another storage.",
        sources: ["proxmox/qemu-server, src/PVE/QemuServer/Drive.pm, drive_uses_cache_direct"]
    ) { drive, _, evidence in
        guard let storage = evidence.storage(of: drive), storage.type == "btrfs",
            drive.option("cache") == nil, ConfigText.truth(storage.values["nocow"]) != true
        else { return nil }
        return drive.observed("on btrfs storage '\(storage.id)' without nocow")
    }

    static let backup = Rule.drive(
        "PVE-BACKUP-REPLICAS",
        .warning,
        "replica disks are backed up, too",
        roles: [.workerV1, .workerV2],
        why:
            "Longhorn's replicas are copies already; a backup of each VM's disk stores them once more and takes its I/O while it runs.",
        fix: "Add backup=0 to disks that hold replicas only, and back volumes up with Longhorn.",
        sources: [Authority.qm, Authority.longhornBest]
    ) { drive, machine, _ in
        guard drive.key != machine.disks.first?.key, drive.flag("backup") != false else {
            return nil
        }
        return drive.observed("backup is not 0")
    }

    static let sharedSystem = Rule.machine(
        "PVE-DISK-SHARED",
        .warning,
        "replicas share the system's disk",
        topic: .proxmoxDisk,
        roles: [.workerV1, .workerV2],
        why:
            "Longhorn recommends a disk of its own; on the system's disk replicas compete with images, logs and, on control planes, etcd, and can fill it.",
        fix: "Add a second disk for Longhorn.",
        sources: [Authority.longhornBest]
    ) { machine, _ in
        guard machine.disks.count == 1, let only = machine.disks.first else { return [] }
        return [only.observed("the only disk")]
    }

    static let systemSize = Rule.machine(
        "PVE-DISK-SMALL",
        .warning,
        "the system's disk is small",
        topic: .proxmoxDisk,
        roles: Set(Role.allCases),
        why: "Talos needs 10 GiB and recommends more for images, logs and etcd.",
        fix: "Resize it on the host: qm disk resize.",
        sources: [Authority.talosRequirements]
    ) { machine, evidence in
        guard let drive = machine.disks.first, let size = drive.sizeBytes,
            let sizes = evidence.limits.sizes(for: evidence.roles(of: machine))
        else { return [] }
        if size < sizes.diskMinimumBytes {
            return [
                drive.observed(
                    "\(Text.size(size)), of at least \(Text.size(sizes.diskMinimumBytes))",
                    severity: .error
                )
            ]
        }
        guard size < sizes.diskWantedBytes else { return [] }
        let wanted = "\(Text.size(size)), recommended are \(Text.size(sizes.diskWantedBytes))"
        return [drive.observed(wanted)]
    }

    static let passthrough = Rule.drive(
        "PVE-DISK-UNSTABLE-NAME",
        .warning,
        "a disk is passed through by a name that moves",
        why:
            "/dev/sdX is given out in the order of discovery, so after a reboot the VM may get another disk and write to it.",
        fix: "Name it by /dev/disk/by-id/….",
        sources: ["Proxmox VE wiki, Passthrough Physical Disk to VM", "udev(7)"]
    ) { drive, _, _ in
        let isDevice = drive.volume.hasPrefix("/dev/")
        guard isDevice, !drive.volume.hasPrefix("/dev/disk/by-"),
            !drive.volume.hasPrefix("/dev/mapper/"),
            ["/dev/sd", "/dev/nvme", "/dev/vd"].contains(where: { drive.volume.hasPrefix($0) })
        else { return nil }
        return drive.observed("named \(drive.volume)")
    }
}

/// Quantities inside findings.
enum Text {
    /// "32 GiB".
    static func size(_ bytes: UInt64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 1024, unit + 1 < units.count {
            value /= 1024
            unit += 1
        }
        let rounded = (value * 10).rounded() / 10
        return rounded == rounded.rounded()
            ? "\(Int(rounded)) \(units[unit])" : "\(rounded) \(units[unit])"
    }

    /// "a", "a and b", "a, b and c".
    static func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.joined() }
        return "\(words.dropLast().joined(separator: ", ")) and \(last)"
    }
}
