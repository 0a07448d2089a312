import Inspection
import ResultStore

/// Every rule about several files together, firing and silent; and the configurations that others begin with.
enum ClusterRuleCases {
    static let all: [RuleCase] =
        TalosRuleCases.all + TalosStorageRuleCases.all + LonghornRuleCases.all + cross

    /// A whole machine configuration with these lines inside `machine`, each indented by two blanks.
    static func worker(
        _ lines: String = "",
        image: String = "factory.talos.dev/metal-installer/aa11:v1.11.3",
        type: String = "worker",
        more: String = ""
    ) -> String {
        let indented = lines.split(separator: "\n").map { "  \($0)\n" }.joined()
        return """
            version: v1alpha1
            machine:
              type: \(type)
              token: abcdef.0123456789abcdef
              install:
                disk: /dev/sda
                image: \(image)

            """ + indented + more
    }

    static func controlPlane(
        _ cluster: String,
        image: String = "factory.talos.dev/i/aa11:v1.11.3"
    ) -> String {
        let indented = cluster.split(separator: "\n").map { "  \($0)\n" }.joined()
        return worker(
            image: image,
            type: "controlplane",
            more: "cluster:\n  clusterName: a\n" + indented
        )
    }

    static let mount = """
        kubelet:
          extraMounts:
            - destination: /var/lib/longhorn
              type: bind
              source: /var/lib/longhorn
              options: [bind, rshared, rw]
        """

    private static func interface(_ mtu: Int) -> String {
        "network:\n  interfaces:\n    - interface: eth0\n      mtu: \(mtu)"
    }

    private static func host(_ given: Given, memory: UInt64 = 64 << 30) -> Given {
        given.node { node in
            node.isProxmoxHost = true
            node.memory = .known(NodeFacts.Memory(totalBytes: memory))
            node.interfaces = .known([
                SoundNode.card("vmbr0") { card in
                    card.kind = "bridge"
                    card.mtuBytes = 1500
                }
            ])
        }
    }

    private static let cross: [RuleCase] = [
        RuleCase(
            "X-MTU-CARD",
            fires: .vm("net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,mtu=1500").talos(
                worker(interface(9000))
            ),
            silent: .vm("net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,mtu=9000").talos(
                worker(interface(9000))
            )
        ),
        RuleCase(
            "X-MTU-CARD",
            fires: .vm("net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,mtu=1400").talos(
                worker(interface(1500))
            ),
            // The storage network may be the one with jumbo frames.
            silent: .vm(
                "net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,mtu=1500\nnet1: virtio=BC:24:11:00:00:02,bridge=vmbr1,mtu=9000"
            ).talos(worker(interface(9000)))
        ),
        RuleCase(
            "X-MTU-BRIDGE",
            fires: host(.vm("net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,mtu=9000")),
            silent: host(.vm("net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,mtu=1500"))
        ),
        RuleCase(
            "X-V2-CPU",
            fires: .vm("cpu: kvm64").longhorn("defaultSettings:\n  v2DataEngine: true\n"),
            silent: .vm("cpu: host").longhorn("defaultSettings:\n  v2DataEngine: true\n")
        ),
        RuleCase(
            "X-DISK-MISSING",
            fires: .vm("virtio0: local:a,size=100G").talos(worker()),
            silent: .vm("scsi0: local:a,size=100G").talos(worker())
        ),
        RuleCase(
            "X-DATA-PATH",
            fires: .talos(worker(more: "---\nkind: UserVolumeConfig\nname: longhorn\n"))
                .longhorn("defaultSettings:\n  defaultDataPath: /var/lib/longhorn\n"),
            silent: .talos(worker(more: "---\nkind: UserVolumeConfig\nname: longhorn\n"))
                .longhorn("defaultSettings:\n  defaultDataPath: /var/mnt/longhorn/\n")
        ),
        RuleCase(
            "X-DEFAULT-DISK-LABEL",
            fires: .talos(worker()).longhorn(
                "defaultSettings:\n  createDefaultDiskLabeledNodes: true\n"
            ),
            silent: .talos(worker("nodeLabels:\n  node.longhorn.io/create-default-disk: \"true\""))
                .longhorn("defaultSettings:\n  createDefaultDiskLabeledNodes: true\n")
        ),
        RuleCase(
            "X-REPLICAS-NODES",
            fires: .talos(worker()).talos(worker()).longhorn(
                "defaultSettings:\n  defaultReplicaCount: 3\n"
            ),
            silent: .talos(worker()).talos(worker()).longhorn(
                "defaultSettings:\n  defaultReplicaCount: 2\n"
            )
        ),
        RuleCase(
            "X-CP-COUNT",
            fires: .talos(controlPlane("")).talos(controlPlane("")),
            silent: .talos(controlPlane("")).talos(controlPlane("")).talos(controlPlane(""))
        ),
        RuleCase(
            "X-CP-ONE-HOST",
            fires: .vm("", file: "/etc/pve/nodes/a/qemu-server/101.conf")
                .vm("", file: "/etc/pve/nodes/a/qemu-server/102.conf").roles(.controlPlane),
            silent: .vm("", file: "/etc/pve/nodes/a/qemu-server/101.conf")
                .vm("", file: "/etc/pve/nodes/b/qemu-server/102.conf").roles(.controlPlane)
        ),
        RuleCase(
            "X-MAC-TWICE",
            fires: .vm("", file: "101.conf").vm("", file: "102.conf"),
            silent: .vm("", file: "101.conf")
                .vm("net0: virtio=BC:24:11:00:00:02,bridge=vmbr0", file: "102.conf")
        ),
        RuleCase("X-HOST-CORES", fires: host(.vm("cores: 64")), silent: host(.vm("cores: 8"))),
        RuleCase(
            "X-HOST-MEMORY",
            fires: host(.vm("memory: 131072")),
            silent: host(.vm("memory: 8192"))
        ),
        RuleCase(
            "X-DISCARD",
            fires: .vm("scsi0: local:a,size=100G").node(),
            silent: .vm("scsi0: local:a,discard=on,size=100G").node()
        ),
        RuleCase(
            "X-ETCD-SHARES-STORAGE",
            fires: .vm("scsi0: tank:a", file: "101.conf").vm(
                "scsi0: tank:b\nscsi1: tank:c",
                file: "102.conf"
            )
            .talos(controlPlane("")).talos(worker()),
            silent: .vm("scsi0: tank:a", file: "101.conf").vm(
                "scsi0: tank:b\nscsi1: bulk:c",
                file: "102.conf"
            )
            .talos(controlPlane("")).talos(worker())
        ),
    ]
}
