/// Draws the size of each I/O from a job's block sizes: seeded, allocation-free, inlined.
@usableFromInline
package struct SizePicker: Sendable {
    /// The only size, or 0 where there are several.
    @usableFromInline
    let fixed: Int
    /// One size per unit of weight up to 1024 units, so that a draw is one multiply-high and one load.
    @usableFromInline
    let table: [Int]
    @usableFromInline
    var random: InlineRandom

    /// A picker for one direction of a job; weights count to 1/1024 of the whole.
    package init(_ sizes: BlockSizes, seed: UInt64) {
        fixed = sizes.isFixed ? sizes.smallest : 0
        random = InlineRandom(seed: seed)
        table = sizes.isFixed ? [] : Self.table(sizes.shares)
    }

    private static func table(_ shares: [BlockSizes.Share]) -> [Int] {
        let weights = shares.reduce(0) { $0 + $1.weight }
        let entries = weights <= 1024 ? weights : 1024
        var table: [Int] = []
        var passed = 0
        for share in shares {
            passed += share.weight
            let end = passed * entries / weights
            while table.count < end { table.append(share.bytes) }
        }
        return table
    }

    /// The size of the next I/O, in bytes.
    @inlinable
    @inline(__always)
    package mutating func next() -> Int {
        fixed != 0 ? fixed : table[Int(random.below(UInt64(table.count)))]
    }
}
