import IOEngines
import ResultStore
import Units
import Workloads

/// Whether a discard gives space back: write, flush, discard, read back, count the blocks.
enum TrimTest {
    private static let byteCount = 2 << 20

    /// What became of the space.
    enum Answer: Double {
        /// It reads as zeros and the image's file has become smaller.
        case works = 1
        /// It reads as zeros, and the file still holds as many blocks.
        case keepsSpace = 0.5
        /// The old data is still there.
        case ignored = 0
    }

    /// Tries it on the last whole 2 MiB of the disk, which are overwritten.
    static func run(
        _ disk: any ExportedDisk,
        image: ScratchImage,
        seed: UInt64
    ) throws(VirtualDiskError) -> Answer? {
        let length = UInt64(byteCount)
        guard image.byteCount >= 2 * length else { return nil }
        // A whole number of clusters, so that qcow2 can give them all back.
        let offset = image.byteCount / length * length - length
        do throws(EngineError) {
            let memory = try AlignedBuffer(byteCount: byteCount)
            var source = PayloadSource(kind: .random, seed: seed &+ 3)
            source.fill(memory.mutableBytes)
            try disk.write(memory.mutableBytes, at: offset)
            try disk.flush()
            guard let before = allocated(image) else { return nil }
            try disk.discard(offset: offset, length: length)
            try disk.flush()
            try disk.read(into: memory.mutableBytes, at: offset)
            let isZero = memory.bytes.allSatisfy { $0 == 0 }
            guard isZero else { return .ignored }
            guard let after = allocated(image) else { return nil }
            return before >= after + length / 2 ? .works : .keepsSpace
        } catch {
            throw VirtualDiskError(error)
        }
    }

    /// What the image takes once the host has written everything back: delayed allocation would hide some of it.
    private static func allocated(_ image: ScratchImage) -> UInt64? {
        if let file = try? FileDescriptor.open(image.path, .readOnly) { try? file.fsync() }
        return image.allocatedBytes
    }
}
