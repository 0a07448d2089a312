package import ResultStore
package import Units

/// Says what the facts imply about caches and flushes, and what a guest cannot see.
///
/// Pure. Nothing here is measured: a hint states the evidence and what it leaves open.
package enum CacheModeHints {
    /// Hints on the disks, the layers above them, the filesystem and its mount options.
    package static func hints(target: TargetFacts, host: HostRecord) -> [Warning] {
        var hints: [Warning] = []
        for device in target.stack where device.transport != "partition" {
            hints += disk(device, host: host)
            hints += layer(device)
        }
        if let filesystem = target.filesystem { hints += FilesystemHints.hints(filesystem) }
        return hints
    }

    /// Transports that a hypervisor offers, and a model that QEMU gives its SCSI, SATA and IDE disks.
    static func isVirtual(_ device: DeviceFacts) -> Bool {
        if ["virtio-blk", "virtio-scsi", "xen-blk"].contains(device.transport) { return true }
        let drivers = ["vmw_pvscsi", "storvsc_host_t", "virtio_scsi"]
        if let driver = device.driver, drivers.contains(driver) { return true }
        guard let model = device.model else { return false }
        let marks = ["QEMU", "VBOX", "VMware", "Virtual Disk", "Msft"]
        return marks.contains { model.contains($0) }
    }

    private static func disk(_ device: DeviceFacts, host: HostRecord) -> [Warning] {
        let memory: Set<String> = ["zram", "ram", "pmem", "null"]
        if let transport = device.transport, memory.contains(transport) {
            return [
                Warning(
                    code: "memory-device",
                    text: "\(device.name) is \(transport): memory, not a disk",
                    hint: "flushes cost nothing and nothing survives a power cut"
                )
            ]
        }
        guard let cache = device.writeCache else { return [] }
        // Layers above a disk pass its cache on; they are judged where the disk is.
        let layers: Set<String> = ["device-mapper", "md", "loop"]
        guard let transport = device.transport, !layers.contains(transport) else { return [] }
        var hints: [Warning] = []
        if isVirtual(device) {
            hints.append(guest(device, cache: cache, host: host))
            if device.fua == false { hints.append(noFUA(device)) }
            if let slot = configurationSlot(device) { hints.append(slot) }
            // virtio-blk has no such option, so there is nothing to advise.
            if device.rotational == true, device.transport != "virtio-blk" {
                hints.append(
                    Warning(
                        code: "virtual-rotational",
                        severity: .note,
                        text: "\(device.name) says that it is a rotating disk",
                        hint: "if the host's disk is an SSD, set ssd=1 (Proxmox, scsi) for it"
                    )
                )
            }
        } else if cache == "write through" {
            hints.append(
                Warning(
                    code: "no-volatile-cache",
                    severity: .note,
                    text: "\(device.name) reports write through: no volatile cache to flush",
                    hint: "the kernel drops flushes; right for a disk with power-loss protection"
                )
            )
        }
        return hints
    }

    /// Whose words for cache modes to use.
    private enum Platform {
        case qemu
        case firecracker
        case other
    }

    private static func platform(_ host: HostRecord) -> Platform {
        if host.platform == "Firecracker" { return .firecracker }
        guard host.hypervisor == "kvm" || host.hypervisor == "qemu" else { return .other }
        // Clouds on KVM do not run QEMU, or do not show its settings.
        let clouds = ["Amazon", "Google", "Alibaba", "microVM"]
        return clouds.contains { host.platform?.contains($0) == true } ? .other : .qemu
    }

    /// What the write cache flag says in a virtual machine.
    ///
    /// - Source: virtio_blk.c `virtblk_get_cache_mode`; QEMU's -drive cache table; Proxmox' Drive.pm;
    ///   Firecracker's docs/api_requests/block-caching.md (its default acknowledges flushes only).
    private static func guest(
        _ device: DeviceFacts,
        cache: String,
        host: HostRecord
    ) -> Warning {
        let (text, hint) =
            cache == "write through"
            ? writeThrough(platform(host)) : writeBack(platform(host))
        return Warning(
            code: cache == "write through" ? "write-through" : "cache-mode-ambiguous",
            severity: .note,
            text: "\(device.name) reports \(SystemText.printable(cache)): \(text)",
            hint: hint
        )
    }

    private static func writeThrough(_ platform: Platform) -> (text: String, hint: String) {
        guard platform == .qemu else {
            return (
                "the host says that it has no volatile cache; flushes are dropped here",
                "whether writes survive a power cut is the hypervisor's promise"
            )
        }
        return (
            "cache=writethrough or directsync on the host, or a disk without volatile cache; "
                + "flushes are dropped here",
            "each write waits for the disk; cache=none keeps flushed data as safe"
        )
    }

    private static func writeBack(_ platform: Platform) -> (text: String, hint: String) {
        switch platform {
        case .qemu:
            (
                "cache=none, writeback and unsafe look alike from here",
                "look it up on the host (qm config VMID) and record it with --tag cache=none"
            )
        case .firecracker:
            (
                "cache_type Writeback and Unsafe look alike; Unsafe only acknowledges flushes",
                "Unsafe is Firecracker's default: ask whoever starts the VM, or measure flushes"
            )
        case .other:
            (
                "what the host does with a flush is not seen from here",
                "record what is configured with --tag cache=…"
            )
        }
    }

    private static func noFUA(_ device: DeviceFacts) -> Warning {
        let reason =
            device.transport == "virtio-blk"
            ? "virtio-blk has none"
            : "QEMU's scsi-hd has it from machine type 10.1"
        return Warning(
            code: "no-fua",
            severity: .note,
            text: "\(device.name) has no FUA (\(reason)): a journal commit flushes twice",
            hint: "compare with other disks only when they have the same"
        )
    }

    /// Proxmox names a SCSI disk after its line in the VM's configuration.
    ///
    /// - Source: qemu-server DriveDevice.pm, `device_id=drive-scsiN`; libvirt's have more numbers.
    private static func configurationSlot(_ device: DeviceFacts) -> Warning? {
        guard
            let id = device.byId,
            let key = id.utf8.split(separator: UInt8(ascii: "_")).last,
            case let name = String(decoding: key, as: UTF8.self),
            DeviceReader.isMachineKey(name)
        else { return nil }
        let slot = name.dropFirst("drive-".count)
        return Warning(
            code: "proxmox-slot",
            severity: .note,
            text: "\(device.name) is \(slot) in the VM's configuration, as Proxmox names disks",
            hint: "on the host: qm config VMID | grep \(slot)"
        )
    }

    // MARK: Layers between the filesystem and the disk

    private static func layer(_ device: DeviceFacts) -> [Warning] {
        switch (device.transport, device.driver) {
        case ("loop", _):
            let file = device.backing ?? "a file"
            return [
                Warning(
                    code: "loop-device",
                    severity: .note,
                    text: "\(device.name) is a loop device over \(file)",
                    hint: "two filesystems in a row; not the disk's own speed"
                )
            ]
        case ("device-mapper", "crypt"):
            return [
                Warning(
                    code: "encrypted",
                    severity: .note,
                    text: "\(device.name) is encrypted: each write passes through dm-crypt",
                    hint: "with fast disks try the no_read_workqueue and no_write_workqueue flags"
                )
            ]
        case ("md", "raid4"), ("md", "raid5"), ("md", "raid6"):
            return [
                Warning(
                    code: "parity-raid",
                    text: "\(device.name) is \(device.driver ?? "RAID"): a small write reads first",
                    hint: "use mirrors (raid1, raid10) for etcd"
                )
            ]
        case ("nbd", _), ("rbd", _), ("drbd", _), ("iscsi", _), ("nvme-tcp", _), ("nvme-rdma", _):
            return [
                Warning(
                    code: "network-disk",
                    severity: .note,
                    text:
                        "\(device.name) is \(device.transport ?? "remote"): the disk is elsewhere",
                    hint: "the network's round trip is part of every fsync"
                )
            ]
        default:
            return []
        }
    }
}
