/// Memory, machine type and firmware of a VM.
enum VirtualMemoryRules {
    static let all: [Rule] = [
        balloon, balloonDevice, hotplug, size, hugepages, machineVersion, machineGone, passthrough,
        efiDisk, efiType, enrolledKeys,
    ]

    static let balloon = Rule.machine(
        "PVE-MEM-BALLOON",
        .error,
        "memory is taken away while it runs",
        topic: .memory,
        why:
            "With 0 < balloon < memory the host takes memory back under pressure; Talos and Kubernetes plan with all of it, and processes are killed.",
        fix: "Set balloon to 0, or to the value of memory.",
        sources: [Authority.talosProxmox, Authority.qm]
    ) { machine, _ in
        guard let balloon = machine.number("balloon"), balloon > 0,
            balloon < machine.memoryMebibytes
        else { return [] }
        return [
            Observation(
                "balloon: \(balloon) of memory: \(machine.memoryMebibytes)",
                at: machine.place("balloon"),
                edits: [.set(key: "balloon", value: "0")]
            )
        ]
    }

    static let balloonDevice = Rule.machine(
        "PVE-MEM-BALLOON-DEVICE",
        .disputed,
        "the balloon device is there",
        topic: .memory,
        why:
            "Without a lower limit it takes nothing away and tells the host how much memory the guest uses; Talos' guide wants it off all the same.",
        fix: "Either is fine; a node that is to be compared with others should have the same.",
        sources: [Authority.talosProxmox, Authority.qm],
        positions: [
            "Talos: disable memory ballooning.",
            "Proxmox: leave the device on, it reports the guest's memory.",
        ],
        settle: "tbench etcd --tag balloon=on"
    ) { machine, _ in
        let balloon = machine.number("balloon")
        guard balloon == nil || (balloon ?? 0) >= machine.memoryMebibytes else { return [] }
        let said = balloon.map { "balloon: \($0)" } ?? "no balloon: line, so the device is there"
        return [Observation(said, at: machine.place("balloon"))]
    }

    static let hotplug = Rule.machine(
        "PVE-MEM-HOTPLUG",
        .error,
        "memory is hot-plugged",
        topic: .memory,
        why:
            "Talos does not bring hot-plugged memory online, so it sees 1 GiB and does not install.",
        fix: "Leave memory out of hotplug.",
        sources: [Authority.talosProxmox]
    ) { machine, _ in
        guard let text = machine.value("hotplug") else { return [] }
        let parts = ConfigText.parts(text).map { ConfigText.trimmed($0) }
        guard parts.contains("memory") else { return [] }
        return [
            Observation(
                "hotplug: \(text)",
                at: machine.place("hotplug"),
                edits: [
                    .set(
                        key: "hotplug",
                        value: parts.filter { $0 != "memory" }.joined(separator: ",")
                    )
                ]
            )
        ]
    }

    static let size = Rule.machine(
        "PVE-MEM-SIZE",
        .warning,
        "little memory for its role",
        topic: .memory,
        roles: Set(Role.allCases),
        why:
            "A control plane below 2 GiB does not come up; below what is recommended the page cache is small and processes are killed under load.",
        fix: "Raise memory.",
        sources: [Authority.talosRequirements, Authority.longhornBest]
    ) { machine, evidence in
        guard let sizes = evidence.limits.sizes(for: evidence.roles(of: machine)) else { return [] }
        let bytes = UInt64(clamping: machine.memoryMebibytes).multipliedReportingOverflow(
            by: 1 << 20
        )
        let memory = bytes.overflow ? UInt64.max : bytes.partialValue
        guard memory < sizes.memoryWantedBytes else { return [] }
        let isTooFew = memory < sizes.memoryMinimumBytes
        let wanted = isTooFew ? sizes.memoryMinimumBytes : sizes.memoryWantedBytes
        return [
            Observation(
                "\(Text.size(memory)) of \(Text.size(wanted)) \(isTooFew ? "at least" : "recommended")",
                at: machine.place("memory"),
                severity: isTooFew ? .error : nil,
                edits: [.set(key: "memory", value: "\(sizes.memoryWantedBytes >> 20)")]
            )
        ]
    }

    static let hugepages = Rule.machine(
        "PVE-MEM-HUGEPAGES",
        .error,
        "huge pages without NUMA",
        topic: .memory,
        why: "Proxmox does not start a VM with hugepages unless numa is on.",
        fix: "Set numa: 1.",
        sources: [Authority.memoryModule]
    ) { machine, _ in
        guard machine.value("hugepages") != nil, ConfigText.truth(machine.value("numa")) != true
        else { return [] }
        return [
            Observation(
                "hugepages: \(machine.value("hugepages") ?? "") with numa: 0",
                at: machine.place("hugepages"),
                edits: [.set(key: "numa", value: "1")]
            )
        ]
    }

