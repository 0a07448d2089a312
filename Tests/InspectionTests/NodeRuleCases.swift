import Inspection
import ResultStore

/// Every rule about this machine, firing and silent.
enum NodeRuleCases {
    static let all: [RuleCase] =
        processor + kernel + NodeStorageRuleCases.all + longhorn + network

    private static func card(_ change: (inout InterfaceFacts) -> Void) -> Given {
        let changed = SoundNode.card("eth0", change)
        return .node { $0.interfaces = .known([changed]) }
    }

    private static func path(_ path: NodeFacts.DataPath...) -> Given {
        .node { $0.paths = .known(path) }
    }

    private static let processor: [RuleCase] = [
        RuleCase(
            "NODE-CPU-LEVEL",
            fires: .node { $0.cpuFlags = .known(["fpu", "pni", "cx16", "lahf_lm"]) },
            silent: .node()
        ),
        RuleCase(
            "NODE-CPU-AES",
            fires: .node { $0.cpuFlags = .known(["fpu"]) },
            silent: .node { node in
                node.host.architecture = "aarch64"
                node.cpuFlags = .known(["fp"])
            }
        ),
        RuleCase(
            "NODE-CPU-EMULATED",
            fires: .node { $0.host.hypervisor = "qemu" },
            silent: .node()
        ),
        RuleCase(
            "NODE-CPU-CORES",
            fires: .node { $0.host.cpuCount = 1 }.roles(.controlPlane),
            silent: .node { $0.host.cpuCount = 4 }.roles(.controlPlane)
        ),
        RuleCase(
            "NODE-CPU-STEAL",
            fires: .node { $0.stealRatio = .known(0.2) },
            silent: .node()
        ),
        RuleCase(
            "NODE-CPU-GOVERNOR",
            fires: .node { $0.host.governor = "powersave" },
            silent: .node { node in
                node.host.governor = "powersave"
                node.host.settings = ["cpufreq_driver": "intel_pstate"]
            }
        ),
        RuleCase("NODE-CLOCK", fires: .node { $0.host.clocksource = "hpet" }, silent: .node()),
        RuleCase(
            "NODE-MEM-SIZE",
            fires: .node { $0.memory = .known(NodeFacts.Memory(totalBytes: 1 << 30)) }
                .roles(.controlPlane),
            // A VM of 4 GiB shows a little less.
            silent: .node { $0.memory = .known(NodeFacts.Memory(totalBytes: 4_060_086_272)) }
                .roles(.controlPlane)
        ),
        RuleCase(
            "NODE-SWAP",
            fires: .node {
                $0.memory = .known(NodeFacts.Memory(totalBytes: 8 << 30, swapBytes: 1 << 30))
            },
            silent: .node()
        ),
        RuleCase(
            "NODE-MEM-BALLOON",
            fires: .node { $0.modules["virtio_balloon"] = .known(.loaded) },
            silent: .node()
        ),
    ]

    private static let kernel: [RuleCase] = [
        RuleCase(
            "NODE-IO-URING",
            fires: .node { $0.sysctls["kernel.io_uring_disabled"] = .known("2") },
            silent: .node()
        ),
        RuleCase(
            "NODE-AIO-MAX",
            fires: .node { $0.sysctls["fs.aio-nr"] = .known("65000") },
            silent: .node()
        ),
        RuleCase(
            "NODE-DIRTY-RATIO",
            fires: .node { $0.memory = .known(NodeFacts.Memory(totalBytes: 64 << 30)) }
                .roles(.controlPlane),
            silent: .node { node in
                node.memory = .known(NodeFacts.Memory(totalBytes: 64 << 30))
                node.sysctls["vm.dirty_bytes"] = .known("268435456")
            }.roles(.controlPlane)
        ),
        RuleCase(
            "NODE-ZONE-RECLAIM",
            fires: .node { $0.sysctls["vm.zone_reclaim_mode"] = .known("1") },
            silent: .node()
        ),
        RuleCase(
            "NODE-SECCOMP",
            fires: .node { $0.host.container = ["seccomp": "filter"] },
            silent: .node { $0.host.container = ["seccomp": "disabled"] }
        ),
        RuleCase(
            "NODE-UNPRIVILEGED",
            fires: .node { $0.host.container = ["container": "kubernetes", "privileged": "no"] },
            silent: .node { $0.host.container = ["privileged": "no"] }
        ),
        RuleCase(
            "NODE-CGROUP-CPU",
            fires: .node { $0.host.container = ["cpu_max": "50000 100000"] },
            silent: .node()
        ),
        RuleCase(
            "NODE-CGROUP-IO",
            fires: .node { $0.host.container = ["io_max": "8:0 wiops=100"] },
            silent: .node()
        ),
        RuleCase(
            "NODE-CGROUP-MEMORY",
            fires: .node { $0.host.container = ["memory_max": "134217728"] },
            silent: .node { $0.host.container = ["memory_max": "8589934592"] }
        ),
        RuleCase(
            "NODE-PRESSURE-IO",
            fires: .node { $0.pressure = .known(["io": 55]) },
            silent: .node()
        ),
        RuleCase(
            "NODE-MACHINE-PINNED",
            fires: .node { $0.host.platform = "QEMU Standard PC (Q35 + ICH9, 2009) pc-q35-9.2" },
            silent: .node { $0.host.platform = "QEMU Standard PC (i440FX) pc-i440fx-10.1" }
        ),
        RuleCase(
            "NODE-DISK-LAYERS",
            fires: path(
                SoundNode.path(.etcd, "/var/lib/etcd", "sda") { path in
                    var pool = DeviceFacts(name: "dm-2")
                    pool.byId = "dm-name-vg-pool-tpool"
                    path.facts.stack = [pool]
                }
            ),
            silent: .node()
        ),
        RuleCase(
            "NODE-PRESSURE-CPU",
            fires: .node { $0.pressure = .known(["cpu": 55]) },
            silent: .node()
        ),
    ]

