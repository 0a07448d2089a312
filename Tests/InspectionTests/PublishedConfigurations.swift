import Inspection
import Testing

/// A configuration that somebody published, reduced to the lines that matter, with what is wrong by our own reading.
struct Published: Sendable, CustomTestStringConvertible {
    /// Where it was seen.
    var source: String
    var given: Given
    /// The errors, all of them.
    var errors: Set<String>
    /// Warnings and notes that must be among the findings: the mistakes that are known to be there.
    var others: Set<String>

    init(_ source: String, _ given: Given, errors: Set<String> = [], others: Set<String> = []) {
        self.source = source
        self.given = given
        self.errors = errors
        self.others = others
    }

    var testDescription: String { source }
}

enum PublishedConfigurations {
    static let all = machines + talos + longhorn

    private static let machines: [Published] = [
        Published(
            "kareemlukitomo/homelab-terraform, vm-106.tf",
            .bareVM(
                "balloon: 1024\ncores: 24\nmemory: 4096\nscsihw: virtio-scsi-single\nboot: order=scsi0;ide2;net0\nhotplug: network,disk,usb\ncpu: host\nonboot: 1\nagent: 0\nkvm: 1\nsockets: 1\nostype: l26\nide2: local:iso/debian.iso,media=cdrom\nscsi0: local-lvm:vm-106-disk-0,iothread=1,ssd=1,format=raw,size=16G\nnet0: virtio=BC:24:11:B8:FC:0A,bridge=vmbr0,firewall=1"
            )
            .storages(
                "lvmthin: local-lvm\n\tthinpool data\n\tvgname pve\n\tcontent rootdir,images\n"
            ),
            errors: ["PVE-MEM-BALLOON"],
            others: ["PVE-DISCARD-MISSING", "PVE-AGENT", "PVE-NIC-FIREWALL"]
        ),
        Published(
            "Giftpilz0/homelab, terraform/nodes/lb1.tf",
            .bareVM(
                "memory: 2048\ncores: 2\nagent: 1\nonboot: 1\nkvm: 1\nbios: ovmf\ncpu: host\nmachine: q35\nostype: l26\nscsihw: virtio-scsi-single\nhotplug: disk,network,usb\nscsi0: local-lvm:vm-1-disk-0,cache=none,iothread=1,size=10G\nnet0: virtio=BC:24:11:B8:FC:0A,bridge=lb,firewall=1"
            ),
            others: ["PVE-EFI-NO-DISK"]
        ),
        Published(
            "AmrikSD/Berries, infrastructure/proxmox/02-vm.tf",
            .bareVM(
                "name: talos-k8s-master\nmemory: 2048\ncores: 2\ncpu: x86-64-v2-AES\nostype: l26\nscsihw: virtio-scsi-pci\nscsi0: local-lvm:vm-400-disk-0,size=8G\nnet0: virtio=BC:24:11:B8:FC:0A,bridge=vmbr0\ntpmstate0: local-lvm:vm-400-disk-1,version=v2.0"
            )
            .roles(.controlPlane),
            errors: ["PVE-DISK-SMALL"],
            others: ["PVE-MEM-SIZE", "PVE-CPU-CORES", "PVE-ONBOOT"]
        ),
        Published(
            "k0eff/tf-home-lab, prod.tfvars",
            .bareVM(
                "name: vm500\ncpu: host\nmemory: 3072\nballoon: 1024\nsockets: 1\ncores: 1\nvcpus: 1\nostype: l26\nscsihw: virtio-scsi-pci\nscsi1: local-lvm:vm-500-disk-0,size=40G\nscsi2: local-lvm:vm-500-disk-1,size=45G\nnet0: virtio=BC:24:11:B8:FC:0A,bridge=vmbr0"
            ),
            errors: ["PVE-MEM-BALLOON"]
        ),
        Published(
            "a Terraform module for Talos with Telmate's provider",
            .bareVM(
                "name: talos-master-2\nagent: 1\nscsihw: virtio-scsi-single\nonboot: 1\nmemory: 4096\ncores: 2\nsockets: 1\ncpu: host\nballoon: 0\nostype: l26\nnet0: virtio=BC:24:11:B8:FC:0A,bridge=vmbr0,firewall=0\nscsi0: local:101/vm-101-disk-0.qcow2,iothread=1,format=qcow2,backup=1,size=30G\nide2: local:iso/talos.iso,media=cdrom"
            ),
            others: ["PVE-DISCARD-MISSING", "PVE-QCOW2", "PVE-CTRL-SINGLE-TALOS"]
        ),
        Published(
            "a Terraform file for node mjolnir",
            .bareVM(
                "name: athos-01\ncores: 2\nsockets: 1\nmemory: 2048\ncpu: x86-64-v2-AES\nbios: ovmf\nboot: order=scsi0;ide2;net0\nscsihw: virtio-scsi-pci\nostype: l26\nscsi0: local-lvm:vm-9001-disk-0,format=raw,size=20G\nide2: local:iso/ubuntu.iso,media=cdrom\nnet0: virtio=BA:88:CB:76:75:D6,bridge=vmbr0,firewall=0,tag=30\nciuser: ubuntu"
            ),
            others: ["PVE-EFI-NO-DISK", "PVE-AGENT"]
        ),
        Published(
            "a forum's network sensor, 102.conf",
            .bareVM(
                "agent: 1\nboot: order=ide2;scsi0;net0\ncores: 14\nhookscript: local:snippets/createMirror.pl\nhotplug: disk,network,usb,cpu\nide2: none,media=cdrom\nmemory: 59392\nmeta: creation-qemu=7.2.0,ctime=1685923347\nname: SecOnion\nnet0: virtio=F6:F3:6E:14:A5:13,bridge=vmbr4\nnet1: virtio=F6:A9:09:F4:52:B4,bridge=vmbr5\nnuma: 1\nonboot: 1\nostype: l26\nscsi0: local-lvm:vm-102-disk-0,iothread=1,size=200G\nscsi1: storage:102/vm-102-disk-0.qcow2,iothread=1,size=1000G\nscsihw: virtio-scsi-single\nsockets: 1\ntpmstate0: local-lvm:vm-102-disk-1,size=4M,version=v2.0\nvga: virtio"
            ),
            errors: ["PVE-CPU-TYPE"],
            others: ["PVE-QCOW2-LARGE", "PVE-DISCARD-MISSING"]
        ),
        Published(
            "a KubuntuLTS reference machine",
            .bareVM(
                "agent: 1\naudio0: device=ich9-intel-hda,driver=spice\nballoon: 1024\nbios: ovmf\nboot: order=scsi0;ide2;net0\ncores: 2\ncpu: x86-64-v2-AES\nefidisk0: ssd-data:105/vm-105-disk-0.qcow2,efitype=4m,ms-cert=2023w,pre-enrolled-keys=1,size=528K\nide2: none,media=cdrom\nmachine: q35\nmemory: 2048\nname: KubuntuLTS\nnet0: virtio=BC:24:11:A6:02:F4,bridge=vmbr0,firewall=1\nnuma: 0\nostype: l26\nscsi0: ssd-data:105/vm-105-disk-1.qcow2,iothread=1,size=32G,ssd=1\nscsihw: virtio-scsi-single\nsockets: 1\ntpmstate0: ssd-data:105/vm-105-disk-2.qcow2,size=4M,version=v2.0\nvga: qxl"
            ),
            errors: ["PVE-MEM-BALLOON"],
            others: ["PVE-DISCARD-MISSING", "PVE-EFI-KEYS"]
        ),
        Published(
            "an integrated GPU passed through, 101.conf",
            .bareVM(
                "agent: 1\nboot: order=scsi0;net0\ncores: 4\ncpu: host,hidden=1\nhostpci0: 0000:04:00.0,pcie=1,romfile=vbios.rom,x-vga=1\nmachine: q35\nmemory: 8192\nnet0: virtio=BC:24:11:A6:02:F4,bridge=vmbr0,firewall=1\nnuma: 0\nonboot: 1\nostype: l26\nscsi0: local-lvm:vm-101-disk-0,cache=writethrough,discard=on,iothread=1,size=130G\nscsihw: virtio-scsi-single\nserial0: socket\nsockets: 1"
            ),
            others: ["PVE-CPU-HIDDEN", "PVE-CACHE-WRITETHROUGH"]
        ),
        Published(
            "a machine that hides that it is one",
            .bareVM(
                "args: -cpu host,hypervisor=off,vmware-cpuid-freq=false,enforce=false -smbios type=0\nballoon: 0\nbios: ovmf\nboot: order=ide2;sata0;net0\ncores: 24\ncpu: host\nefidisk0: local-lvm:vm-1-disk-1,efitype=4m,size=4M\nide2: local:iso/a.iso,media=cdrom\nlocaltime: 1\nmemory: 24576\nnet0: e1000=BC:24:11:A6:02:F4,bridge=vmbr0,firewall=1\nnuma: 0\nostype: l26\nsata0: local-lvm:vm-1-disk-0,size=512G\nscsihw: virtio-scsi-single\nsockets: 1"
            ),
            others: ["PVE-NIC-MODEL", "PVE-CTRL-IDE", "PVE-ARGS"]
        ),
        Published(
            "a Kubernetes lab inside VirtualBox, 102.conf",
            .bareVM(
                "agent: enabled=1,fstrim_cloned_disks=1\nballoon: 0\nboot: order=scsi0;net0\ncores: 1\ncpu: host\nmemory: 1024\nnet0: virtio=BC:24:11:81:4D:55,bridge=vmbr0,firewall=1\nostype: l26\nscsi0: local-lvm:vm-102-disk-3,discard=on,iothread=1,size=32G\nscsihw: virtio-scsi-single\nserial0: socket"
            )
            .roles(.controlPlane),
            errors: ["PVE-CPU-CORES", "PVE-MEM-SIZE"],
            others: ["PVE-DISK-SMALL"]
        ),
        Published(
            "a guide to device switching, 105.conf",
            .bareVM(
                "cpu: host\nmemory: 2048\nostype: l26\nnet0: virtio=BC:24:11:81:4D:55,bridge=vmbr0\nscsi0: local-lvm:vm-105-disk-1,disabled=1,aio=native,backup=0,discard=on,iothread=1,size=8G\nscsihw: virtio-scsi-single,disabled=1"
            ),
            others: ["PVE-DISK-OPTION-UNKNOWN", "PVE-IOTHREAD-IGNORED"]
        ),
        Published(
            "a two-socket host's VM104 with NUMA binding",
            .bareVM(
                "numa: 1\nnuma0: cpus=0-23,hostnodes=1,memory=32768,policy=bind\naffinity: 14-27,42-55\ncores: 24\ncpu: host\nmemory: 32768\nballoon: 12288\nostype: l26\nnet0: virtio=BC:24:11:81:4D:55,bridge=vmbr0\nscsihw: virtio-scsi-single\nscsi0: local-zfs:vm-104-disk-1,cache=directsync,aio=threads,size=720G\nscsi1: /dev/disk/by-id/nvme-NE-1TB,ssd=1,cache=none,aio=native,iothread=1,discard=on,size=1T"
            ),
            errors: ["PVE-MEM-BALLOON"],
            others: ["PVE-CACHE-DIRECTSYNC", "PVE-AIO-THREADS", "PVE-IOTHREAD-MISSING"]
        ),
        Published(
            "a Windows 11 desktop on btrfs",
            .bareVM(
                "agent: 1\nbios: ovmf\nboot: order=virtio0;ide0;ide2;net0\ncores: 16\ncpu: host\nefidisk0: local-btrfs:100/vm-100-disk-0.raw,efitype=4m,pre-enrolled-keys=1,size=528K\nhostpci0: 0000:06:00,pcie=1\nide0: local-btrfs:iso/virtio-win.iso,media=cdrom,size=612812K\nmachine: pc-q35-8.1\nmemory: 16384\nname: W11\nnet0: virtio=BC:24:11:3D:25:BC,bridge=vmbr0,firewall=1\nostype: win11\nscsihw: virtio-scsi-single\nvirtio0: local-btrfs:100/vm-100-disk-2.raw,iothread=1,size=256G\nusb0: host=11c1:9101\nvga: virtio"
            ),
            others: ["PVE-OSTYPE"]
        ),
        Published(
            "a test of an agent that reads qm config",
            .bareVM(
                "boot: order=scsi0\ncores: 2\ndescription: owner%3Aalice\nmachine: q35\nmemory: 2048\nname: alice-proj\nnet0: virtio=AA:BB:CC:DD:EE:FF,bridge=vmbr0,tag=10\nscsihw: virtio-scsi-pci\nbios: seabios\nscsi0: local-lvm:vm-10010-disk-0,size=20G\nsmbios1: uuid=0"
            ),
            errors: ["PVE-CPU-TYPE"]
        ),
        Published(
            "k3s on an emulated ARM, 110.conf",
            .bareVM(
                "arch: aarch64\nbios: ovmf\nboot: dcn\nbootdisk: scsi0\ncores: 1\nefidisk0: local:vm-110-disk-1,size=64M\nmemory: 2048\nname: k3s-server\nnet0: virtio=00:00:00:00:00:00,bridge=vmbr0,firewall=1\nnuma: 0\nostype: l26\nscsi0: local:vm-110-disk-0,size=40G\nscsi1: local:iso/ubuntu-arm64.iso,media=cdrom,size=881M\nscsihw: virtio-scsi-pci\nserial0: socket\nsockets: 1\nvga: serial0"
            ),
            others: ["PVE-EFI-TYPE"]
        ),
        Published(
            "a Windows 10 machine for work",
            .bareVM(
                "agent: 1\nballoon: 0\nbios: ovmf\ncores: 4\ncpu: host,flags=+aes\nefidisk0: local-lvm:vm-102-disk-0,efitype=4m,pre-enrolled-keys=1,size=4M\nmachine: pc-q35-8.1\nmemory: 8192\nname: win10\nnuma: 1\nostype: win10\nscsi0: local-lvm:vm-102-disk-1,cache=writeback,discard=on,size=100G\nscsihw: virtio-scsi-pci\nsockets: 1\nhostpci0: 0000:00:1f"
            )
        ),
        Published(
            "a media server with an Intel GPU, 567.conf",
            .bareVM(
                "balloon: 0\nbios: ovmf\nboot: order=virtio0\ncores: 6\nefidisk0: pvezfs:567/vm-567-disk-0.qcow2,efitype=4m,pre-enrolled-keys=1,size=528K\nhostpci0: 0000:00:02,pcie=1\nmachine: q35\nmemory: 4096\nname: plex\nnet0: virtio=92:34:29:2F:10:7F,bridge=vmbr0,firewall=1\nnuma: 0\nostype: l26\nscsihw: virtio-scsi-pci\nsockets: 1\nvirtio0: pvezfs:567/vm-567-disk-1.raw,cache=writethrough,discard=on,size=50G\nmachine: q35\nhostpci0: 01:00.0,pcie=1"
            ),
            errors: ["PVE-CPU-TYPE"],
            others: ["PVE-CACHE-WRITETHROUGH", "PVE-KEY-TWICE"]
        ),
        Published(
            "a virtual hackintosh, 100.conf",
            .bareVM(
                "args: -device isa-applesmc -cpu Penryn,kvm=on,vendor=GenuineIntel,+invtsc,+ssse3,+sse4.2,+popcnt,+avx,+aes,check -smp 16\nballoon: 0\nbios: ovmf\ncores: 16\ncpu: Penryn\nefidisk0: local-lvm:vm-100-disk-1,efitype=4m,size=4M\nhostpci0: 0000:0c:00,pcie=1,x-vga=1\nmachine: q35\nmemory: 16384\nname: monty\nnet0: virtio=BC:24:11:3D:25:BC,bridge=vmbr0\nnuma: 1\nonboot: 1\nostype: other\nscsihw: virtio-scsi-pci\nvga: none\nvirtio0: local-lvm:vm-100-disk-0,cache=unsafe,discard=on,size=300G"
            ),
            errors: ["PVE-CACHE-UNSAFE"],
            others: ["PVE-OSTYPE", "PVE-ARGS"]
        ),
        Published(
            "an Ubuntu desktop with passthrough",
            .bareVM(
                "agent: 1\nballoon: 0\nboot: order=scsi0;ide2;net0\ncores: 8\ncpu: host\nhostpci0: 0000:00:02,pcie=1,rombar=0,x-vga=1\nhostpci1: 0000:00:1f\nide2: none,media=cdrom\nmachine: q35\nmemory: 16384\nname: ubuntu\nnet0: virtio=1E:05:6A:E7:68:85,bridge=vmbr2,tag=60\nnuma: 0\nostype: l26\nscsi0: local-lvm:vm-1-disk-0,discard=on,iothread=1,size=100G,ssd=1\nscsihw: virtio-scsi-single"
            )
        ),
        Published(
            "siderolabs/talos issue 12073",
            .bareVM(
                "onboot: 1\nboot: order=scsi0\nmachine: q35\nscsihw: virtio-scsi-pci\nbios: seabios\nostype: l26\nagent: enabled=1\ncores: 4\ncpu: host\nmemory: 8192\nballoon: 0\nnet0: virtio=BC:24:11:3D:25:BC,bridge=vmbr0\nscsi0: ssd:vm-1-disk-0,cache=writethrough,discard=on,iothread=1,serial=boot,size=16G,ssd=1\nscsi1: ssd:vm-1-disk-1,cache=writethrough,discard=on,iothread=1,serial=kube,size=64G,ssd=1"
            ),
            others: ["PVE-CACHE-WRITETHROUGH", "PVE-IOTHREAD-IGNORED"]
        ),
        Published(
            "siderolabs/omni-infra-provider-proxmox issue 45",
            .bareVM(
                "cores: 2\nmemory: 4096\ncpu: x86-64-v2-AES\nostype: l26\nscsihw: virtio-scsi-single\nscsi0: local-lvm:vm-1-disk-0,iothread=1,size=32G\nnet0: virtio=BC:24:11:3D:25:BC,bridge=vmbr0"
            ),
            others: ["PVE-CTRL-SINGLE-TALOS", "PVE-MEM-BALLOON-DEVICE"]
        ),
    ]

