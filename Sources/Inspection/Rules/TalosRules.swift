/// A Talos machine configuration: keys, kernel, network, etcd.
enum TalosRules {
    static let all: [Rule] = [
        unknownKey, guestAgent, unknownKind, repeated, badModule, needlessModule, kubePrism, proxy,
        kernelArguments, extensions, version, wrongRole, scheduling, unsafeSync, election, quota,
        podSecurity,
    ]

    static let unknownKey = Rule.talos(
        "TALOS-KEY-UNKNOWN",
        .info,
        "a key that is not known here",
        why:
            "Talos refuses a configuration with keys it does not know; this one may be newer than these rules, or misspelt.",
        fix: "talosctl validate --config FILE --mode metal knows the keys of its own version.",
        sources: [Authority.talosDecoder, Authority.talosTypes]
    ) { config, _ in
        config.documents.flatMap(\.unknownKeys).filter { !$0.path.hasSuffix("qemuGuestAgent") }
            .map { Observation("'\($0.path)'", at: Location(config.file, line: $0.line)) }
    }

    static let guestAgent = Rule.talos(
        "TALOS-GUEST-AGENT",
        .error,
        "the guest agent is no feature of Talos",
        why:
            "machine.features.qemuGuestAgent does not exist, and Talos refuses a configuration with it (\"unknown keys found during decoding\").",
        fix:
            "Remove it; add the extension siderolabs/qemu-guest-agent to the schematic, and agent: 1 to the VM.",
        sources: [Authority.talosTypes, Authority.talosDecoder]
    ) { config, _ in
        config.documents.flatMap(\.unknownKeys).filter { $0.path.hasSuffix("qemuGuestAgent") }.map {
            Observation("'\($0.path)'", at: Location(config.file, line: $0.line))
        }
    }

    static let unknownKind = Rule.talos(
        "TALOS-KIND-UNKNOWN",
        .info,
        "a document of an unknown kind",
        why:
            "It may be newer than these rules, or misspelt; Talos refuses kinds that it does not know.",
        fix: "Compare it with the reference of your Talos version.",
        sources: [Authority.talosDecoder]
    ) { config, _ in
        config.documents.compactMap { $0.root["kind"] }.filter { node in
            node.text.map { !TalosShapes.knownKinds.contains($0) } ?? false
        }.map { Observation("kind: \($0.text ?? "")", at: config.place($0)) }
    }

    static let repeated = Rule.talos(
        "TALOS-KEY-TWICE",
        .error,
        "a key that stands twice",
        why: "Talos refuses the file (\"mapping key already defined\").",
        fix: "Merge the two.",
        sources: [Authority.talosDecoder, "go.yaml.in/yaml, decode.go"]
    ) { config, _ in
        config.documents.flatMap(\.repeatedKeys).map {
            Observation("'\($0.path)' again", at: Location(config.file, line: $0.line))
        }
    }

    static let badModule = Rule.talos(
        "TALOS-MODULE-NAME",
        .error,
        "a kernel module that does not exist",
        why: "Talos tries to load it again and again and reports an error each time.",
        fix: "Remove it; the iSCSI modules are built into Talos' kernel.",
        sources: [
            Authority.talosKernel,
            "siderolabs/talos, internal/app/machined/pkg/controllers/runtime/kernel_module_spec.go",
        ]
    ) { config, _ in
        config.modules.filter {
            ["iscsi_generic", "scsi_iscsi", "iscsi", "open_iscsi"].contains(
                TalosConfig.moduleName($0.name)
            )
        }
        .map { Observation("'\($0.name)'", at: Location(config.file, line: $0.line)) }
    }

    static let needlessModule = Rule.talos(
        "TALOS-MODULE-NEEDLESS",
        .info,
        "a module that is built in or not needed",
        why:
            "Longhorn's V1 engine needs no module of Talos: iscsi_tcp and configfs are built in, and nbd is not used.",
        fix: "Remove it, unless something else asks for it.",
        sources: [Authority.talosKernel, Authority.talosLonghorn]
    ) { config, _ in
        config.modules.filter {
            ["iscsi_tcp", "configfs", "nbd", "libiscsi", "scsi_transport_iscsi"].contains(
                TalosConfig.moduleName($0.name)
            )
        }
        .map { Observation("'\($0.name)'", at: Location(config.file, line: $0.line)) }
    }

