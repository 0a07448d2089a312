import Inspection

/// Every rule about the disks of a VM, firing and silent.
enum ProxmoxDiskRuleCases {
    static let all: [RuleCase] = cache + controller + space + options

    /// One disk that nothing is wrong with, and these options.
    private static func disk(_ options: String, key: String = "scsi0") -> Given {
        .vm("\(key): local:vm-101-disk-0,\(options)size=120G")
    }

    static let sound = disk("discard=on,iothread=1,ssd=1,")

    private static let cache: [RuleCase] = [
        RuleCase("PVE-CACHE-UNSAFE", fires: disk("cache=unsafe,"), silent: disk("cache=none,")),
        RuleCase("PVE-CACHE-WRITEBACK", fires: disk("cache=writeback,"), silent: sound),
        RuleCase("PVE-CACHE-WRITETHROUGH", fires: disk("cache=writethrough,"), silent: sound),
        RuleCase("PVE-CACHE-DIRECTSYNC", fires: disk("cache=directsync,"), silent: sound),
        RuleCase(
            "PVE-AIO-NATIVE-CACHED",
            fires: disk("aio=native,cache=writeback,"),
            silent: disk("aio=native,cache=directsync,")
        ),
        RuleCase(
            "PVE-AIO-NATIVE-CACHED",
            fires: disk("aio=native,").storages("btrfs: local\n\tpath /data\n"),
            silent: disk("aio=native,").storages("btrfs: local\n\tpath /data\n\tnocow 1\n")
        ),
        RuleCase("PVE-AIO-THREADS", fires: disk("aio=threads,"), silent: disk("aio=io_uring,")),
    ]

    private static let controller: [RuleCase] = [
        RuleCase(
            "PVE-CTRL-LSI",
            fires: .bareVM("cpu: host\nscsi0: local:vm-101-disk-0,size=32G"),
            silent: sound
        ),
        RuleCase(
            "PVE-CTRL-EMULATED",
            fires: .vm("scsihw: megasas\nscsi0: local:vm-101-disk-0"),
            silent: .vm("scsihw: megasas\nvirtio0: local:vm-101-disk-0")
        ),
        RuleCase(
            "PVE-CTRL-IDE",
            fires: disk("", key: "sata0"),
            silent: .vm("ide2: local:iso/talos.iso,media=cdrom,size=90M")
        ),
        RuleCase(
            "PVE-IOTHREAD-IGNORED",
            fires: .vm("scsihw: virtio-scsi-pci\nscsi0: local:vm-101-disk-0,iothread=1"),
            silent: .vm("scsihw: virtio-scsi-pci\nvirtio0: local:vm-101-disk-0,iothread=1")
        ),
        RuleCase("PVE-IOTHREAD-MISSING", fires: disk("ssd=1,"), silent: sound),
        RuleCase(
            "PVE-CTRL-SINGLE-TALOS",
            fires: sound,
            silent: .vm("scsihw: virtio-scsi-pci\nscsi0: local:vm-101-disk-0")
        ),
        RuleCase("PVE-CTRL-VIRTIO-BLK", fires: disk("iothread=1,", key: "virtio0"), silent: sound),
        RuleCase(
            "PVE-SCSI-QUEUES-IGNORED",
            fires: .vm("scsihw: virtio-scsi-pci\nscsi0: local:vm-101-disk-0,queues=4"),
            silent: disk("queues=4,")
        ),
    ]

    static let thin = "lvmthin: local\n\tthinpool data\n\tvgname pve\n\tcontent images\n"

