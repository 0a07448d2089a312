/// Options of a VM's disks that limit, break or endanger them.
enum DiskOptionRules {
    static let all: [Rule] = [
        throttle, throttleConflict, temporary, ignoredErrors, busLimit, virtioCDROM, badValue,
        unknownOption, unused,
    ]

    private static let limits = [
        "bps", "bps_rd", "bps_wr", "mbps", "mbps_rd", "mbps_wr", "iops", "iops_rd", "iops_wr",
        "mbps_max", "mbps_rd_max", "mbps_wr_max", "iops_max", "iops_rd_max", "iops_wr_max",
    ]

    static let throttle = Rule.drive(
        "PVE-DISK-THROTTLED",
        .warning,
        "the disk is throttled",
        why:
            "A limit shows up as latency: etcd's flushes wait in QEMU, and no measurement in the guest says why.",
        fix: "Take the limit away, or know that every number is the limit's.",
        sources: [Authority.qm, Authority.driveModule]
    ) { drive, _, _ in
        let set = limits.filter { name in drive.option(name).map { $0 != "0" } ?? false }
        guard !set.isEmpty else { return nil }
        let text = set.map { "\($0)=\(drive.option($0) ?? "")" }
        return drive.observed(Text.list(text), set: set.map { ($0, nil) })
    }

    static let throttleConflict = Rule.drive(
        "PVE-DISK-THROTTLE-CONFLICT",
        .error,
        "limits that exclude each other",
        why:
            "Proxmox rejects a drive with a total and a read or write limit of the same kind, and starts without it.",
        fix: "Keep the total, or the two parts.",
        sources: [Authority.driveModule]
    ) { drive, _, _ in
        for kind in ["mbps", "iops", "bps"] where drive.option(kind) != nil {
            for part in ["\(kind)_rd", "\(kind)_wr"] where drive.option(part) != nil {
                return drive.observed("\(kind)= and \(part)=", set: [(part, nil)])
            }
        }
        return nil
    }

    static let temporary = Rule.drive(
        "PVE-DISK-TEMPORARY",
        .error,
        "everything written is thrown away",
        why: "With snapshot=1 QEMU writes to a temporary file that is gone when the VM stops.",
        fix: "Leave snapshot= out.",
        sources: [Authority.qm]
    ) { drive, _, _ in
        guard drive.flag("snapshot") == true else { return nil }
        return drive.observed("snapshot=1", set: [("snapshot", nil)])
    }

    static let ignoredErrors = Rule.drive(
        "PVE-DISK-ERRORS-IGNORED",
        .error,
        "I/O errors are hidden from the guest",
        why:
            "With werror=ignore or rerror=ignore a failed request is reported as done, and etcd or Longhorn keep what is not there.",
        fix: "Leave rerror= and werror= out.",
        sources: [Authority.qm, "QEMU, qemu-options.hx, drive options werror and rerror"]
    ) { drive, _, _ in
        let names = ["werror", "rerror"].filter { drive.option($0) == "ignore" }
        guard !names.isEmpty else { return nil }
        return drive.observed(Text.list(names.map { "\($0)=ignore" }), set: names.map { ($0, nil) })
    }

    static let busLimit = Rule.machine(
        "PVE-DISK-NUMBER",
        .error,
        "a drive number that does not exist",
        topic: .proxmoxDisk,
        why: "Proxmox knows ide0-3, sata0-5, scsi0-30 and virtio0-15, and skips any other line.",
        fix: "Attach the disk under a free number.",
        sources: [Authority.driveModule]
    ) { machine, _ in
        machine.drives.filter { $0.index >= $0.bus.limit }.map { drive in
            drive.observed("\(drive.bus.rawValue) ends at \(drive.bus.limit - 1)")
        }
    }

    static let virtioCDROM = Rule.machine(
        "PVE-CDROM-VIRTIO",
        .error,
        "a CD-ROM on virtio-blk",
        topic: .proxmoxDisk,
        why: "virtio-blk has no CD-ROMs; Proxmox does not start the VM.",
        fix: "Attach it as ide2 or sata0.",
        sources: [Authority.driveModule]
    ) { machine, _ in
        machine.drives.filter { $0.bus == .virtio && $0.option("media") == "cdrom" }
            .map { $0.observed("media=cdrom") }
    }

    static let badValue = Rule.drive(
        "PVE-DISK-BAD-VALUE",
        .error,
        "a value that Proxmox does not know",
        why:
            "A drive with an invalid option is skipped when the VM starts, or stops it from starting.",
        fix: "Use one of the values that are named.",
        sources: [Authority.driveModule]
    ) { drive, _, _ in
        let allowed = [
            "cache": ["none", "writethrough", "writeback", "unsafe", "directsync"],
            "aio": ["native", "threads", "io_uring"], "discard": ["ignore", "on"],
            "format": ["raw", "qcow", "qed", "qcow2", "vmdk", "cloop"],
        ]
        for name in allowed.keys.sorted() {
            guard let value = drive.option(name), let values = allowed[name],
                !values.contains(value)
            else { continue }
            return drive.observed("\(name)=\(value); it can be \(values.joined(separator: ", "))")
        }
        return nil
    }

    private static let options: Set<String> = Set(limits).union([
        "file", "volume", "media", "snapshot", "cache", "format", "size", "backup", "replicate",
        "rerror", "werror", "aio", "discard", "detect_zeroes", "serial", "shared", "iothread",
        "product", "queues", "ro", "scsiblock", "ssd", "vendor", "wwn", "model", "cyls", "heads",
        "secs", "trans", "bps_max_length", "bps_rd_max_length", "bps_wr_max_length",
        "iops_max_length", "iops_rd_max_length", "iops_wr_max_length", "bps_rd_length",
        "bps_wr_length", "iops_rd_length", "iops_wr_length", "bps_length", "iops_length",
        "import-from",
    ])

    static let unknownOption = Rule.drive(
        "PVE-DISK-OPTION-UNKNOWN",
        .info,
        "an option that is not known here",
        why:
            "It may be newer than these rules, or misspelt; Proxmox skips a drive with an option it does not know.",
        fix: "Compare it with 'qm help set'.",
        sources: [Authority.driveModule]
    ) { drive, _, _ in
        let unknown = drive.properties.parts.compactMap(\.key).filter { !options.contains($0) }
        guard !unknown.isEmpty else { return nil }
        return drive.observed(Text.list(unknown.map { "'\($0)'" }))
    }

    static let unused = Rule.machine(
        "PVE-DISK-UNUSED",
        .info,
        "a disk that nothing uses",
        topic: .proxmoxDisk,
        alsoWindows: true,
        why: "It takes space and is easily mistaken for the data disk that is missing.",
        fix: "Attach it, or remove it: qm disk unlink VMID --idlist unusedN --force.",
        sources: [Authority.qm]
    ) { machine, _ in
        machine.settings.values.filter { $0.key.hasPrefix("unused") }
            .sorted { $0.line < $1.line }
            .map {
                Observation("\($0.key): \($0.value)", at: Location(machine.file, line: $0.line))
            }
    }
}