    static let kubePrism = Rule.talos(
        "TALOS-KUBEPRISM-OFF",
        .warning,
        "KubePrism is off",
        why:
            "Kubelets then reach the API server by the cluster's endpoint only, so a load balancer or one node less stops them all.",
        fix:
            "Set machine.features.kubePrism.enabled to true, on by default since Talos 1.6; cluster.proxy.disabled is kube-proxy, not this.",
        sources: [Authority.talosKubePrism]
    ) { config, _ in
        guard let node = config.machine?.at("features", "kubePrism", "enabled"),
            node.truth == false,
            config.all("KubePrismConfig").isEmpty
        else { return [] }
        return [
            Observation(
                "enabled: false",
                at: config.place(node),
                patch: .at(
                    "machine",
                    "features",
                    "kubePrism",
                    value: .map([("enabled", .scalar("true")), ("port", .scalar("7445"))])
                )
            )
        ]
    }

    static let proxy = Rule.talos(
        "TALOS-PROXY-CNI",
        .error,
        "nobody serves the cluster's services",
        why:
            "kube-proxy is switched off while the CNI is Flannel, which does not replace it; no service address works.",
        fix:
            "Set cluster.network.cni.name to none and install a CNI that replaces kube-proxy, or leave cluster.proxy.disabled out.",
        sources: [
            "Talos, Deploying Cilium: https://docs.siderolabs.com/kubernetes-guides/cni/deploying-cilium"
        ]
    ) { config, _ in
        guard let node = config.cluster?.at("proxy", "disabled"), node.truth == true else {
            return []
        }
        let name = config.cluster?.at("network", "cni", "name")?.text
        guard name == "flannel" || (name == nil && config.isWhole) else { return [] }
        return [
            Observation(
                "proxy.disabled: true with \(name ?? "the default CNI, Flannel")",
                at: config.place(node)
            )
        ]
    }

    static let kernelArguments = Rule.talos(
        "TALOS-KERNEL-ARGS",
        .warning,
        "kernel arguments that may be ignored",
        why:
            "With UEFI (systemd-boot, UKI) the command line is part of the signed image: \"extra kernel arguments are not supported when booting using SDBoot\".",
        fix: "Put them into the Image Factory schematic (customization.extraKernelArgs).",
        sources: [Authority.talosValidation]
    ) { config, _ in
        guard let node = config.machine?.at("install", "extraKernelArgs"), !node.elements.isEmpty,
            config.machine?.at("install", "grubUseUKICmdline")?.truth != true
        else { return [] }
        return [Observation("\(node.elements.count) of them", at: config.place(node))]
    }

    static let extensions = Rule.talos(
        "TALOS-EXTENSIONS-DEPRECATED",
        .warning,
        "extensions are listed where they no longer count",
        why: "machine.install.extensions is deprecated; extensions belong to the installer image.",
        fix: "Make a schematic at factory.talos.dev and use its installer.",
        sources: [Authority.talosValidation, Authority.talosTypes]
    ) { config, _ in
        guard let node = config.machine?.at("install", "extensions"), !node.elements.isEmpty else {
            return []
        }
        return [Observation("\(node.elements.count) of them", at: config.place(node))]
    }

    static let version = Rule.talos(
        "TALOS-IMAGE-TAG",
        .warning,
        "the installer has no version",
        why:
            "Nodes installed on different days then run different versions, and these rules cannot know which.",
        fix: "Give the image a tag such as :v1.11.3.",
        sources: [Authority.talosTypes]
    ) { config, _ in
        guard let node = config.machine?.at("install", "image"), node.text != nil,
            config.version == nil
        else { return [] }
        return [Observation("no version in the image's tag", at: config.place(node))]
    }

    static let wrongRole = Rule.talos(
        "TALOS-ROLE",
        .error,
        "the machine is of another type",
        why: "What was asked for and what the file makes of the node differ.",
        fix: "Give the other file, or another --role.",
        sources: [Authority.talosTypes]
    ) { config, evidence in
        guard let type = config.type, !evidence.roles.isEmpty else { return [] }
        let wantsControlPlane = evidence.roles.contains(.controlPlane)
        // A control plane may carry replicas as well; a worker cannot carry etcd.
        guard type == .worker ? wantsControlPlane : !wantsControlPlane else { return [] }
        return [
            Observation(
                "type: \(config.machine?["type"]?.text ?? "")",
                at: config.place(config.machine?["type"])
            )
        ]
    }

