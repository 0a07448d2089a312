import ResultStore

/// A virtual machine that nothing is wrong with: etcd and Longhorn on disks of their own.
enum SoundNode {
    static let facts: NodeFacts = {
        var node = NodeFacts(unknown: UnknownFact("nothing", help: "nothing"))
        node.host.kernel = "6.12.48-talos"
        node.host.architecture = "x86_64"
        node.host.cpuCount = 8
        node.host.clocksource = "kvm-clock"
        node.host.hypervisor = "kvm"
        node.cpuFlags = .known([
            "fpu", "aes", "cx16", "lahf_lm", "popcnt", "pni", "ssse3", "sse4_1", "sse4_2",
        ])
        node.memory = .known(NodeFacts.Memory(totalBytes: 16 << 30, hugePages: 1024))
        for name in ["nvme_tcp", "vfio_pci", "uio_pci_generic", "ublk_drv", "dm_crypt", "nfs"] {
            node.modules[name] = .known(.loaded)
        }
        node.modules["iscsi_tcp"] = .known(.builtIn)
        node.modules["virtio_balloon"] = .known(.absent)
        node.sysctls = [
            "kernel.io_uring_disabled": .known("0"), "fs.aio-max-nr": .known("65536"),
            "fs.aio-nr": .known("128"), "vm.dirty_ratio": .known("20"),
            "vm.dirty_bytes": .known("0"), "vm.zone_reclaim_mode": .known("0"),
        ]
        node.filesystems = .known(["ext4", "xfs", "nfs4"])
        node.pressure = .known(["cpu": 0, "io": 0.4, "memory": 0])
        node.stealRatio = .known(0.001)
        node.disks = .known([disk("sda"), disk("sdb")])
        node.paths = .known([
            path(.etcd, "/var/lib/etcd", "sda"), path(.longhorn, "/var/mnt/longhorn", "sdb"),
            path(.node, "/var", "sda"),
        ])
        node.interfaces = .known([card("eth0")])
        node.processes = .known(["systemd", "kubelet", "iscsid"])
        node.iommuGroups = .known(12)
        return node
    }()

    static func disk(
        _ name: String,
        _ change: (inout DeviceFacts) -> Void = { _ in }
    ) -> DeviceFacts {
        var disk = DeviceFacts(name: name)
        disk.transport = "virtio-scsi"
        disk.driver = "virtio_scsi"
        disk.rotational = false
        disk.readOnly = false
        disk.scheduler = "none"
        disk.requests = 256
        disk.writeCache = "write back"
        disk.fua = true
        disk.discardMaxBytes = 1 << 30
        disk.writebackThrottleUsec = 0
        change(&disk)
        return disk
    }

    static func path(
        _ owner: NodeFacts.DataPath.Owner,
        _ path: String,
        _ disk: String,
        _ change: (inout NodeFacts.DataPath) -> Void = { _ in }
    ) -> NodeFacts.DataPath {
        var facts = TargetFacts(path: path, kind: "directory")
        facts.filesystem = FilesystemFacts(
            type: "ext4",
            mountOptions: ["rw", "relatime"],
            sizeBytes: 100 << 30,
            freeBytes: 80 << 30
        )
        var found = NodeFacts.DataPath(
            owner: owner,
            path: path,
            facts: facts,
            disks: [disk],
            propagation: ["shared:1"]
        )
        change(&found)
        return found
    }

    static func card(
        _ name: String,
        _ change: (inout InterfaceFacts) -> Void = { _ in }
    ) -> InterfaceFacts {
        var card = InterfaceFacts(name: name)
        card.kind = "ethernet"
        card.driver = "virtio_net"
        card.mtuBytes = 1500
        card.carrier = true
        card.rxQueues = 8
        card.txQueues = 8
        change(&card)
        return card
    }
}