    private static let talos: [Published] = [
        Published(
            "sergelogvinov/terraform-talos, hetzner worker.yaml",
            .talos(
                "version: v1alpha1\ndebug: false\npersist: true\nmachine:\n  type: worker\n  token: aaaaaa.0123456789abcdef\n  certSANs: []\n  kubelet:\n    extraArgs:\n      node-ip: 10.0.0.1\n  network:\n    hostname: w1\n    interfaces:\n      - interface: eth0\n        dhcp: true\n      - interface: dummy0\n        cidr: 169.254.2.53/32\n  sysctls:\n    net.core.somaxconn: 65535\n  install:\n    disk: /dev/sda\n    extraKernelArgs:\n      - elevator=noop\n    image: ghcr.io/talos-systems/installer:v0.10.3\n    bootloader: true\n    wipe: true\n  systemDiskEncryption:\n    ephemeral:\n      provider: luks2\n      keys:\n        - nodeID: {}\n          slot: 0\ncluster:\n  controlPlane:\n    endpoint: https://10.0.0.2:6443\n  clusterName: a\n  proxy:\n    mode: ipvs\n  token: bbbbbb.0123456789abcdef\n"
            ),
            others: ["TALOS-KERNEL-ARGS"]
        ),
        Published(
            "eleven-am/homelab, master.yaml",
            .talos(
                "machine:\n  network:\n    hostname: m1\n    nameservers: [1.1.1.1]\n    interfaces:\n      - addresses: [10.0.0.1/24]\n        deviceSelector:\n          physical: true\n        vip:\n          ip: 10.0.0.9\n  features:\n    kubePrism:\n      enabled: true\n      port: 7445\n    kubernetesTalosAPIAccess:\n      enabled: true\n  install:\n    image: factory.talos.dev/installer/85f6:v1.9.1\ncluster:\n  allowSchedulingOnControlPlanes: true\n  network:\n    cni:\n      name: none\n  proxy:\n    disabled: true\n  inlineManifests:\n    - name: cilium\n      contents: x\n"
            ).roles(.controlPlane),
            others: ["TALOS-CP-SCHEDULING"]
        ),
        Published(
            "kubebn/talos-proxmox-kaas, worker.yaml",
            .talos(
                "machine:\n  type: worker\n  nodeLabels:\n    topology.kubernetes.io/zone: pve\n  kubelet:\n    defaultRuntimeSeccompProfileEnabled: true\n    disableManifestsDirectory: true\n    extraArgs:\n      cloud-provider: external\n    clusterDNS: [169.254.2.53]\n  network:\n    hostname: w\n    kubespan:\n      enabled: false\n  install:\n    disk: /dev/sda\n    image: ghcr.io/siderolabs/installer:v1.5.3\n    bootloader: true\n    wipe: false\n  sysctls:\n    net.core.somaxconn: 65535\n  time:\n    servers: [time.cloudflare.com]\n  features:\n    rbac: true\n    stableHostname: true\n    apidCheckExtKeyUsage: true\n  kernel:\n    modules:\n      - name: br_netfilter\n"
            ),
            others: ["TALOS-TRIM"]
        ),
        Published(
            "the same, meant for Longhorn V1",
            .talos(
                "machine:\n  type: worker\n  install:\n    disk: /dev/sda\n    image: ghcr.io/siderolabs/installer:v1.2.5\n    bootloader: true\n    wipe: false\n"
            ).roles(.workerV1),
            errors: ["TALOS-NO-ISCSI-TOOLS"],
            others: ["TALOS-MOUNT-MISSING"]
        ),
        Published(
            "a data plane's configuration with a user volume",
            .talos(
                "version: v1alpha1\ndebug: false\nmachine:\n  nodeLabels:\n    node-role.kubernetes.io/data-plane: \"\"\n  kubelet:\n    extraMounts:\n      - destination: /var/mnt/longhorn\n        type: bind\n        source: /var/mnt/longhorn\n        options: [bind, rshared, rw]\n---\napiVersion: v1alpha1\nkind: UserVolumeConfig\nname: longhorn\nprovisioning:\n  diskSelector:\n    match: '!system_disk'\n  minSize: 10G\nfilesystem:\n  type: xfs\n"
            ).longhorn("defaultSettings:\n  defaultDataPath: /var/mnt/longhorn\n").roles(.workerV1)
        ),
        Published(
            "siderolabs/talos issue 11222",
            .talos(
                "apiVersion: v1alpha1\nkind: UserVolumeConfig\nname: longhorn\nprovisioning:\n  diskSelector:\n    match: disk.transport == \"nvme\" && !system_disk\n  maxSize: 1800GB\nfilesystem:\n  type: xfs\n---\nmachine:\n  kubelet:\n    extraMounts:\n      - destination: /var/mnt/longhorn\n        type: bind\n        source: /var/mnt/longhorn\n        options:\n          - bind\n          - rshared\n          - rw\n"
            )
        ),
        Published(
            "ionfury/homelab pull request 149, before",
            .talos(
                "machine:\n  type: worker\n  kubelet:\n    extraMounts:\n      - destination: /var/lib/longhorn\n        type: bind\n        source: /var/lib/longhorn\n        options: [bind, rshared, rw]\n---\napiVersion: v1alpha1\nkind: UserVolumeConfig\nname: longhorn\n"
            ).longhorn("defaultSettings:\n  v1DataEngine: true\n"),
            errors: ["X-DATA-PATH"]
        ),
        Published(
            "ionfury/homelab pull request 149, after",
            .talos(
                "machine:\n  type: worker\n  kubelet:\n    extraMounts:\n      - destination: /var/lib/longhorn\n        type: bind\n        source: /var/mnt/longhorn\n        options: [bind, rshared, rw]\n---\napiVersion: v1alpha1\nkind: UserVolumeConfig\nname: longhorn\n"
            ).longhorn("defaultSettings:\n  v1DataEngine: true\n")
        ),
        Published(
            "siderolabs/talos issue 13069",
            .talos(
                "machine:\n  type: worker\n  install:\n    diskSelector:\n      type: nvme\n    image: factory.talos.dev/metal-installer/aa:v1.12.4\n  kubelet:\n    extraMounts:\n      - destination: /var/mnt/longhorn-data\n        type: bind\n        source: /var/mnt/longhorn-data\n        options: [bind, rshared, rw]\n---\napiVersion: v1alpha1\nkind: UserVolumeConfig\nname: longhorn-data\nvolumeType: disk\n"
            ).longhorn("defaultSettings:\n  defaultDataPath: /var/lib/longhorn\n"),
            errors: ["X-DATA-PATH"]
        ),
        Published(
            "simplyblock/documentation, talos.md",
            .talos(
                "machine:\n  kernel:\n    modules:\n      - name: nbd\n      - name: uio_pci_generic\n      - name: vfio_pci\n      - name: vfio_iommu_type1\n  sysctls:\n    vm.nr_hugepages: \"2048\"\n"
            ),
            others: ["TALOS-MODULE-NEEDLESS"]
        ),
        Published(
            "theepicsaxguy/homelab pull request 310",
            .talos(
                "machine:\n  kernel:\n    modules:\n      - name: nvme_tcp\n      - name: vfio_pci\n  kubelet:\n    extraMounts:\n      - destination: /var/lib/longhorn\n        type: bind\n        source: /var/lib/longhorn\n        options: [bind, rshared, rw]\n"
            ).roles(.workerV2),
            errors: ["TALOS-V2-MODULES"]
        ),
        Published(
            "longhorn/longhorn issue 11015",
            .talos(
                "apiVersion: v1alpha1\nkind: UserVolumeConfig\nname: longhorn\nprovisioning:\n  diskSelector:\n    match: disk.transport == \"nvme\"\n  grow: false\n  maxSize: 1700GB\n---\nmachine:\n  kubelet:\n    extraMounts:\n      - destination: /var/mnt/longhorn\n        type: bind\n        source: /var/mnt/longhorn\n        options: [bind, rshared, rw]\n"
            ).longhorn("defaultSettings:\n  defaultDataPath: /var/mnt/longhorn\n")
        ),
        Published(
            "the seed guides: a guest agent key, modules, machine.disks",
            .talos(
                "version: v1alpha1\nmachine:\n  type: worker\n  features:\n    qemuGuestAgent:\n      enabled: true\n  kernel:\n    modules:\n      - name: nbd\n      - name: iscsi_tcp\n      - name: iscsi_generic\n      - name: configfs\n  disks:\n    - device: /dev/sdb\n      partitions:\n        - mountpoint: /var/mnt/longhorn\n  install:\n    disk: /dev/sda\n    image: factory.talos.dev/installer/aa:v1.10.3\n    extraKernelArgs:\n      - net.ifnames=0\n"
            ),
            errors: ["TALOS-GUEST-AGENT", "TALOS-MODULE-NAME"],
            others: ["TALOS-MODULE-NEEDLESS", "TALOS-DISKS-DEPRECATED", "TALOS-KERNEL-ARGS"]
        ),
    ]