    static let scheduling = Rule.talos(
        "TALOS-CP-SCHEDULING",
        .warning,
        "workloads run beside etcd",
        roles: [.controlPlane],
        why: "Pods, and Longhorn's replicas, then share processor and disk with etcd.",
        fix: "Leave allowSchedulingOnControlPlanes out, unless there are no workers.",
        sources: [Authority.talosTypes, Authority.etcdHardware]
    ) { config, evidence in
        let nodes = [
            config.cluster?["allowSchedulingOnControlPlanes"],
            config.cluster?["allowSchedulingOnMasters"],
        ]
        guard let node = nodes.lazy.compactMap({ $0 }).first(where: { $0.truth == true }) else {
            return []
        }
        return [
            Observation(
                "scheduling is allowed",
                at: config.place(node),
                severity: evidence.limits.backupRequired ? nil : .info
            )
        ]
    }

    static let unsafeSync = Rule.talos(
        "TALOS-ETCD-NO-FSYNC",
        .error,
        "etcd does not flush",
        why:
            "With unsafe-no-fsync a power cut leaves members whose logs contradict each other, and the cluster cannot be recovered.",
        fix: "Remove it.",
        sources: [Authority.etcdFlags]
    ) { config, _ in
        let names = ["unsafe-no-fsync", "force-new-cluster"]
        let nodes = config.cluster?.at("etcd", "extraArgs")?.entries ?? []
        return nodes.filter { names.contains($0.key) && $0.node.truth != false }.map { entry in
            Observation(
                "\(entry.key): \(entry.node.text ?? "")",
                at: Location(config.file, line: entry.line)
            )
        }
    }

    static let election = Rule.talos(
        "TALOS-ETCD-ELECTION",
        .warning,
        "etcd's election timeout does not fit its heartbeat",
        why:
            "It should be at least ten times the round trip and well above the heartbeat, or one slow flush changes the leader.",
        fix: "Keep the defaults (100 and 1000 ms), or keep the ratio of ten.",
        sources: [Authority.etcdTuning]
    ) { config, _ in
        let arguments = config.cluster?.at("etcd", "extraArgs")
        guard arguments?["heartbeat-interval"] != nil || arguments?["election-timeout"] != nil
        else { return [] }
        let heartbeat = arguments?["heartbeat-interval"]?.number ?? 100
        let election = arguments?["election-timeout"]?.number ?? 1000
        guard heartbeat > 0, election / heartbeat < 5 || election > 50_000 else { return [] }
        return [
            Observation(
                "heartbeat-interval \(heartbeat), election-timeout \(election)",
                at: config.place(arguments)
            )
        ]
    }

    static let quota = Rule.talos(
        "TALOS-ETCD-QUOTA",
        .warning,
        "etcd's database may grow too large",
        why:
            "Above 8 GiB etcd warns at start: snapshots, defragmentation and recovery take too long.",
        fix: "Set quota-backend-bytes to at most 8589934592.",
        sources: [Authority.etcdHardware, Authority.etcdFlags]
    ) { config, _ in
        guard let node = config.cluster?.at("etcd", "extraArgs", "quota-backend-bytes"),
            let bytes = node.number, bytes > 8 << 30
        else { return [] }
        return [
            Observation("quota-backend-bytes \(Text.size(UInt64(bytes)))", at: config.place(node))
        ]
    }

    static let podSecurity = Rule.talos(
        "TALOS-POD-SECURITY",
        .info,
        "Longhorn's namespace needs privileges",
        roles: [.controlPlane],
        why:
            "Talos enforces the baseline policy; Longhorn's and tbench's pods are privileged and are refused in a namespace without a label.",
        fix: "kubectl label ns longhorn-system pod-security.kubernetes.io/enforce=privileged.",
        sources: [Authority.talosLonghorn]
    ) { config, evidence in
        guard evidence.longhorn != nil, config.isWhole else { return [] }
        let exempted = (config.cluster?.at("apiServer", "admissionControl")?.elements ?? []).flatMap
        {
            $0.at("configuration", "exemptions", "namespaces")?.elements ?? []
        }.compactMap(\.text)
        guard !exempted.contains("longhorn-system") else { return [] }
        return [Observation("longhorn-system is not exempted", at: config.place(config.cluster))]
    }
}
