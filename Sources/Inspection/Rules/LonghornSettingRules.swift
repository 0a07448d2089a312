/// Longhorn's settings that cost speed or space.
enum LonghornSettingRules {
    static let all: [Rule] = [
        softAntiAffinity, overProvisioning, minimalAvailable, revisionCounter, guaranteedCPU,
        storageNetwork, timeout, cpuMask,
    ]

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
