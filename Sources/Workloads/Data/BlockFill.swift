/// The bytes of written blocks: non-zero, incompressible and different in every block, unless asked otherwise.
///
/// Compressible bytes are one eight-byte word over and over, never zeros, which storage may treat as holes. They stand at the
/// end of every 4 KiB, so that any unit a device compresses holds its share. A duplicate is a copy of one of the last 64
/// blocks that were not.
package struct BlockFill: Sendable {
    /// What the compressible share is taken of: the smallest unit that storage compresses.
    private static let chunkBytes = 4096

    private let randomBytesPerChunk: Int
    private let dedupePercent: UInt64
    private var random: InlineRandom
    /// The seeds of blocks that may be repeated.
    private var recent: [UInt64] = []
    private var nextRecent = 0

    /// A source of blocks.
    ///
    /// - Parameters:
    ///   - compressPercent: How much of each block compresses away, 0 to 100; beyond that it counts as 100.
    ///   - dedupePercent: How many of the blocks are duplicates, 0 to 100; the first one never is.
    ///   - seed: The same seed gives the same blocks.
    package init(compressPercent: Int = 0, dedupePercent: Int = 0, seed: UInt64) {
        let percent = min(max(compressPercent, 0), 100)
        // A compressor describes both parts, in 20 (lz4) to 90 (zlib) bytes a chunk; half of that is taken off the
        // random part, so that what is measured is within a point or two of what was asked.
        let description = percent == 0 ? 0 : 40
        randomBytesPerChunk = max(0, Self.chunkBytes * (100 - percent) / 100 - description)
        self.dedupePercent = UInt64(min(max(dedupePercent, 0), 100))
        random = InlineRandom(seed: seed)
        recent.reserveCapacity(64)
    }

    /// Overwrites the whole buffer with the next block; about 4 bytes a nanosecond.
    package mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        var content = InlineRandom(seed: nextSeed())
        var start = 0
        while start < buffer.count {
            let length = min(Self.chunkBytes, buffer.count - start)
            // In a shorter piece the random share comes first all the same, in proportion.
            let randomLength =
                length == Self.chunkBytes
                ? randomBytesPerChunk : length * randomBytesPerChunk / Self.chunkBytes
            let chunk = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<start + length])
            Self.fill(chunk, randomLength: randomLength, &content)
            start += length
        }
    }

    /// Makes a new block of the one that `fill` left in the buffer, about ten times as fast as `fill`.
    ///
    /// Every byte changes, by one random word over the whole block: no two blocks share three bytes in a row, so neither
    /// deduplication nor a compressor that looks back finds the old one. Where duplicates are asked for it is `fill`.
    package mutating func renew(_ buffer: UnsafeMutableRawBufferPointer) {
        guard dedupePercent == 0 else {
            fill(buffer)
            return
        }
        let key = Self.withoutZeros(random.next())
        let words = buffer.count / 8
        for word in 0..<words {
            let old = buffer.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
            buffer.storeBytes(of: old ^ key, toByteOffset: word &* 8, as: UInt64.self)
        }
        for index in words * 8..<buffer.count {
            buffer[index] ^= UInt8(truncatingIfNeeded: key >> UInt64(8 * (index % 8)))
        }
    }

    private mutating func nextSeed() -> UInt64 {
        guard dedupePercent > 0 else { return random.next() }
        if !recent.isEmpty, random.below(100) < dedupePercent {
            return recent[Int(random.below(UInt64(recent.count)))]
        }
        let seed = random.next()
        if recent.count < 64 {
            recent.append(seed)
        } else {
            recent[nextRecent] = seed
            nextRecent = (nextRecent + 1) % 64
        }
        return seed
    }

    private static func fill(
        _ chunk: UnsafeMutableRawBufferPointer,
        randomLength: Int,
        _ content: inout InlineRandom
    ) {
        let filler = withoutZeros(content.next())
        var index = 0
        while index + 8 <= chunk.count {
            let word = index + 8 <= randomLength ? content.next() : filler
            chunk.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
            index += 8
        }
        while index < chunk.count {
            chunk[index] = UInt8(truncatingIfNeeded: content.next()) | 1
            index += 1
        }
    }

    /// The word with the lowest bit of every byte set, so that no byte is zero.
    private static func withoutZeros(_ word: UInt64) -> UInt64 { word | 0x0101_0101_0101_0101 }
}
