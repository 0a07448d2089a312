/// The Castagnoli CRC that etcd's write-ahead log chains over its records.
///
/// Table driven, eight bytes a step: about 1 ns a byte, so a 1.4 kB record costs the raft loop 1 µs.
/// - Source: RFC 3720 appendix B.4 for the polynomial and test vectors.
package struct CRC32C: Sendable {
    private let tables: [UInt32]

    package init() {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for index in 0..<256 {
            var value = UInt32(index)
            for _ in 0..<8 {
                value = value & 1 == 1 ? (value >> 1) ^ 0x82F6_3B78 : value >> 1
            }
            tables[index] = value
        }
        for index in 0..<256 {
            for table in 1..<8 {
                let previous = tables[(table - 1) * 256 + index]
                tables[table * 256 + index] = (previous >> 8) ^ tables[Int(previous & 0xFF)]
            }
        }
        self.tables = tables
    }

    /// The CRC of everything `crc` covers followed by `bytes`, as Go's `crc32.Update` computes it.
    ///
    /// - Parameters:
    ///   - crc: 0 to begin, or the result of an earlier call.
    ///   - bytes: any length, also empty.
    /// - Returns: the CRC of the whole.
    package func update(_ crc: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        tables.withUnsafeBufferPointer { table in
            var value = ~crc
            var index = 0
            while index + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
                let mixed = word ^ UInt64(value)
                value =
                    table[1792 + Int(mixed & 0xFF)]
                    ^ table[1536 + Int((mixed >> 8) & 0xFF)]
                    ^ table[1280 + Int((mixed >> 16) & 0xFF)]
                    ^ table[1024 + Int((mixed >> 24) & 0xFF)]
                    ^ table[768 + Int((mixed >> 32) & 0xFF)]
                    ^ table[512 + Int((mixed >> 40) & 0xFF)]
                    ^ table[256 + Int((mixed >> 48) & 0xFF)]
                    ^ table[Int(mixed >> 56)]
                index += 8
            }
            while index < bytes.count {
                value = (value >> 8) ^ table[Int((value ^ UInt32(bytes[index])) & 0xFF)]
                index += 1
            }
            return ~value
        }
    }
}
