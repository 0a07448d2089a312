import ResultStore

/// Disks of this machine.
enum NodeDiskRules {
    static let all: [Rule] = [
        controller, rotational, writeThrough, fua, discard, discardUnproven, scheduler, queue,
        readOnly, throttled,
    ]

    private static func each(
        _ node: NodeFacts,
        _ file: String,
        _ seen: (DeviceFacts) -> String?
    ) throws(UnknownFact) -> [Observation] {
        try node.disks.get().compactMap { disk in
            seen(disk).map {
                Observation("\(disk.name): \($0)", at: Location("/sys/block/\(disk.name)/\(file)"))
            }
        }
    }

    private static func isVirtual(_ node: NodeFacts) -> Bool {
        node.host.hypervisor.map { $0 != "none" } ?? false
    }

    static let controller = Rule.node(
        "NODE-DISK-CONTROLLER",
        .warning,
        .disk,
        "a disk on an emulated controller",
        why: "Each register access leaves the VM, and there is one queue for all.",
        fix: "Attach the disk by virtio-scsi-single or virtio-blk.",
        sources: [Authority.qm]
    ) { node, _ throws(UnknownFact) in
        guard isVirtual(node) else { return [] }
        let emulated = ["ahci", "ata_piix", "sym53c8xx", "mptspi", "mptsas", "megaraid_sas", "lsi"]
        return try each(node, "device") { disk in
            disk.driver.flatMap { emulated.contains($0) ? $0 : nil }
        }
    }

    static let rotational = Rule.node(
        "NODE-DISK-ROTATIONAL",
        .warning,
        .disk,
        "a spinning disk, or one that says so",
        why:
            "etcd needs flushes below 10 ms, which a spinning disk does not do; a virtual one that is not told otherwise says it spins.",
        fix:
            "In a VM add ssd=1 to a SCSI disk if it is a solid-state one (virtio-blk has no such option); else use one.",
        sources: [Authority.etcdHardware, Authority.qm]
    ) { node, _ throws(UnknownFact) in
        try node.disks.get().filter { $0.rotational == true }.map { disk in
            let isBlk = disk.transport == "virtio-blk"
            return Observation(
                isBlk
                    ? "\(disk.name): rotational, as virtio-blk always says"
                    : "\(disk.name): rotational",
                at: Location("/sys/block/\(disk.name)/queue/rotational"),
                severity: isBlk ? .info : nil
            )
        }
    }

    static let writeThrough = Rule.node(
        "NODE-DISK-WRITE-THROUGH",
        .info,
        .disk,
        "the virtual disk says that it has no cache",
        why:
            "It was attached with cache=writethrough or directsync, so each write waits for the disk; or somebody switched the kernel's view.",
        fix: "Use cache=none on the host, unless a measurement asked for this.",
        sources: [Authority.sysfsBlock, Authority.qemuCache]
    ) { node, _ throws(UnknownFact) in
        guard isVirtual(node) else { return [] }
        return try each(node, "queue/write_cache") { disk in
            let isQEMU = disk.transport == "virtio-blk" || disk.transport == "virtio-scsi"
            return isQEMU && disk.writeCache == "write through" ? "write through" : nil
        }
    }

    static let fua = Rule.node(
        "NODE-DISK-NO-FUA",
        .info,
        .disk,
        "no forced unit access",
        why:
            "A durable write becomes a write and a flush of everything; on a SCSI disk of QEMU it comes with machine version 10.1.",
        fix: "Nothing is wrong; compare only with disks that have the same.",
        sources: [Authority.sysfsBlock, Authority.qemuMachines]
    ) { node, _ throws(UnknownFact) in
        try each(node, "queue/fua") { disk in
            disk.transport == "virtio-scsi" && disk.fua == false && disk.writeCache == "write back"
                ? "fua 0" : nil
        }
    }

