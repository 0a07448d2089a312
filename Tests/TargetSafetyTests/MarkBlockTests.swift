import Testing

@testable import TargetSafety

@Suite("Mark blocks")
struct MarkBlockTests {
    @Test(
        "the checksum is the Castagnoli CRC of RFC 3720",
        arguments: [
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            (Array(0..<32), 0x46DD_794E),
            (Array("123456789".utf8), 0xE306_9283),
        ] as [([UInt8], UInt32)]
    )
    func checksum(bytes: [UInt8], expected: UInt32) {
        #expect(CRC32C.checksum(bytes) == expected)
    }

    @Test("a block comes back as it was")
    func roundTrip() throws {
        let mark = ScratchMark(
            deviceBytes: 1 << 40,
            filesystem: .init(type: "xfs", uuid: "0a65e210-fa54-4b15-b756-367301814b0a")
        )
        let block = try #require(mark.block)
        #expect(block.count == 4096)
        #expect(ScratchMark.decode(block) == mark)
    }

    @Test("a flipped bit anywhere makes it no mark", arguments: [0, 24, 60, 2000, 4095])
    func flippedBit(position: Int) throws {
        var block = try #require(ScratchMark(deviceBytes: 1 << 30).block)
        block[position] ^= 1
        #expect(ScratchMark.decode(block) == nil)
    }

    @Test("a short block, an empty one and one of another kind are no mark")
    func otherBlocks() throws {
        let block = try #require(ScratchMark(deviceBytes: 1 << 30).block)
        #expect(ScratchMark.decode(Array(block.dropLast())) == nil)
        #expect(ScratchMark.decode([]) == nil)
        #expect(
            MarkBlock.decode(block, magic: ScratchFile.magic, as: ScratchMark.self) == nil
        )
    }

    @Test("a payload that does not fit is not cut")
    func tooLarge() {
        #expect(MarkBlock.encode(magic: "m", [String(repeating: "x", count: 4096)]) == nil)
    }
}
