/// What is read of Talos' documents: names and values that rules ask for, no token, key or certificate.
///
/// - Source: pkg/machinery/config/types of siderolabs/talos.
enum TalosShapes {
    /// The shape for a document's "kind"; nil is the classic one.
    static func shape(_ kind: String?) -> Shape {
        guard let kind else { return classic }
        return documents[kind] ?? .map(["kind": .scalar, "apiVersion": .scalar, "name": .scalar])
    }

    static let knownKinds: Set<String> = Set(documents.keys).union([
        "APIServerConfig", "BlackholeRouteConfig", "BridgeConfig", "ControllerManagerConfig",
        "DHCPv4Config", "DHCPv6Config", "DummyLinkConfig", "EnvironmentConfig", "EthernetConfig",
        "EventSinkConfig", "ExtensionServiceConfig", "HCloudVIPConfig", "HostDNSConfig",
        "HostnameConfig", "ImageVerificationConfig", "KmsgLogConfig", "KubeSpanConfig",
        "KubeSpanEndpoints", "KubespanEndpointsConfig", "LinkAliasConfig",
        "NetworkDefaultActionConfig",
        "NetworkRuleConfig", "OOMConfig", "PCIDriverRebindConfig", "RegistryAuthConfig",
        "RegistryMirrorConfig", "RegistryTLSConfig", "ResolverConfig", "SchedulerConfig",
        "SeccompProfileConfig", "SideroLinkConfig", "StaticHostConfig", "SwapVolumeConfig",
        "SysfsConfig", "TimeSyncConfig", "TrustedRootsConfig", "UdevRulesConfig",
        "WatchdogTimerConfig",
        "WireguardConfig", "WirelessConfig", "ZswapConfig", "ExternalVolumeConfig",
        "Layer2VIPConfig", "ServiceLogConfig", "DiscoveryConfig", "EtcdConfig",
        "AdmissionControlConfig",
        "AuditPolicyConfig", "KubeNetworkConfig", "InstallerConfig",
    ])

    private static let classic = Shape.map(
        [
            "version": .scalar, "debug": .ignored, "persist": .ignored, "machine": machine,
            "cluster": cluster,
        ],
        strict: true
    )

    private static let sysctls = Shape.map(["vm.nr_hugepages": .scalar])

    private static let machine = Shape.map(
        [
            "type": .scalar, "token": .secret, "ca": .secret, "acceptedCAs": .secret,
            "certSANs": .ignored, "controlPlane": .ignored, "kubelet": kubelet, "pods": .ignored,
            "network": network,
            "disks": .list(
                .map([
                    "device": .scalar,
                    "partitions": .list(.map(["mountpoint": .scalar, "size": .scalar])),
                ])
            ),
            "install": install,
            "files": .ignored, "env": .ignored, "time": .ignored, "sysctls": sysctls,
            "sysfs": .ignored, "registries": .secret, "systemDiskEncryption": .secret,
            "features": features, "udev": .ignored, "logging": .ignored,
            "kernel": .map(["modules": .list(.map(["name": .scalar, "parameters": .ignored]))]),
            "seccompProfiles": .ignored, "baseRuntimeSpecOverrides": .ignored,
            "nodeLabels": .map(["node.longhorn.io/create-default-disk": .scalar]),
            "nodeAnnotations": .ignored,
            "nodeTaints": .ignored,
        ],
        strict: true
    )

    private static let kubelet = Shape.map(
        [
            "image": .scalar, "clusterDNS": .ignored, "extraArgs": .ignored,
            "extraMounts": .list(
                .map([
                    "source": .scalar, "destination": .scalar, "type": .scalar,
                    "options": .list(.scalar),
                ])
            ),
            "extraConfig": .ignored, "credentialProviderConfig": .secret,
            "defaultRuntimeSeccompProfileEnabled": .ignored, "registerWithFQDN": .ignored,
            "nodeIP": .ignored, "skipNodeRegistration": .ignored,
            "disableManifestsDirectory": .ignored,
        ],
        strict: true
    )

    private static let network = Shape.map(
        [
            "hostname": .scalar,
            "interfaces": .list(
                .map([
                    "interface": .scalar, "mtu": .scalar, "dhcp": .scalar,
                    "vlans": .list(.map(["vlanId": .scalar, "mtu": .scalar])),
                ])
            ),
            "nameservers": .ignored, "searchDomains": .ignored, "extraHostEntries": .ignored,
            "kubespan": .map(["enabled": .scalar, "mtu": .scalar]),
            "disableSearchDomain": .ignored,
        ],
        strict: true
    )

