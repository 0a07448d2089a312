/// Controllers, iothreads and queues of a VM's disks.
enum DiskControllerRules {
    static let all: [Rule] = [
        lsi, emulated, ide, iothreadIgnored, iothreadMissing, single, virtioBlock, queuesIgnored,
    ]

    static let lsi = Rule.drive(
        "PVE-CTRL-LSI",
        .error,
        "an emulated LSI 53C895A",
        why:
            "Without scsihw, or with lsi, Proxmox emulates a SCSI adapter of 2000: slow, without an iothread, and with at most 7 disks.",
        fix: "Set scsihw to virtio-scsi-single.",
        sources: [
            Authority.qm, "proxmox/qemu-server, src/PVE/QemuServer/DriveDevice.pm, scsihw_infos",
        ]
    ) { drive, machine, _ in
        guard drive.bus == .scsi, machine.controller.hasPrefix("lsi") else { return nil }
        let said =
            machine.value("scsihw") == nil ? "no scsihw, so lsi" : "scsihw: \(machine.controller)"
        var seen = drive.observed(said)
        seen.edits = [.set(key: "scsihw", value: "virtio-scsi-single")]
        return seen
    }

    static let emulated = Rule.machine(
        "PVE-CTRL-EMULATED",
        .error,
        "an emulated SCSI adapter",
        topic: .proxmoxDisk,
        why:
            "megasas and pvscsi are made for guests without virtio drivers; every request is decoded as the foreign hardware would.",
        fix: "Set scsihw to virtio-scsi-single.",
        sources: [Authority.qm]
    ) { machine, _ in
        guard ["megasas", "pvscsi"].contains(machine.controller),
            machine.disks.contains(where: { $0.bus == .scsi })
        else { return [] }
        return [
            Observation(
                "scsihw: \(machine.controller)",
                at: machine.place("scsihw"),
                edits: [.set(key: "scsihw", value: "virtio-scsi-single")]
            )
        ]
    }

    static let ide = Rule.drive(
        "PVE-CTRL-IDE",
        .warning,
        "a disk on an emulated IDE or SATA controller",
        why: "Each register access leaves the VM, there is one queue, and no iothread is possible.",
        fix: "Attach it as scsiN with scsihw: virtio-scsi-single, or as virtioN.",
        sources: [Authority.qm]
    ) { drive, _, _ in
        guard drive.bus == .ide || drive.bus == .sata else { return nil }
        return drive.observed("on \(drive.bus.rawValue)")
    }

    static let iothreadIgnored = Rule.drive(
        "PVE-IOTHREAD-IGNORED",
        .warning,
        "iothread=1 has no effect",
        why:
            "Proxmox drops it with the warning \"iothread is only valid with virtio disk or virtio-scsi-single controller, ignoring\", so the disk shares QEMU's main loop.",
        fix: "Set scsihw to virtio-scsi-single.",
        sources: [Authority.qemuServer, Authority.qm]
    ) { drive, machine, _ in
        guard drive.flag("iothread") == true else { return nil }
        switch drive.bus {
        case .virtio: return nil
        case .scsi:
            guard machine.controller != "virtio-scsi-single" else { return nil }
            var seen = drive.observed("iothread=1 with scsihw: \(machine.controller)")
            seen.edits = [.set(key: "scsihw", value: "virtio-scsi-single")]
            return seen
        case .ide, .sata, .efidisk, .tpmstate:
            return drive.observed("iothread=1 on \(drive.bus.rawValue)", set: [("iothread", nil)])
        }
    }

    static let iothreadMissing = Rule.drive(
        "PVE-IOTHREAD-MISSING",
        .warning,
        "no iothread",
        why:
            "Without one all disks of the VM are served by QEMU's main loop, together with the network's control and the console.",
        fix: "Add iothread=1.",
        sources: [Authority.qm]
    ) { drive, machine, evidence in
        let isPossible =
            drive.bus == .virtio
            || (drive.bus == .scsi && machine.controller == "virtio-scsi-single")
        guard isPossible, drive.flag("iothread") != true else { return nil }
        return drive.observed(
            "iothread is not set",
            severity: evidence.limits.backupRequired ? nil : .info,
            set: [("iothread", "1")]
        )
    }

    static let single = Rule.machine(
        "PVE-CTRL-SINGLE-TALOS",
        .disputed,
        "virtio-scsi-single under Talos",
        topic: .proxmoxDisk,
        why:
            "Two reports say that Talos hangs when bootstrapping with it; others use it without trouble, and it is Proxmox' default and its only controller with an iothread per SCSI disk.",
        fix: "Keep it; if bootstrap hangs, try virtio-scsi-pci and report the kernel's log.",
        sources: [
            "siderolabs/talos issue 11173 (stale, no root cause)",
            "siderolabs/omni-infra-provider-proxmox issue 45 (closed: works fine)", Authority.qm,
        ],
        positions: [
            "Talos' Proxmox guide and issue 11173: VirtIO SCSI, not VirtIO SCSI single.",
            "Proxmox: virtio-scsi-single is the default since 7.3 and recommended for performance.",
        ],
        settle:
            "tbench matrix --vm --controller virtio-scsi-single,virtio-scsi --iothread both --format raw --cache none"
    ) { machine, _ in
        guard machine.controller == "virtio-scsi-single",
            machine.disks.contains(where: { $0.bus == .scsi })
        else { return [] }
        return [Observation("scsihw: virtio-scsi-single", at: machine.place("scsihw"))]
    }

    static let virtioBlock = Rule.machine(
        "PVE-CTRL-VIRTIO-BLK",
        .disputed,
        "virtio-blk",
        topic: .proxmoxDisk,
        why:
            "Some guides call it deprecated. It is maintained, discards since Linux 5.0, and got several iothreads per disk before virtio-scsi did.",
        fix: "Keep it, or measure it against virtio-scsi-single on this host.",
        sources: [Authority.qm, Authority.virtioBlkLinux],
        positions: [
            "Guides: VirtIO Block is deprecated and does not trim.",
            "Proxmox: VirtIO SCSI or VirtIO Block are both highly recommended; block is superseded in features only.",
        ],
        settle:
            "tbench matrix --vm --controller virtio-blk,virtio-scsi-single --format raw --cache none"
    ) { machine, _ in
        guard let drive = machine.disks.first(where: { $0.bus == .virtio }) else { return [] }
        return [drive.observed("on virtio-blk")]
    }

    static let queuesIgnored = Rule.drive(
        "PVE-SCSI-QUEUES-IGNORED",
        .warning,
        "queues= has no effect",
        why: "Proxmox honours queues= of a SCSI disk only with virtio-scsi-single.",
        fix: "Set scsihw to virtio-scsi-single, or leave queues= out.",
        sources: [Authority.qemuServer]
    ) { drive, machine, _ in
        guard drive.bus == .scsi, drive.option("queues") != nil,
            machine.controller != "virtio-scsi-single"
        else { return nil }
        return drive.observed("queues= with scsihw: \(machine.controller)", set: [("queues", nil)])
    }
}
