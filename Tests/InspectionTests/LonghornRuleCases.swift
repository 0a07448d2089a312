import Inspection

/// Every rule about Longhorn's values, firing and silent.
enum LonghornRuleCases {
    private static func settings(_ text: String) -> Given {
        .longhorn("defaultSettings:\n  \(text)\n")
    }

    static let all: [RuleCase] = [
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
}
