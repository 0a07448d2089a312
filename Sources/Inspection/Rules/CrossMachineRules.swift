import ResultStore

/// What only shows when several machines, or a machine and its files, are looked at together.
enum CrossMachineRules {
    static let all: [Rule] = [
        memberCount, sameHost, duplicateAddress, hostCores, hostMemory, discardNode, sameStorage,
    ]

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