    private static let install = Shape.map(
        [
            "disk": .scalar, "diskSelector": .ignored,
            "extraKernelArgs": .list(.scalar), "image": .scalar,
            "extensions": .list(.map(["image": .scalar])), "bootloader": .ignored, "wipe": .scalar,
            "legacyBIOSSupport": .ignored, "grubUseUKICmdline": .scalar,
        ],
        strict: true
    )

    private static let features = Shape.map(
        [
            "rbac": .ignored, "stableHostname": .ignored, "kubernetesTalosAPIAccess": .ignored,
            "apidCheckExtKeyUsage": .ignored, "diskQuotaSupport": .ignored,
            "kubePrism": .map(["enabled": .scalar, "port": .scalar]),
            "hostDNS": .ignored, "imageCache": .ignored, "nodeAddressSortAlgorithm": .ignored,
        ],
        strict: true
    )

    private static let cluster = Shape.map(
        [
            "id": .secret, "secret": .secret, "controlPlane": .ignored, "clusterName": .scalar,
            "network": .map([
                "cni": .map(["name": .scalar, "urls": .ignored, "flannel": .ignored]),
                "dnsDomain": .ignored, "podSubnets": .ignored, "serviceSubnets": .ignored,
            ]),
            "token": .secret, "aescbcEncryptionSecret": .secret,
            "secretboxEncryptionSecret": .secret, "ca": .secret, "acceptedCAs": .secret,
            "aggregatorCA": .secret, "serviceAccount": .secret,
            "apiServer": .map([
                "admissionControl": .list(
                    .map([
                        "name": .scalar,
                        "configuration": .map([
                            "exemptions": .map(["namespaces": .list(.scalar)]),
                            "defaults": .map(["enforce": .scalar]),
                        ]),
                    ])
                ),
                "disablePodSecurityPolicy": .ignored,
            ]),
            "controllerManager": .ignored,
            "proxy": .map([
                "disabled": .scalar, "mode": .scalar, "image": .ignored, "extraArgs": .ignored,
            ]),
            "scheduler": .ignored, "discovery": .ignored,
            "etcd": .map([
                "image": .scalar, "ca": .secret,
                "extraArgs": .map([
                    "unsafe-no-fsync": .scalar, "force-new-cluster": .scalar,
                    "heartbeat-interval": .scalar, "election-timeout": .scalar,
                    "quota-backend-bytes": .scalar,
                ]),
                "advertisedSubnets": .ignored, "listenSubnets": .ignored, "subnet": .ignored,
            ]),
            "coreDNS": .ignored, "externalCloudProvider": .ignored, "extraManifests": .ignored,
            "extraManifestHeaders": .secret, "inlineManifests": .ignored,
            "adminKubeconfig": .ignored, "allowSchedulingOnMasters": .scalar,
            "allowSchedulingOnControlPlanes": .scalar,
        ],
        strict: true
    )

    private static let documents: [String: Shape] = {
        let volume = Shape.map([
            "kind": .scalar, "name": .scalar, "volumeType": .scalar,
            "provisioning": .map([
                "diskSelector": .map(["match": .scalar]), "minSize": .scalar, "maxSize": .scalar,
                "grow": .scalar,
            ]),
            "filesystem": .map(["type": .scalar]), "mount": .map(["secure": .scalar]),
            "encryption": .secret,
        ])
        let link = Shape.map(["kind": .scalar, "name": .scalar, "mtu": .scalar])
        return [
            "UserVolumeConfig": volume, "RawVolumeConfig": volume, "VolumeConfig": volume,
            "ExistingVolumeConfig": volume,
            "LinkConfig": link, "BondConfig": link, "VLANConfig": link,
            "KernelModuleConfig": .map(["kind": .scalar, "name": .scalar]),
            "SysctlConfig": .map(["kind": .scalar, "params": sysctls]),
            "KubePrismConfig": .map(["kind": .scalar, "port": .scalar]),
            "KubeFlannelCNIConfig": .map(["kind": .scalar]),
            "KubeProxyConfig": .map(["kind": .scalar, "mode": .scalar]),
            "FilesystemTrimConfig": .map(["kind": .scalar, "interval": .scalar]),
            "SecurityProfileConfig": .map(["kind": .scalar, "workloadIsolation": .scalar]),
            "UnattendedInstallConfig": .map(["kind": .scalar]),
            "KubeletConfig": .map(["kind": .scalar]),
        ]
    }()
}
