import Inspection
/// Every rule about VMs of Proxmox and their storages, firing and silent.
enum ProxmoxRuleCases {
    static let all: [RuleCase] =
        processor + memory + cache + controller + space + options + network + files + storage

    /// One disk that nothing is wrong with, and these options.
    private static func disk(_ options: String, key: String = "scsi0") -> Given {
        .vm("\(key): local:vm-101-disk-0,\(options)size=120G")
    }

    private static let sound = disk("discard=on,iothread=1,ssd=1,")

    private static let processor: [RuleCase] = [
        RuleCase("PVE-CPU-TYPE", fires: .bareVM("memory: 4096"), silent: sound),
        RuleCase(
            "PVE-CPU-TYPE",
            fires: .vm("cpu: qemu64,flags=+aes"),
            silent: .vm("cpu: kvm64,flags=+cx16;+lahf_lm;+popcnt;+sse3;+ssse3;+sse4.1;+sse4.2")
        ),
        RuleCase(
            "PVE-CPU-TYPE",
            fires: .vm("args: -cpu kvm64,+aes"),
            silent: .vm("args: -cpu host,kvm=off")
        ),
        RuleCase("PVE-CPU-HOST", fires: .vm("cpu: host"), silent: sound),
        RuleCase(
            "PVE-CPU-HIDDEN",
            fires: .vm("cpu: host,hidden=1"),
            silent: .vm("cpu: cputype=host,hidden=0")
        ),
        RuleCase("PVE-CPU-NUMA", fires: .vm("sockets: 2"), silent: .vm("sockets: 2\nnuma: 1")),
        RuleCase(
            "PVE-CPU-CORES",
            fires: .vm("cores: 1").roles(.controlPlane),
            silent: sound.roles(.controlPlane)
        ),
        RuleCase("PVE-CPU-NO-KVM", fires: .vm("kvm: 0"), silent: .vm("kvm: 1")),
        RuleCase("PVE-CPU-LIMIT", fires: .vm("cpulimit: 2.5"), silent: .vm("cpulimit: 0")),
        RuleCase("PVE-ARGS", fires: .vm("args: -device foo"), silent: sound),
        RuleCase("PVE-OSTYPE", fires: .bareVM("cpu: host\ncores: 2"), silent: sound),
    ]

    private static let memory: [RuleCase] = [
        RuleCase(
            "PVE-MEM-BALLOON",
            fires: .vm("memory: 8192\nballoon: 2048"),
            silent: .vm("balloon: 16384")
        ),
        RuleCase(
            "PVE-MEM-BALLOON-DEVICE",
            fires: .bareVM("memory: 8192\ncpu: host"),
            silent: sound
        ),
        RuleCase(
            "PVE-MEM-HOTPLUG",
            fires: .vm("hotplug: disk,network,memory,usb"),
            silent: .vm("hotplug: disk,network,usb")
        ),
        RuleCase(
            "PVE-MEM-SIZE",
            fires: .vm("memory: 1024").roles(.controlPlane),
            silent: .vm("memory: current=4096").roles(.controlPlane)
        ),
        RuleCase(
            "PVE-MEM-HUGEPAGES",
            fires: .vm("hugepages: 1024"),
            silent: .vm("hugepages: 2\nnuma: 1")
        ),
        RuleCase(
            "PVE-MACHINE-PINNED",
            fires: .vm("machine: pc-q35-9.0+pve1"),
            silent: .vm("machine: pc-q35-10.1")
        ),
        RuleCase(
            "PVE-MACHINE-REMOVED",
            fires: .vm("machine: pc-i440fx-5.2"),
            silent: .vm("machine: q35")
        ),
        RuleCase(
            "PVE-PCI-NEEDS-Q35",
            fires: .vm("hostpci0: 0000:01:00,pcie=1"),
            silent: .vm("hostpci0: 0000:01:00,pcie=1\nmachine: q35")
        ),
        RuleCase(
            "PVE-EFI-NO-DISK",
            fires: .vm("bios: ovmf"),
            silent: .vm("bios: ovmf\nefidisk0: local:vm-101-disk-1,efitype=4m,size=4M")
        ),
        RuleCase(
            "PVE-EFI-TYPE",
            fires: .vm("bios: ovmf\nefidisk0: local:vm-101-disk-1,size=128K"),
            silent: .vm("bios: ovmf\nefidisk0: local:vm-101-disk-1,efitype=4m,size=4M")
        ),
        RuleCase(
            "PVE-EFI-KEYS",
            fires: .vm("bios: ovmf\nefidisk0: local:1,efitype=4m,pre-enrolled-keys=1"),
            silent: .vm("bios: ovmf\nefidisk0: local:1,efitype=4m,pre-enrolled-keys=0")
        ),
    ]

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

    private static let thin = "lvmthin: local\n\tthinpool data\n\tvgname pve\n\tcontent images\n"

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

    private static func card(_ text: String) -> Given {
        .vm("net0: \(text)")
    }

