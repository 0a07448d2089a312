/// Longhorn's values.
enum LonghornRules {
    static let all: [Rule] = [
        unknownKey, noEngine, bothEngines, storageClassEngine, replicas, dataPath, backup,
        backupScheme, strictLocal, softAntiAffinity, overProvisioning, minimalAvailable,
        revisionCounter, guaranteedCPU, storageNetwork, reclaim, filesystem, timeout, cpuMask,
    ]

    static let unknownKey = Rule.longhorn(
        "LH-KEY-UNKNOWN",
        .info,
        "a setting that is not known here",
        why:
            "The chart ignores settings it does not know, so a misspelt one silently keeps its default.",
        fix: "Compare it with the chart's values.yaml of your version.",
        sources: [Authority.longhornChart]
    ) { values, _ in
        values.unknownKeys.map {
            Observation("'\($0.path)'", at: Location(values.file, line: $0.line))
        }
            + values.repeatedKeys.map {
                Observation(
                    "'\($0.path)' stands twice",
                    at: Location(values.file, line: $0.line),
                    severity: .warning
                )
            }
    }

    static let noEngine = Rule.longhorn(
        "LH-NO-ENGINE",
        .error,
        "both engines are off",
        why: "No volume can be made.",
        fix: "Set v1DataEngine or v2DataEngine to true.",
        sources: [Authority.longhornSettings]
    ) { values, _ in
        guard !values.isV1, !values.isV2 else { return [] }
        return [
            Observation("v1DataEngine: false", at: values.place(values.setting("v1DataEngine")))
        ]
    }

    static let bothEngines = Rule.longhorn(
        "LH-BOTH-ENGINES",
        .info,
        "both engines are on",
        why:
            "The V2 engine polls a core on each node and reserves huge pages, used or not; one engine for a cluster is recommended.",
        fix: "Switch v1DataEngine off, or v2DataEngine, once volumes have moved.",
        sources: [Authority.longhornV2]
    ) { values, _ in
        guard values.isV1, values.isV2 else { return [] }
        return [
            Observation(
                "v2DataEngine: true beside V1",
                at: values.place(values.setting("v2DataEngine"))
            )
        ]
    }

    static let storageClassEngine = Rule.longhorn(
        "LH-CLASS-ENGINE",
        .error,
        "the storage class asks for an engine that is off",
        why: "Volumes of the default class stay pending.",
        fix: "Switch the engine on, or change persistence.dataEngine.",
        sources: [Authority.longhornChart, Authority.longhornSettings]
    ) { values, _ in
        guard let node = values.root.at("persistence", "dataEngine"), let engine = node.text,
            engine == "v2" ? !values.isV2 : (engine == "v1" && !values.isV1)
        else { return [] }
        return [Observation("dataEngine: \(engine)", at: values.place(node))]
    }

    static let replicas = Rule.longhorn(
        "LH-REPLICAS",
        .warning,
        "few copies",
        why: "One copy is lost with its disk; two leave one while the other is rebuilt.",
        fix:
            "Use 3 replicas on three nodes; 1 is right only for data that replicates itself, with strict-local.",
        sources: [Authority.longhornBest]
    ) { values, evidence in
        let (count, node) = values.replicas
        guard count < evidence.limits.replicas, count >= 0,
            values.root.at("persistence", "defaultDataLocality")?.text != "strict-local"
        else { return [] }
        return [Observation("\(count) of \(evidence.limits.replicas)", at: values.place(node))]
    }

    static let dataPath = Rule.longhorn(
        "LH-DATA-PATH",
        .warning,
        "replicas on the system's disk",
        topic: .longhornV1,
        why:
            "/var/lib/longhorn lies on Talos' EPHEMERAL partition with images, logs and, on control planes, etcd; a reset, or before Talos 1.8 an upgrade without --preserve, wipes it.",
        fix: "Set defaultDataPath to the mount of a disk of its own, on Talos /var/mnt/longhorn.",
        sources: [Authority.talosLonghorn, Authority.longhornBest]
    ) { values, evidence in
        // Whether a disk is mounted there is the node's or Talos' to say.
        guard values.isV1, ["/var/lib/longhorn", "/var/lib/longhorn/"].contains(values.dataPath)
        else {
            return []
        }
        let isMounted = evidence.talos.contains { config in
            config.longhornMounts.contains {
                $0.destination.hasPrefix("/var/lib/longhorn") && $0.source != $0.destination
            }
                || (config.machine?["disks"]?.elements ?? []).contains { disk in
                    (disk["partitions"]?.elements ?? []).contains {
                        ($0["mountpoint"]?.text ?? "").hasPrefix("/var/lib/longhorn")
                    }
                }
        }
        guard !isMounted else { return [] }
        let node = values.setting("defaultDataPath")
        return [
            Observation(
                node?.text == nil ? "no defaultDataPath, so /var/lib/longhorn" : values.dataPath,
                at: values.place(node),
                severity: evidence.talos.isEmpty ? .info : nil
            )
        ]
    }

