import Statistics
import Synchronization
import Workloads

/// How many blocks the threads of a case have taken together.
final class BlockCursor: Sendable {
    private let taken = Atomic<UInt64>(0)

    /// The number of the next block; every number once.
    func take() -> UInt64 { taken.wrappingAdd(1, ordering: .relaxed).oldValue }

    /// How many numbers were taken.
    var count: UInt64 { taken.load(ordering: .relaxed) }
}

/// Where the requests of one thread go.
struct BlockPicker {
    /// The order of the blocks.
    enum Order {
        /// Any block, again and again.
        case random
        /// Each block once, in random order, over all threads that share the cursor.
        ///
        /// With a limit it ends when so many were taken, by one thread.
        case once(BlockPermutation, BlockCursor, limit: UInt64 = .max)
        /// One behind the other over all threads, from the beginning again after the end.
        case sequential(BlockCursor)
        /// Any of the blocks that `once` has taken, and in it any piece of `pieceBytes`.
        case taken(BlockPermutation, BlockCursor, pieceBytes: Int64)
    }

    private let order: Order
    private let start: Int64
    private let blockBytes: Int64
    private let blocks: UInt64
    private var random: SplitMix64

    /// - Parameters:
    ///   - order: of the blocks.
    ///   - part: where they lie; what is no whole block at its end is left out.
    ///   - blockBytes: above 0.
    ///   - seed: of the thread.
    init(_ order: Order, in part: Range<Int64>, blockBytes: Int, seed: UInt64) {
        self.order = order
        start = part.lowerBound
        self.blockBytes = Int64(blockBytes)
        blocks = Self.count(part, blockBytes: blockBytes)
        random = SplitMix64(seed: seed)
    }

    /// Whole blocks in a part.
    static func count(_ part: Range<Int64>, blockBytes: Int) -> UInt64 {
        UInt64(part.upperBound - part.lowerBound) / UInt64(blockBytes)
    }

    /// The offset of the next request; nil when there is nothing left.
    mutating func next() -> Int64? {
        guard blocks > 0 else { return nil }
        switch order {
        case .random:
            return offset(below(blocks))
        case .once(let permutation, let cursor, let limit):
            guard cursor.count < limit else { return nil }
            let number = cursor.take()
            return number < blocks ? offset(permutation.image(of: number)) : nil
        case .sequential(let cursor):
            return offset(cursor.take() % blocks)
        case .taken(let permutation, let cursor, let pieceBytes):
            let taken = min(cursor.count, blocks)
            guard taken > 0 else { return nil }
            let block = offset(permutation.image(of: below(taken)))
            return block + Int64(below(UInt64(blockBytes / pieceBytes))) * pieceBytes
        }
    }

    private mutating func below(_ bound: UInt64) -> UInt64 {
        random.next().multipliedFullWidth(by: bound).high
    }

    private func offset(_ block: UInt64) -> Int64 { start + Int64(block) * blockBytes }
}
