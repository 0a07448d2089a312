import Statistics
import Workloads

/// The I/Os of one thread, one after the other: which kind, where, how large.
struct JobStream {
    private var reads: OffsetGenerator
    private var writes: OffsetGenerator
    private var readSizes: SizePicker
    private var writeSizes: SizePicker
    private var random: SplitMix64
    private let onlyReads: Bool
    private let onlyWrites: Bool
    private let readShare: UInt64

    init(_ spec: JobSpec, region: JobRegion, seed: UInt64) {
        func offsets(_ seed: UInt64) -> OffsetGenerator {
            OffsetGenerator(
                spec.access,
                regionStart: region.start,
                regionBytes: region.byteCount,
                blockBytes: spec.blockAlignment,
                seed: seed
            )
        }
        reads = offsets(seed)
        writes = offsets(spec.readWrite.isMixed ? seed &+ 1 : seed)
        readSizes = SizePicker(spec.readSizes, seed: seed &+ 2)
        writeSizes = SizePicker(spec.writeSizes, seed: seed &+ 3)
        random = SplitMix64(seed: seed &+ 4)
        onlyReads = !spec.readWrite.writes
        onlyWrites = !spec.readWrite.reads
        readShare = UInt64(spec.readPercent)
    }

    /// What an I/O is to do.
    struct Next {
        var kind: JobSlot.Kind
        var offset: Int64
        var byteCount: Int
    }

    /// The next I/O.
    @inline(__always)
    mutating func next() -> Next {
        let isRead =
            onlyReads
            || (!onlyWrites && random.next().multipliedFullWidth(by: 100).high < readShare)
        let byteCount = isRead ? readSizes.next() : writeSizes.next()
        let offset =
            isRead ? reads.next(byteCount: byteCount) : writes.next(byteCount: byteCount)
        return Next(kind: isRead ? .read : .write, offset: offset, byteCount: byteCount)
    }
}
