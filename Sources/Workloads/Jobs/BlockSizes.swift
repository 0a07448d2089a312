/// The block sizes of one direction of a job: one size, or a mix with weights.
package struct BlockSizes: Sendable, Equatable {
    /// One size of a mix.
    package struct Share: Sendable, Equatable {
        /// Bytes, above 0.
        package let bytes: Int
        /// Its weight beside the others, above 0; fio's percentages are weights that add up to 100.
        package let weight: Int

        package init(bytes: Int, weight: Int) {
            self.bytes = bytes
            self.weight = weight
        }
    }

    /// What no block may exceed: 1 GiB, more than any disk takes at once.
    package static let largestAllowed = 1 << 30

    /// At least one.
    package let shares: [Share]

    /// One size for every I/O, above 0 bytes.
    package init(_ bytes: Int) {
        precondition(bytes > 0, "a block has at least one byte")
        shares = [Share(bytes: bytes, weight: 100)]
    }

    /// A mix; nil without shares, with a size or weight below 1, or with weights above 2^20 in all.
    package init?(shares: [Share]) {
        guard !shares.isEmpty, shares.count <= 64,
            shares.allSatisfy({
                (1...Self.largestAllowed).contains($0.bytes)
                    && (1...1_048_576).contains($0.weight)
            }),
            shares.reduce(0, { $0 + $1.weight }) <= 1_048_576
        else { return nil }
        self.shares = shares
    }

    /// The smallest size: what random offsets are aligned to.
    package var smallest: Int { shares.reduce(.max) { min($0, $1.bytes) } }
    /// The largest size: what a buffer must hold.
    package var largest: Int { shares.reduce(0) { max($0, $1.bytes) } }
    /// Whether every I/O has the same size.
    package var isFixed: Bool { smallest == largest }
    /// The mean size, in bytes.
    package var meanBytes: Double {
        let weights = shares.reduce(0) { $0 + $1.weight }
        return shares.reduce(0.0) { $0 + Double($1.bytes) * Double($1.weight) } / Double(weights)
    }
}
