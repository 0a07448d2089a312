/// What is read of Longhorn's values.
///
/// - Source: charts/longhorn/values.yaml and templates/default-setting.yaml of longhorn/charts, 1.4 to 1.11.
enum LonghornShapes {
    /// Keys by which a file shows that it is Longhorn's.
    static let telling: Set<String> = [
        "defaultSettings", "persistence", "longhornManager", "longhornDriver", "longhornUI",
        "defaultBackupStore", "csi", "preUpgradeChecker",
    ]

    static let file: Shape = {
        guard case .map(var keys, _) = values else { return values }
        keys["longhorn"] = values
        keys["spec"] = .map(["values": values])
        return .map(keys)
    }()

    private static let values = Shape.map([
        "defaultSettings": .map(settings, strict: true),
        "persistence": .map([
            "defaultClass": .scalar, "defaultFsType": .scalar, "defaultClassReplicaCount": .scalar,
            "defaultDataLocality": .scalar, "reclaimPolicy": .scalar, "dataEngine": .scalar,
            "migratable": .scalar,
        ]),
        "defaultBackupStore": .map([
            "backupTarget": .scalar, "backupTargetCredentialSecret": .ignored,
            "pollInterval": .ignored,
        ]),
        "csi": .map(["kubeletRootDir": .scalar]),
        "longhornManager": .ignored, "longhornDriver": .ignored, "longhornUI": .ignored,
        "privateRegistry": .secret, "preUpgradeChecker": .ignored,
    ])

    private static let settings: [String: Shape] = {
        var shapes: [String: Shape] = [:]
        for name in names { shapes[name] = .scalarOrMap }
        for name in ["backupTargetCredentialSecret", "registrySecret"] { shapes[name] = .ignored }
        return shapes
    }()

    private static let names = [
        "allowCollectingLonghornUsageMetrics", "allowEmptyDiskSelectorVolume",
        "allowEmptyNodeSelectorVolume", "allowNodeDrainWithLastHealthyReplica",
        "allowRecurringJobWhileVolumeDetached", "allowVolumeCreationWithDegradedAvailability",
        "autoCleanupRecurringJobBackupSnapshot", "autoCleanupSnapshotAfterOnDemandBackupCompleted",
        "autoCleanupSnapshotWhenDeleteBackup", "autoCleanupSystemGeneratedSnapshot",
        "autoDeletePodWhenVolumeDetachedUnexpectedly", "autoSalvage",
        "backingImageCleanupWaitInterval", "backingImageRecoveryWaitInterval",
        "backupCompressionMethod", "backupConcurrentLimit", "backupExecutionTimeout",
        "backupTarget", "backupstorePollInterval",
        "blacklistForAutoDeletePodWhenVolumeDetachedUnexpectedly",
        "concurrentAutomaticEngineUpgradePerNodeLimit",
        "concurrentBackingImageCopyReplenishPerNodeLimit",
        "concurrentReplicaRebuildPerNodeLimit", "concurrentVolumeBackupRestorePerNodeLimit",
        "createDefaultDiskLabeledNodes", "dataEngineCPUMask", "dataEngineHugepageEnabled",
        "dataEngineInterruptModeEnabled", "dataEngineLogFlags", "dataEngineLogLevel",
        "dataEngineMemorySize", "defaultBackingImageManagerBackupStore", "defaultBackupBlockSize",
        "defaultDataLocality", "defaultDataPath", "defaultLonghornStaticStorageClass",
        "defaultMinNumberOfBackingImageCopies", "defaultReplicaCount", "defaultUblkNumberOfQueue",
        "defaultUblkQueueDepth", "deletingConfirmationFlag",
        "detachManuallyAttachedVolumesWhenCordoned", "disableReplicaRebuild",
        "disableRevisionCounter", "disableSchedulingOnCordonedNode", "disableSnapshotPurge",
        "endpointNetworkForRWXVolume", "engineReplicaTimeout", "failedBackupTTL",
        "fastReplicaRebuildEnabled", "freezeFilesystemForSnapshot", "guaranteedEngineManagerCPU",
        "guaranteedInstanceManagerCPU", "guaranteedReplicaManagerCPU",
        "instanceManagerPodLivenessProbeTimeout", "kubernetesClusterAutoscalerEnabled", "logLevel",
        "logPath", "longGRPCTimeOut", "managerUrl", "mkfsExt4Parameters",
        "nodeDiskHealthMonitoring", "nodeDownPodDeletionPolicy", "nodeDrainPolicy",
        "offlineReplicaRebuilding", "offlineRelicaRebuilding", "orphanAutoDeletion",
        "orphanResourceAutoDeletion", "orphanResourceAutoDeletionGracePeriod", "priorityClass",
        "rebuildConcurrentSyncLimit", "recurringFailedJobsHistoryLimit", "recurringJobMaxRetention",
        "recurringSuccessfulJobsHistoryLimit", "removeSnapshotsDuringFilesystemTrim",
        "replicaAutoBalance", "replicaAutoBalanceDiskPressurePercentage",
        "replicaDiskSoftAntiAffinity", "replicaFileSyncHttpClientTimeout",
        "replicaRebuildBandwidthLimit",
        "replicaRebuildingBandwidthLimit", "replicaReplenishmentWaitInterval",
        "replicaSoftAntiAffinity", "replicaZoneSoftAntiAffinity", "restoreConcurrentLimit",
        "restoreVolumeRecurringJobs", "rwxVolumeFastFailover", "snapshotDataIntegrity",
        "snapshotDataIntegrityCronjob",
        "snapshotDataIntegrityImmediateCheckAfterSnapshotCreation",
        "snapshotHeavyTaskConcurrentLimit",
        "snapshotMaxCount", "staleReplicaTimeout", "storageMinimalAvailablePercentage",
        "storageNetwork", "storageNetworkForRWXVolumeEnabled", "storageOverProvisioningPercentage",
        "storageReservedPercentageForDefaultDisk", "supportBundleFailedHistoryLimit",
        "supportBundleManagerImage", "supportBundleNodeCollectionTimeout",
        "systemManagedCSIComponentsResourceLimits", "systemManagedComponentsNodeSelector",
        "systemManagedPodsImagePullPolicy", "taintToleration", "upgradeChecker",
        "upgradeResponderURL", "v1DataEngine", "v2DataEngine", "v2DataEngineCPUMask",
        "v2DataEngineFastReplicaRebuilding", "v2DataEngineGuaranteedInstanceManagerCPU",
        "v2DataEngineHugepageLimit", "v2DataEngineLogFlags", "v2DataEngineLogLevel",
        "v2DataEngineSnapshotDataIntegrity", "mkfsExt4Parameters", "disableReplicaRebuild",
        "csiAllowedTopologyKeys", "csiStorageCapacityTracking", "nodeSelector",
    ]
}
