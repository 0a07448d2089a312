import ResultStore

/// What only shows when several inputs are looked at together.
enum CrossRules {
    static let all: [Rule] = [
        cardMTU, bridgeMTU, v2Machine, diskMissing, dataPath, defaultDiskLabel, replicasNodes,
        memberCount, sameHost, duplicateAddress, hostCores, hostMemory, discardNode, sameStorage,
    ]

    static let cardMTU = Rule.cross(
        "X-MTU-CARD",
        .error,
        "the VM's card is smaller than Talos believes",
        why: "Packets that Talos sends do not fit the card; pings work, large writes hang.",
        fix: "Give bridge, card and Talos the same MTU, or leave the card's out.",
        sources: [Authority.qm, Authority.qemuServer]
    ) { evidence in
        guard !evidence.machines.isEmpty, !evidence.talos.isEmpty else { return nil }
        // Which card is which link is not known: a link must not fit any.
        let cards = evidence.machines.flatMap(\.cards)
        guard let largest = cards.max(by: { ($0.mtu ?? 0) < ($1.mtu ?? 0) }),
            let mtu = largest.mtu, cards.allSatisfy({ ($0.mtu ?? 1) > 1 })
        else { return [] }
        return evidence.talos.flatMap { config in
            config.mtus.filter { $0.mtu > mtu }.map { link in
                Observation(
                    "\(link.name): mtu \(link.mtu) over \(largest.key) with mtu=\(mtu) (\(largest.location.description))",
                    at: config.place(link.node)
                )
            }
        }
    }

    static let bridgeMTU = Rule.cross(
        "X-MTU-BRIDGE",
        .error,
        "the card asks for more than its bridge has",
        why:
            "Proxmox does not start a VM whose card's MTU is above its bridge's, and drops what a guest sends beyond it.",
        fix: "Raise the bridge's MTU, or leave the card's out.",
        sources: [Authority.qemuServer]
    ) { evidence throws(UnknownFact) in
        guard let node = evidence.node, node.isProxmoxHost, !evidence.machines.isEmpty else {
            return nil
        }
        let bridges = try node.interfaces.get()
        return evidence.machines.flatMap(\.cards).compactMap { card in
            guard let mtu = card.mtu, mtu > 1, let name = card.bridge,
                let bridge = bridges.first(where: { $0.name == name })?.mtuBytes,
                UInt64(mtu) > bridge
            else { return nil }
            return card.observed("mtu=\(mtu) over \(name) with \(bridge)", set: [("mtu", nil)])
        }
    }

    static let v2Machine = Rule.cross(
        "X-V2-CPU",
        .error,
        "the VM's processor cannot run the V2 engine",
        why:
            "The V2 engine is on, and the VM's processor type has no SSE 4.2, or too few cores for one that polls.",
        fix: "Set cpu to host or x86-64-v2-AES, and add a core.",
        sources: [Authority.longhornV2, Authority.cpuConfig]
    ) { evidence in
        guard let values = evidence.longhorn, values.isV2, !evidence.machines.isEmpty else {
            return nil
        }
        return evidence.machines.compactMap { machine in
            if machine.value("arch") != "aarch64",
                VirtualProcessorRules.isTooOld(machine.cpuType, flags: machine.cpuFlags)
            {
                return Observation(
                    "cpu: \(machine.cpuType) with v2DataEngine",
                    at: machine.place("cpu")
                )
            }
            guard machine.processors < 2 else { return nil }
            return Observation("1 processor with v2DataEngine", at: machine.place("cores"))
        }
    }

    static let diskMissing = Rule.cross(
        "X-DISK-MISSING",
        .error,
        "Talos names a disk that the VM does not have",
        why:
            "Installation stops, or the data volume never comes: scsiN and sataN are /dev/sdX, virtioN is /dev/vdX.",
        fix: "Name the disk as the VM has it, or choose it by size or serial.",
        sources: [Authority.talosTypes, Authority.qm]
    ) { evidence in
        guard let machine = evidence.machines.first, evidence.machines.count == 1,
            !evidence.talos.isEmpty, !machine.disks.isEmpty
        else { return nil }
        guard !machine.settings.keys.contains(where: { $0.hasPrefix("hostpci") || $0 == "args" })
        else {
            return nil
        }
        let devices = Set(machine.disks.compactMap { $0.guestDevice(among: machine.disks) })
        return evidence.talos.flatMap { config in
            config.namedDisks.filter { disk in
                let isNamed = ["/dev/sd", "/dev/vd", "/dev/nvme", "/dev/hd", "/dev/xvd"]
                    .contains(where: disk.device.hasPrefix)
                return isNamed && !devices.contains(disk.device)
            }.map { disk in
                Observation(
                    "\(disk.device); \(machine.file) has \(Text.list(devices.sorted()))",
                    at: config.place(disk.node)
                )
            }
        }
    }

