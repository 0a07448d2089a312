import ResultStore

/// What only shows when several inputs are looked at together.
enum CrossRules {
    static let all: [Rule] = [
        cardMTU, bridgeMTU, v2Machine, diskMissing, dataPath, defaultDiskLabel, replicasNodes,
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

}
