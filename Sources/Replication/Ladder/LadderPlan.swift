/// What a ladder measures: rounds of equal length, in each of them every step once.
///
/// Steps that are compared lie next to each other in time, so that a disk or a link that changes its mood during the run
/// changes all of them.
package struct LadderPlan: Sendable {
    /// Which kinds of load are on the ladder.
    package struct Loads: OptionSet, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) { self.rawValue = rawValue }

        /// 4 KiB writes, one at a time: the latency model.
        package static let write = Loads(rawValue: 1)
        /// 4 KiB reads, one at a time.
        package static let read = Loads(rawValue: 2)
        /// Sixteen in flight: 4 KiB random, 128 KiB sequential.
        package static let deep = Loads(rawValue: 4)
    }

    package var rounds: Int
    /// The length of a step in a round; the fan-out of single writes, which everything is held against, gets twice that.
    package var sliceNanoseconds: UInt64
    /// Bytes of the volume; a multiple of 1 MiB.
    package var volumeBytes: Int64
    package var connections: Int
    package var loads: Loads
    package var seed: UInt64
    /// A request that takes longer loses its replica.
    package var timeoutNanoseconds: UInt64

    package init(
        rounds: Int = 12,
        sliceNanoseconds: UInt64 = 120_000_000,
        volumeBytes: Int64 = 1 << 30,
        connections: Int = 2,
        loads: Loads = [.write, .read, .deep],
        seed: UInt64 = 7,
        timeoutNanoseconds: UInt64 = 8_000_000_000
    ) {
        self.rounds = rounds
        self.sliceNanoseconds = sliceNanoseconds
        self.volumeBytes = volumeBytes
        self.connections = connections
        self.loads = loads
        self.seed = seed
        self.timeoutNanoseconds = timeoutNanoseconds
    }

    /// What a volume of Longhorn's V1 has in flight at most.
    ///
    /// - Source: tgt, usr/bs.c: nr_iothreads = 16, each in one blocking call.
    package static let deepest = 16

    /// One kind of request of the ladder.
    struct Load: Equatable {
        var operation: ExchangePlan.Operation
        var isRandom: Bool
        var blockBytes: Int
        var depth: Int

        static let ping = Load(operation: .ping, isRandom: true, blockBytes: 0, depth: 1)

        /// The same for requests of one kind.
        var key: String { "\(operation.rawValue) \(isRandom) \(blockBytes) \(depth)" }
    }

    /// The kinds of request on the ladder, the single 4 KiB write first.
    var requests: [Load] {
        var list: [Load] = []
        if loads.contains(.write) {
            list.append(Load(operation: .write, isRandom: true, blockBytes: 4096, depth: 1))
        }
        if loads.contains(.read) {
            list.append(Load(operation: .read, isRandom: true, blockBytes: 4096, depth: 1))
        }
        if loads.contains(.deep) {
            for operation in [ExchangePlan.Operation.write, .read] {
                for (isRandom, bytes) in [(true, 4096), (false, 131_072)] {
                    list.append(
                        Load(
                            operation: operation,
                            isRandom: isRandom,
                            blockBytes: bytes,
                            depth: Self.deepest
                        )
                    )
                }
            }
        }
        return list
    }
}
