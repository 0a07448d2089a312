import IOEngines
import ResultStore
import Statistics

/// The connections of a network measurement: two for exchanges, and one for each stream.
final class NetworkConnections {
    private let peer: LadderReplica
    private let token: AccessToken?
    private let session = ReplicaConnection.Wish.newSession()
    private let timeout: UInt64
    private(set) var exchanges: ReplicaSet
    private(set) var streams: [ReplicaSet] = []
    /// What makes the agent answer datagrams; 0 for a real replica.
    private(set) var cookie: UInt64 = 0
    private let streamCount: Int

    /// - Throws: `ReplicationError` when a connection cannot be made.
    init(
        _ peer: LadderReplica,
        token: AccessToken?,
        streams: Int,
        timeout: UInt64
    ) throws(ReplicationError) {
        self.peer = peer
        self.token = token
        self.timeout = timeout
        streamCount = streams
        (exchanges, cookie) = try Self.connect(
            peer,
            token,
            session,
            peer.isAgent ? 2 : 1,
            timeout
        )
    }

    /// Makes the streams' connections; not before the first exchanges have shown that large messages pass.
    func addStreams() throws(ReplicationError) {
        guard streams.isEmpty else { return }
        for _ in 0..<streamCount {
            streams.append(try Self.connect(peer, token, session, 1, timeout).set)
        }
    }

    /// Gives up connections that are stuck, and makes new ones.
    func renew(isStream: Bool) throws(ReplicationError) {
        if isStream {
            streams = []
            try addStreams()
        } else {
            exchanges = try Self.connect(
                peer,
                token,
                session,
                peer.isAgent ? 2 : 1,
                timeout
            ).set
        }
    }

    private static func connect(
        _ peer: LadderReplica,
        _ token: AccessToken?,
        _ session: UInt64,
        _ connections: Int,
        _ timeout: UInt64
    ) throws(ReplicationError) -> (set: ReplicaSet, cookie: UInt64) {
        var cookie: UInt64 = 0
        let set = try ReplicaSet(
            [peer.endpoint],
            connections: connections,
            dataBytes: NetworkPlan.streamBytes
        ) { (endpoint) throws(ReplicationError) in
            guard peer.isAgent else { return try .plain(endpoint, timeout: timeout) }
            let wish = ReplicaConnection.Wish(mode: .memory, session: session, token: token)
            let made = try ReplicaConnection.agent(endpoint, wish, timeout: timeout)
            cookie = made.cookie
            return made
        }
        return (set, cookie)
    }

    /// The connection that datagrams are sent alongside.
    var first: ReplicaLink { exchanges.members[0].links[0] }

    /// What the kernel says about the connections of one kind, now.
    func infos(ofStreams isStream: Bool) -> [TransportInfo] {
        let sets = isStream ? streams : [exchanges]
        return sets.flatMap { $0.members.flatMap(\.links) }
            .compactMap { TransportInfo(of: $0.number) }
    }

    /// Runs one kind of exchange once.
    func run(
        _ cell: NetworkPlan.Cell,
        _ plan: NetworkPlan,
        round: Int,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws(ReplicationError) -> ExchangeOutcome {
        let exchange = ExchangePlan(
            operation: cell.operation,
            blockBytes: cell.blockBytes,
            depth: cell.depth,
            // In a memory session the place is how long an answer is held back: not at all.
            volumeBytes: 0,
            durationNanoseconds: cell.isStream ? plan.streamNanoseconds : plan.sliceNanoseconds,
            seed: plan.seed &+ UInt64(round),
            connections: cell.isStream ? 1 : cell.connections,
            timeoutNanoseconds: plan.timeoutNanoseconds
        )
        guard cell.isStream else {
            return try exchanges.run(exchange, on: [0], isCancelled: isCancelled)
        }
        try addStreams()
        let lanes = streams.prefix(cell.connections).map { StreamLane($0, exchange) }
        do throws(EngineError) {
            var threads: [WorkerThread] = []
            for lane in lanes {
                threads.append(
                    try WorkerThread(name: "stream") { lane.run(isCancelled: isCancelled) }
                )
            }
            for thread in threads { thread.join() }
        } catch {
            throw ReplicationError(error)
        }
        return try StreamLane.together(lanes)
    }
}

/// One stream and its thread's result.
private final class StreamLane: @unchecked Sendable {
    private let set: ReplicaSet
    private let plan: ExchangePlan
    // Written by the thread, read after it has been joined.
    private var outcome: ExchangeOutcome?
    private var failure: ReplicationError?

    init(_ set: ReplicaSet, _ plan: ExchangePlan) {
        self.set = set
        self.plan = plan
    }

    func run(isCancelled: () -> Bool) {
        do throws(ReplicationError) {
            outcome = try set.run(plan, on: [0], isCancelled: isCancelled)
        } catch {
            failure = error
        }
    }

    /// All streams as one: requests and failures together, the longest time.
    static func together(_ lanes: [StreamLane]) throws(ReplicationError) -> ExchangeOutcome {
        var all = ExchangeOutcome()
        var latencies: [HistogramSnapshot] = []
        for lane in lanes {
            if let failure = lane.failure { throw failure }
            guard let outcome = lane.outcome else { continue }
            all.durationNanoseconds = max(all.durationNanoseconds, outcome.durationNanoseconds)
            all.requests += outcome.requests
            all.failures += outcome.failures
            latencies.append(outcome.latency)
        }
        all.latency = .merged(latencies)
        return all
    }
}
