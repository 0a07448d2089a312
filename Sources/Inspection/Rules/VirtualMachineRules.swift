/// A VM's file as a whole: its lines, snapshots, pending changes, and how it is run.
enum VirtualMachineRules {
    static let all: [Rule] = [
        badLine, unknownKey, repeated, snapshots, pending, locked, template, agent, onBoot,
        protection,
    ]

    static let badLine = Rule.machine(
        "PVE-LINE",
        .warning,
        "a line that Proxmox skips",
        alsoWindows: true,
        why:
            "Proxmox ignores it with a warning in the log; what it was meant to say is not in force.",
        fix: "Correct or remove it.",
        sources: ["proxmox/qemu-server, src/PVE/QemuServer.pm, parse_vm_config"]
    ) { machine, _ in
        machine.lines.filter { $0.kind == .unreadable }.prefix(20).map { line in
            Observation("not 'key: value'", at: Location(machine.file, line: line.number))
        }
    }

    /// - Source: `$confdesc` in PVE/QemuServer.pm.
    private static let keys: Set<String> = [
        "acpi", "affinity", "agent", "allow-ksm", "amd-sev", "arch", "args", "audio", "autostart",
        "balloon", "bios", "boot", "bootdisk", "cdrom", "cicustom", "cipassword", "citype",
        "ciupgrade", "ciuser", "cores", "cpu", "cpulimit", "cpuunits", "description", "digest",
        "efidisk", "freeze", "hookscript", "hostpci", "hotplug", "hugepages", "ide",
        "import-working-storage",
        "intel-tdx", "ipconfig", "ivshmem", "keephugepages", "keyboard", "kvm", "localtime", "lock",
        "machine", "memory", "meta", "migrate_downtime", "migrate_speed", "name", "nameserver",
        "net",
        "numa", "onboot", "ostype", "parallel", "parent", "protection", "reboot", "rng",
        "runningcpu",
        "runningmachine", "running-nets-host-mtu", "sata", "scsi", "scsihw", "searchdomain",
        "serial", "shares", "smbios",
        "smp", "snapshot", "snapstate", "snaptime", "sockets", "spice_enhancements", "sshkeys",
        "startdate", "startup", "tablet", "tags", "tdf", "template", "tpmstate", "unused", "usb",
        "vcpus", "vga", "virtio", "virtiofs", "vmgenid", "vmstate", "vmstatestorage", "watchdog",
        "ha-managed",
    ]

    static let unknownKey = Rule.machine(
        "PVE-KEY-UNKNOWN",
        .info,
        "a setting that is not known here",
        alsoWindows: true,
        why:
            "It may be newer than these rules, or misspelt; Proxmox ignores what it does not know.",
        fix: "Compare it with 'qm help set'.",
        sources: [Authority.qm]
    ) { machine, _ in
        machine.settings.values.sorted { $0.line < $1.line }.filter { setting in
            var name = setting.key
            while let last = name.utf8.last, (0x30...0x39).contains(last) { name.removeLast() }
            return !keys.contains(name)
        }.map { setting in
            Observation(
                "'\(setting.key)'",
                at: Location(machine.file, line: setting.line)
            )
        }
    }

    static let repeated = Rule.machine(
        "PVE-KEY-TWICE",
        .warning,
        "a setting that stands twice",
        alsoWindows: true,
        why: "The last one is in force, which is easily not the one that is looked at.",
        fix: "Remove the other.",
        sources: ["proxmox/qemu-server, src/PVE/QemuServer.pm, parse_vm_config"]
    ) { machine, _ in
        machine.repeated.map { setting in
            Observation("'\(setting.key)' again", at: Location(machine.file, line: setting.line))
        }
    }

