/// The SHA-256 hash, for identities: a disk's serial, a workload, a scratch file's content.
///
/// Not meant for secrets or for speed: about 8 rounds a byte, no use of CPU extensions.
/// - Source: FIPS 180-4 §4.1.2, §5.3.3 and §6.2.
package enum SHA256 {
    /// The 32 bytes of the hash of `message`.
    ///
    /// - Complexity: O(n).
    package static func digest(_ message: some Sequence<UInt8>) -> [UInt8] {
        digest(Array(message))
    }

    /// The same for bytes that lie in memory already, in place.
    package static func digest(_ message: [UInt8]) -> [UInt8] {
        var state = initialState
        let whole = message.count & ~63
        // §5.1.1: a one bit, zeros up to 56 bytes modulo 64, the length in bits as 64 bits.
        var tail = Array(message[whole...])
        tail.append(0x80)
        tail.append(contentsOf: repeatElement(0, count: (120 - tail.count) & 63))
        let bitCount = UInt64(message.count) &* 8
        for shift in stride(from: 56, through: 0, by: -8) {
            tail.append(UInt8(truncatingIfNeeded: bitCount >> UInt64(shift)))
        }
        message.withUnsafeBufferPointer { compress(&state, $0, whole) }
        tail.withUnsafeBufferPointer { compress(&state, $0, tail.count) }
        return state.flatMap { word in
            stride(from: 24, through: 0, by: -8).map {
                UInt8(truncatingIfNeeded: word >> UInt32($0))
            }
        }
    }

    /// The hash of `text`'s UTF-8 bytes as 64 lower-case hexadecimal digits.
    package static func hex(_ text: String) -> String { hex(Array(text.utf8)) }

    /// The hash of `message` as 64 lower-case hexadecimal digits.
    package static func hex(_ message: some Sequence<UInt8>) -> String { hex(Array(message)) }

    /// The same for bytes that lie in memory already.
    package static func hex(_ message: [UInt8]) -> String {
        digest(message).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    /// §6.2.2 over the first `count` bytes, a multiple of 64; all sums are modulo 2^32 by definition, hence `&+`.
    private static func compress(
        _ state: inout [UInt32],
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ count: Int
    ) {
        // Without bounds checks and in place: collecting a fleet's logs hashes a hundred megabytes.
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
            constants.withUnsafeBufferPointer { constants in
                state.withUnsafeMutableBufferPointer { state in
                    for start in stride(from: 0, to: count, by: 64) {
                        compress(
                            state,
                            UnsafeBufferPointer(rebasing: bytes[start..<start + 64]),
                            schedule,
                            constants
                        )
                    }
                }
            }
        }
    }

    private static func compress(
        _ state: UnsafeMutableBufferPointer<UInt32>,
        _ block: UnsafeBufferPointer<UInt8>,
        _ schedule: UnsafeMutableBufferPointer<UInt32>,
        _ constants: UnsafeBufferPointer<UInt32>
    ) {
        for index in 0..<16 {
            let at = index &* 4
            schedule[index] =
                UInt32(block[at]) << 24 | UInt32(block[at &+ 1]) << 16
                | UInt32(block[at &+ 2]) << 8 | UInt32(block[at &+ 3])
        }
        for index in 16..<64 {
            let early = schedule[index &- 15]
            let late = schedule[index &- 2]
            let small0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >> 3)
            let small1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >> 10)
            schedule[index] = small1 &+ schedule[index &- 7] &+ small0 &+ schedule[index &- 16]
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for index in 0..<64 {
            let big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
            let choice = (e & f) ^ (~e & g)
            let first = h &+ big1 &+ choice &+ constants[index] &+ schedule[index]
            let big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
            let majority = (a & b) ^ (a & c) ^ (b & c)
            (h, g, f, e) = (g, f, e, d &+ first)
            (d, c, b, a) = (c, b, a, first &+ big0 &+ majority)
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
        state[5] &+= f
        state[6] &+= g
        state[7] &+= h
    }

    @inline(__always)
    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word >> count | word << (32 - count)
    }

    private static let initialState: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
        0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1,
        0x923f_82a4, 0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3,
        0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786,
        0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147,
        0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13,
        0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
        0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a,
        0x5b9c_ca4f, 0x682e_6ff3, 0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208,
        0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
