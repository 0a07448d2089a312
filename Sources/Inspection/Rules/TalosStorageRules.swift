/// What a Talos machine configuration says about disks, and what Longhorn needs of it.
enum TalosStorageRules {
    static let all: [Rule] = [disks, installDisk, etcdVolume, trim, volumeName]

    static let disks = Rule.talos(
        "TALOS-DISKS-DEPRECATED",
        .warning,
        "disks are given in the old way",
        topic: .talosStorage,
        why:
            "machine.disks is deprecated since 1.10 and cannot grow, encrypt or choose a disk by its size.",
        fix:
            "Use a UserVolumeConfig (mounted at /var/mnt/NAME), or a RawVolumeConfig for the V2 engine.",
        sources: [Authority.talosVolumes, Authority.talosTypes]
    ) { config, _ in
        guard let node = config.machine?["disks"], !node.elements.isEmpty,
            config.isAtLeast(1, 10) ?? true
        else { return [] }
        return [
            Observation(
                Text.list(node.elements.compactMap { $0["device"]?.text }),
                at: config.place(node),
                patch: .documents([
                    .map([
                        ("apiVersion", .scalar("v1alpha1")), ("kind", .scalar("UserVolumeConfig")),
                        ("name", .scalar("longhorn")),
                        (
                            "provisioning",
                            .map([
                                (
                                    "diskSelector",
                                    .map([("match", .scalar("!system_disk"))])
                                ),
                                ("minSize", .scalar("10GiB")), ("grow", .scalar("true")),
                            ])
                        ),
                    ])
                ])
            )
        ]
    }

    static let installDisk = Rule.talos(
        "TALOS-INSTALL-DISK",
        .info,
        "the install disk is chosen by a name that may move",
        topic: .talosStorage,
        why:
            "/dev/sdX follows the order of discovery; with a second disk Talos may install over the data.",
        fix:
            "Use machine.install.diskSelector by size, serial or bus path where there are several disks.",
        sources: [Authority.talosTypes]
    ) { config, _ in
        guard let node = config.machine?.at("install", "disk"), let disk = node.text,
            ["/dev/sd", "/dev/vd", "/dev/nvme"].contains(where: disk.hasPrefix),
            config.machine?["disks"]?.elements.isEmpty == false
                || !config.all("UserVolumeConfig").isEmpty || !config.all("RawVolumeConfig").isEmpty
        else { return [] }
        return [Observation("disk: \(disk), and there are data volumes", at: config.place(node))]
    }

    static let etcdVolume = Rule.talos(
        "TALOS-ETCD-VOLUME",
        .info,
        "etcd shares its disk with everything else",
        topic: .talosStorage,
        roles: [.controlPlane],
        why:
            "Since 1.14 etcd's data can be a volume of its own on a disk of its own, where nobody else's writes stand before its flushes.",
        fix: "Add a VolumeConfig named ETCD with a diskSelector, on a fast disk.",
        sources: [Authority.talosVolumes, Authority.etcdHardware]
    ) { config, _ in
        guard config.isWhole, config.isAtLeast(1, 14) == true,
            !config.all("VolumeConfig").contains(where: { $0["name"]?.text == "ETCD" })
        else { return [] }
        return [Observation("no VolumeConfig ETCD", at: Location(config.file))]
    }

    static let trim = Rule.talos(
        "TALOS-TRIM",
        .info,
        "nothing trims the filesystems",
        topic: .talosStorage,
        why:
            "Talos has no fstrim.timer; trimming came with 1.14 and its FilesystemTrimConfig, which an upgraded cluster does not get by itself.",
        fix: "On 1.14 add a FilesystemTrimConfig; before, run fstrim in a privileged pod.",
        sources: [Authority.talosTrim, Authority.talosChangelog]
    ) { config, _ in
        guard config.isWhole, config.version != nil, config.all("FilesystemTrimConfig").isEmpty
        else { return [] }
        let isNew = config.isAtLeast(1, 14) == true
        return [
            Observation(
                isNew ? "no FilesystemTrimConfig" : "this version has no trim",
                at: Location(config.file),
                patch: isNew
                    ? .documents([
                        .map([
                            ("apiVersion", .scalar("v1alpha1")),
                            ("kind", .scalar("FilesystemTrimConfig")),
                            ("interval", .scalar("168h")),
                        ])
                    ]) : nil
            )
        ]
    }

    static let volumeName = Rule.talos(
        "TALOS-VOLUME-NAME",
        .error,
        "a volume's name is not allowed",
        topic: .talosStorage,
        why:
            "The name becomes a partition label: letters, digits and dashes, at most 34 characters.",
        fix: "Choose a shorter, plainer name.",
        sources: [Authority.talosVolumes]
    ) { config, _ in
        (config.all("UserVolumeConfig") + config.all("RawVolumeConfig")).filter { node in
            guard let name = node["name"]?.text else { return true }
            return name.utf8.count > 34
                || !name.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                        || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "-")
                }
        }.map {
            Observation(
                "name: \($0["name"]?.text ?? "is missing")",
                at: config.place($0["name"] ?? $0)
            )
        }
    }
}
