import ResultStore

/// What Longhorn's engines need of this machine.
enum NodeLonghornRules {
    static let all: [Rule] = [
        iscsiModule, iscsid, multipath, nfs, crypt, kernelV1, sse, kernelV2, nvme, vfio, uio, ublk,
        hugePages, hugePagesIdle, iommu,
    ]

    static let iscsiModule = module(
        "NODE-V1-ISCSI",
        "iscsi_tcp",
        .longhornV1,
        [.workerV1],
        "no iSCSI initiator in the kernel",
        why:
            "Longhorn's V1 engine hands each volume to the node by iSCSI; without the module no volume attaches.",
        fix: "Load iscsi_tcp; on Talos it is built in.",
        sources: [Authority.longhornInstall, Authority.talosKernel]
    )

    static let iscsid = Rule.node(
        "NODE-V1-ISCSID",
        .error,
        .longhornV1,
        "iscsid does not run",
        roles: [.workerV1],
        why: "Longhorn's V1 engine logs in by iscsiadm, which needs iscsid on the node.",
        fix:
            "Talos: add the extensions iscsi-tools and util-linux-tools to the schematic; elsewhere: systemctl enable --now iscsid.",
        sources: [Authority.talosLonghorn, Authority.longhornInstall]
    ) { node, _ throws(UnknownFact) in
        guard try !node.processes.get().contains("iscsid") else { return [] }
        return [Observation("no process 'iscsid'", at: Location("/proc"))]
    }

    static let multipath = Rule.node(
        "NODE-V1-MULTIPATH",
        .warning,
        .longhornV1,
        "multipathd runs",
        roles: [.workerV1],
        why:
            "It takes Longhorn's devices for paths and holds them, so that pods fail to mount with \"already mounted or mount point busy\".",
        fix: "Stop it, or blacklist ^sd[a-z0-9]+ in /etc/multipath.conf.",
        sources: [Authority.longhornMultipath]
    ) { node, _ throws(UnknownFact) in
        guard try node.processes.get().contains("multipathd") else { return [] }
        return [Observation("process 'multipathd'", at: Location("/proc"))]
    }

    static let nfs = Rule.node(
        "NODE-NFS",
        .info,
        .longhornV1,
        "no NFS client",
        roles: [.workerV1, .workerV2],
        why:
            "Volumes that several pods write to (RWX), and backups to NFS, are mounted by NFS 4.1.",
        fix: "Load nfs, if you use either.",
        sources: [Authority.longhornInstall]
    ) { node, _ throws(UnknownFact) in
        let known = try node.filesystems.get()
        if known.contains("nfs4") || known.contains("nfs") { return [] }
        guard try node.modules["nfs"]?.get() == .absent else { return [] }
        return [Observation("no nfs4", at: Location("/proc/filesystems"))]
    }

    static let crypt = Rule.node(
        "NODE-DM-CRYPT",
        .info,
        .longhornV1,
        "no dm_crypt",
        roles: [.workerV1, .workerV2],
        why: "Encrypted volumes need it.",
        fix: "Load dm_crypt, if you encrypt volumes.",
        sources: [Authority.longhornInstall]
    ) { node, _ throws(UnknownFact) in
        guard try node.modules["dm_crypt"]?.get() == .absent else { return [] }
        return [Observation("dm_crypt is absent", at: Location("/proc/modules"))]
    }

    static let kernelV1 = Rule.node(
        "NODE-V1-KERNEL",
        .warning,
        .longhornV1,
        "an old kernel",
        roles: [.workerV1],
        why: "Longhorn recommends 5.8 or later for reliable extents and discards.",
        fix: "Update the node.",
        sources: [Authority.longhornBest]
    ) { node, _ throws(UnknownFact) in
        guard let version = try kernel(node), version < (5, 8) else { return [] }
        return [Observation("Linux \(version.0).\(version.1)", at: osrelease)]
    }

    static let sse = Rule.node(
        "NODE-V2-SSE42",
        .error,
        .longhornV2,
        "no SSE 4.2",
        roles: [.workerV2],
        why:
            "SPDK, which the V2 engine is made of, is compiled for it and dies with an illegal instruction.",
        fix: "In a VM set cpu to host or x86-64-v2-AES.",
        sources: [Authority.longhornV2]
    ) { node, _ throws(UnknownFact) in
        guard NodeProcessorRules.isIntel(node), try !node.cpuFlags.get().contains("sse4_2") else {
            return []
        }
        return [Observation("no sse4_2", at: NodeProcessorRules.cpuInfo)]
    }

    static let kernelV2 = Rule.node(
        "NODE-V2-KERNEL",
        .warning,
        .longhornV2,
        "an old kernel for NVMe over TCP",
        roles: [.workerV2],
        why:
            "The V2 engine needs 5.19, and recommends 6.7: older ones lose NVMe/TCP connections after a crash of the engine.",
        fix: "Update the node.",
        sources: [Authority.longhornV2]
    ) { node, _ throws(UnknownFact) in
        guard let version = try kernel(node), version < (6, 7) else { return [] }
        return [
            Observation(
                "Linux \(version.0).\(version.1)",
                at: osrelease,
                severity: version < (5, 19) ? .error : nil
            )
        ]
    }

    static let nvme = module(
        "NODE-V2-NVME-TCP",
        "nvme_tcp",
        .longhornV2,
        [.workerV2],
        "no NVMe over TCP",
        why: "The V2 engine hands each volume to the node by NVMe/TCP.",
        fix: "Load nvme_tcp; on Talos list it in machine.kernel.modules.",
        sources: [Authority.longhornV2, Authority.talosLonghorn]
    )

