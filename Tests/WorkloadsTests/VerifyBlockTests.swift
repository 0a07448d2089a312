import Testing

@testable import Workloads

@Suite("Blocks that say what they are")
struct VerifyBlockTests {
    private func block(
        seed: UInt64 = 1,
        offset: Int64 = 8192,
        sequence: UInt64 = 7,
        bytes: Int = 4096
    ) -> [UInt8] {
        var fill = BlockFill(seed: seed &+ sequence)
        var block = [UInt8](repeating: 0, count: bytes)
        block.withUnsafeMutableBytes {
            fill.fill($0)
            VerifyBlock(seed: seed).write($0, offset: offset, sequence: sequence)
        }
        return block
    }

    private func check(
        _ block: [UInt8],
        offset: Int64 = 8192,
        _ sequences: ClosedRange<UInt64> = 7...7
    )
        -> VerifyOutcome
    {
        block.withUnsafeBytes {
            VerifyBlock(seed: 1).check($0, offset: offset, sequences: sequences)
        }
    }

    @Test("what was written is ok", arguments: [512, 4096, 131_072])
    func ok(_ bytes: Int) {
        #expect(check(block(bytes: bytes)) == .ok)
        #expect(check(block(bytes: bytes), 5...9) == .ok)
    }

    @Test("zeros are a lost write")
    func lost() {
        #expect(check([UInt8](repeating: 0, count: 4096)) == .lost)
    }

    @Test("an earlier write, a later one, and another run's are stale")
    func stale() {
        #expect(check(block(sequence: 6)) == .stale(sequence: 6))
        #expect(check(block(sequence: 8)) == .stale(sequence: 8))
        #expect(check(block(seed: 2)) == .stale(sequence: nil))
    }

    @Test("a block of another place is misplaced, and says from where")
    func misplaced() {
        #expect(check(block(offset: 12_288)) == .misplaced(from: 12_288))
    }

    @Test("new sectors beside old ones are torn, wherever the tear is", arguments: 1...7)
    func torn(_ sectors: Int) {
        let new = block()
        let old = block(sequence: 3)
        let front = Array(new[..<(sectors * 512)] + old[(sectors * 512)...])
        #expect(check(front) == .torn(sequence: 7, sectors: sectors, of: 8))
        let back = Array(old[..<(sectors * 512)] + new[(sectors * 512)...])
        #expect(check(back) == .torn(sequence: 7, sectors: 8 - sectors, of: 8))
    }

    @Test("new sectors beside untouched ones are torn")
    func tornOverNothing() {
        let block = Array(self.block()[..<1024]) + [UInt8](repeating: 0, count: 3072)
        #expect(check(block) == .torn(sequence: 7, sectors: 2, of: 8))
    }

    @Test(
        "any single flipped bit is corrupt, never ok",
        arguments: Array(stride(from: 0, to: 4096 * 8, by: 389))
    )
    func corrupt(_ bit: Int) {
        var block = self.block()
        block[bit / 8] ^= 1 << UInt8(bit % 8)
        #expect(check(block) == .corrupt)
    }

    @Test(
        "noise, and sizes that no block has, are corrupt and do not trap",
        arguments: [0, 1, 48, 511, 513, 4096]
    )
    func noise(_ bytes: Int) {
        #expect(check([UInt8](repeating: 0xA5, count: bytes)) == .corrupt)
    }
}
