/// SplitMix64 once more, for the per-I/O path.
///
/// A module may inline only what is declared in itself: the one in Statistics would be a call for every I/O (Swift 6.3
/// refuses `package` methods of another module inside `@inlinable`).
/// - Source: Vigna's splitmix64.c.
@usableFromInline
struct InlineRandom: Sendable {
    @usableFromInline
    var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    @inlinable
    @inline(__always)
    mutating func next() -> UInt64 {
        // Wrapping is the algorithm: a Weyl sequence modulo 2^64, then a bijective mix.
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed &>> 31)
    }

    /// 0 ..< `bound` by a multiply-high; the bias, `bound` / 2^64, is far below one I/O in a lifetime of them.
    @inlinable
    @inline(__always)
    mutating func below(_ bound: UInt64) -> UInt64 {
        next().multipliedFullWidth(by: bound).high
    }

    /// 0 (included) to 1 (excluded), with 53 random bits.
    mutating func unitInterval() -> Double {
        Double(next() >> 11) * 0x1p-53
    }
}