    static let vfio = module(
        "NODE-V2-VFIO",
        "vfio_pci",
        .longhornV2,
        [.workerV2],
        "vfio_pci is not loaded",
        why: "The V2 engine takes NVMe disks away from the kernel by it.",
        fix: "Load vfio_pci; on Talos list it in machine.kernel.modules.",
        sources: [Authority.longhornV2, Authority.talosLonghorn]
    )

    static let uio = module(
        "NODE-V2-UIO",
        "uio_pci_generic",
        .longhornV2,
        [.workerV2],
        "uio_pci_generic is not loaded",
        why:
            "The V2 engine uses it for disks where vfio_pci does not work, as in VMs without an IOMMU.",
        fix: "Load uio_pci_generic; on Talos list it in machine.kernel.modules.",
        sources: [Authority.longhornV2, Authority.talosLonghorn]
    )

    static let ublk = Rule.node(
        "NODE-V2-UBLK",
        .info,
        .longhornV2,
        "no ublk",
        roles: [.workerV2],
        why: "The V2 engine's ublk front end needs ublk_drv; its NVMe/TCP front end does not.",
        fix: "Load ublk_drv, if you use that front end.",
        sources: [Authority.longhornV2]
    ) { node, _ throws(UnknownFact) in
        guard let state = try node.modules["ublk_drv"]?.get(),
            state == .absent || state == .available
        else { return [] }
        return [Observation("ublk_drv is \(word(state))", at: Location("/proc/modules"))]
    }

    static let hugePages = Rule.node(
        "NODE-V2-HUGEPAGES",
        .error,
        .longhornV2,
        "too few huge pages",
        roles: [.workerV2],
        why:
            "The V2 engine's instance manager asks for 2 GiB of them and is not scheduled without.",
        fix:
            "Set vm.nr_hugepages to 1024 and restart the kubelet; or set data-engine-hugepage-enabled to false.",
        sources: [Authority.longhornV2, Authority.talosLonghorn]
    ) { node, evidence throws(UnknownFact) in
        if evidence.longhorn?.setting("dataEngineHugepageEnabled", engine: "v2") == "false" {
            return []
        }
        let memory = try node.memory.get()
        let (bytes, overflow) = memory.hugePages.multipliedReportingOverflow(
            by: memory.hugePageBytes
        )
        guard !overflow, bytes < 2 << 30 else { return [] }
        return [
            Observation(
                "\(memory.hugePages) of \(Text.size(memory.hugePageBytes))",
                at: Location("/proc/meminfo")
            )
        ]
    }

    static let hugePagesIdle = Rule.node(
        "NODE-HUGEPAGES-IDLE",
        .warning,
        .memory,
        "huge pages that nothing needs",
        roles: [.controlPlane, .workerV1],
        why:
            "Their memory is taken from everything else; only Longhorn's V2 engine and some databases use them.",
        fix: "Set vm.nr_hugepages to 0, unless something here asks for them.",
        sources: ["Linux, Documentation/admin-guide/mm/hugetlbpage.rst", Authority.longhornV2]
    ) { node, evidence throws(UnknownFact) in
        guard !evidence.roles(of: node).contains(.workerV2) else { return [] }
        let memory = try node.memory.get()
        guard memory.hugePages > 0 else { return [] }
        return [
            Observation(
                "\(memory.hugePages) of \(Text.size(memory.hugePageBytes))",
                at: Location("/proc/meminfo")
            )
        ]
    }

    static let iommu = Rule.node(
        "NODE-V2-IOMMU",
        .info,
        .longhornV2,
        "no IOMMU",
        roles: [.workerV2],
        why:
            "Taking over an NVMe disk by vfio_pci, and the interrupt mode, need one; VMs mostly have none, and aio or virtio-blk disks are used instead.",
        fix: "Enable it in the firmware, or use block disks by aio.",
        sources: [Authority.longhornV2]
    ) { node, _ throws(UnknownFact) in
        guard try node.iommuGroups.get() == 0 else { return [] }
        return [Observation("no group", at: Location("/sys/kernel/iommu_groups"))]
    }

    private static let osrelease = Location("/proc/sys/kernel/osrelease")

    private static func kernel(_ node: NodeFacts) throws(UnknownFact) -> (Int, Int)? {
        guard let text = node.host.kernel else {
            throw UnknownFact("the kernel's version", help: "mount /proc")
        }
        let numbers = ConfigText.parts(text, at: UInt8(ascii: ".")).prefix(2).map { part in
            Int(String(part.prefix { $0.isASCII && $0.isNumber }))
        }
        guard numbers.count == 2, let major = numbers[0], let minor = numbers[1] else { return nil }
        return (major, minor)
    }

    private static func word(_ state: NodeFacts.Module) -> String {
        switch state {
        case .loaded: "loaded"
        case .builtIn: "built in"
        case .available: "there, but not loaded"
        case .absent: "absent"
        }
    }

    /// A rule about a kernel module that must be loaded or built in.
    private static func module(
        _ id: String,
        _ name: String,
        _ topic: Topic,
        _ roles: Set<Role>,
        _ title: String,
        why: String,
        fix: String,
        sources: [String]
    ) -> Rule {
        Rule.node(
            id,
            .error,
            topic,
            title,
            roles: roles,
            why: why,
            fix: fix,
            sources: sources
        ) { node, _ throws(UnknownFact) in
            guard let state = try node.modules[name]?.get(), state == .available || state == .absent
            else { return [] }
            return [
                Observation(
                    "\(name) is \(word(state))",
                    at: Location("/proc/modules"),
                    severity: state == .available ? .warning : nil
                )
            ]
        }
    }
}
