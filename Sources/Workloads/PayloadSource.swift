/// The bytes written as values and pages.
package enum PayloadKind: String, Sendable, CaseIterable {
    /// Incompressible and different in every write, so that storage cannot cheat.
    case random
    /// All zero, as `etcdctl check perf` writes values; compressing storage looks too good on it.
    case zero
}

/// Fills buffers with seeded data; never the same twice when random.
///
/// About 8 bytes a nanosecond, so that it does not show in a 4 KiB write.
/// - Source: xoroshiro128++, Blackman and Vigna, prng.di.unimi.it; seeded by SplitMix64.
package struct PayloadSource: Sendable {
    private let kind: PayloadKind
    private var state0: UInt64
    private var state1: UInt64

    package init(kind: PayloadKind, seed: UInt64) {
        self.kind = kind
        var mixer = seed
        state0 = Self.mix(&mixer)
        state1 = Self.mix(&mixer) | 1
    }

    private static func mix(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// The next 64 random bits, whatever the kind.
    package mutating func next() -> UInt64 {
        let sum = state0 &+ state1
        let result = ((sum << 17) | (sum >> 47)) &+ state0
        let mixed = state1 ^ state0
        state0 = ((state0 << 49) | (state0 >> 15)) ^ mixed ^ (mixed << 21)
        state1 = (mixed << 28) | (mixed >> 36)
        return result
    }

    /// Overwrites the whole buffer.
    package mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        guard kind == .random else {
            _ = buffer.initializeMemory(as: UInt8.self, repeating: 0)
            return
        }
        var offset = 0
        while offset + 8 <= buffer.count {
            buffer.storeBytes(of: next(), toByteOffset: offset, as: UInt64.self)
            offset += 8
        }
        if offset < buffer.count {
            let word = next()
            for index in offset..<buffer.count {
                buffer[index] = UInt8(truncatingIfNeeded: word >> UInt64((index - offset) * 8))
            }
        }
    }
}