    static let discard = Rule.node(
        "NODE-DISK-NO-DISCARD",
        .warning,
        .disk,
        "the disk cannot be trimmed",
        why:
            "Space that is freed here is never given back below, so thin storage fills up and solid-state disks slow down.",
        fix: "Add discard=on to the disk in the VM's configuration.",
        sources: [Authority.sysfsBlock, Authority.qm]
    ) { node, _ throws(UnknownFact) in
        try each(node, "queue/discard_max_bytes") { disk in
            disk.discardMaxBytes == 0 && disk.rotational != true ? "discard_max_bytes 0" : nil
        }
    }

    static let discardUnproven = Rule.node(
        "NODE-DISK-DISCARD-UNPROVEN",
        .info,
        .disk,
        "whether a trim arrives is not known",
        why:
            "QEMU offers discard also when the host ignores it (discard=ignore is its default), and only writing, trimming and reading back would tell.",
        fix: "Give the VM's configuration as well: tbench doctor --live --proxmox VMID.conf.",
        sources: [Authority.virtioBlkLinux, Authority.driveModule]
    ) { node, evidence throws(UnknownFact) in
        guard isVirtual(node), evidence.machines.isEmpty else { return [] }
        let names = try node.disks.get().filter { disk in
            ["virtio-blk", "virtio-scsi"].contains(disk.transport)
                && (disk.discardMaxBytes ?? 0) > 0
        }.map(\.name)
        guard let first = names.first else { return [] }
        return [
            Observation(
                "\(Text.list(names)) offered",
                at: Location("/sys/block/\(first)/queue/discard_max_bytes")
            )
        ]
    }

    static let scheduler = Rule.node(
        "NODE-DISK-SCHEDULER",
        .warning,
        .disk,
        "a scheduler that holds requests back",
        why:
            "bfq and cfq delay requests to be fair between processes, which a flush of etcd pays for; a virtual disk is scheduled by the host already.",
        fix: "Use none or mq-deadline: echo none > /sys/block/DISK/queue/scheduler.",
        sources: ["Linux, Documentation/block/bfq-iosched.rst", Authority.sysfsBlock]
    ) { node, _ throws(UnknownFact) in
        try each(node, "queue/scheduler") { disk in
            disk.scheduler.flatMap { ["bfq", "cfq"].contains($0) ? $0 : nil }
        }
    }

    static let queue = Rule.node(
        "NODE-DISK-QUEUE",
        .info,
        .disk,
        "a short queue",
        roles: [.workerV1, .workerV2],
        why: "A Longhorn volume has 16 requests in flight, and a node has several volumes.",
        fix: "Raise it: echo 128 > /sys/block/DISK/queue/nr_requests.",
        sources: [Authority.sysfsBlock, "longhorn/longhorn-engine, tgt nr_iothreads=16"]
    ) { node, _ throws(UnknownFact) in
        try each(node, "queue/nr_requests") { disk in
            disk.requests.flatMap { $0 < 32 ? "nr_requests \($0)" : nil }
        }
    }

    static let readOnly = Rule.node(
        "NODE-DISK-READ-ONLY",
        .warning,
        .disk,
        "the disk is read-only",
        why: "Nothing can be kept on it; a disk that turns read-only has often failed.",
        fix: "Look into the kernel's log, or leave ro= out of the VM's configuration.",
        sources: [Authority.sysfsBlock]
    ) { node, _ throws(UnknownFact) in
        try each(node, "ro") { $0.readOnly == true ? "ro 1" : nil }
    }

    static let throttled = Rule.node(
        "NODE-DISK-WBT",
        .info,
        .disk,
        "background writes are held back",
        why:
            "Writeback throttling slows buffered writers down so that reads keep their latency; it moves numbers of anything that does not use O_DIRECT.",
        fix: "Nothing is wrong; compare only with disks that have the same.",
        sources: [Authority.sysfsBlock]
    ) { node, _ throws(UnknownFact) in
        try each(node, "queue/wbt_lat_usec") { disk in
            disk.writebackThrottleUsec.flatMap { $0 > 0 ? "wbt_lat_usec \($0)" : nil }
        }
    }
}
