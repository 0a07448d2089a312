/// A closed loop of requests to one or several replicas.
package struct ExchangePlan: Sendable, Equatable {
    /// What a request is.
    package enum Operation: String, Sendable {
        case ping, read, write
    }

    package var operation: Operation
    /// Bytes of data of one request; nothing for a ping.
    package var blockBytes: Int
    /// Requests in flight, 1 to 64.
    package var depth: Int
    /// Random places, or one after the other.
    package var isRandom: Bool
    /// Where requests may go, from 0; a multiple of the block.
    package var volumeBytes: Int64
    package var durationNanoseconds: UInt64
    /// Ends after so many requests; 0 for no end but the time.
    package var mostRequests: UInt64
    package var seed: UInt64
    /// Connections to each replica that take part, from 1 to those there are.
    package var connections: Int
    /// Messages that are ready together leave together.
    ///
    /// Longhorn's engine sends each by itself, so a measurement does not; it is for finding out what an agent can do.
    package var isBatched: Bool
    /// A request that takes longer ends its replica, as in Longhorn.
    package var timeoutNanoseconds: UInt64
    /// The first place of a sequential run, in blocks.
    package var firstBlock: Int64
    /// How long each replica is asked to hold its answer back, in nanoseconds; what it did is taken off its time.
    ///
    /// In memory sessions only. A client that waits as long as for a disk has gone to sleep as deeply as for a disk, and
    /// waking up is part of the way.
    package var holds: [UInt64] = []

    package init(
        operation: Operation,
        blockBytes: Int = 0,
        depth: Int = 1,
        isRandom: Bool = true,
        volumeBytes: Int64 = 0,
        durationNanoseconds: UInt64,
        mostRequests: UInt64 = 0,
        seed: UInt64 = 7,
        connections: Int = 2,
        isBatched: Bool = false,
        timeoutNanoseconds: UInt64 = 8_000_000_000,
        firstBlock: Int64 = 0
    ) {
        self.operation = operation
        self.blockBytes = blockBytes
        self.depth = depth
        self.isRandom = isRandom
        self.volumeBytes = volumeBytes
        self.durationNanoseconds = durationNanoseconds
        self.mostRequests = mostRequests
        self.seed = seed
        self.connections = connections
        self.isBatched = isBatched
        self.timeoutNanoseconds = timeoutNanoseconds
        self.firstBlock = firstBlock
    }
}
