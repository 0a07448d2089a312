/// The storages of a Proxmox cluster, as /etc/pve/storage.cfg defines them.
///
/// Only the keys that rules ask for are kept; a user name or a password is not among them.
/// - Source: PVE/Storage/Plugin.pm of proxmox/pve-storage; pvesm.adoc.
package struct StorageConfig: Sendable, Equatable {
    /// "zfspool: tank" and the lines under it.
    package struct Storage: Sendable, Equatable {
        package let id: String
        package let type: String
        package let line: Int
        package var values: [String: String] = [:]

        /// Behind a network.
        var isRemote: Bool {
            [
                "nfs", "cifs", "iscsi", "iscsidirect", "zfs", "rbd", "cephfs", "glusterfs", "pbs",
                "esxi",
            ]
            .contains(type)
        }

        /// Allocates when written to: a trim gives space back.
        ///
        /// Nil where it depends on the format of the volume.
        var isThin: Bool? {
            switch type {
            case "lvmthin", "rbd", "btrfs": true
            case "zfspool", "zfs": ConfigText.truth(values["sparse"]) ?? false
            case "lvm", "iscsi", "iscsidirect": false
            default: nil
            }
        }

        /// Files in a directory, with a format of their own.
        var holdsFiles: Bool { ["dir", "nfs", "cifs", "cephfs", "glusterfs"].contains(type) }
    }

    package let file: String
    package let storages: [Storage]

    private static let keys: Set<String> = [
        "path", "pool", "vgname", "thinpool", "content", "nodes", "shared", "disable", "krbd",
        "blocksize", "sparse", "preallocation", "snapshot-as-volume-chain", "nocow", "mkdir",
        "is_mountpoint", "export", "saferemove",
    ]

    /// Reads storage.cfg.
    ///
    /// - Throws: `InspectionError` for a binary file, or one without a storage.
    package init(_ bytes: [UInt8], file: String) throws(InspectionError) {
        guard !ConfigText.isBinary(bytes) else {
            throw .notText(file, what: "storage configuration")
        }
        var storages: [Storage] = []
        let lines = ConfigText.lines(String(decoding: bytes, as: UTF8.self))
        for (index, line) in lines.enumerated() {
            guard let first = line.utf8.first, first != UInt8(ascii: "#") else { continue }
            let text = ConfigText.trimmed(line)
            if ConfigText.isBlank(first) {
                guard !storages.isEmpty, !text.isEmpty else { continue }
                let key = String(Substring(text.utf8.prefix { !ConfigText.isBlank($0) }))
                let value = ConfigText.trimmed(text.dropFirst(key.count))
                if Self.keys.contains(key) {
                    storages[storages.count - 1].values[key] = value.isEmpty ? "1" : value
                }
            } else if let (type, id) = ConfigText.halves(text, at: UInt8(ascii: ":")) {
                let id = ConfigText.trimmed(id)
                let isName = type.utf8.allSatisfy { (0x61...0x7A).contains($0) }
                guard isName, !type.isEmpty, !id.isEmpty, !id.contains(" ") else { continue }
                storages.append(Storage(id: id, type: type, line: index + 1))
            }
        }
        guard !storages.isEmpty else { throw .notStorages(file) }
        self.file = file
        self.storages = storages
    }

    /// The directory storage whose files lie on a ZFS pool that is also a storage; nil when none does.
    ///
    /// Proxmox mounts a pool at "/" and its name, unless told otherwise.
    func pool(below storage: Storage) -> String? {
        guard storage.type == "dir", let path = storage.values["path"] else { return nil }
        let pools =
            storages.filter { $0.type == "zfspool" }.compactMap { $0.values["pool"] } + ["rpool"]
        return pools.first { path == "/\($0)" || path.hasPrefix("/\($0)/") }
    }
}