    static let dataPath = Rule.cross(
        "X-DATA-PATH",
        .error,
        "Longhorn's directory is not the one Talos mounts",
        why:
            "Replicas then land on the system's disk while the data disk stays empty, or mounts do not reach the pods.",
        fix:
            "Use the same directory in defaultDataPath, the volume (/var/mnt/NAME) and the kubelet's extraMount.",
        sources: [Authority.talosLonghorn, Authority.talosVolumes]
    ) { evidence in
        guard let values = evidence.longhorn, values.isV1, !evidence.talos.isEmpty else {
            return nil
        }
        var path = values.dataPath
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return evidence.talos.filter { $0.type != .controlPlane }.compactMap { config in
            let volumes = config.all("UserVolumeConfig").compactMap { $0["name"]?.text }
                .filter { $0.contains("longhorn") }.map { "/var/mnt/\($0)" }
            let mounts = config.longhornMounts
            guard !volumes.isEmpty || !mounts.isEmpty else { return nil }
            // The kubelet's mount may lead elsewhere: /var/lib/longhorn from /var/mnt/longhorn.
            let mount = mounts.first { isInside(path, $0.destination) }
            let real = mount.flatMap { $0.source.isEmpty ? nil : $0.source } ?? path
            let isRight =
                volumes.isEmpty ? mount != nil : volumes.contains { isInside(real, $0) }
            guard !isRight else { return nil }
            let wanted = volumes.isEmpty ? mounts.map(\.destination) : volumes
            return Observation(
                "\(path) in \(values.file), \(Text.list(wanted)) in \(config.file)",
                at: values.place(values.setting("defaultDataPath"))
            )
        }
    }

    private static func isInside(_ path: String, _ directory: String) -> Bool {
        path == directory || path.hasPrefix("\(directory)/")
    }

    static let defaultDiskLabel = Rule.cross(
        "X-DEFAULT-DISK-LABEL",
        .error,
        "no node gets a disk",
        why:
            "With createDefaultDiskLabeledNodes Longhorn makes a disk only on nodes labelled node.longhorn.io/create-default-disk.",
        fix: "Add the label to machine.nodeLabels of the workers, or leave the setting out.",
        sources: [Authority.longhornSettings]
    ) { evidence in
        let workers = evidence.talos.filter { $0.type == .worker }
        guard let values = evidence.longhorn, !workers.isEmpty else { return nil }
        guard let node = values.setting("createDefaultDiskLabeledNodes"), node.truth == true,
            !evidence.talos.contains(where: {
                $0.machine?.at("nodeLabels", "node.longhorn.io/create-default-disk") != nil
            })
        else { return [] }
        return [
            Observation(
                "createDefaultDiskLabeledNodes: true, and no file sets the label",
                at: values.place(node)
            )
        ]
    }

    static let replicasNodes = Rule.cross(
        "X-REPLICAS-NODES",
        .warning,
        "more copies than nodes",
        why:
            "Without soft anti-affinity every copy needs a node of its own; volumes stay degraded for ever.",
        fix: "Lower the replica count, or add nodes.",
        sources: [Authority.longhornBest]
    ) { evidence in
        let workers = evidence.talos.filter { $0.type == .worker }.count
        // One file is often given for all workers.
        guard let values = evidence.longhorn, workers > 1 else { return nil }
        let (count, node) = values.replicas
        let carrying =
            workers
            + evidence.talos.filter {
                $0.type == .controlPlane
                    && $0.cluster?["allowSchedulingOnControlPlanes"]?.truth == true
            }.count
        guard count > carrying else { return [] }
        return [Observation("\(count) replicas, \(carrying) nodes given", at: values.place(node))]
    }

    static let memberCount = Rule.cross(
        "X-CP-COUNT",
        .warning,
        "an even number of control planes",
        why:
            "etcd with 2 or 4 members survives no more failures than with 1 or 3, and has one more machine that can fail.",
        fix: "Use 1, 3 or 5.",
        sources: [Authority.etcdFAQ]
    ) { evidence in
        let members = evidence.talos.filter { $0.type == .controlPlane }
        guard members.count > 1, let last = members.last else { return nil }
        guard members.count.isMultiple(of: 2) else { return [] }
        return [
            Observation(
                "\(members.count) control planes given",
                at: last.place(last.machine?["type"])
            )
        ]
    }

    static let sameHost = Rule.cross(
        "X-CP-ONE-HOST",
        .warning,
        "all control planes on one host",
        roles: [.controlPlane],
        why:
            "The cluster goes with that host, so several members protect against nothing but their own crashes.",
        fix:
            "Spread them: an HA rule of type resource-affinity with affinity negative (Proxmox VE 9), or by hand.",
        sources: [
            "Proxmox VE, ha-manager(1): https://pve.proxmox.com/pve-docs/ha-manager.1.html",
            Authority.etcdFAQ,
        ]
    ) { evidence in
        let members = evidence.machines.filter { evidence.roles(of: $0).contains(.controlPlane) }
        let hosts = members.compactMap(\.proxmoxNode)
        guard members.count > 1, hosts.count == members.count, let first = members.first else {
            return nil
        }
        guard Set(hosts).count == 1 else { return [] }
        return [Observation("\(members.count) on \(hosts[0])", at: Location(first.file))]
    }