    private static let longhorn: [Published] = [
        Published(
            "mojaloop/iac-modules, storage chart",
            .longhorn(
                "longhorn:\n  longhornManager:\n    tolerations:\n    - operator: Exists\n  persistence:\n    defaultClass: true\n    defaultClassReplicaCount: 3\n    reclaimPolicy: Delete\n    defaultDataLocality: strict-local\n  defaultSettings:\n    backupTarget: s3://backups@eu-west-1/\n    backupTargetCredentialSecret: creds\n    defaultDataLocality: strict-local\n    replicaAutoBalance: disabled\n    backupstorePollInterval: 0\n    taintToleration: ~\n  enablePSP: false\n"
            ),
            errors: ["LH-STRICT-LOCAL"]
        ),
        Published(
            "Pieter-Visscher/terraform-modules, helm.tf",
            .longhorn(
                "defaultSettings:\n  defaultDataLocality: best-effort\n  defaultReplicaCount: \"2\"\n  defaultDataPath: /var/mnt/sata\n  storageMinimalAvailablePercentage: \"2\"\n"
            ),
            others: ["LH-REPLICAS", "LH-MINIMAL-AVAILABLE", "LH-BACKUP"]
        ),
        Published(
            "a HelmChart of k3s, its values",
            .longhorn(
                "persistence:\n  defaultClass: true\n  defaultFsType: ext4\n  defaultClassReplicaCount: 3\n  defaultDataPath: /var/lib/longhorn\n  reclaimPolicy: Retain\ndefaultSettings:\n  defaultReplicaCount: 3\n  guaranteedInstanceManagerCpu: 5\n  createDefaultDiskLabeledNodes: false\n  defaultDataPath: /var/lib/longhorn\n  defaultLonghornStaticStorageClass: longhorn\n"
            ),
            others: ["LH-KEY-UNKNOWN", "LH-DATA-PATH", "LH-BACKUP"]
        ),
        Published(
            "a MicroK8s cluster's values",
            .longhorn(
                "csi:\n  kubeletRootDir: /var/snap/microk8s/common/var/lib/kubelet\ndefaultSettings:\n  defaultReplicaCount: 1\n  defaultDataPath: /var/lib/longhorn\n  backupTarget: \"\"\n  defaultLonghornStaticPodFilesystemPath: /var/snap\npersistence:\n  defaultClass: true\n  defaultFsType: ext4\n"
            ),
            others: ["LH-REPLICAS", "LH-BACKUP", "LH-KEY-UNKNOWN"]
        ),
        Published(
            "a HelmRelease of Flux for 1.8.1",
            .longhorn(
                "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nspec:\n  url: https://charts.longhorn.io\n---\napiVersion: helm.toolkit.fluxcd.io/v2beta1\nkind: HelmRelease\nspec:\n  interval: 5m\n  values:\n    defaultSettings:\n      defaultReplicaCount: 1\n      backupstorePollInterval: 300\n    persistence:\n      defaultClassReplicaCount: 1\n    csi:\n      attacherReplicaCount: 1\n"
            ),
            others: ["LH-REPLICAS", "LH-RECLAIM"]
        ),
        Published(
            "a cloud pool's values",
            .longhorn(
                "persistence:\n  defaultClassReplicaCount: 2\n  defaultFsType: ext4\n  defaultClass: true\ndefaultSettings:\n  defaultDataPath: /cloud-storage/pool1\n  defaultReplicaCount: 2\nservice:\n  ui:\n    type: ClusterIP\ningress:\n  enabled: true\n"
            ).homelab()
        ),
    ]
}
