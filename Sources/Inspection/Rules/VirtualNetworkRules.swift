/// Network cards of a VM.
enum VirtualNetworkRules {
    static let all: [Rule] = [
        model, mtuModel, mtuRange, mtuBelowBridge, noBridge, firewall, queues, queueRange, rate,
        linkDown, none,
    ]

    static let model = Rule.card(
        "PVE-NIC-MODEL",
        .warning,
        "an emulated network card",
        why:
            "Every packet is passed through an emulation of old hardware on one queue; Longhorn's replication then waits for the processor.",
        fix: "Use virtio.",
        sources: [Authority.qm]
    ) { card, _, _ in
        guard let model = card.model, model != "virtio" else { return nil }
        return card.observed(model)
    }

    static let mtuModel = Rule.card(
        "PVE-NIC-MTU-MODEL",
        .warning,
        "mtu= has no effect",
        why:
            "Proxmox hands an MTU only to virtio cards and says \"ignoring MTU (not using VirtIO)\" otherwise.",
        fix: "Use virtio, or leave mtu= out.",
        sources: [Authority.networkModule, Authority.qemuServer]
    ) { card, _, _ in
        guard card.mtu != nil, let model = card.model, model != "virtio" else { return nil }
        return card.observed("mtu=\(card.mtu ?? 0) on \(model)", set: [("mtu", nil)])
    }

    static let mtuRange = Rule.card(
        "PVE-NIC-MTU-RANGE",
        .error,
        "an MTU that cannot be",
        why:
            "Proxmox does not start a VM with an MTU below 576 (1 means: the bridge's) or above 65520.",
        fix: "Leave mtu= out: the card then takes the bridge's.",
        sources: [Authority.networkModule, Authority.qemuServer]
    ) { card, _, _ in
        guard let mtu = card.mtu, mtu != 1, mtu < 576 || mtu > 65520 else { return nil }
        return card.observed("mtu=\(mtu)", set: [("mtu", nil)])
    }

    static let mtuBelowBridge = Rule.card(
        "PVE-NIC-MTU-STANDARD",
        .info,
        "the card's MTU is fixed",
        why:
            "Since Proxmox VE 9 a virtio card takes the bridge's MTU by itself; a fixed 1500 keeps jumbo frames out when the bridge has them.",
        fix: "Leave mtu= out, or set mtu=1, unless 1500 is meant.",
        sources: ["proxmox/qemu-server, commit 84a937c1", Authority.qm]
    ) { card, _, _ in
        guard card.mtu == 1500, card.model == "virtio" else { return nil }
        return card.observed("mtu=1500")
    }

    static let noBridge = Rule.card(
        "PVE-NIC-NO-BRIDGE",
        .warning,
        "user-mode networking",
        why:
            "Without a bridge QEMU translates addresses itself: slow, no incoming connections, and no MTU.",
        fix: "Add bridge=vmbr0.",
        sources: [Authority.qm, Authority.qemuServer]
    ) { card, _, _ in
        guard card.bridge == nil else { return nil }
        return card.observed("no bridge=")
    }

    static let firewall = Rule.card(
        "PVE-NIC-FIREWALL",
        .info,
        "another bridge in the way",
        why:
            "firewall=1 puts a bridge and connection tracking between the card and vmbr; each packet of the replication passes both.",
        fix: "Set firewall=0 for a storage network.",
        sources: ["Proxmox VE Firewall: https://pve.proxmox.com/pve-docs/chapter-pve-firewall.html"]
    ) { card, _, _ in
        guard card.flag("firewall") == true else { return nil }
        return card.observed("firewall=1")
    }

    static let queues = Rule.card(
        "PVE-NIC-QUEUES",
        .warning,
        "more queues than processors",
        why:
            "A queue beyond the number of processors is never used by one, and costs interrupts and memory.",
        fix:
            "Use at most as many as the VM has processors; more than 1 pays only with many connections.",
        sources: [Authority.qm]
    ) { card, machine, _ in
        guard let queues = card.properties["queues"].flatMap({ Int($0) }), queues <= 64,
            queues > machine.processors
        else { return nil }
        return card.observed(
            "queues=\(queues) for \(machine.processors) processors",
            set: [("queues", "\(machine.processors)")]
        )
    }

    static let queueRange = Rule.card(
        "PVE-NIC-QUEUES-RANGE",
        .error,
        "more queues than Proxmox takes",
        why: "The limit is 64, not 8 as some guides say; beyond it the line is rejected.",
        fix: "Use at most as many as the VM has processors.",
        sources: [Authority.networkModule]
    ) { card, _, _ in
        guard let queues = card.properties["queues"].flatMap({ Int($0) }), queues > 64 || queues < 0
        else { return nil }
        return card.observed("queues=\(queues)", set: [("queues", nil)])
    }

    static let rate = Rule.card(
        "PVE-NIC-RATE",
        .warning,
        "the card is throttled",
        why:
            "rate= (MB/s) drops or delays what is above it; a rebuild of a replica runs into it and takes the foreground with it.",
        fix: "Leave rate= out.",
        sources: [Authority.qm, Authority.longhornBest]
    ) { card, _, _ in
        guard let rate = card.properties["rate"], Double(rate) ?? 0 > 0 else { return nil }
        return card.observed("rate=\(rate)", set: [("rate", nil)])
    }

    static let linkDown = Rule.card(
        "PVE-NIC-DOWN",
        .error,
        "the cable is pulled",
        why: "With link_down=1 the card has no link.",
        fix: "Set link_down=0.",
        sources: [Authority.qm]
    ) { card, _, _ in
        guard card.flag("link_down") == true else { return nil }
        return card.observed("link_down=1", set: [("link_down", nil)])
    }

    static let none = Rule.machine(
        "PVE-NIC-NONE",
        .warning,
        "no network card",
        topic: .proxmoxNic,
        why: "A node of a cluster reaches nobody.",
        fix: "Add one: qm set VMID --net0 virtio,bridge=vmbr0.",
        sources: [Authority.qm]
    ) { machine, _ in
        let isPassedThrough = machine.settings.keys.contains { $0.hasPrefix("hostpci") }
        guard machine.cards.isEmpty, !isPassedThrough else { return [] }
        return [Observation("no net0", at: Location(machine.file))]
    }
}