    static let duplicateAddress = Rule.cross(
        "X-MAC-TWICE",
        .error,
        "two cards with one address",
        why:
            "Switches send each packet to whoever spoke last; connections of both VMs break at random.",
        fix: "Let Proxmox choose another: leave the address out of one of them.",
        sources: [Authority.qm]
    ) { evidence in
        guard evidence.machines.count > 1 else { return nil }
        var seen: [String: NetworkCard] = [:]
        var found: [Observation] = []
        for card in evidence.machines.flatMap(\.cards) {
            guard let address = card.address else { continue }
            if let other = seen[address], other.file != card.file {
                found.append(card.observed("\(address), as \(other.location.description)"))
            }
            seen[address] = card
        }
        return found
    }

    static let hostCores = Rule.cross(
        "X-HOST-CORES",
        .warning,
        "a VM has more processors than its host",
        why:
            "Virtual processors then wait for each other; one that holds a lock is not running while the others spin.",
        fix: "Give a VM at most the host's number.",
        sources: [Authority.qm]
    ) { evidence in
        guard let node = evidence.node, node.isProxmoxHost, let count = node.host.cpuCount,
            !evidence.machines.isEmpty
        else { return nil }
        return evidence.machines.filter { $0.processors > count }.map { machine in
            Observation("\(machine.processors) of the host's \(count)", at: machine.place("cores"))
        }
    }

    static let hostMemory = Rule.cross(
        "X-HOST-MEMORY",
        .error,
        "the VMs have more memory than their host",
        why: "The host swaps or kills a VM when they use it; ZFS' cache needs memory as well.",
        fix: "Give them less, or move one.",
        sources: [
            Authority.qm,
            "Proxmox VE, ZFS on Linux: https://pve.proxmox.com/pve-docs/chapter-sysadmin.html#chapter_zfs",
        ]
    ) { evidence throws(UnknownFact) in
        guard let node = evidence.node, node.isProxmoxHost, let first = evidence.machines.first
        else {
            return nil
        }
        let total = try node.memory.get().totalBytes
        let wanted = evidence.machines.reduce(UInt64(0)) { sum, machine in
            let bytes = UInt64(clamping: machine.memoryMebibytes).multipliedReportingOverflow(
                by: 1 << 20
            )
            let (next, overflow) = sum.addingReportingOverflow(
                bytes.overflow ? .max : bytes.partialValue
            )
            return overflow ? .max : next
        }
        guard wanted > total else { return [] }
        return [
            Observation(
                "\(Text.size(wanted)) for \(evidence.machines.count) VMs, the host has \(Text.size(total))",
                at: first.place("memory")
            )
        ]
    }

    static let discardNode = Rule.cross(
        "X-DISCARD",
        .warning,
        "the guest trims and the host ignores it",
        why:
            "The guest sees a disk that takes trims, so nothing reports that no space is ever given back.",
        fix: "Add discard=on to the disk.",
        sources: [Authority.driveModule, Authority.virtioBlkLinux]
    ) { evidence throws(UnknownFact) in
        guard let node = evidence.node, !node.isProxmoxHost, let machine = evidence.machines.first,
            evidence.machines.count == 1
        else { return nil }
        let offered = Set(
            try node.disks.get().filter { ($0.discardMaxBytes ?? 0) > 0 }.map { "/dev/\($0.name)" }
        )
        return machine.disks.compactMap { drive in
            guard drive.option("discard") != "on",
                let device = drive.guestDevice(among: machine.disks), offered.contains(device)
            else { return nil }
            return drive.observed(
                "\(device) offers discard, the line has no discard=on",
                set: [("discard", "on")]
            )
        }
    }

    static let sameStorage = Rule.cross(
        "X-ETCD-SHARES-STORAGE",
        .warning,
        "control planes and workers on one storage",
        why:
            "A rebuild of Longhorn's replicas then stands before etcd's flushes, although the VMs are different ones.",
        fix: "Give control planes a storage on disks of their own.",
        sources: [Authority.etcdHardware]
    ) { evidence in
        // Which file is which VM is told by pairs only: the same number of both, in the same order.
        guard evidence.machines.count > 1, evidence.machines.count == evidence.talos.count else {
            return nil
        }
        var etcd: [String: Drive] = [:]
        var found: [Observation] = []
        let pairs = zip(evidence.machines, evidence.talos)
        for (machine, config) in pairs where config.type == .controlPlane {
            if let drive = machine.disks.first, let storage = drive.storage {
                etcd[storage] = drive
            }
        }
        for (machine, config) in pairs where config.type == .worker {
            for drive in machine.disks.dropFirst() {
                guard let storage = drive.storage, let other = etcd[storage],
                    machine.proxmoxNode == nil || machine.proxmoxNode == hostOf(other, evidence)
                else { continue }
                found.append(drive.observed("on '\(storage)', as \(other.location.description)"))
            }
        }
        return found
    }

    private static func hostOf(_ drive: Drive, _ evidence: Evidence) -> String? {
        evidence.machines.first { $0.file == drive.file }?.proxmoxNode
    }
}
