/// How a virtual disk is put together: the settings that people choose between.
///
/// In a record they are tags: "format", "cache", "aio", "controller", "iothread".
package struct DiskCombination: Sendable, Equatable, Hashable {
    /// What holds the disk's blocks.
    package enum Format: String, Sendable, CaseIterable, Hashable {
        /// Every block written before, as an installed system finds it.
        case raw
        /// Metadata preallocated as Proxmox does, every block written before.
        case qcow2
        /// A fresh image: every first write to a cluster allocates it.
        case qcow2Sparse = "qcow2-sparse"
        /// A fresh overlay over a full image, as after a snapshot.
        case qcow2Overlay = "qcow2-overlay"
        /// QEMU's null device: no disk at all, so what is left is the way to it.
        case null
    }

    /// QEMU's and Proxmox's cache modes.
    ///
    /// - Source: qemu-options.hx, "cache"; Proxmox qm(1).
    package enum Cache: String, Sendable, CaseIterable, Hashable {
        case none
        case writeback
        case writethrough
        case directsync
        case unsafe

        /// O_DIRECT: the host's page cache is left out.
        package var isDirect: Bool { self == .none || self == .directsync }
        /// Every write is durable when it completes, and the guest sends no flush.
        package var isWriteThrough: Bool { self == .writethrough || self == .directsync }
        /// Flushes are swallowed.
        package var ignoresFlushes: Bool { self == .unsafe }
    }

    /// How QEMU hands requests to the host's kernel.
    package enum AIO: String, Sendable, CaseIterable, Hashable {
        case threads
        case native
        case ioUring = "io_uring"
    }

    /// What the guest sees the disk behind.
    package enum Controller: String, Sendable, CaseIterable, Hashable {
        case virtioSCSISingle = "virtio-scsi-single"
        case virtioSCSI = "virtio-scsi"
        case virtioBlk = "virtio-blk"
        case sata
        case ide
    }

    package var format: Format
    package var cache: Cache
    package var aio: AIO
    /// Nil where there was no guest.
    package var controller: Controller?
    /// A thread of its own for the disk's I/O.
    package var hasIOThread: Bool
    /// Which of several equal disks it is, from 1: equal disks show how much of a difference is none.
    package var copy = 1

    package init(
        format: Format,
        cache: Cache,
        aio: AIO,
        controller: Controller? = nil,
        hasIOThread: Bool = false
    ) {
        self.format = format
        self.cache = cache
        self.aio = aio
        self.controller = controller
        self.hasIOThread = hasIOThread
    }

    /// The combination that a record's tags declare; nil unless they name a format and a cache mode that exist.
    ///
    /// Without "aio" it is io_uring, Proxmox's default.
    package init?(tags: [String: String]) {
        guard let format = tags["format"].flatMap(Format.init(rawValue:)),
            let cache = tags["cache"].flatMap(Cache.init(rawValue:))
        else { return nil }
        self.init(
            format: format,
            cache: cache,
            aio: tags["aio"].flatMap(AIO.init(rawValue:)) ?? .ioUring,
            controller: tags["controller"].flatMap(Controller.init(rawValue:)),
            hasIOThread: ["on", "1", "yes", "true"].contains(tags["iothread"] ?? "")
        )
        copy = max(1, tags["copy"].flatMap { Int($0) } ?? 1)
    }

    /// The same as tags of a record.
    package var tags: [String: String] {
        var tags = ["format": format.rawValue, "cache": cache.rawValue, "aio": aio.rawValue]
        if let controller {
            tags["controller"] = controller.rawValue
            tags["iothread"] = hasIOThread ? "on" : "off"
        }
        if copy > 1 { tags["copy"] = String(copy) }
        return tags
    }

    /// "raw/none/io_uring", in a guest "raw/none/io_uring virtio-blk+iothread"; the null device is "null".
    package var name: String {
        let disk =
            format == .null ? "null" : "\(format.rawValue)/\(cache.rawValue)/\(aio.rawValue)"
        let number = copy > 1 ? " (\(copy))" : ""
        guard let controller else { return disk + number }
        return "\(disk) \(controller.rawValue)\(hasIOThread ? "+iothread" : "")\(number)"
    }

    /// Why QEMU refuses the combination, or would not honour it; nil where it works.
    package var invalidReason: String? {
        if aio == .native, !cache.isDirect {
            return "aio=native needs cache=none or directsync: QEMU refuses it with the page cache"
        }
        if hasIOThread, let controller, controller == .sata || controller == .ide {
            return "\(controller.rawValue) has no iothread: QEMU has no such option for it"
        }
        if hasIOThread, controller == .virtioSCSI {
            return "Proxmox ignores iothread on virtio-scsi-pci: it needs virtio-scsi-single"
        }
        return nil
    }
}
