import ResultStore

/// The command line of QEMU for a guest with one disk a cell.
///
/// All cells hang on one guest: it boots once, and its turns go round the cells as the host's do, so that no drift between
/// boots can pick the winner. Idle disks cost nothing; each has its image, its cache mode, its controller and, where asked for,
/// its own thread.
/// - Source: Proxmox qemu-server, PVE/QemuServer/DriveDevice.pm: write-cache=off for writethrough and directsync; one
///   virtio-scsi-pci a disk for virtio-scsi-single.
struct VirtualMachineOptions {
    /// What runs the guest's instructions.
    enum Accelerator: String, Equatable {
        case kvm
        case tcg
    }

    /// A disk of the guest.
    struct Disk {
        var cell: Int
        var combination: DiskCombination
        var image: String
        var byteCount: UInt64
    }

    let accelerator: Accelerator
    let kernel: GuestKernel
    let initramfs: String
    let disks: [Disk]
    /// Files that the two serial ports write to.
    let console: String
    let results: String
    let memoryMiB: Int
    /// The descriptor of the listening socket for QMP.
    let monitor: Int32

    var arguments: [String] {
        var words = [
            "-machine", "q35,accel=\(accelerator.rawValue)", "-smp", "2",
            "-cpu", accelerator == .kvm ? "host" : "max", "-m", String(memoryMiB),
            "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-kernel", kernel.image, "-initrd", initramfs,
            // Foundation looks for the root by this in an environment without one.
            "-append", "console=ttyS0 loglevel=4 panic=-1 SWIFT_ROOT=/ -- \(GuestInit.argument)",
            "-serial", "file:\(escaped(console))", "-serial", "file:\(escaped(results))",
            "-chardev", "socket,id=qmp0,fd=\(monitor),server=on,wait=off",
            "-mon", "chardev=qmp0,mode=control",
        ]
        for disk in disks {
            words += blockdevs(disk).flatMap { ["-blockdev", $0] } + devices(disk)
        }
        if disks.contains(where: { $0.combination.controller == .virtioSCSI }) {
            // One controller for all disks that share one; it has to stand before them.
            words.insert(contentsOf: ["-device", "virtio-scsi-pci,id=scsihw"], at: 0)
        }
        return words
    }

    /// A comma ends an option's value unless it is doubled.
    private func escaped(_ path: String) -> String { path.replacing(",", with: ",,") }

    private func blockdevs(_ disk: Disk) -> [String] {
        StorageDaemonOptions.nodes(
            disk.combination,
            image: disk.image,
            byteCount: disk.byteCount,
            suffix: String(disk.cell)
        )
    }

    private func devices(_ disk: Disk) -> [String] {
        let cell = disk.cell
        let combination = disk.combination
        let cache = combination.cache.isWriteThrough ? "off" : "on"
        // The host takes turns on the same nodes while the guest stands still.
        let drive = "drive=format\(cell),id=disk\(cell),write-cache=\(cache),share-rw=on"
        let thread = combination.hasIOThread ? ",iothread=thread\(cell)" : ""
        var words = combination.hasIOThread ? ["-object", "iothread,id=thread\(cell)"] : []
        switch combination.controller ?? .virtioSCSISingle {
        case .virtioBlk: words += ["-device", "virtio-blk-pci,\(drive)\(thread)"]
        case .virtioSCSISingle:
            words += [
                "-device", "virtio-scsi-pci,id=scsi\(cell)\(thread)",
                "-device", "scsi-hd,bus=scsi\(cell).0,\(drive)",
            ]
        case .virtioSCSI:
            words += ["-device", "scsi-hd,bus=scsihw.0,scsi-id=\(cell),\(drive)"]
        case .sata:
            words += [
                "-device", "ahci,id=ahci\(cell)", "-device", "ide-hd,bus=ahci\(cell).0,\(drive)",
            ]
        case .ide: words += ["-device", "ide-hd,bus=ide.\(ideBus(of: disk)),\(drive)"]
        }
        return words
    }

    /// q35 has six ports of its own, which Proxmox uses for its ide disks.
    private func ideBus(of disk: Disk) -> Int {
        disks.filter { $0.combination.controller == .ide && $0.cell < disk.cell }.count
    }

    /// How many ide disks there can be.
    static let ideDisksMax = 6
    /// PCI slots that are left for disks.
    static let disksMax = 24
}
