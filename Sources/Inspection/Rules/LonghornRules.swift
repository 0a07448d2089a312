/// Longhorn's values.
enum LonghornRules {
    static let all: [Rule] = [
        unknownKey, noEngine, bothEngines, storageClassEngine, replicas, dataPath, backup,
        backupScheme, strictLocal, reclaim, filesystem,
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

}