    static let machineVersion = Rule.machine(
        "PVE-MACHINE-PINNED",
        .info,
        "an older machine version is pinned",
        why:
            "Before 10.1 a SCSI disk does not offer FUA, so the guest turns a durable write into a flush, a write and a flush; numbers do not compare with newer machines.",
        fix: "Leave the version out, unless a guest needs the old hardware.",
        sources: [Authority.qemuMachines, Authority.qm]
    ) { machine, _ in
        guard let version = machine.machineVersion, (version[0], version[1]) < (10, 1),
            version[0] >= 6
        else { return [] }
        return [
            Observation("machine: \(machine.value("machine") ?? "")", at: machine.place("machine"))
        ]
    }

    static let machineGone = Rule.machine(
        "PVE-MACHINE-REMOVED",
        .warning,
        "a machine version that QEMU removes",
        why:
            "Versions before 6.0 are deprecated, and the QEMU that drops them does not start the VM.",
        fix: "Pin a newer version, or none.",
        sources: [Authority.qm, "QEMU, docs/about/deprecated.rst"]
    ) { machine, _ in
        guard let version = machine.machineVersion, version[0] < 6 else { return [] }
        return [
            Observation("machine: \(machine.value("machine") ?? "")", at: machine.place("machine"))
        ]
    }

    static let passthrough = Rule.machine(
        "PVE-PCI-NEEDS-Q35",
        .error,
        "PCI Express without q35",
        why:
            "A device with pcie=1 needs a PCI Express bus, and Proxmox does not start the VM without machine: q35.",
        fix: "Set machine to q35; it works with SeaBIOS and with OVMF.",
        sources: [Authority.qm, Authority.qemuServer]
    ) { machine, _ in
        guard !machine.isQ35 else { return [] }
        return machine.settings.values.filter {
            $0.key.hasPrefix("hostpci")
                && ConfigText.truth(PropertyString($0.value)["pcie"]) == true
        }.sorted { $0.line < $1.line }.map { setting in
            Observation(
                "\(setting.key): pcie=1 without machine: q35",
                at: Location(machine.file, line: setting.line),
                edits: [.set(key: "machine", value: "q35")]
            )
        }
    }

    static let efiDisk = Rule.machine(
        "PVE-EFI-NO-DISK",
        .warning,
        "UEFI without a place for its variables",
        why:
            "Proxmox then uses temporary ones (\"no efidisk configured! Using temporary efivars disk.\"), so boot entries are lost at every start.",
        fix: "Add an EFI disk: qm set VMID --efidisk0 STORAGE:1,efitype=4m.",
        sources: [Authority.qm]
    ) { machine, _ in
        guard machine.value("bios") == "ovmf", machine.value("efidisk0") == nil else { return [] }
        return [Observation("bios: ovmf without efidisk0", at: machine.place("bios"))]
    }

    static let efiType = Rule.machine(
        "PVE-EFI-TYPE",
        .warning,
        "a small EFI disk",
        why:
            "The 2 MB layout has no room for Secure Boot's updates; 4m is the recommended one, and it cannot be changed in place.",
        fix: "Make a new EFI disk with efitype=4m.",
        sources: [Authority.qm]
    ) { machine, _ in
        guard machine.value("bios") == "ovmf", let disk = machine.properties("efidisk0"),
            (disk["efitype"] ?? "2m") == "2m"
        else { return [] }
        return [
            Observation(
                disk["efitype"] == nil ? "no efitype, so 2m" : "efitype=2m",
                at: machine.place("efidisk0")
            )
        ]
    }

    static let enrolledKeys = Rule.machine(
        "PVE-EFI-KEYS",
        .info,
        "Microsoft's keys are enrolled",
        why:
            "Talos' Secure Boot image is signed with keys of its own, which it enrols itself only when none are there; Talos' ordinary image is not signed at all and does not boot with Secure Boot on.",
        fix: "For Talos make the EFI disk with pre-enrolled-keys=0.",
        sources: [
            "Talos, SecureBoot: https://docs.siderolabs.com/talos/latest/platform-specific-installations/bare-metal-platforms/secureboot",
            Authority.qm,
        ]
    ) { machine, _ in
        guard let disk = machine.properties("efidisk0"),
            ConfigText.truth(disk["pre-enrolled-keys"]) == true
        else { return [] }
        return [Observation("pre-enrolled-keys=1", at: machine.place("efidisk0"))]
    }
}
