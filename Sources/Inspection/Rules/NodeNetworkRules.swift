import ResultStore

/// Network interfaces of this machine.
enum NodeNetworkRules {
    static let all: [Rule] = [driver, speed, duplex, overlayMTU, differentMTU, queues]

    private static func cards(_ node: NodeFacts) throws(UnknownFact) -> [InterfaceFacts] {
        let virtual = ["veth", "bridge", "vxlan", "tun", "tap", "dummy", "wireguard", "loopback"]
        return try node.interfaces.get().filter { card in
            card.driver != nil && !virtual.contains(card.kind ?? "")
                && !virtual.contains(card.driver ?? "")
        }
    }

    private static func file(_ card: InterfaceFacts, _ name: String) -> Location {
        Location("/sys/class/net/\(card.name)/\(name)")
    }

    static let driver = Rule.node(
        "NODE-NIC-DRIVER",
        .warning,
        .nic,
        "an emulated network card",
        why: "Every packet passes an emulation of old hardware on one queue.",
        fix: "Use virtio in the VM's configuration.",
        sources: [Authority.qm]
    ) { node, _ throws(UnknownFact) in
        guard let hypervisor = node.host.hypervisor, hypervisor != "none" else { return [] }
        let emulated = ["e1000", "e1000e", "8139cp", "8139too", "pcnet32", "ne2k-pci"]
        return try cards(node).filter { emulated.contains($0.driver ?? "") }.map { card in
            Observation("\(card.name): \(card.driver ?? "")", at: file(card, "device/driver"))
        }
    }

    static let speed = Rule.node(
        "NODE-NIC-SPEED",
        .warning,
        .nic,
        "a slow link for replication",
        roles: [.workerV1, .workerV2],
        why:
            "Each write leaves once for every remote replica: 1 Gb/s carries 58 MB/s with two of them, and a rebuild takes all of it.",
        fix:
            "Longhorn recommends 10 Gb/s between nodes; a link that is faster on paper may have negotiated less.",
        sources: [Authority.longhornBest]
    ) { node, evidence throws(UnknownFact) in
        try cards(node).compactMap { card in
            // A virtual card's speed is a claim.
            guard card.driver != "virtio_net", card.carrier != false, let speed = card.speedMbps,
                speed < evidence.limits.networkMbps
            else { return nil }
            return Observation(
                "\(card.name): \(speed) Mb/s of \(evidence.limits.networkMbps)",
                at: file(card, "speed")
            )
        }
    }

    static let duplex = Rule.node(
        "NODE-NIC-DUPLEX",
        .error,
        .nic,
        "half duplex",
        why: "Only one side can send at a time; replication collides with itself.",
        fix: "Let both ends negotiate, and look at the cable.",
        sources: [Authority.sysfsNet]
    ) { node, _ throws(UnknownFact) in
        try cards(node).filter { $0.duplex == "half" }.map { card in
            Observation("\(card.name): half", at: file(card, "duplex"))
        }
    }

    static let overlayMTU = Rule.node(
        "NODE-MTU-OVERLAY",
        .error,
        .nic,
        "packets of the pod network do not fit",
        why:
            "An overlay adds 50 bytes (VXLAN) or more; packets that do not fit the card are split or lost, large writes hang while pings work.",
        fix: "Set the CNI's MTU to the card's minus 50, or let it find out.",
        sources: ["Linux, Documentation/networking/vxlan.rst", "Cilium and Flannel, MTU settings"]
    ) { node, _ throws(UnknownFact) in
        let largest = try cards(node).compactMap(\.mtuBytes).max()
        guard let largest else { return [] }
        return try node.interfaces.get().filter { card in
            // Cilium's own device says 1500 and its routes say less; the routes count.
            card.name.hasPrefix("flannel") || card.name == "vxlan.calico"
        }.compactMap { card in
            guard let mtu = card.mtuBytes, largest < 50 || mtu > largest - 50 else { return nil }
            return Observation(
                "\(card.name): \(mtu) over a card of \(largest)",
                at: file(card, "mtu")
            )
        }
    }

    static let differentMTU = Rule.node(
        "NODE-MTU-BRIDGE",
        .warning,
        .nic,
        "a bridge is larger than its card",
        why: "What the bridge accepts and the card cannot send is dropped without a word.",
        fix: "Give the bridge and the card the same MTU.",
        sources: [Authority.qm, Authority.sysfsNet]
    ) { node, _ throws(UnknownFact) in
        guard node.isProxmoxHost else { return [] }
        let largest = try cards(node).compactMap(\.mtuBytes).max()
        guard let largest else { return [] }
        return try node.interfaces.get().filter { card in
            card.kind == "bridge" && card.name.hasPrefix("vmbr") && (card.mtuBytes ?? 0) > largest
        }.map { card in
            Observation(
                "\(card.name): \(card.mtuBytes ?? 0) over cards of \(largest)",
                at: file(card, "mtu")
            )
        }
    }

    static let queues = Rule.node(
        "NODE-NIC-QUEUES",
        .info,
        .nic,
        "one queue for many processors",
        roles: [.workerV1, .workerV2],
        why:
            "One processor handles all packets; with many connections that is a limit below the link's.",
        fix:
            "Add queues=N to the card in the VM's configuration, N up to the number of processors.",
        sources: [Authority.qm]
    ) { node, _ throws(UnknownFact) in
        guard let count = node.host.cpuCount, count >= 8 else { return [] }
        return try cards(node).filter { $0.driver == "virtio_net" && $0.rxQueues == 1 }.map {
            card in
            Observation("\(card.name): 1 for \(count) processors", at: file(card, "queues"))
        }
    }
}
