import ResultStore

/// What the disks of a VM lie on, by storage.cfg.
enum StorageRules {
    static let all: [Rule] = [
        unknown, disabled, content, network, replicated, chain, node, noFiles, preallocation,
    ]

    static let unknown = Rule.drive(
        "STORE-UNKNOWN",
        .error,
        "a storage that is not defined",
        topic: .storage,
        why: "Proxmox does not start a VM whose disk is on a storage it does not know.",
        fix: "Give the storage.cfg of the same cluster, or correct the name.",
        sources: [Authority.pvesm]
    ) { drive, _, evidence in
        guard let storages = evidence.storages, let id = drive.storage,
            evidence.storage(of: drive) == nil
        else { return nil }
        return drive.observed("storage '\(id)' is not in \(storages.file)")
    }

    static let disabled = Rule.drive(
        "STORE-DISABLED",
        .error,
        "the storage is switched off",
        topic: .storage,
        why: "A VM with a disk on a disabled storage does not start.",
        fix: "Enable it: pvesm set STORAGE --disable 0.",
        sources: [Authority.pvesm]
    ) { drive, _, evidence in
        guard let storage = evidence.storage(of: drive),
            ConfigText.truth(storage.values["disable"]) == true
        else { return nil }
        return drive.observed("storage '\(storage.id)' has disable")
    }

    static let content = Rule.drive(
        "STORE-CONTENT",
        .error,
        "the storage is not for disks",
        topic: .storage,
        why: "Without 'images' in its content Proxmox refuses to use a storage for a VM's disk.",
        fix: "Add images to the storage's content.",
        sources: [Authority.pvesm]
    ) { drive, _, evidence in
        guard let storage = evidence.storage(of: drive), let content = storage.values["content"],
            !ConfigText.parts(content).map({ ConfigText.trimmed($0) }).contains("images")
        else { return nil }
        return drive.observed("storage '\(storage.id)' has content \(content)")
    }

    static let network = Rule.drive(
        "STORE-NETWORK-ETCD",
        .warning,
        "etcd's disk is behind a network",
        topic: .storage,
        roles: [.controlPlane],
        why:
            "Each flush of etcd's log then pays for round trips, and all control planes stall together when that network or its servers do.",
        fix: "Put control planes on local storage (zfspool, lvmthin); etcd replicates by itself.",
        sources: [Authority.etcdHardware, Authority.pvesm]
    ) { drive, machine, evidence throws(UnknownFact) in
        // etcd lies on the system's disk, which is the first.
        guard drive == machine.disks.first else { return nil }
        guard drive.storage != nil else { return nil }
        guard evidence.storages != nil else { throw Evidence.noStorageConfig }
        guard let storage = evidence.storage(of: drive), storage.isRemote else { return nil }
        let files = ["nfs", "cifs", "glusterfs", "cephfs"].contains(storage.type)
        return drive.observed(
            "on \(storage.type) storage '\(storage.id)'",
            severity: files ? .error : nil
        )
    }

    static let replicated = Rule.drive(
        "STORE-REPLICATED-TWICE",
        .warning,
        "replicas on replicated storage",
        topic: .storage,
        roles: [.workerV1, .workerV2],
        why:
            "Longhorn copies every write to several nodes, and Ceph or the NAS copies each of these again: latency adds up and space multiplies.",
        fix: "Give Longhorn local disks, or use Ceph's own volumes instead of Longhorn.",
        sources: ["longhorn/longhorn issue 12667", Authority.longhornBest]
    ) { drive, _, evidence throws(UnknownFact) in
        guard drive.storage != nil else { return nil }
        guard evidence.storages != nil else { throw Evidence.noStorageConfig }
        guard let storage = evidence.storage(of: drive), storage.isRemote else { return nil }
        return drive.observed("on \(storage.type) storage '\(storage.id)'")
    }

    static let chain = Rule.drive(
        "STORE-VOLUME-CHAIN",
        .info,
        "snapshots as volume chains",
        topic: .storage,
        why:
            "It is a technology preview: a snapshot becomes a qcow2 overlay with clusters of 128 KiB, and writes after it allocate anew.",
        fix: "Use it knowingly; measure with and without a snapshot.",
        sources: [Authority.pvesm, "proxmox/pve-storage, src/PVE/Storage/Common.pm"]
    ) { drive, _, evidence in
        guard let storage = evidence.storage(of: drive),
            ConfigText.truth(storage.values["snapshot-as-volume-chain"]) == true
        else { return nil }
        return drive.observed("storage '\(storage.id)' has snapshot-as-volume-chain")
    }

    static let node = Rule.drive(
        "STORE-NODE",
        .error,
        "the storage is not on this node",
        topic: .storage,
        why: "The storage is restricted to other nodes, so the VM does not start here.",
        fix: "Add the node to the storage's nodes, or move the VM.",
        sources: [Authority.pvesm]
    ) { drive, machine, evidence in
        guard let node = machine.proxmoxNode, let storage = evidence.storage(of: drive),
            let nodes = storage.values["nodes"],
            !ConfigText.parts(nodes).map({ ConfigText.trimmed($0) }).contains(node)
        else { return nil }
        return drive.observed("storage '\(storage.id)' is for \(nodes), the VM is on \(node)")
    }

    static let noFiles = Rule.drive(
        "STORE-FORMAT",
        .error,
        "a format that the storage does not have",
        topic: .storage,
        why:
            "zfspool, lvmthin and rbd hold raw volumes; qcow2 needs a directory, or lvm with volume chains.",
        fix: "Move the disk: qm disk move VMID DISK STORAGE --format raw.",
        sources: [Authority.pvesm, Authority.storagePlugin]
    ) { drive, _, evidence in
        guard let storage = evidence.storage(of: drive), let format = drive.format, format != "raw",
            ["zfspool", "zfs", "lvmthin", "rbd", "iscsi", "iscsidirect", "btrfs"].contains(
                storage.type
            )
        else { return nil }
        return drive.observed("\(format) on \(storage.type) storage '\(storage.id)'")
    }

    static let preallocation = Rule.drive(
        "STORE-PREALLOCATION-OFF",
        .info,
        "qcow2 images start without metadata",
        topic: .storage,
        why:
            "With preallocation off, the first write to each cluster also allocates tables and flushes; the default for qcow2 is metadata.",
        fix: "Leave preallocation out, or set it to metadata.",
        sources: [
            "proxmox/pve-storage, src/PVE/Storage/Plugin.pm, preallocation_cmd_opt",
            Authority.pvesm,
        ]
    ) { drive, _, evidence in
        guard drive.format == "qcow2", let storage = evidence.storage(of: drive),
            storage.values["preallocation"] == "off"
        else { return nil }
        return drive.observed("storage '\(storage.id)' has preallocation off")
    }
}
