/// Who says so.
enum Authority {
    static let qm = "Proxmox VE, qm(1): https://pve.proxmox.com/pve-docs/qm.1.html"
    static let pvesm = "Proxmox VE, pvesm(1): https://pve.proxmox.com/pve-docs/pvesm.1.html"
    static let qemuServer = "proxmox/qemu-server, src/PVE/QemuServer.pm"
    static let driveModule = "proxmox/qemu-server, src/PVE/QemuServer/Drive.pm"
    static let networkModule = "proxmox/qemu-server, src/PVE/QemuServer/Network.pm"
    static let cpuConfig = "proxmox/qemu-server, src/PVE/QemuServer/CPUConfig.pm"
    static let memoryModule = "proxmox/qemu-server, src/PVE/QemuServer/Memory.pm"
    static let storagePlugin = "proxmox/pve-storage, src/PVE/Storage/Plugin.pm"
    static let qemuCache = "QEMU, qemu-options.hx, drive option cache"
    static let qemuFUA = "QEMU 10.0, commit 984a32f17e8d \"file-posix: Support FUA writes\""
    static let qemuMachines = "QEMU, hw/core/machine.c, hw_compat_10_0 (scsi-hd dpofua)"
    static let qcow2Cache = "QEMU, docs/qcow2-cache.txt"
    static let virtioBlk = "virtio specification, device-types/blk/description.tex"
    static let virtioBlkLinux = "Linux, drivers/block/virtio_blk.c"
    static let talosRequirements =
        "Talos, System Requirements: https://docs.siderolabs.com/talos/latest/getting-started/system-requirements"
    static let talosProxmox =
        "Talos, Proxmox: https://docs.siderolabs.com/talos/latest/platform-specific-installations/virtualized-platforms/proxmox"
    static let talosInit = "siderolabs/talos, internal/app/init/main.go"
    static let talosTypes =
        "siderolabs/talos, pkg/machinery/config/types/v1alpha1/v1alpha1_types.go"
    static let talosDecoder =
        "siderolabs/talos, pkg/machinery/config/configloader/internal/decoder/decoder.go"
    static let talosValidation =
        "siderolabs/talos, pkg/machinery/config/types/v1alpha1/v1alpha1_validation.go"
    static let talosChangelog = "siderolabs/talos, CHANGELOG.md, 1.14"
    static let talosKernel = "siderolabs/pkgs, kernel/build/config-amd64"
    static let talosVolumes =
        "Talos, Disk Management: https://docs.siderolabs.com/talos/latest/configure-your-talos-cluster/storage-and-disk-management/disk-management"
    static let talosTrim = "Talos, Filesystem trim: filesystem-trim.mdx of siderolabs/docs"
    static let talosKubePrism =
        "Talos, KubePrism: https://docs.siderolabs.com/kubernetes-guides/advanced-guides/kubeprism"
    static let talosLonghorn =
        "Longhorn, Talos Linux Support: https://longhorn.io/docs/latest/advanced-resources/os-distro-specific/talos-linux-support/"
    static let longhornInstall =
        "Longhorn, Requirements: https://longhorn.io/docs/latest/deploy/install/#installation-requirements"
    static let longhornV2 =
        "Longhorn, V2 Data Engine, Prerequisites: https://longhorn.io/docs/latest/v2-data-engine/prerequisites/"
    static let longhornBest =
        "Longhorn, Best Practices: https://longhorn.io/docs/latest/best-practices/"
    static let longhornSettings =
        "Longhorn, Settings Reference: https://longhorn.io/docs/latest/references/settings/"
    static let longhornChart = "longhorn/charts, charts/longhorn/values.yaml"
    static let longhornMultipath =
        "Longhorn, Knowledge Base: https://longhorn.io/kb/troubleshooting-volume-with-multipath/"
    static let etcdHardware =
        "etcd, Hardware recommendations: https://etcd.io/docs/latest/op-guide/hardware/"
    static let etcdTuning = "etcd, Tuning: https://etcd.io/docs/latest/tuning/"
    static let etcdFAQ = "etcd, FAQ: https://etcd.io/docs/latest/faq/"
    static let etcdFlags =
        "etcd, Configuration options: https://etcd.io/docs/latest/op-guide/configuration/"
    static let kernelVM = "Linux, Documentation/admin-guide/sysctl/vm.rst"
    static let kernelFS = "Linux, Documentation/admin-guide/sysctl/fs.rst"
    static let kernelSysctl = "Linux, Documentation/admin-guide/sysctl/kernel.rst"
    static let sysfsBlock = "Linux, Documentation/ABI/stable/sysfs-block"
    static let sysfsNet = "Linux, Documentation/ABI/testing/sysfs-class-net"
    static let cgroup = "Linux, Documentation/admin-guide/cgroup-v2.rst"
    static let psi = "Linux, Documentation/accounting/psi.rst"
    static let mountPropagation =
        "Kubernetes, Mount propagation: https://kubernetes.io/docs/concepts/storage/volumes/#mount-propagation"
    static let kubernetesSwap =
        "Kubernetes, Swap memory management: https://kubernetes.io/docs/concepts/cluster-administration/swap-memory-management/"
    static let psABI =
        "x86-64 psABI, micro-architecture levels: https://gitlab.com/x86-psABIs/x86-64-ABI"
    static let seccomp = "moby/moby pull request 46762; containerd/containerd pull request 9320"
    static let ext4 = "Linux, Documentation/admin-guide/ext4.rst"
}