    private static func module(_ rule: String, _ name: String) -> RuleCase {
        let role: Given = .node { $0.modules[name] = .known(.absent) }
        let isV1 = rule.contains("-V1-")
        return RuleCase(
            rule,
            fires: isV1 ? role.roles(.workerV1) : role.roles(.workerV2),
            silent: isV1 ? Given.node().roles(.workerV1) : Given.node().roles(.workerV2)
        )
    }

    private static let longhorn: [RuleCase] = [
        module("NODE-V1-ISCSI", "iscsi_tcp"), module("NODE-V2-NVME-TCP", "nvme_tcp"),
        module("NODE-V2-VFIO", "vfio_pci"), module("NODE-V2-UIO", "uio_pci_generic"),
        module("NODE-V2-UBLK", "ublk_drv"),
        RuleCase(
            "NODE-V1-ISCSID",
            fires: .node { $0.processes = .known(["systemd"]) }.roles(.workerV1),
            silent: .node().roles(.workerV1)
        ),
        RuleCase(
            "NODE-V1-MULTIPATH",
            fires: .node { $0.processes = .known(["iscsid", "multipathd"]) }.roles(.workerV1),
            silent: .node().roles(.workerV1)
        ),
        RuleCase(
            "NODE-NFS",
            fires: .node { node in
                node.filesystems = .known(["ext4"])
                node.modules["nfs"] = .known(.absent)
            }.roles(.workerV1),
            silent: .node().roles(.workerV1)
        ),
        RuleCase(
            "NODE-DM-CRYPT",
            fires: .node { $0.modules["dm_crypt"] = .known(.absent) }.roles(.workerV2),
            silent: .node().roles(.workerV2)
        ),
        RuleCase(
            "NODE-V1-KERNEL",
            fires: .node { $0.host.kernel = "5.4.0-150-generic" }.roles(.workerV1),
            silent: .node().roles(.workerV1)
        ),
        RuleCase(
            "NODE-V2-SSE42",
            fires: .node { $0.cpuFlags = .known(["sse4_1", "aes"]) }.roles(.workerV2),
            silent: .node().roles(.workerV2)
        ),
        RuleCase(
            "NODE-V2-KERNEL",
            fires: .node { $0.host.kernel = "6.1.0-18-amd64" }.roles(.workerV2),
            silent: .node().roles(.workerV2)
        ),
        RuleCase(
            "NODE-V2-HUGEPAGES",
            fires: .node {
                $0.memory = .known(NodeFacts.Memory(totalBytes: 16 << 30, hugePages: 512))
            }.roles(.workerV2),
            // Two of a gibibyte are as good as 1024 of two mebibytes.
            silent: .node {
                $0.memory = .known(
                    NodeFacts.Memory(totalBytes: 16 << 30, hugePages: 2, hugePageBytes: 1 << 30)
                )
            }.roles(.workerV2)
        ),
        RuleCase(
            "NODE-HUGEPAGES-IDLE",
            fires: .node().roles(.workerV1),
            silent: .node { $0.memory = .known(NodeFacts.Memory(totalBytes: 16 << 30)) }
                .roles(.workerV1)
        ),
        RuleCase(
            "NODE-V2-IOMMU",
            fires: .node { $0.iommuGroups = .known(0) }.roles(.workerV2),
            silent: .node().roles(.workerV2)
        ),
    ]

    private static let network: [RuleCase] = [
        RuleCase("NODE-NIC-DRIVER", fires: card { $0.driver = "e1000" }, silent: .node()),
        RuleCase(
            "NODE-NIC-SPEED",
            fires: card { card in
                card.driver = "igb"
                card.speedMbps = 1000
            }.roles(.workerV1),
            // What a virtio card says of its speed is made up.
            silent: card { $0.speedMbps = 1000 }.roles(.workerV1)
        ),
        RuleCase("NODE-NIC-DUPLEX", fires: card { $0.duplex = "half" }, silent: .node()),
        RuleCase(
            "NODE-MTU-OVERLAY",
            fires: .node { node in
                node.interfaces = .known([
                    SoundNode.card("eth0"),
                    SoundNode.card("flannel.1") { card in
                        card.kind = "vxlan"
                        card.driver = "vxlan"
                        card.mtuBytes = 1500
                    },
                ])
            },
            silent: .node { node in
                node.interfaces = .known([
                    SoundNode.card("eth0"),
                    SoundNode.card("flannel.1") { card in
                        card.kind = "vxlan"
                        card.driver = "vxlan"
                        card.mtuBytes = 1450
                    },
                    SoundNode.card("cilium_vxlan") { $0.kind = "vxlan" },
                ])
            }
        ),
        RuleCase(
            "NODE-MTU-BRIDGE",
            fires: .node { node in
                node.isProxmoxHost = true
                node.interfaces = .known([
                    SoundNode.card("eno1") { $0.driver = "igb" },
                    SoundNode.card("vmbr0") { card in
                        card.kind = "bridge"
                        card.driver = "bridge"
                        card.mtuBytes = 9000
                    },
                ])
            },
            silent: .node { $0.isProxmoxHost = true }
        ),
        RuleCase(
            "NODE-NIC-QUEUES",
            fires: card { $0.rxQueues = 1 }.roles(.workerV1),
            silent: .node().roles(.workerV1)
        ),
    ]
}
