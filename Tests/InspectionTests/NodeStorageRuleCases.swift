import Inspection
import ResultStore

/// Every rule about the disks of this machine and what lies on them, firing and silent.
enum NodeStorageRuleCases {
    static let all: [RuleCase] = disks + paths

    private static func disk(_ change: (inout DeviceFacts) -> Void) -> Given {
        let changed = SoundNode.disk("sda", change)
        return .node { $0.disks = .known([changed]) }
    }

    private static func path(_ path: NodeFacts.DataPath...) -> Given {
        .node { $0.paths = .known(path) }
    }

    private static let disks: [RuleCase] = [
        RuleCase(
            "NODE-DISK-CONTROLLER",
            fires: disk { $0.driver = "ahci" },
            silent: .node { node in
                node.host.hypervisor = "none"
                node.disks = .known([SoundNode.disk("sda") { $0.driver = "ahci" }])
            }
        ),
        RuleCase("NODE-DISK-ROTATIONAL", fires: disk { $0.rotational = true }, silent: .node()),
        RuleCase(
            "NODE-DISK-WRITE-THROUGH",
            fires: disk { $0.writeCache = "write through" },
            // An iSCSI disk of Longhorn says so rightly.
            silent: disk { disk in
                disk.transport = "iscsi"
                disk.writeCache = "write through"
            }
        ),
        RuleCase(
            "NODE-DISK-NO-FUA",
            fires: disk { $0.fua = false },
            silent: disk { disk in
                disk.fua = false
                disk.transport = "virtio-blk"
            }
        ),
        RuleCase("NODE-DISK-NO-DISCARD", fires: disk { $0.discardMaxBytes = 0 }, silent: .node()),
        RuleCase(
            "NODE-DISK-DISCARD-UNPROVEN",
            fires: .node(),
            silent: .node { $0.host.hypervisor = "none" }
        ),
        RuleCase("NODE-DISK-SCHEDULER", fires: disk { $0.scheduler = "bfq" }, silent: .node()),
        RuleCase(
            "NODE-DISK-QUEUE",
            fires: disk { $0.requests = 16 }.roles(.workerV1),
            silent: .node().roles(.workerV1)
        ),
        RuleCase("NODE-DISK-READ-ONLY", fires: disk { $0.readOnly = true }, silent: .node()),
        RuleCase(
            "NODE-DISK-WBT",
            fires: disk { $0.writebackThrottleUsec = 75000 },
            silent: .node()
        ),
    ]

    private static let paths: [RuleCase] = [
        RuleCase(
            "NODE-DISK-SHARED",
            fires: path(
                SoundNode.path(.etcd, "/var/lib/etcd", "sda"),
                SoundNode.path(.longhorn, "/var/lib/longhorn", "sda")
            ),
            silent: .node()
        ),
        RuleCase(
            "NODE-LONGHORN-ROOT",
            fires: path(
                SoundNode.path(.node, "/var", "sda"),
                SoundNode.path(.longhorn, "/var/lib/longhorn", "sda")
            ),
            silent: .node()
        ),
        RuleCase(
            "NODE-ETCD-NETWORK",
            fires: path(
                SoundNode.path(.etcd, "/var/lib/etcd", "sda") { $0.facts.filesystem?.type = "nfs4" }
            ),
            silent: .node()
        ),
        RuleCase(
            "NODE-LONGHORN-FS",
            fires: path(
                SoundNode.path(.longhorn, "/var/lib/longhorn", "sda") {
                    $0.facts.filesystem?.type = "btrfs"
                }
            ),
            silent: path(
                SoundNode.path(.longhorn, "/var/lib/longhorn", "sda") {
                    $0.facts.filesystem?.type = "xfs"
                }
            )
        ),
        RuleCase(
            "NODE-FS-OPTIONS",
            fires: path(
                SoundNode.path(.etcd, "/var/lib/etcd", "sda") {
                    $0.facts.filesystem?.mountOptions = ["rw", "nobarrier"]
                }
            ),
            silent: .node()
        ),
        RuleCase(
            "NODE-FS-FULL",
            fires: path(
                SoundNode.path(.longhorn, "/var/lib/longhorn", "sda") {
                    $0.facts.filesystem?.freeBytes = 5 << 30
                }
            ),
            silent: .node()
        ),
        RuleCase(
            "NODE-DISK-LAYERS",
            fires: path(
                SoundNode.path(.longhorn, "/var/lib/longhorn", "loop0") { path in
                    var loop = DeviceFacts(name: "loop0")
                    loop.transport = "loop"
                    path.facts.stack = [loop]
                }
            ),
            silent: .node()
        ),
        RuleCase(
            "NODE-MOUNT-PRIVATE",
            fires: path(
                SoundNode.path(.longhorn, "/var/lib/longhorn", "sdb") {
                    $0.propagation = ["master:2"]
                }
            ).roles(.workerV1),
            silent: .node().roles(.workerV1)
        ),
        RuleCase(
            "NODE-NOEXEC",
            fires: path(
                SoundNode.path(.node, "/var", "sda") {
                    $0.facts.filesystem?.mountOptions = ["rw", "nosuid", "noexec"]
                }
            ).roles(.workerV1),
            silent: .node().roles(.workerV1)
        ),
    ]
}
