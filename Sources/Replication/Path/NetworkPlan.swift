import ResultStore

/// What is exchanged to learn what a network costs: rounds of short slices, each kind of exchange once in each.
///
/// Kinds that are compared lie next to each other in time, so that a network that changes its mood changes all of them.
package struct NetworkPlan: Sendable, Equatable {
    package var rounds: Int
    /// The length of one kind of exchange in a round.
    package var sliceNanoseconds: UInt64
    /// The same for streams, which need longer to come up to speed.
    package var streamNanoseconds: UInt64
    /// How many streams there are where there are several.
    package var streams: Int
    /// No new slice begins so long after the first connection.
    package var limitNanoseconds: UInt64
    /// An exchange that takes longer is given up.
    package var timeoutNanoseconds: UInt64
    package var seed: UInt64

    package init(
        rounds: Int = 8,
        sliceNanoseconds: UInt64 = 70_000_000,
        streamNanoseconds: UInt64 = 150_000_000,
        streams: Int = 4,
        limitNanoseconds: UInt64 = 26_000_000_000,
        timeoutNanoseconds: UInt64 = 3_000_000_000,
        seed: UInt64 = 7
    ) {
        self.rounds = rounds
        self.sliceNanoseconds = sliceNanoseconds
        self.streamNanoseconds = streamNanoseconds
        self.streams = streams
        self.limitNanoseconds = limitNanoseconds
        self.timeoutNanoseconds = timeoutNanoseconds
        self.seed = seed
    }

    /// A first look: enough rounds for an interval, and no more.
    package static let quick = NetworkPlan(
        rounds: 5,
        sliceNanoseconds: 25_000_000,
        streamNanoseconds: 60_000_000,
        limitNanoseconds: 6_000_000_000,
        timeoutNanoseconds: 1_500_000_000
    )

    /// Requests in flight where there are many; what a volume of Longhorn's V1 has at most.
    static let deep = LadderPlan.deepest
    /// Bytes of a stream's requests.
    static let streamBytes = 128 << 10
    /// More than anybody's network needs, and an agent has connections for.
    package static let mostStreams = 16

    /// One kind of exchange.
    struct Cell: Equatable {
        var operation: ExchangePlan.Operation
        var blockBytes: Int
        var depth: Int
        var connections: Int
        /// Each connection has a thread of its own.
        var isStream = false
    }

    /// Every kind of exchange, in the order of a round.
    ///
    /// - Parameter onlyPings: all that may be done to a replica that is somebody's.
    /// - Returns: kinds that differ in name.
    func cells(onlyPings: Bool) -> [Cell] {
        let kinds: [(ExchangePlan.Operation, Int)] =
            [(.ping, 0)]
            + (onlyPings
                ? []
                : [
                    (.write, 4 << 10), (.read, 4 << 10), (.write, 8 << 10), (.write, 64 << 10),
                    (.write, 128 << 10), (.read, 128 << 10),
                ])
        var list: [Cell] = []
        for depth in [1, Self.deep] {
            // Each connection that ends leaves a real replica with a goroutine that does not.
            for connections in onlyPings ? [1] : [1, 2] {
                for (operation, bytes) in kinds {
                    // That is a stream of one.
                    if bytes == Self.streamBytes, depth == Self.deep, connections == 1 { continue }
                    list.append(
                        Cell(
                            operation: operation,
                            blockBytes: bytes,
                            depth: depth,
                            connections: connections
                        )
                    )
                }
            }
        }
        guard !onlyPings else { return list }
        for streams in streams > 1 ? [1, streams] : [1] {
            for operation in [ExchangePlan.Operation.write, .read] {
                list.append(
                    Cell(
                        operation: operation,
                        blockBytes: Self.streamBytes,
                        depth: Self.deep,
                        connections: streams,
                        isStream: true
                    )
                )
            }
        }
        return list
    }
}

extension NetworkPlan.Cell {
    /// "4 KiB write x1, 2 connections".
    var name: String {
        let what =
            operation == .ping ? "ping" : "\(blockBytes >> 10) KiB \(operation.rawValue)"
        if isStream {
            return
                "stream of \(operation.rawValue)s, \(connections) connection\(connections == 1 ? "" : "s")"
        }
        return "\(what) x\(depth), \(connections) connection\(connections == 1 ? "" : "s")"
    }

    /// How the record calls it; of a stream, the requests of all its connections are in flight.
    func point(_ peer: String) -> LadderPoint {
        LadderPoint(
            step: operation == .ping ? .ping : .exchange,
            replicas: [peer],
            operation: operation.rawValue,
            blockBytes: UInt64(blockBytes),
            depth: isStream ? depth * connections : depth,
            connections: connections
        )
    }

    var operationClass: OperationClass {
        switch operation {
        case .ping: .ping
        case .read: .read
        case .write: .write
        }
    }
}