    static let snapshots = Rule.machine(
        "PVE-SNAPSHOTS",
        .warning,
        "snapshots are kept",
        why:
            "The first write to each block after a snapshot copies or allocates, so a run that writes measures the snapshot; and etcd must never be rolled back alone.",
        fix:
            "Remove snapshots that are not needed, above all before measuring: qm delsnapshot VMID NAME.",
        sources: [Authority.qm, Authority.etcdFAQ]
    ) { machine, _ in
        guard let first = machine.snapshots.first else { return [] }
        let names = machine.snapshots.prefix(3).map { "'\($0.name)'" }
        let more = machine.snapshots.count - names.count
        return [
            Observation(
                "\(machine.snapshots.count == 1 ? "snapshot" : "snapshots") \(Text.list(names))\(more > 0 ? " and \(more) more" : "")",
                at: Location(machine.file, line: first.line)
            )
        ]
    }

    static let pending = Rule.machine(
        "PVE-PENDING",
        .warning,
        "changes that are not in force",
        alsoWindows: true,
        why:
            "The VM runs with the old values until it is shut down and started; a reboot inside does not apply them.",
        fix: "Shut the VM down and start it: qm shutdown VMID && qm start VMID.",
        sources: [Authority.qm]
    ) { machine, _ in
        guard let first = machine.pending.first else { return [] }
        return [
            Observation(
                "pending: \(Text.list(machine.pending.map(\.key)))",
                at: Location(machine.file, line: first.line)
            )
        ]
    }

    static let locked = Rule.machine(
        "PVE-LOCKED",
        .warning,
        "the VM is locked",
        alsoWindows: true,
        why:
            "A backup, migration or snapshot is under way, or was interrupted; until the lock is gone the VM does not start and its disks are busy.",
        fix: "Wait for the task; if there is none: qm unlock VMID.",
        sources: [Authority.qm]
    ) { machine, _ in
        guard let lock = machine.value("lock") else { return [] }
        return [Observation("lock: \(lock)", at: machine.place("lock"))]
    }

    static let template = Rule.machine(
        "PVE-TEMPLATE",
        .info,
        "this is a template",
        alsoWindows: true,
        why: "It never runs; what is wrong here goes into every clone.",
        fix: "Correct it here, then in the clones.",
        sources: [Authority.qm]
    ) { machine, _ in
        guard ConfigText.truth(machine.value("template")) == true else { return [] }
        return [Observation("template: 1", at: machine.place("template"))]
    }

    static let agent = Rule.machine(
        "PVE-AGENT",
        .info,
        "no guest agent",
        why:
            "Proxmox then cannot ask the guest to freeze its filesystems for a backup, and knows none of its addresses.",
        fix:
            "Set agent: 1, and add the extension siderolabs/qemu-guest-agent to Talos' schematic; Talos' configuration has no key for it.",
        sources: [Authority.qm, Authority.talosProxmox, Authority.talosTypes]
    ) { machine, _ in
        let agent = machine.properties("agent")
        let isOn = ConfigText.truth(agent?["enabled"] ?? agent?.unnamed)
        guard isOn != true else { return [] }
        return [
            Observation(
                agent == nil ? "no agent: line" : "agent: 0",
                at: machine.place("agent")
            )
        ]
    }

    static let onBoot = Rule.machine(
        "PVE-ONBOOT",
        .info,
        "the VM does not start with its host",
        roles: [.controlPlane],
        why:
            "After a power cut the cluster stays without this member until somebody starts it, unless HA does.",
        fix: "Set onboot: 1, with a startup order, or manage it by HA.",
        sources: [Authority.qm]
    ) { machine, _ in
        guard ConfigText.truth(machine.value("onboot")) != true,
            ConfigText.truth(machine.value("template")) != true
        else { return [] }
        return [
            Observation(
                "onboot is not 1",
                at: machine.place("onboot"),
                edits: [.set(key: "onboot", value: "1")]
            )
        ]
    }

    static let protection = Rule.machine(
        "PVE-FREEZE",
        .warning,
        "the VM starts frozen",
        why:
            "With freeze: 1 the processor stands still until somebody types 'c' at QEMU's monitor.",
        fix: "Remove the line.",
        sources: [Authority.qm]
    ) { machine, _ in
        guard ConfigText.truth(machine.value("freeze")) == true else { return [] }
        return [
            Observation(
                "freeze: 1",
                at: machine.place("freeze"),
                edits: [.set(key: "freeze", value: nil)]
            )
        ]
    }
}
