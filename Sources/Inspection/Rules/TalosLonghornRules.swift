/// What Longhorn's engines need of a Talos machine configuration.
enum TalosLonghornRules {
    static let all: [Rule] = [
        schematic, mountMissing, mountShared, mountOptions, noExec, hugePages, hugePagesIdle,
        modulesV2, rawVolume,
    ]

    /// The schematic without any extension.
    private static let vanilla = "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"

    static let schematic = Rule.talos(
        "TALOS-NO-ISCSI-TOOLS",
        .error,
        "the image has no iscsi-tools",
        topic: .longhornV1,
        roles: [.workerV1],
        why:
            "Longhorn's V1 engine needs the extensions iscsi-tools and util-linux-tools; the plain installer has neither.",
        fix:
            "Make a schematic with siderolabs/iscsi-tools and siderolabs/util-linux-tools at factory.talos.dev and use its installer.",
        sources: [Authority.talosLonghorn]
    ) { config, _ in
        guard let node = config.machine?.at("install", "image"), let image = node.text else {
            return []
        }
        let listed = (config.machine?.at("install", "extensions")?.elements ?? [])
            .compactMap { $0["image"]?.text }
        guard !listed.contains(where: { $0.contains("iscsi-tools") }) else { return [] }
        let isPlain =
            image.hasPrefix("ghcr.io/siderolabs/installer:")
            || image.hasPrefix("ghcr.io/talos-systems/installer:")
        guard isPlain || config.schematic == vanilla else { return [] }
        return [
            Observation(
                isPlain ? "the plain installer" : "the schematic without extensions",
                at: config.place(node)
            )
        ]
    }

    private static func mount(_ path: String) -> TalosPatch {
        .at(
            "machine",
            "kubelet",
            "extraMounts",
            value: .list([
                .map([
                    ("destination", .scalar(path)), ("type", .scalar("bind")),
                    ("source", .scalar(path)),
                    ("options", .list([.scalar("bind"), .scalar("rshared"), .scalar("rw")])),
                ])
            ])
        )
    }

    static let mountMissing = Rule.talos(
        "TALOS-MOUNT-MISSING",
        .warning,
        "the kubelet does not see Longhorn's directory",
        topic: .longhornV1,
        roles: [.workerV1, .workerV2],
        why:
            "Longhorn's documentation asks for an extraMount of its data path, because Talos' kubelet runs in a container; Sidero's own guide leaves it out.",
        fix: "Add the mount with bind, rshared and rw.",
        sources: [Authority.talosLonghorn, "siderolabs/docs, longhorn.mdx"]
    ) { config, _ in
        guard config.isWhole, config.longhornMounts.isEmpty else { return [] }
        let volume = config.all("UserVolumeConfig").compactMap { $0["name"]?.text }
            .first { $0.contains("longhorn") }
        return [
            Observation(
                "no extraMount for it",
                at: config.place(config.machine?["kubelet"]),
                patch: mount(volume.map { "/var/mnt/\($0)" } ?? "/var/lib/longhorn")
            )
        ]
    }

    static let mountShared = Rule.talos(
        "TALOS-MOUNT-RSHARED",
        .error,
        "mounts do not reach the pods",
        topic: .longhornV1,
        why:
            "Without rshared what Longhorn mounts stays in the kubelet's container, and pods get an empty directory.",
        fix: "Add rshared to the mount's options.",
        sources: [Authority.talosLonghorn, Authority.mountPropagation]
    ) { config, _ in
        config.longhornMounts.filter {
            !$0.options.contains("rshared") && !$0.options.contains("shared")
        }
        .map { mount in
            Observation(
                "\(mount.destination) has options \(mount.options.joined(separator: ","))",
                at: config.place(mount.node)
            )
        }
    }

    static let mountOptions = Rule.talos(
        "TALOS-MOUNT-BIND",
        .warning,
        "the mount is not a writable bind mount",
        topic: .longhornV1,
        why:
            "The directory is handed to the kubelet's container by type: bind and options bind and rw; anything else mounts something else, or read-only.",
        fix: "Use type: bind, options bind, rshared and rw.",
        sources: [Authority.talosLonghorn]
    ) { config, _ in
        config.longhornMounts.filter { mount in
            mount.type != "bind" || !mount.options.contains { $0 == "bind" || $0 == "rbind" }
                || mount.options.contains("ro")
        }.map { mount in
            Observation(
                "\(mount.destination): type \(mount.type ?? "is missing"), options \(mount.options.joined(separator: ","))",
                at: config.place(mount.node)
            )
        }
    }