    private static let network: [RuleCase] = [
        RuleCase(
            "PVE-NIC-MODEL",
            fires: card("e1000=BC:24:11:00:00:01,bridge=vmbr0"),
            silent: sound
        ),
        RuleCase(
            "PVE-NIC-MTU-MODEL",
            fires: card("e1000=BC:24:11:00:00:01,bridge=vmbr0,mtu=9000"),
            silent: card("virtio=BC:24:11:00:00:01,bridge=vmbr0,mtu=9000")
        ),
        RuleCase(
            "PVE-NIC-MTU-RANGE",
            fires: card("virtio=BC:24:11:00:00:01,bridge=vmbr0,mtu=500"),
            silent: card("virtio=BC:24:11:00:00:01,bridge=vmbr0,mtu=1")
        ),
        RuleCase(
            "PVE-NIC-MTU-STANDARD",
            fires: card("virtio=BC:24:11:00:00:01,bridge=vmbr0,mtu=1500"),
            silent: sound
        ),
        RuleCase("PVE-NIC-NO-BRIDGE", fires: card("virtio=BC:24:11:00:00:01"), silent: sound),
        RuleCase(
            "PVE-NIC-FIREWALL",
            fires: card("virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1"),
            silent: card("virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=0")
        ),
        RuleCase(
            "PVE-NIC-QUEUES",
            fires: card("virtio=BC:24:11:00:00:01,bridge=vmbr0,queues=12"),
            silent: card("virtio=BC:24:11:00:00:01,bridge=vmbr0,queues=8")
        ),
        RuleCase(
            "PVE-NIC-QUEUES-RANGE",
            fires: card("virtio=BC:24:11:00:00:01,bridge=vmbr0,queues=65"),
            silent: card("virtio=BC:24:11:00:00:01,bridge=vmbr0,queues=64")
        ),
        RuleCase(
            "PVE-NIC-RATE",
            fires: card("virtio=BC:24:11:00:00:01,bridge=vmbr0,rate=10"),
            silent: sound
        ),
        RuleCase(
            "PVE-NIC-DOWN",
            fires: card("virtio=BC:24:11:00:00:01,bridge=vmbr0,link_down=1"),
            silent: sound
        ),
        RuleCase("PVE-NIC-NONE", fires: .bareVM("memory: 4096\ncpu: host"), silent: sound),
    ]

    private static let files: [RuleCase] = [
        RuleCase("PVE-LINE", fires: .vm("this is no setting"), silent: .vm("# a: comment")),
        RuleCase("PVE-KEY-UNKNOWN", fires: .vm("turbo: 1"), silent: sound),
        RuleCase(
            "PVE-KEY-TWICE",
            fires: .bareVM("cores: 2\ncores: 4"),
            silent: .bareVM("cores: 2\n[a]\ncores: 4")
        ),
        RuleCase(
            "PVE-SNAPSHOTS",
            fires: .vm("parent: before\n\n[before]\nmemory: 512\nsnaptime: 1700000000"),
            silent: .vm("\n[PENDING]\nmemory: 512")
        ),
        RuleCase(
            "PVE-PENDING",
            fires: .vm("\n[PENDING]\ncpu: host\ndelete: balloon"),
            silent: .vm("\n[special:cloudinit]\nname: x")
        ),
        RuleCase("PVE-LOCKED", fires: .vm("lock: backup"), silent: sound),
        RuleCase("PVE-TEMPLATE", fires: .vm("template: 1"), silent: sound),
        RuleCase(
            "PVE-AGENT",
            fires: .vm("agent: 0"),
            silent: .vm("agent: enabled=1,fstrim_cloned_disks=1")
        ),
        RuleCase(
            "PVE-ONBOOT",
            fires: .vm("onboot: 0").roles(.controlPlane),
            silent: sound.roles(.controlPlane)
        ),
        RuleCase("PVE-FREEZE", fires: .vm("freeze: 1"), silent: sound),
    ]

    private static func on(_ storages: String, format: String = "") -> Given {
        .vm("scsi0: local:vm-101-disk-0\(format),discard=on,size=120G").storages(storages)
    }

    private static let storage: [RuleCase] = [
        RuleCase("STORE-UNKNOWN", fires: on("dir: other\n\tpath /x\n"), silent: on(thin)),
        RuleCase(
            "STORE-DISABLED",
            fires: on("dir: local\n\tpath /x\n\tdisable\n"),
            silent: on(thin)
        ),
        RuleCase(
            "STORE-CONTENT",
            fires: on("dir: local\n\tpath /x\n\tcontent iso,vztmpl\n"),
            silent: on("dir: local\n\tpath /x\n\tcontent iso,images\n")
        ),
        RuleCase(
            "STORE-NETWORK-ETCD",
            fires: on("nfs: local\n\tserver nas\n\texport /x\n").roles(.controlPlane),
            silent: on(thin).roles(.controlPlane)
        ),
        RuleCase(
            "STORE-REPLICATED-TWICE",
            fires: on("rbd: local\n\tpool vms\n").roles(.workerV1),
            silent: on(thin).roles(.workerV1)
        ),
        RuleCase(
            "STORE-VOLUME-CHAIN",
            fires: on("lvm: local\n\tvgname a\n\tsnapshot-as-volume-chain 1\n"),
            silent: on("lvm: local\n\tvgname a\n")
        ),
        RuleCase(
            "STORE-NODE",
            fires: .vm(
                "scsi0: local:a,discard=on",
                file: "/etc/pve/nodes/pve2/qemu-server/101.conf"
            )
            .storages(thin + "\tnodes pve1\n"),
            silent: .vm(
                "scsi0: local:a,discard=on",
                file: "/etc/pve/nodes/pve1/qemu-server/101.conf"
            )
            .storages(thin + "\tnodes pve1,pve3\n")
        ),
        RuleCase("STORE-FORMAT", fires: on(thin, format: ".qcow2"), silent: on(thin)),
        RuleCase(
            "STORE-PREALLOCATION-OFF",
            fires: on("dir: local\n\tpath /x\n\tpreallocation off\n", format: ".qcow2"),
            silent: on("dir: local\n\tpath /x\n", format: ".qcow2")
        ),
    ]
}
