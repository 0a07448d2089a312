/// Where each I/O of a job goes: seeded, allocation-free, inlined into the engine's loop.
///
/// Offsets are `regionStart` plus a multiple of `blockBytes` (sequential: plus what was transferred), and the
/// whole I/O lies inside the region. A random pick is a multiply-high, not a division. One generator per job and
/// direction: as in fio, a mixed sequential job reads and writes at two positions of its own.
@usableFromInline
package struct OffsetGenerator: Sendable {
    /// The pattern without its figures, so that the loop switches on one byte.
    @usableFromInline
    enum Kind: UInt8, Sendable {
        case sequential
        case uniform
        case once
        case zipf
    }

    @usableFromInline
    let kind: Kind
    @usableFromInline
    let regionStart: Int64
    @usableFromInline
    let regionBytes: Int64
    @usableFromInline
    let blockBytes: Int64
    /// What a strided job skips after each block.
    @usableFromInline
    let gapBytes: Int64
    @usableFromInline
    var random: InlineRandom
    /// The next sequential offset, relative to the region.
    @usableFromInline
    var position: Int64 = 0
    /// The last `byteCount` asked for and the number of places where such an I/O fits, so that a job with one block size never divides.
    @usableFromInline
    var slotByteCount: Int
    @usableFromInline
    var slots: UInt64
    /// Orders the blocks of `once` and scatters the ranks of `zipf`.
    @usableFromInline
    var permutation: BlockPermutation
    @usableFromInline
    let ranks: ZipfRanks

    /// A generator for one region.
    ///
    /// - Parameters:
    ///   - access: The order of the blocks.
    ///   - regionStart: The first byte of the region, 0 or more.
    ///   - regionBytes: Its length; below one block it counts as one block.
    ///   - blockBytes: What random offsets are aligned to, above 0: the smallest block size of the job.
    ///   - seed: The same seed gives the same offsets.
    package init(
        _ access: AccessPattern,
        regionStart: Int64,
        regionBytes: Int64,
        blockBytes: Int,
        seed: UInt64
    ) {
        precondition(regionStart >= 0 && blockBytes > 0, "a region starts at 0 or later")
        self.regionStart = regionStart
        self.blockBytes = Int64(blockBytes)
        self.regionBytes = max(regionBytes, Int64(blockBytes))
        slotByteCount = blockBytes
        slots = UInt64(self.regionBytes / Int64(blockBytes))
        var random = InlineRandom(seed: seed)
        permutation = BlockPermutation(count: slots, seed: random.next())
        var gap: Int64 = 0
        var ranks = ZipfRanks(count: 1, theta: 1)
        switch access {
        case .sequential:
            kind = .sequential
        case .strided(let bytes):
            kind = .sequential
            gap = max(0, bytes - Int64(blockBytes))
        case .randomUniform:
            kind = .uniform
        case .randomOnce:
            kind = .once
        case .zipf(let theta):
            kind = .zipf
            ranks = ZipfRanks(count: slots, theta: theta)
        }
        self.random = random
        self.ranks = ranks
        gapBytes = gap
    }

    /// The offset of the next I/O, in bytes from the start of the target.
    ///
    /// - Parameter byteCount: The size of the I/O, 1 ... the region.
    /// - Returns: `regionStart` ... the end of the region less `byteCount`; `regionStart` when the I/O is larger than the region.
    @inlinable
    @inline(__always)
    package mutating func next(byteCount: Int) -> Int64 {
        switch kind {
        case .sequential:
            return nextSequential(byteCount: Int64(byteCount))
        case .uniform:
            if byteCount != slotByteCount { countSlots(byteCount: byteCount) }
            let slot = random.below(slots)
            return regionStart &+ Int64(bitPattern: slot) &* blockBytes
        case .once:
            return fitting(slot: permutation.next(), byteCount: byteCount)
        case .zipf:
            return nextZipf(byteCount: byteCount)
        }
    }

    @inlinable
    @inline(__always)
    mutating func nextSequential(byteCount: Int64) -> Int64 {
        // Nothing here can overflow: a position never passes the end of the region by more than one stride.
        if position &+ byteCount > regionBytes { position = 0 }
        let offset = regionStart &+ position
        position = position &+ byteCount &+ gapBytes
        return offset
    }

    /// The place `slot` stands for, moved towards the start where an I/O larger than a block would pass the end.
    @inlinable
    @inline(__always)
    func fitting(slot: UInt64, byteCount: Int) -> Int64 {
        let offset = Int64(bitPattern: slot) &* blockBytes
        guard offset &+ Int64(byteCount) > regionBytes else { return regionStart &+ offset }
        return regionStart &+ lastFitting(byteCount: byteCount)
    }

    @inline(never)
    @usableFromInline
    func lastFitting(byteCount: Int) -> Int64 {
        max(0, (regionBytes - Int64(byteCount)) / blockBytes * blockBytes)
    }

    @inline(never)
    @usableFromInline
    mutating func countSlots(byteCount: Int) {
        slotByteCount = byteCount
        slots = UInt64(max(0, (regionBytes - Int64(byteCount)) / blockBytes) + 1)
    }

    @inline(never)
    @usableFromInline
    mutating func nextZipf(byteCount: Int) -> Int64 {
        let rank = ranks.next(&random)
        return fitting(slot: permutation.image(of: rank), byteCount: byteCount)
    }
}
