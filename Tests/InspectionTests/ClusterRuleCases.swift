import Inspection
import ResultStore

/// Every rule about Talos, Longhorn and several files together, firing and silent.
enum ClusterRuleCases {
    static let all: [RuleCase] = talos + talosStorage + longhorn + cross

    /// A whole machine configuration with these lines inside `machine`, each indented by two blanks.
    private static func worker(
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

    private static func controlPlane(
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

    private static let mount = """
        kubelet:
          extraMounts:
            - destination: /var/lib/longhorn
              type: bind
              source: /var/lib/longhorn
              options: [bind, rshared, rw]
        """

    private static let talos: [RuleCase] = [
        RuleCase(
            "TALOS-KEY-UNKNOWN",
            fires: .talos(worker("colour: blue")),
            silent: .talos(worker("udev:\n  rules: []"))
        ),
        RuleCase(
            "TALOS-GUEST-AGENT",
            fires: .talos(worker("features:\n  qemuGuestAgent:\n    enabled: true")),
            silent: .talos(worker("features:\n  rbac: true"))
        ),
        RuleCase(
            "TALOS-KIND-UNKNOWN",
            fires: .talos(worker(more: "---\napiVersion: v1alpha1\nkind: FutureConfig\n")),
            silent: .talos(worker(more: "---\napiVersion: v1alpha1\nkind: HostnameConfig\n"))
        ),
        RuleCase(
            "TALOS-KEY-TWICE",
            fires: .talos(worker("sysctls:\n  a: \"1\"\nsysctls:\n  b: \"1\"")),
            silent: .talos(worker("sysctls:\n  a: \"1\"\n  b: \"1\""))
        ),
        RuleCase(
            "TALOS-MODULE-NAME",
            fires: .talos(worker("kernel:\n  modules:\n    - name: iscsi_generic")),
            silent: .talos(worker("kernel:\n  modules:\n    - name: nvme_tcp"))
        ),
        RuleCase(
            "TALOS-MODULE-NEEDLESS",
            fires: .talos(worker("kernel:\n  modules:\n    - name: iscsi_tcp\n    - name: nbd")),
            silent: .talos(worker("kernel:\n  modules:\n    - name: nvme_tcp"))
        ),
        RuleCase(
            "TALOS-KUBEPRISM-OFF",
            fires: .talos(worker("features:\n  kubePrism:\n    enabled: false")),
            silent: .talos(worker("features:\n  kubePrism:\n    enabled: true\n    port: 7445"))
        ),
        RuleCase(
            "TALOS-PROXY-CNI",
            fires: .talos(controlPlane("proxy:\n  disabled: true")),
            silent: .talos(
                controlPlane("proxy:\n  disabled: true\nnetwork:\n  cni:\n    name: none")
            )
        ),
        RuleCase(
            "TALOS-KERNEL-ARGS",
            fires: .talos("machine:\n  install:\n    extraKernelArgs:\n      - net.ifnames=0\n"),
            silent: .talos("machine:\n  install:\n    extraKernelArgs: []\n")
        ),
        RuleCase(
            "TALOS-EXTENSIONS-DEPRECATED",
            fires: .talos(
                "machine:\n  install:\n    extensions:\n      - image: ghcr.io/siderolabs/iscsi-tools:v0.1.4\n"
            ),
            silent: .talos(worker())
        ),
        RuleCase(
            "TALOS-IMAGE-TAG",
            fires: .talos(worker(image: "ghcr.io/siderolabs/installer:latest")),
            silent: .talos(worker())
        ),
        RuleCase(
            "TALOS-ROLE",
            fires: .talos(worker()).roles(.controlPlane),
            silent: .talos(worker()).roles(.workerV1)
        ),
        RuleCase(
            "TALOS-CP-SCHEDULING",
            fires: .talos(controlPlane("allowSchedulingOnControlPlanes: true")),
            silent: .talos(controlPlane("allowSchedulingOnControlPlanes: false"))
        ),
        RuleCase(
            "TALOS-ETCD-NO-FSYNC",
            fires: .talos(controlPlane("etcd:\n  extraArgs:\n    unsafe-no-fsync: \"true\"")),
            silent: .talos(
                controlPlane("etcd:\n  extraArgs:\n    listen-metrics-urls: http://0.0.0.0:2381")
            )
        ),
        RuleCase(
            "TALOS-ETCD-ELECTION",
            fires: .talos(controlPlane("etcd:\n  extraArgs:\n    heartbeat-interval: \"500\"")),
            silent: .talos(
                controlPlane(
                    "etcd:\n  extraArgs:\n    heartbeat-interval: \"300\"\n    election-timeout: \"3000\""
                )
            )
        ),
        RuleCase(
            "TALOS-ETCD-QUOTA",
            fires: .talos(
                controlPlane("etcd:\n  extraArgs:\n    quota-backend-bytes: \"17179869184\"")
            ),
            silent: .talos(
                controlPlane("etcd:\n  extraArgs:\n    quota-backend-bytes: \"8589934592\"")
            )
        ),
        RuleCase(
            "TALOS-POD-SECURITY",
            fires: .talos(controlPlane("")).longhorn("defaultSettings: {}\n"),
            silent: .talos(
                controlPlane(
                    "apiServer:\n  admissionControl:\n    - name: PodSecurity\n      configuration:\n        exemptions:\n          namespaces: [longhorn-system]"
                )
            ).longhorn("defaultSettings: {}\n")
        ),
    ]

    private static let talosStorage: [RuleCase] = [
        RuleCase(
            "TALOS-DISKS-DEPRECATED",
            fires: .talos(
                worker(
                    "disks:\n  - device: /dev/sdb\n    partitions:\n      - mountpoint: /var/mnt/longhorn"
                )
            ),
            silent: .talos(
                worker("disks:\n  - device: /dev/sdb", image: "ghcr.io/siderolabs/installer:v1.8.0")
            )
        ),
        RuleCase(
            "TALOS-INSTALL-DISK",
            fires: .talos(worker(more: "---\nkind: UserVolumeConfig\nname: longhorn\n")),
            silent: .talos(worker())
        ),
        RuleCase(
            "TALOS-ETCD-VOLUME",
            fires: .talos(controlPlane("", image: "factory.talos.dev/i/aa11:v1.14.0")),
            silent: .talos(
                controlPlane("", image: "factory.talos.dev/i/aa11:v1.14.0")
                    + "---\nkind: VolumeConfig\nname: ETCD\n"
            )
        ),
        RuleCase(
            "TALOS-TRIM",
            fires: .talos(worker()),
            silent: .talos(
                worker(
                    image: "factory.talos.dev/i/aa11:v1.14.1",
                    more: "---\nkind: FilesystemTrimConfig\ninterval: 168h\n"
                )
            )
        ),
        RuleCase(
            "TALOS-NO-ISCSI-TOOLS",
            fires: .talos(worker(image: "ghcr.io/siderolabs/installer:v1.11.3")).roles(.workerV1),
            silent: .talos(worker()).roles(.workerV1)
        ),
        RuleCase(
            "TALOS-NO-ISCSI-TOOLS",
            fires: .talos(
                worker(
                    image:
                        "factory.talos.dev/metal-installer/376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba:v1.11.3"
                )
            ).roles(.workerV1),
            silent: .talos(worker()).roles(.workerV1)
        ),
        RuleCase(
            "TALOS-MOUNT-MISSING",
            fires: .talos(worker()).roles(.workerV1),
            silent: .talos(worker(mount)).roles(.workerV1)
        ),
        RuleCase(
            "TALOS-MOUNT-RSHARED",
            fires: .talos(worker(mount.replacingRshared("rw"))),
            silent: .talos(worker(mount))
        ),
        RuleCase(
            "TALOS-MOUNT-BIND",
            fires: .talos(worker(mount.replacingRshared("ro"))),
            silent: .talos(worker(mount))
        ),
        RuleCase(
            "TALOS-NOEXEC",
            fires: .talos(worker(image: "factory.talos.dev/i/aa11:v1.14.0")).roles(.workerV1),
            silent: .talos(
                worker(
                    image: "factory.talos.dev/i/aa11:v1.14.0",
                    more: "---\nkind: VolumeConfig\nname: EPHEMERAL\nmount:\n  secure: false\n"
                )
            ).roles(.workerV1)
        ),
        RuleCase(
            "TALOS-V2-HUGEPAGES",
            fires: .talos(worker("sysctls:\n  vm.nr_hugepages: \"512\"")).roles(.workerV2),
            silent: .talos(
                "apiVersion: v1alpha1\nkind: SysctlConfig\nparams:\n  vm.nr_hugepages: \"1024\"\n"
            )
            .roles(.workerV2)
        ),
        RuleCase(
            "TALOS-HUGEPAGES-IDLE",
            fires: .talos(worker("sysctls:\n  vm.nr_hugepages: \"1024\"")).roles(.workerV1),
            silent: .talos(worker("sysctls:\n  vm.nr_hugepages: \"0\"")).roles(.workerV1)
        ),
        RuleCase(
            "TALOS-V2-MODULES",
            fires: .talos(worker("kernel:\n  modules:\n    - name: nvme_tcp")).roles(.workerV2),
            silent: .talos(
                worker(
                    "kernel:\n  modules:\n    - name: nvme_tcp\n    - name: vfio-pci\n    - name: uio_pci_generic"
                )
            ).roles(.workerV2)
        ),
        RuleCase(
            "TALOS-V2-VOLUME",
            fires: .talos(worker(more: "---\nkind: UserVolumeConfig\nname: longhorn\n")).roles(
                .workerV2
            ),
            silent: .talos(worker(more: "---\nkind: RawVolumeConfig\nname: longhorn\n")).roles(
                .workerV2
            )
        ),
        RuleCase(
            "TALOS-VOLUME-NAME",
            fires: .talos("kind: UserVolumeConfig\nname: long_horn!\n"),
            silent: .talos("kind: UserVolumeConfig\nname: longhorn-1\n")
        ),
    ]

    private static func settings(_ text: String) -> Given {
        .longhorn("defaultSettings:\n  \(text)\n")
    }

    private static let longhorn: [RuleCase] = [
        RuleCase(
            "LH-KEY-UNKNOWN",
            fires: settings("defaultDataPaht: /x"),
            silent: settings("defaultDataPath: /x")
        ),
        RuleCase(
            "LH-NO-ENGINE",
            fires: settings("v1DataEngine: false"),
            silent: settings("v1DataEngine: true")
        ),
        RuleCase(
            "LH-BOTH-ENGINES",
            fires: settings("v2DataEngine: true"),
            silent: settings("v2DataEngine: false")
        ),
        RuleCase(
            "LH-CLASS-ENGINE",
            fires: .longhorn("persistence:\n  dataEngine: v2\n"),
            silent: .longhorn("persistence:\n  dataEngine: v1\n")
        ),
        RuleCase(
            "LH-REPLICAS",
            fires: .longhorn("persistence:\n  defaultClassReplicaCount: 1\n"),
            silent: settings("defaultReplicaCount: \"{\\\"v1\\\":\\\"3\\\",\\\"v2\\\":\\\"2\\\"}\"")
        ),
        RuleCase(
            "LH-DATA-PATH",
            fires: settings("v2DataEngine: false"),
            silent: settings("defaultDataPath: /var/mnt/longhorn")
        ),
        RuleCase(
            "LH-BACKUP",
            fires: settings("backupTarget: ~"),
            silent: .longhorn("defaultBackupStore:\n  backupTarget: s3://b@eu/\n")
        ),
        RuleCase(
            "LH-BACKUP-SCHEME",
            fires: settings("backupTarget: http://nas/x"),
            silent: settings("backupTarget: nfs://nas:/x")
        ),
        RuleCase(
            "LH-STRICT-LOCAL",
            fires: settings("defaultDataLocality: strict-local"),
            silent: .longhorn(
                "persistence:\n  defaultDataLocality: strict-local\n  defaultClassReplicaCount: 1\n"
            )
        ),
        RuleCase(
            "LH-SOFT-ANTI-AFFINITY",
            fires: settings("replicaSoftAntiAffinity: true"),
            silent: settings("replicaSoftAntiAffinity: false")
        ),
        RuleCase(
            "LH-OVER-PROVISIONING",
            fires: settings("storageOverProvisioningPercentage: 200"),
            silent: settings("storageOverProvisioningPercentage: 100")
        ),
        RuleCase(
            "LH-MINIMAL-AVAILABLE",
            fires: settings("storageMinimalAvailablePercentage: 5"),
            silent: settings("storageMinimalAvailablePercentage: 25")
        ),
        RuleCase(
            "LH-REVISION-COUNTER",
            fires: settings("disableRevisionCounter: false"),
            silent: settings("disableRevisionCounter: true")
        ),
        RuleCase(
            "LH-GUARANTEED-CPU",
            fires: settings("guaranteedInstanceManagerCPU: 5"),
            silent: settings("guaranteedInstanceManagerCPU: 12")
        ),
        RuleCase(
            "LH-STORAGE-NETWORK",
            fires: settings("v1DataEngine: true"),
            silent: settings("storageNetwork: kube-system/storage")
        ),
        RuleCase(
            "LH-RECLAIM",
            fires: .longhorn("persistence:\n  defaultClass: true\n"),
            silent: .longhorn("persistence:\n  reclaimPolicy: Retain\n")
        ),
        RuleCase(
            "LH-FS-TYPE",
            fires: .longhorn("persistence:\n  defaultFsType: btrfs\n"),
            silent: .longhorn("persistence:\n  defaultFsType: xfs\n")
        ),
        RuleCase(
            "LH-REPLICA-TIMEOUT",
            fires: settings("engineReplicaTimeout: 30"),
            silent: settings("engineReplicaTimeout: 8")
        ),
        RuleCase(
            "LH-V2-CPU-MASK",
            fires: .longhorn(
                "defaultSettings:\n  v2DataEngine: true\n  v2DataEngineCPUMask: \"0xF\"\n"
            ),
            silent: .longhorn(
                "defaultSettings:\n  v2DataEngine: true\n  v2DataEngineCPUMask: \"0x1\"\n"
            )
        ),
    ]

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

extension String {
    /// The mount's options with another word in the place of "rshared".
    fileprivate func replacingRshared(_ word: String) -> String {
        split(separator: "rshared", omittingEmptySubsequences: false).joined(separator: word)
    }
}
