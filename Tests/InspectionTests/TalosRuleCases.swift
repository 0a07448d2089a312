import Inspection

/// Every rule about the keys, kernel, network and etcd of a Talos machine configuration, firing and silent.
enum TalosRuleCases {
    static let all: [RuleCase] = [
        RuleCase(
            "TALOS-KEY-UNKNOWN",
            fires: .talos(ClusterRuleCases.worker("colour: blue")),
            silent: .talos(ClusterRuleCases.worker("udev:\n  rules: []"))
        ),
        RuleCase(
            "TALOS-GUEST-AGENT",
            fires: .talos(
                ClusterRuleCases.worker("features:\n  qemuGuestAgent:\n    enabled: true")
            ),
            silent: .talos(ClusterRuleCases.worker("features:\n  rbac: true"))
        ),
        RuleCase(
            "TALOS-KIND-UNKNOWN",
            fires: .talos(
                ClusterRuleCases.worker(more: "---\napiVersion: v1alpha1\nkind: FutureConfig\n")
            ),
            silent: .talos(
                ClusterRuleCases.worker(more: "---\napiVersion: v1alpha1\nkind: HostnameConfig\n")
            )
        ),
        RuleCase(
            "TALOS-KEY-TWICE",
            fires: .talos(ClusterRuleCases.worker("sysctls:\n  a: \"1\"\nsysctls:\n  b: \"1\"")),
            silent: .talos(ClusterRuleCases.worker("sysctls:\n  a: \"1\"\n  b: \"1\""))
        ),
        RuleCase(
            "TALOS-MODULE-NAME",
            fires: .talos(
                ClusterRuleCases.worker("kernel:\n  modules:\n    - name: iscsi_generic")
            ),
            silent: .talos(ClusterRuleCases.worker("kernel:\n  modules:\n    - name: nvme_tcp"))
        ),
        RuleCase(
            "TALOS-MODULE-NEEDLESS",
            fires: .talos(
                ClusterRuleCases.worker(
                    "kernel:\n  modules:\n    - name: iscsi_tcp\n    - name: nbd"
                )
            ),
            silent: .talos(ClusterRuleCases.worker("kernel:\n  modules:\n    - name: nvme_tcp"))
        ),
        RuleCase(
            "TALOS-KUBEPRISM-OFF",
            fires: .talos(ClusterRuleCases.worker("features:\n  kubePrism:\n    enabled: false")),
            silent: .talos(
                ClusterRuleCases.worker(
                    "features:\n  kubePrism:\n    enabled: true\n    port: 7445"
                )
            )
        ),
        RuleCase(
            "TALOS-PROXY-CNI",
            fires: .talos(ClusterRuleCases.controlPlane("proxy:\n  disabled: true")),
            silent: .talos(
                ClusterRuleCases.controlPlane(
                    "proxy:\n  disabled: true\nnetwork:\n  cni:\n    name: none"
                )
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
            silent: .talos(ClusterRuleCases.worker())
        ),
        RuleCase(
            "TALOS-IMAGE-TAG",
            fires: .talos(ClusterRuleCases.worker(image: "ghcr.io/siderolabs/installer:latest")),
            silent: .talos(ClusterRuleCases.worker())
        ),
        RuleCase(
            "TALOS-ROLE",
            fires: .talos(ClusterRuleCases.worker()).roles(.controlPlane),
            silent: .talos(ClusterRuleCases.worker()).roles(.workerV1)
        ),
        RuleCase(
            "TALOS-CP-SCHEDULING",
            fires: .talos(ClusterRuleCases.controlPlane("allowSchedulingOnControlPlanes: true")),
            silent: .talos(ClusterRuleCases.controlPlane("allowSchedulingOnControlPlanes: false"))
        ),
        RuleCase(
            "TALOS-ETCD-NO-FSYNC",
            fires: .talos(
                ClusterRuleCases.controlPlane("etcd:\n  extraArgs:\n    unsafe-no-fsync: \"true\"")
            ),
            silent: .talos(
                ClusterRuleCases.controlPlane(
                    "etcd:\n  extraArgs:\n    listen-metrics-urls: http://0.0.0.0:2381"
                )
            )
        ),
        RuleCase(
            "TALOS-ETCD-ELECTION",
            fires: .talos(
                ClusterRuleCases.controlPlane(
                    "etcd:\n  extraArgs:\n    heartbeat-interval: \"500\""
                )
            ),
            silent: .talos(
                ClusterRuleCases.controlPlane(
                    "etcd:\n  extraArgs:\n    heartbeat-interval: \"300\"\n    election-timeout: \"3000\""
                )
            )
        ),
        RuleCase(
            "TALOS-ETCD-QUOTA",
            fires: .talos(
                ClusterRuleCases.controlPlane(
                    "etcd:\n  extraArgs:\n    quota-backend-bytes: \"17179869184\""
                )
            ),
            silent: .talos(
                ClusterRuleCases.controlPlane(
                    "etcd:\n  extraArgs:\n    quota-backend-bytes: \"8589934592\""
                )
            )
        ),
        RuleCase(
            "TALOS-POD-SECURITY",
            fires: .talos(ClusterRuleCases.controlPlane("")).longhorn("defaultSettings: {}\n"),
            silent: .talos(
                ClusterRuleCases.controlPlane(
                    "apiServer:\n  admissionControl:\n    - name: PodSecurity\n      configuration:\n        exemptions:\n          namespaces: [longhorn-system]"
                )
            ).longhorn("defaultSettings: {}\n")
        ),
    ]
}
