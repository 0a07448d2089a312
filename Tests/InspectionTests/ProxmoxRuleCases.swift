import Inspection
/// Every rule about VMs of Proxmox and their storages, firing and silent.
enum ProxmoxRuleCases {
    static let all: [RuleCase] =
        processor + memory + ProxmoxDiskRuleCases.all + network + files + storage

    private static let sound = ProxmoxDiskRuleCases.sound

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
        RuleCase(
            "STORE-UNKNOWN",
            fires: on("dir: other\n\tpath /x\n"),
            silent: on(ProxmoxDiskRuleCases.thin)
        ),
        RuleCase(
            "STORE-DISABLED",
            fires: on("dir: local\n\tpath /x\n\tdisable\n"),
            silent: on(ProxmoxDiskRuleCases.thin)
        ),
        RuleCase(
            "STORE-CONTENT",
            fires: on("dir: local\n\tpath /x\n\tcontent iso,vztmpl\n"),
            silent: on("dir: local\n\tpath /x\n\tcontent iso,images\n")
        ),
        RuleCase(
            "STORE-NETWORK-ETCD",
            fires: on("nfs: local\n\tserver nas\n\texport /x\n").roles(.controlPlane),
            silent: on(ProxmoxDiskRuleCases.thin).roles(.controlPlane)
        ),
        RuleCase(
            "STORE-REPLICATED-TWICE",
            fires: on("rbd: local\n\tpool vms\n").roles(.workerV1),
            silent: on(ProxmoxDiskRuleCases.thin).roles(.workerV1)
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
            .storages(ProxmoxDiskRuleCases.thin + "\tnodes pve1\n"),
            silent: .vm(
                "scsi0: local:a,discard=on",
                file: "/etc/pve/nodes/pve1/qemu-server/101.conf"
            )
            .storages(ProxmoxDiskRuleCases.thin + "\tnodes pve1,pve3\n")
        ),
        RuleCase(
            "STORE-FORMAT",
            fires: on(ProxmoxDiskRuleCases.thin, format: ".qcow2"),
            silent: on(ProxmoxDiskRuleCases.thin)
        ),
        RuleCase(
            "STORE-PREALLOCATION-OFF",
            fires: on("dir: local\n\tpath /x\n\tpreallocation off\n", format: ".qcow2"),
            silent: on("dir: local\n\tpath /x\n", format: ".qcow2")
        ),
    ]
}