    private static let space: [RuleCase] = [
        RuleCase(
            "PVE-DISCARD-MISSING",
            fires: disk("ssd=1,").storages(thin),
            silent: disk("ssd=1,").storages("lvm: local\n\tvgname pve\n")
        ),
        RuleCase(
            "PVE-DISCARD-MISSING",
            fires: .vm("scsi0: local:101/vm-101-disk-0.qcow2,size=32G"),
            silent: .vm("scsi0: local:101/vm-101-disk-0.qcow2,discard=on,size=32G")
        ),
        RuleCase(
            "PVE-DISCARD-MISSING",
            fires: disk("ssd=1,").storages("dir: local\n\tpath /srv\n"),
            silent: disk("ssd=1,").storages("dir: local\n\tpath /srv\n\tpreallocation full\n")
        ),
        RuleCase("PVE-SSD-MISSING", fires: disk("iothread=1,"), silent: sound),
        RuleCase(
            "PVE-SSD-ON-VIRTIO",
            fires: disk("ssd=1,", key: "virtio0"),
            silent: disk("", key: "virtio0")
        ),
        RuleCase(
            "PVE-DETECT-ZEROES-OFF",
            fires: disk("detect_zeroes=0,"),
            silent: disk("detect_zeroes=1,")
        ),
        RuleCase(
            "PVE-QCOW2-ON-COW",
            fires: .vm("scsi0: files:101/vm-101-disk-0.qcow2,size=32G")
                .storages(
                    "zfspool: local-zfs\n\tpool rpool/data\n\ndir: files\n\tpath /rpool/files\n"
                ),
            silent: .vm("scsi0: files:101/vm-101-disk-0.qcow2,size=32G")
                .storages("dir: files\n\tpath /srv/files\n")
        ),
        RuleCase(
            "PVE-QCOW2-LARGE",
            fires: .vm("scsi0: local:101/a.qcow2,size=500G"),
            silent: .vm("scsi0: local:101/a.qcow2,size=256G")
        ),
        RuleCase("PVE-QCOW2", fires: .vm("scsi0: local:101/a.qcow2"), silent: sound),
        RuleCase(
            "PVE-FORMAT-MISMATCH",
            fires: .vm("scsi0: local:101/a.qcow2,format=raw"),
            silent: .vm("scsi0: local:101/a.raw,format=raw")
        ),
        RuleCase(
            "PVE-BTRFS-BUFFERED",
            fires: disk("").storages("btrfs: local\n\tpath /data\n"),
            silent: disk("").storages("btrfs: local\n\tpath /data\n\tnocow 1\n")
        ),
        RuleCase(
            "PVE-BACKUP-REPLICAS",
            fires: .vm("scsi0: local:a,size=100G\nscsi1: local:b,size=500G").roles(.workerV1),
            silent: .vm("scsi0: local:a,size=100G\nscsi1: local:b,backup=0").roles(.workerV1)
        ),
        RuleCase(
            "PVE-DISK-SHARED",
            fires: sound.roles(.workerV1),
            silent: .vm("scsi0: local:a\nscsi1: local:b").roles(.workerV1)
        ),
        RuleCase(
            "PVE-DISK-SMALL",
            fires: .vm("scsi0: local:a,size=8G").roles(.controlPlane),
            silent: .vm("scsi0: local:a,size=100G").roles(.controlPlane)
        ),
        RuleCase(
            "PVE-DISK-UNSTABLE-NAME",
            fires: .vm("scsi1: /dev/sdb,size=1T"),
            silent: .vm("scsi1: /dev/disk/by-id/ata-X,size=1T")
        ),
    ]

    private static let options: [RuleCase] = [
        RuleCase("PVE-DISK-THROTTLED", fires: disk("mbps_wr=50,"), silent: disk("mbps_wr=0,")),
        RuleCase(
            "PVE-DISK-THROTTLE-CONFLICT",
            fires: disk("iops=100,iops_rd=50,"),
            silent: disk("iops=100,")
        ),
        RuleCase("PVE-DISK-TEMPORARY", fires: disk("snapshot=1,"), silent: disk("snapshot=0,")),
        RuleCase(
            "PVE-DISK-ERRORS-IGNORED",
            fires: disk("werror=ignore,"),
            silent: disk("werror=report,")
        ),
        RuleCase(
            "PVE-DISK-NUMBER",
            fires: disk("", key: "virtio16"),
            silent: disk("iothread=1,", key: "virtio15")
        ),
        RuleCase(
            "PVE-CDROM-VIRTIO",
            fires: .vm("virtio2: local:iso/a.iso,media=cdrom"),
            silent: .vm("ide2: local:iso/a.iso,media=cdrom")
        ),
        RuleCase("PVE-DISK-BAD-VALUE", fires: disk("cache=off,"), silent: disk("discard=ignore,")),
        RuleCase("PVE-DISK-OPTION-UNKNOWN", fires: disk("turbo=1,"), silent: sound),
        RuleCase("PVE-DISK-UNUSED", fires: .vm("unused0: local:vm-101-disk-9"), silent: sound),
    ]
}
