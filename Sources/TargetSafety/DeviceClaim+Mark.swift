import CLinuxShims
import Glibc
import Units

extension DeviceClaim {
    /// Wipes what was on the device and writes tbench's mark; call it before the first write to the region.
    ///
    /// On a device that was not tbench's already, the first and the last MiB are zeroed and every
    /// signature elsewhere is overwritten, so that nothing half-destroyed is found later. The mark
    /// stands in the first 4096 bytes and in the last.
    /// - Throws: `SafetyError` when the device cannot be written, or still shows a signature.
    package borrowing func writeMark() throws(SafetyError) {
        try writeMark(filesystem: nil, wiping: inspection.content != .owned || hasSignature)
    }

    private var hasSignature: Bool { !inspection.signatures.isEmpty }

    /// Writes the mark, optionally wiping before, and naming tbench's own filesystem.
    borrowing func writeMark(
        filesystem: ScratchMark.Filesystem?,
        wiping: Bool
    ) throws(SafetyError) {
        let size = inspection.sizeBytes
        guard let block = ScratchMark(deviceBytes: size, filesystem: filesystem).block else {
            throw .deviceWriteFailed(path, SystemCallFailure(call: "pwrite", errno: EMSGSIZE))
        }
        do throws(SystemCallFailure) {
            // A second, buffered descriptor: libblkid and blocks of 4096 bytes do not mix with O_DIRECT.
            let device = try Descriptor(path, O_RDWR)
            guard try device.status().specialDevice == inspection.deviceNumber else {
                throw SystemCallFailure(call: "open", errno: ESTALE)
            }
            if wiping { try Self.wipe(device, sizeBytes: size) }
            try device.write(block, at: 0)
            try device.write(block, at: size - UInt64(block.count))
            try device.sync()
            if wiping, !inspection.partitions.isEmpty {
                // The kernel goes on showing the partitions of the table just wiped until told.
                let number = fileDescriptor
                _ = try retrying("ioctl BLKRRPART") { tbench_safety_reread_partitions(number) }
            }
        } catch {
            throw error.errno == ESTALE ? .deviceChanged(path) : .deviceWriteFailed(path, error)
        }
    }

    /// Zeroes both margins, then every signature that is still found.
    private static func wipe(
        _ device: borrowing Descriptor,
        sizeBytes: UInt64
    ) throws(SystemCallFailure) {
        let zeros = [UInt8](repeating: 0, count: Int(marginBytes))
        try device.write(zeros, at: 0)
        try device.write(zeros, at: sizeBytes - marginBytes)
        try device.sync()
        // LUKS2 keeps a second header up to 4 MiB in, Btrfs a second superblock at 64 MiB.
        for _ in 0..<16 {
            let offsets = try SignatureProbe.signatures(device).compactMap(\.offset)
            if offsets.isEmpty { return }
            for offset in offsets where offset < sizeBytes {
                let start = offset / 4096 * 4096
                let count = Int(min(8192, sizeBytes - start))
                try device.write([UInt8](repeating: 0, count: count), at: start)
            }
            try device.sync()
        }
        throw SystemCallFailure(call: "wipe signatures", errno: EIO)
    }
}