    static let backup = Rule.longhorn(
        "LH-BACKUP",
        .warning,
        "no backup target",
        why:
            "Replicas protect against a dead disk, not against a deleted volume or a lost cluster.",
        fix: "Set defaultBackupStore.backupTarget (before 1.8 defaultSettings.backupTarget).",
        sources: [Authority.longhornBest, Authority.longhornSettings]
    ) { values, evidence in
        guard values.backupTarget == nil else { return [] }
        return [
            Observation(
                "backupTarget is not set",
                at: values.place(values.root["defaultSettings"]),
                severity: evidence.limits.backupRequired ? nil : .info
            )
        ]
    }

    static let backupScheme = Rule.longhorn(
        "LH-BACKUP-SCHEME",
        .error,
        "a backup target that Longhorn does not understand",
        why:
            "Targets are s3://BUCKET@REGION/, nfs://HOST:/PATH, cifs:// or azblob://; anything else is an error at every poll.",
        fix: "Write it with one of these schemes.",
        sources: [
            "Longhorn, Setting a Backup Target: https://longhorn.io/docs/latest/snapshots-and-backups/backup-and-restore/set-backup-target/"
        ]
    ) { values, _ in
        guard let node = values.backupTarget, let target = node.text,
            !["s3://", "nfs://", "cifs://", "azblob://"].contains(where: target.hasPrefix)
        else { return [] }
        // The address itself may hold a user's name and password.
        return [Observation("no known scheme", at: values.place(node))]
    }

    static let strictLocal = Rule.longhorn(
        "LH-STRICT-LOCAL",
        .error,
        "strict-local with several replicas",
        why: "Longhorn refuses volumes with strict-local data and more than one replica.",
        fix: "Use one replica with it, or best-effort.",
        sources: [
            Authority.longhornSettings,
            "Longhorn, Data Locality: https://longhorn.io/docs/latest/high-availability/data-locality/",
        ]
    ) { values, _ in
        let nodes = [
            values.root.at("persistence", "defaultDataLocality"),
            values.setting("defaultDataLocality"),
        ]
        guard let node = nodes.lazy.compactMap({ $0 }).first(where: { $0.text == "strict-local" }),
            values.replicas.count > 1
        else { return [] }
        return [
            Observation(
                "strict-local with \(values.replicas.count) replicas",
                at: values.place(node)
            )
        ]
    }

    static let softAntiAffinity = Rule.longhorn(
        "LH-SOFT-ANTI-AFFINITY",
        .warning,
        "copies may share a node",
        why:
            "With replicaSoftAntiAffinity two copies of a volume may lie on one node, and go together with it.",
        fix: "Leave it false.",
        sources: [Authority.longhornBest, Authority.longhornSettings]
    ) { values, _ in
        guard let node = values.setting("replicaSoftAntiAffinity"), node.truth == true else {
            return []
        }
        return [Observation("replicaSoftAntiAffinity: true", at: values.place(node))]
    }

    static let overProvisioning = Rule.longhorn(
        "LH-OVER-PROVISIONING",
        .warning,
        "more space is promised than there is",
        why:
            "Volumes are sparse; when they fill, so does the disk, and all replicas on it fail at once.",
        fix: "Use 100.",
        sources: [Authority.longhornBest]
    ) { values, _ in
        guard let node = values.setting("storageOverProvisioningPercentage"),
            let percent = node.number,
            percent > 100
        else { return [] }
        return [
            Observation("storageOverProvisioningPercentage: \(percent)", at: values.place(node))
        ]
    }

    static let minimalAvailable = Rule.longhorn(
        "LH-MINIMAL-AVAILABLE",
        .warning,
        "disks may fill up",
        why:
            "Below this share of free space no replica is scheduled; less than 10 % (25 % on the system's disk) leaves no room for snapshots and rebuilds.",
        fix: "Use 25, or 10 on a disk of its own.",
        sources: [Authority.longhornBest]
    ) { values, _ in
        guard let node = values.setting("storageMinimalAvailablePercentage"),
            let percent = node.number,
            percent < (values.dataPath == "/var/lib/longhorn" ? 25 : 10)
        else { return [] }
        return [
            Observation("storageMinimalAvailablePercentage: \(percent)", at: values.place(node))
        ]
    }

