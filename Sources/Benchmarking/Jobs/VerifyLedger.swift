import Workloads

/// Which write each block of a region should hold, for a job that verifies.
///
/// Belongs to one thread. A block has at most one I/O under way, because of two at once nobody knows which is last; so a
/// block read back is either the last write to it or wrong. 4 bytes a block, allocated at creation.
final class VerifyLedger {
    /// A block that came back wrong.
    struct Finding: Sendable, Equatable {
        var offset: Int64
        var outcome: VerifyOutcome
    }

    /// How many findings are kept; all are counted.
    static let kept = 16
    private static let busy: UInt32 = 1 << 31

    let region: JobRegion
    let blockBytes: Int
    /// How many blocks the region has, a partial one at its end included.
    let count: Int
    private let blocks: UnsafeMutablePointer<UInt32>
    private let codec: VerifyBlock
    /// How many blocks were read back, those of the run itself included.
    private(set) var checked: UInt64 = 0
    /// How many of them were wrong.
    private(set) var wrong: UInt64 = 0
    private(set) var findings: [Finding] = []

    /// - Parameters:
    ///   - region: where the job works.
    ///   - block: its block size; every offset is a multiple of it from the start of the region.
    ///   - seed: of the thread, which its blocks carry.
    init(_ region: JobRegion, block: Int, seed: UInt64) {
        self.region = region
        blockBytes = block
        count = Int(region.byteCount / Int64(block)) + 1
        blocks = .allocate(capacity: count)
        blocks.initialize(repeating: 0, count: count)
        codec = VerifyBlock(seed: seed)
        findings.reserveCapacity(Self.kept)
    }

    deinit { blocks.deallocate() }

    /// Marks a block as having an I/O under way.
    ///
    /// - Returns: False when it has one already.
    func begin(_ offset: Int64) -> Bool {
        let index = index(of: offset)
        if blocks[index] & Self.busy != 0 { return false }
        blocks[index] |= Self.busy
        return true
    }

    /// The I/O on a block has ended.
    func end(_ offset: Int64) { blocks[index(of: offset)] &= ~Self.busy }

    /// Makes a filled block the next write to its place.
    func sign(_ bytes: UnsafeMutableRawBufferPointer, offset: Int64) {
        let index = index(of: offset)
        let sequence = (blocks[index] & ~Self.busy) &+ 1
        // After 2^31 - 1 writes of one block it begins again at 1: 0 is a block that nobody wrote.
        blocks[index] = Self.busy | (sequence == Self.busy ? 1 : sequence)
        codec.write(bytes, offset: offset, sequence: UInt64(blocks[index] & ~Self.busy))
    }

    /// What a block that was read turns out to be; a block that this run has not written is always `ok`.
    func check(_ bytes: UnsafeRawBufferPointer, offset: Int64) -> VerifyOutcome {
        let sequence = UInt64(blocks[index(of: offset)] & ~Self.busy)
        guard sequence > 0 else { return .ok }
        checked &+= 1
        return codec.check(bytes, offset: offset, sequences: sequence...sequence)
    }

    /// Whether this run wrote the block with this number.
    func isWritten(_ block: Int) -> Bool { blocks[block] & ~Self.busy != 0 }

    /// Keeps a wrong block for the report.
    func note(_ outcome: VerifyOutcome, offset: Int64) {
        wrong &+= 1
        if findings.count < Self.kept { findings.append(Finding(offset: offset, outcome: outcome)) }
    }

    private func index(of offset: Int64) -> Int {
        Int((offset - region.start) / Int64(blockBytes))
    }
}
