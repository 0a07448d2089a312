import FoundationEssentials

/// The 4096 bytes by which tbench knows its own scratch: a magic line, JSON, zeros, a checksum.
///
/// `head -c 300 /dev/sdb` shows a person what it is. The checksum makes a half-overwritten block no mark.
enum MarkBlock {
    static let byteCount = 4096

    /// The block for a payload; nil when its JSON does not fit.
    static func encode(magic: String, _ payload: some Encodable) -> [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(payload) else { return nil }
        var block = Array("\(magic)\n".utf8) + Array(json) + [UInt8(ascii: "\n")]
        guard block.count <= byteCount - 4 else { return nil }
        block += [UInt8](repeating: 0, count: byteCount - 4 - block.count)
        let checksum = CRC32C.checksum(block)
        return block + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
    }

    /// The payload of a block, or nil when it is not such a block, whole and unchanged.
    static func decode<Payload: Decodable>(
        _ block: [UInt8],
        magic: String,
        as type: Payload.Type = Payload.self
    ) -> Payload? {
        let start = Array("\(magic)\n".utf8)
        guard block.count == byteCount, block.starts(with: start) else { return nil }
        let body = Array(block[..<(byteCount - 4)])
        let stored = (0..<4).reduce(UInt32(0)) { sum, byte in
            sum | UInt32(block[byteCount - 4 + byte]) << UInt32(8 * byte)
        }
        guard CRC32C.checksum(body) == stored else { return nil }
        let json = body[start.count...].prefix { $0 != 0 }
        return try? JSONDecoder().decode(type, from: Data(json))
    }
}

/// The Castagnoli CRC-32, as in iSCSI, ext4 and etcd.
///
/// - Source: RFC 3720 appendix B.4.
enum CRC32C {
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = ~0
        for byte in bytes {
            crc ^= UInt32(byte)
            // Bit by bit: it runs over 4 KiB a few times a run, so a table would not pay for itself.
            for _ in 0..<8 { crc = (crc >> 1) ^ (crc & 1 == 0 ? 0 : 0x82F6_3B78) }
        }
        return ~crc
    }
}