    static let revisionCounter = Rule.longhorn(
        "LH-REVISION-COUNTER",
        .warning,
        "each write also writes a counter",
        topic: .longhornV1,
        why:
            "A second write of 4 KiB to the same disk, one at a time for the whole volume, bounds its writes a second by one over the disk's latency.",
        fix: "Set disableRevisionCounter to true, the default since 1.7.",
        sources: ["longhorn/longhorn issue 8563", Authority.longhornSettings]
    ) { values, _ in
        guard values.isV1, values.setting("disableRevisionCounter", engine: "v1") == "false" else {
            return []
        }
        return [
            Observation(
                "disableRevisionCounter: false",
                at: values.place(values.setting("disableRevisionCounter"))
            )
        ]
    }

    static let guaranteedCPU = Rule.longhorn(
        "LH-GUARANTEED-CPU",
        .warning,
        "little processor time for the engines",
        why:
            "Engines and replicas of a node run in this pod; without a guaranteed share they wait for a processor under load, and volumes time out.",
        fix: "Use the default of 12, or more.",
        sources: [Authority.longhornBest, Authority.longhornSettings]
    ) { values, _ in
        guard let text = values.setting("guaranteedInstanceManagerCPU", engine: "v1"),
            let percent = Double(text), percent < 12
        else { return [] }
        return [
            Observation(
                "guaranteedInstanceManagerCPU: \(text)",
                at: values.place(values.setting("guaranteedInstanceManagerCPU"))
            )
        ]
    }

    static let storageNetwork = Rule.longhorn(
        "LH-STORAGE-NETWORK",
        .info,
        "replication shares the pod network",
        why:
            "Copies of writes and rebuilds go through the CNI with everything else; a network of its own keeps them apart.",
        fix: "Set storageNetwork to a Multus network, where there is a second one.",
        sources: [Authority.longhornBest]
    ) { values, evidence in
        guard evidence.limits.backupRequired, values.setting("storageNetwork")?.text == nil else {
            return []
        }
        return [
            Observation(
                "storageNetwork is not set",
                at: values.place(values.root["defaultSettings"])
            )
        ]
    }

    static let reclaim = Rule.longhorn(
        "LH-RECLAIM",
        .info,
        "a deleted claim deletes its data",
        why:
            "With reclaimPolicy Delete, the default, removing a claim (or a Helm release) removes the volume.",
        fix: "Set persistence.reclaimPolicy to Retain for data that matters.",
        sources: [Authority.longhornChart, "Kubernetes, Persistent volumes, Reclaiming"]
    ) { values, evidence in
        let node = values.root.at("persistence", "reclaimPolicy")
        guard evidence.limits.backupRequired, (node?.text ?? "Delete") == "Delete" else {
            return []
        }
        return [
            Observation(
                node == nil ? "no reclaimPolicy, so Delete" : "reclaimPolicy: Delete",
                at: values.place(node ?? values.root["persistence"])
            )
        ]
    }

    static let filesystem = Rule.longhorn(
        "LH-FS-TYPE",
        .error,
        "a filesystem that Longhorn does not make",
        why: "Volumes are formatted as ext4 or xfs; with anything else they do not mount.",
        fix: "Use ext4 or xfs.",
        sources: [Authority.longhornChart]
    ) { values, _ in
        guard let node = values.root.at("persistence", "defaultFsType"), let type = node.text,
            type != "ext4", type != "xfs"
        else { return [] }
        return [Observation("defaultFsType: \(type)", at: values.place(node))]
    }

    static let timeout = Rule.longhorn(
        "LH-REPLICA-TIMEOUT",
        .warning,
        "a slow replica holds the volume for long",
        why:
            "A write waits for all replicas until this many seconds have passed; 8 is the default and the least, 30 the most.",
        fix: "Leave engineReplicaTimeout out, unless the disks really stall longer.",
        sources: [Authority.longhornSettings]
    ) { values, _ in
        guard let text = values.setting("engineReplicaTimeout", engine: "v1"),
            let seconds = Int(text),
            seconds > 15 || seconds < 8
        else { return [] }
        return [
            Observation(
                "engineReplicaTimeout: \(seconds)",
                at: values.place(values.setting("engineReplicaTimeout"))
            )
        ]
    }

    static let cpuMask = Rule.longhorn(
        "LH-V2-CPU-MASK",
        .info,
        "the V2 engine polls several cores",
        topic: .longhornV2,
        why: "Every core of the mask is busy all the time, on every node.",
        fix: "Use one core (0x1) unless a volume is limited by it.",
        sources: [Authority.longhornV2, Authority.longhornSettings]
    ) { values, _ in
        let nodes = ["v2DataEngineCPUMask", "dataEngineCPUMask"]
        for name in nodes {
            guard values.isV2, let text = values.setting(name, engine: "v2"), text.hasPrefix("0x"),
                let mask = UInt64(text.dropFirst(2), radix: 16), mask.nonzeroBitCount > 1
            else { continue }
            return [
                Observation(
                    "\(mask.nonzeroBitCount) cores in \(text)",
                    at: values.place(values.setting(name))
                )
            ]
        }
        return []
    }
}
