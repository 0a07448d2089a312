/// A small, fast random generator whose whole state is one number, so a seed reproduces a run.
///
/// Good enough for resampling and arrival times; not for secrets.
/// - Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014);
///   the constants are those of Vigna's splitmix64.c.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A generator that gives the same sequence for the same seed; every seed is good.
    package init(seed: UInt64) {
        state = seed
    }

    /// The next 64 random bits.
    package mutating func next() -> UInt64 {
        // Wrapping is the algorithm: a Weyl sequence modulo 2^64, then a bijective mix.
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, the same in every version of Swift.
    ///
    /// The bias of the multiplication, `bound` / 2^64, does not matter here.
    /// - Returns: 0 ..< `bound`; 0 when `bound` is not positive.
    package mutating func index(below bound: Int) -> Int {
        guard bound > 0 else { return 0 }
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A number between 0 (included) and 1 (excluded), with 53 random bits.
    package mutating func unitInterval() -> Double {
        Double(next() >> 11) * 0x1p-53
    }
}
