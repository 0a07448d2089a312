/// A random order of 0 ..< count that needs no memory: a bijection of the next power of two, walked past what is too large.
///
/// Every number comes once before any comes again; then a new order begins. Fewer than two steps on average, each a few
/// nanoseconds.
/// - Source: multiply, xor-shift and add are each invertible modulo 2^k; cycle walking is that of Black and Rogaway,
///   "Ciphers with arbitrary finite domains" (2002).
@usableFromInline
package struct BlockPermutation: Sendable {
    /// How many numbers it orders.
    @usableFromInline
    package let count: UInt64
    @usableFromInline
    let mask: UInt64
    @usableFromInline
    let shift: UInt64
    @usableFromInline
    var addend: UInt64
    @usableFromInline
    var factor: UInt64
    @usableFromInline
    var index: UInt64 = 0

    /// An order of `count` numbers, at least 1.
    package init(count: UInt64, seed: UInt64) {
        self.count = max(1, count)
        let bits = UInt64(64 - (self.count - 1).leadingZeroBitCount)
        mask = bits == 64 ? .max : (1 << bits) - 1
        shift = max(1, bits / 2)
        addend = seed
        factor = (seed &* 0xD134_2543_DE82_EF95) | 1
    }

    /// The next number of the order.
    @inlinable
    @inline(__always)
    mutating func next() -> UInt64 {
        if index == count { begin() }
        let image = image(of: index)
        index &+= 1
        return image
    }

    @inline(never)
    @usableFromInline
    mutating func begin() {
        index = 0
        addend = addend &* 0xD134_2543_DE82_EF95 &+ 0x9E37_79B9_7F4A_7C15
        factor = (addend ^ (addend >> 29)) | 1
    }

    /// Where `number`, 0 ..< count, stands in the order.
    @inlinable
    @inline(__always)
    package func image(of number: UInt64) -> UInt64 {
        var image = number
        // The walk ends: it follows the cycle of the bijection that `number` itself, below count, lies on.
        repeat { image = mixed(image) } while image >= count
        return image
    }

    @inlinable
    @inline(__always)
    func mixed(_ number: UInt64) -> UInt64 {
        // Wrapping and masking are the arithmetic modulo 2^k that makes each line invertible.
        var value = (number &+ addend) & mask
        value = (value &* factor) & mask
        value ^= value &>> shift
        value = (value &* 0x9E37_79B9_7F4A_7C15) & mask
        value ^= value &>> shift
        value = (value &* 0xBF58_476D_1CE4_E5B9) & mask
        return value ^ (value &>> shift)
    }
}
