import Inspection

/// Every rule about what a Talos machine configuration says of disks and Longhorn, firing and silent.
enum TalosStorageRuleCases {
    static let all: [RuleCase] = [
        RuleCase(
            "TALOS-DISKS-DEPRECATED",
            fires: .talos(
                ClusterRuleCases.worker(
                    "disks:\n  - device: /dev/sdb\n    partitions:\n      - mountpoint: /var/mnt/longhorn"
                )
            ),
            silent: .talos(
                ClusterRuleCases.worker(
                    "disks:\n  - device: /dev/sdb",
                    image: "ghcr.io/siderolabs/installer:v1.8.0"
                )
            )
        ),
        RuleCase(
            "TALOS-INSTALL-DISK",
            fires: .talos(
                ClusterRuleCases.worker(more: "---\nkind: UserVolumeConfig\nname: longhorn\n")
            ),
            silent: .talos(ClusterRuleCases.worker())
        ),
        RuleCase(
            "TALOS-ETCD-VOLUME",
            fires: .talos(
                ClusterRuleCases.controlPlane("", image: "factory.talos.dev/i/aa11:v1.14.0")
            ),
            silent: .talos(
                ClusterRuleCases.controlPlane("", image: "factory.talos.dev/i/aa11:v1.14.0")
                    + "---\nkind: VolumeConfig\nname: ETCD\n"
            )
        ),
        RuleCase(
            "TALOS-TRIM",
            fires: .talos(ClusterRuleCases.worker()),
            silent: .talos(
                ClusterRuleCases.worker(
                    image: "factory.talos.dev/i/aa11:v1.14.1",
                    more: "---\nkind: FilesystemTrimConfig\ninterval: 168h\n"
                )
            )
        ),
        RuleCase(
            "TALOS-NO-ISCSI-TOOLS",
            fires: .talos(ClusterRuleCases.worker(image: "ghcr.io/siderolabs/installer:v1.11.3"))
                .roles(.workerV1),
            silent: .talos(ClusterRuleCases.worker()).roles(.workerV1)
        ),
        RuleCase(
            "TALOS-NO-ISCSI-TOOLS",
            fires: .talos(
                ClusterRuleCases.worker(
                    image:
                        "factory.talos.dev/metal-installer/376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba:v1.11.3"
                )
            ).roles(.workerV1),
            silent: .talos(ClusterRuleCases.worker()).roles(.workerV1)
        ),
        RuleCase(
            "TALOS-MOUNT-MISSING",
            fires: .talos(ClusterRuleCases.worker()).roles(.workerV1),
            silent: .talos(ClusterRuleCases.worker(ClusterRuleCases.mount)).roles(.workerV1)
        ),
        RuleCase(
            "TALOS-MOUNT-RSHARED",
            fires: .talos(ClusterRuleCases.worker(ClusterRuleCases.mount.replacingRshared("rw"))),
            silent: .talos(ClusterRuleCases.worker(ClusterRuleCases.mount))
        ),
        RuleCase(
            "TALOS-MOUNT-BIND",
            fires: .talos(ClusterRuleCases.worker(ClusterRuleCases.mount.replacingRshared("ro"))),
            silent: .talos(ClusterRuleCases.worker(ClusterRuleCases.mount))
        ),
        RuleCase(
            "TALOS-NOEXEC",
            fires: .talos(ClusterRuleCases.worker(image: "factory.talos.dev/i/aa11:v1.14.0")).roles(
                .workerV1
            ),
            silent: .talos(
                ClusterRuleCases.worker(
                    image: "factory.talos.dev/i/aa11:v1.14.0",
                    more: "---\nkind: VolumeConfig\nname: EPHEMERAL\nmount:\n  secure: false\n"
                )
            ).roles(.workerV1)
        ),
        RuleCase(
            "TALOS-V2-HUGEPAGES",
            fires: .talos(ClusterRuleCases.worker("sysctls:\n  vm.nr_hugepages: \"512\"")).roles(
                .workerV2
            ),
            silent: .talos(
                "apiVersion: v1alpha1\nkind: SysctlConfig\nparams:\n  vm.nr_hugepages: \"1024\"\n"
            )
            .roles(.workerV2)
        ),
        RuleCase(
            "TALOS-HUGEPAGES-IDLE",
            fires: .talos(ClusterRuleCases.worker("sysctls:\n  vm.nr_hugepages: \"1024\"")).roles(
                .workerV1
            ),
            silent: .talos(ClusterRuleCases.worker("sysctls:\n  vm.nr_hugepages: \"0\"")).roles(
                .workerV1
            )
        ),
        RuleCase(
            "TALOS-V2-MODULES",
            fires: .talos(ClusterRuleCases.worker("kernel:\n  modules:\n    - name: nvme_tcp"))
                .roles(.workerV2),
            silent: .talos(
                ClusterRuleCases.worker(
                    "kernel:\n  modules:\n    - name: nvme_tcp\n    - name: vfio-pci\n    - name: uio_pci_generic"
                )
            ).roles(.workerV2)
        ),
        RuleCase(
            "TALOS-V2-VOLUME",
            fires: .talos(
                ClusterRuleCases.worker(more: "---\nkind: UserVolumeConfig\nname: longhorn\n")
            ).roles(
                .workerV2
            ),
            silent: .talos(
                ClusterRuleCases.worker(more: "---\nkind: RawVolumeConfig\nname: longhorn\n")
            ).roles(
                .workerV2
            )
        ),
        RuleCase(
            "TALOS-VOLUME-NAME",
            fires: .talos("kind: UserVolumeConfig\nname: long_horn!\n"),
            silent: .talos("kind: UserVolumeConfig\nname: longhorn-1\n")
        ),
    ]
}

extension String {
    /// The mount's options with another word in the place of "rshared".
    fileprivate func replacingRshared(_ word: String) -> String {
        split(separator: "rshared", omittingEmptySubsequences: false).joined(separator: word)
    }
}
