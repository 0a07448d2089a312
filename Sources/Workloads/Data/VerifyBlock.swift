/// Blocks that say what they are, so that what comes back can be told from what was meant.
///
/// The block begins with a header (magic, seed of the run, offset, sequence, length, checksum); every 512 byte sector ends in
/// a tag made of all of these, so that a block put together from two writes is recognized as torn and not as noise.
package struct VerifyBlock: Sendable {
    /// The unit that a device writes whole; a block is a multiple of it.
    package static let sectorBytes = 512
    private static let checksumOffset = 40
    private static let tagOffset = sectorBytes - 8
    /// "tbenchV1" in the order of the bytes.
    private static let magic: UInt64 = 0x3156_6863_6E65_6274
    /// Sequences are counted in this many bits of a tag; the rest is a hash.
    private static let sequenceMask: UInt64 = (1 << 40) - 1

    private let seed: UInt64
    private let checksum = CRC32C()

    /// Blocks of one run.
    ///
    /// - Parameter seed: The seed of the run; a block of another run is stale.
    package init(seed: UInt64) {
        self.seed = seed
    }

    /// Makes a self-describing block of a filled one.
    ///
    /// - Parameters:
    ///   - buffer: The block; its size is a multiple of 512, its other bytes stay.
    ///   - offset: Where it will be written.
    ///   - sequence: Which write of this run it is, 1 to 2^40 - 1.
    package func write(_ buffer: UnsafeMutableRawBufferPointer, offset: Int64, sequence: UInt64) {
        precondition(!buffer.isEmpty && buffer.count % Self.sectorBytes == 0, "whole sectors")
        put(Self.magic, at: 0, in: buffer)
        put(seed, at: 8, in: buffer)
        put(UInt64(bitPattern: offset), at: 16, in: buffer)
        put(sequence & Self.sequenceMask, at: 24, in: buffer)
        put(UInt64(buffer.count), at: 32, in: buffer)
        put(0, at: Self.checksumOffset, in: buffer)
        for sector in 0..<buffer.count / Self.sectorBytes {
            put(
                tag(offset: offset, sector: sector, sequence: sequence),
                at: sector * Self.sectorBytes + Self.tagOffset,
                in: buffer
            )
        }
        let sum = checksum.update(0, UnsafeRawBufferPointer(buffer))
        buffer.storeBytes(of: sum.littleEndian, toByteOffset: Self.checksumOffset, as: UInt32.self)
    }

    /// What a block that was read turns out to be.
    ///
    /// - Parameters:
    ///   - buffer: The bytes read; a multiple of 512.
    ///   - offset: Where they were read.
    ///   - sequences: The writes that may be there: the last one acknowledged up to the last one submitted.
    /// - Returns: `ok`, or what is wrong with it.
    package func check(
        _ buffer: UnsafeRawBufferPointer,
        offset: Int64,
        sequences: ClosedRange<UInt64>
    ) -> VerifyOutcome {
        guard buffer.count >= Self.sectorBytes, buffer.count % Self.sectorBytes == 0 else {
            return .corrupt
        }
        if buffer.allSatisfy({ $0 == 0 }) { return .lost }
        guard word(buffer, 0) == Self.magic, isWhole(buffer) else {
            return outcomeOfParts(buffer, offset: offset)
        }
        guard word(buffer, 8) == seed else { return .stale(sequence: nil) }
        let foundOffset = Int64(bitPattern: word(buffer, 16))
        guard foundOffset == offset else { return .misplaced(from: foundOffset) }
        let sequence = word(buffer, 24)
        return sequences.contains(sequence) ? .ok : .stale(sequence: sequence)
    }

    private func isWhole(_ buffer: UnsafeRawBufferPointer) -> Bool {
        let stored = buffer.loadUnaligned(fromByteOffset: Self.checksumOffset, as: UInt32.self)
        // The checksum was taken with its own place zero.
        let zeros: UInt32 = 0
        var sum = checksum.update(
            0,
            UnsafeRawBufferPointer(rebasing: buffer[..<Self.checksumOffset])
        )
        sum = withUnsafeBytes(of: zeros) { checksum.update(sum, $0) }
        sum = checksum.update(
            sum,
            UnsafeRawBufferPointer(rebasing: buffer[(Self.checksumOffset + 4)...])
        )
        return UInt32(littleEndian: stored) == sum && word(buffer, 32) == UInt64(buffer.count)
    }

    /// Torn when every sector is of some write to this place, or untouched, and they are not all of one; else corrupt.
    private func outcomeOfParts(_ buffer: UnsafeRawBufferPointer, offset: Int64) -> VerifyOutcome {
        var sequences: Set<UInt64> = []
        var newest: (sequence: UInt64, sectors: Int) = (0, 0)
        let count = buffer.count / Self.sectorBytes
        for sector in 0..<count {
            let start = sector * Self.sectorBytes
            let found = word(buffer, start + Self.tagOffset)
            let sequence = found & Self.sequenceMask
            if found != tag(offset: offset, sector: sector, sequence: sequence) {
                guard buffer[start..<start + Self.sectorBytes].allSatisfy({ $0 == 0 }) else {
                    return .corrupt
                }
                sequences.insert(0)
                continue
            }
            sequences.insert(sequence)
            if sequence > newest.sequence {
                newest = (sequence, 1)
            } else if sequence == newest.sequence {
                newest.sectors += 1
            }
        }
        return sequences.count > 1
            ? .torn(sequence: newest.sequence, sectors: newest.sectors, of: count) : .corrupt
    }

    private func put(_ word: UInt64, at offset: Int, in buffer: UnsafeMutableRawBufferPointer) {
        buffer.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
    }

    private func word(_ buffer: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private func tag(offset: Int64, sector: Int, sequence: UInt64) -> UInt64 {
        let number = sequence & Self.sequenceMask
        var mixer = InlineRandom(
            seed: seed ^ UInt64(bitPattern: offset) &* 0xD134_2543_DE82_EF95
                ^ UInt64(sector) &* 0xBF58_476D_1CE4_E5B9 ^ number << 20
        )
        return number | mixer.next() & ~Self.sequenceMask
    }
}

/// What a block that was read back turned out to be.
package enum VerifyOutcome: Sendable, Equatable {
    /// The last write to this place, whole.
    case ok
    /// Nothing but zeros: the write never arrived.
    case lost
    /// Whole, of this place, but of an earlier write; nil is another run's.
    case stale(sequence: UInt64?)
    /// Whole, but written for another offset.
    case misplaced(from: Int64)
    /// Sectors of the newest write found here beside sectors of older ones, or untouched ones.
    case torn(sequence: UInt64, sectors: Int, of: Int)
    /// None of these: bytes that nobody wrote.
    case corrupt
}