    static let noExec = Rule.talos(
        "TALOS-NOEXEC",
        .error,
        "engines must not be executed",
        topic: .longhornV1,
        roles: [.workerV1],
        why:
            "New clusters of Talos 1.14 mount /var noexec, and Longhorn V1 executes its engine below it: \"permission denied\". V2 is not affected.",
        fix: "Add VolumeConfig EPHEMERAL with mount.secure: false.",
        sources: [Authority.talosChangelog]
    ) { config, evidence in
        guard config.isWhole, config.isAtLeast(1, 14) == true else { return [] }
        let isOff = config.all("VolumeConfig").contains {
            $0["name"]?.text == "EPHEMERAL" && $0.at("mount", "secure")?.truth == false
        }
        // Engine binaries stay below /var/lib/longhorn, wherever the replicas are.
        guard !isOff else { return [] }
        return [
            Observation(
                "/var is noexec",
                at: Location(config.file),
                patch: .documents([
                    .map([
                        ("apiVersion", .scalar("v1alpha1")), ("kind", .scalar("VolumeConfig")),
                        ("name", .scalar("EPHEMERAL")),
                        ("mount", .map([("secure", .scalar("false"))])),
                    ])
                ])
            )
        ]
    }

    static let hugePages = Rule.talos(
        "TALOS-V2-HUGEPAGES",
        .error,
        "too few huge pages for the V2 engine",
        topic: .longhornV2,
        roles: [.workerV2],
        why:
            "The V2 engine's instance manager asks for 2 GiB of them (1024 pages of 2 MiB) and is not scheduled without.",
        fix: "Set machine.sysctls.vm.nr_hugepages to \"1024\".",
        sources: [Authority.longhornV2, Authority.talosLonghorn]
    ) { config, evidence in
        if evidence.longhorn?.setting("dataEngineHugepageEnabled", engine: "v2") == "false" {
            return []
        }
        let node = config.sysctl("vm.nr_hugepages")
        let patch = TalosPatch.at(
            "machine",
            "sysctls",
            value: .map([("vm.nr_hugepages", .scalar("1024"))])
        )
        guard let node else {
            guard config.isWhole else { return [] }
            let place = config.place(config.machine?["sysctls"])
            return [Observation("vm.nr_hugepages is not set", at: place, patch: patch)]
        }
        guard (node.number ?? 0) < 1024 else { return [] }
        return [
            Observation("vm.nr_hugepages: \(node.text ?? "")", at: config.place(node), patch: patch)
        ]
    }

    static let hugePagesIdle = Rule.talos(
        "TALOS-HUGEPAGES-IDLE",
        .warning,
        "huge pages that nothing needs",
        topic: .memory,
        roles: [.controlPlane, .workerV1],
        why:
            "Their memory is taken from everything else; only Longhorn's V2 engine and some databases use them.",
        fix: "Remove vm.nr_hugepages, unless something here asks for it.",
        sources: ["Linux, Documentation/admin-guide/mm/hugetlbpage.rst", Authority.longhornV2]
    ) { config, evidence in
        guard !evidence.roles(of: config).contains(.workerV2),
            let node = config.sysctl("vm.nr_hugepages"), let count = node.number, count > 0
        else { return [] }
        return [
            Observation(
                "vm.nr_hugepages: \(count)",
                at: config.place(node),
                severity: evidence.longhorn == nil && evidence.roles.isEmpty ? .info : nil
            )
        ]
    }

    static let modulesV2 = Rule.talos(
        "TALOS-V2-MODULES",
        .error,
        "modules of the V2 engine are missing",
        topic: .longhornV2,
        roles: [.workerV2],
        why:
            "Talos loads no module by itself; the V2 engine needs nvme_tcp, vfio_pci and uio_pci_generic.",
        fix: "List them in machine.kernel.modules.",
        sources: [Authority.talosLonghorn, Authority.longhornV2]
    ) { config, _ in
        guard config.isWhole || !config.modules.isEmpty else { return [] }
        let missing = ["nvme_tcp", "vfio_pci", "uio_pci_generic"].filter { !config.hasModule($0) }
        guard !missing.isEmpty else { return [] }
        return [
            Observation(
                "no \(Text.list(missing))",
                at: config.place(config.machine?["kernel"]),
                patch: .at(
                    "machine",
                    "kernel",
                    "modules",
                    value: .list(missing.map { .map([("name", .scalar($0))]) })
                )
            )
        ]
    }

    static let rawVolume = Rule.talos(
        "TALOS-V2-VOLUME",
        .warning,
        "the V2 engine needs a disk without a filesystem",
        topic: .longhornV2,
        roles: [.workerV2],
        why:
            "A UserVolumeConfig is formatted and mounted; the V2 engine takes a whole block device.",
        fix: "Use a RawVolumeConfig (/dev/disk/by-partlabel/r-NAME), or leave the disk alone.",
        sources: [Authority.talosVolumes, Authority.longhornV2]
    ) { config, evidence in
        guard !evidence.roles(of: config).contains(.workerV1), config.all("RawVolumeConfig").isEmpty
        else { return [] }
        return config.all("UserVolumeConfig").filter {
            ($0["name"]?.text ?? "").contains("longhorn")
        }
        .map { Observation("UserVolumeConfig \($0["name"]?.text ?? "")", at: config.place($0)) }
    }
}
