import Glibc
import IOEngines
import ResultStore
import Units
import Workloads

/// A disk image in the scratch, made by qemu-img as Proxmox makes them.
///
/// - Source: pve-storage, PVE/Storage/Plugin.pm and Common.pm: qcow2 with preallocation=metadata; overlays with
///   extended_l2=on and cluster_size=128k.
struct ScratchImage: Equatable {
    let combination: DiskCombination
    /// Nothing for the null device.
    let path: String
    let byteCount: UInt64

    /// Bytes on disk at most, images below an overlay included.
    static func bytesNeeded(_ combination: DiskCombination, byteCount: UInt64) -> UInt64 {
        switch combination.format {
        case .null: 0
        // Metadata of qcow2: one 64 KiB table for each 512 MiB, and the same again for reference counts.
        case .raw, .qcow2, .qcow2Sparse: byteCount + byteCount / 64 + (1 << 20)
        case .qcow2Overlay: 2 * (byteCount + byteCount / 64 + (1 << 20))
        }
    }

    /// Makes the image; nothing is written to it yet.
    ///
    /// - Parameters:
    ///   - combination: the settings.
    ///   - stem: a path in the scratch that the image's name begins with.
    ///   - byteCount: the disk's size.
    ///   - tools: where qemu-img is.
    ///   - fill: writes every block of an image at a path; used for the one below an overlay.
    /// - Returns: the image.
    /// - Throws: `VirtualDiskError` with qemu-img's last line.
    static func create(
        _ combination: DiskCombination,
        stem: String,
        byteCount: UInt64,
        tools: QemuTools,
        fill: (DiskCombination, String) throws(VirtualDiskError) -> Void
    ) throws(VirtualDiskError) -> ScratchImage {
        let path = "\(stem).\(combination.format == .raw ? "raw" : "qcow2")"
        let size = String(byteCount)
        switch combination.format {
        case .null: break
        case .raw:
            try QemuTools.run(tools.image, ["create", "-q", "-f", "raw", path, size])
        case .qcow2:
            try create(tools, path, size, options: "preallocation=metadata")
        case .qcow2Sparse:
            try QemuTools.run(tools.image, ["create", "-q", "-f", "qcow2", path, size])
        case .qcow2Overlay:
            let base = "\(stem).base.qcow2"
            try create(tools, base, size, options: "preallocation=metadata")
            var plain = combination
            plain.format = .qcow2
            plain.cache = .none
            try fill(plain, base)
            try QemuTools.run(
                tools.image,
                [
                    "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", base, "-o",
                    "extended_l2=on,cluster_size=128k", path, size,
                ]
            )
        }
        return ScratchImage(combination: combination, path: path, byteCount: byteCount)
    }

    private static func create(
        _ tools: QemuTools,
        _ path: String,
        _ size: String,
        options: String
    ) throws(VirtualDiskError) {
        try QemuTools.run(
            tools.image,
            ["create", "-q", "-f", "qcow2", "-o", options, path, size]
        )
    }

    /// Whether every block is written before it is measured.
    var isFilledBefore: Bool {
        combination.format == .raw || combination.format == .qcow2
    }

    /// What the image takes on its disk, in bytes; nil where it cannot be told.
    ///
    /// - Source: stat(2), st_blocks in units of 512 bytes.
    var allocatedBytes: UInt64? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return UInt64(status.st_blocks) * 512
    }

    /// Writes every block of a disk with data that nothing can compress, and flushes it.
    static func fill(
        _ disk: any ExportedDisk,
        byteCount: UInt64,
        seed: UInt64,
        isCancelled: () -> Bool
    ) throws(VirtualDiskError) {
        do throws(EngineError) {
            let memory = try AlignedBuffer(byteCount: 1 << 20)
            var source = PayloadSource(kind: .random, seed: seed)
            var offset: UInt64 = 0
            while offset < byteCount, !isCancelled() {
                let count = Int(min(1 << 20, byteCount - offset))
                let bytes = UnsafeMutableRawBufferPointer(start: memory.pointer, count: count)
                source.fill(bytes)
                try disk.write(bytes, at: offset)
                offset += UInt64(count)
            }
            try disk.flush()
        } catch {
            throw VirtualDiskError(error)
        }
    }
}
