import Glibc
import IOEngines

/// The replicas of a volume and the connections to them; of one thread at a time.
///
/// A replica that breaks the protocol, answers with a failure or is late is lost for good, and the others go on, as in
/// Longhorn's engine.
package final class ReplicaSet {
    /// More than Longhorn allows; a request keeps who has still to answer in one word.
    package static let mostReplicas = 20

    /// One replica.
    final class Member {
        let endpoint: Endpoint
        let links: [ReplicaLink]
        var failure: ReplicationError?
        /// The link that the next request takes.
        var turn = 0

        init(endpoint: Endpoint, links: [ReplicaLink]) {
            self.endpoint = endpoint
            self.links = links
        }

        var isAlive: Bool { failure == nil }
    }

    let members: [Member]
    /// The most data of one request.
    let dataBytes: Int
    private var sequence: UInt32 = 0

    /// Connects to every replica.
    ///
    /// - Parameters:
    ///   - endpoints: 1 to `mostReplicas`.
    ///   - connections: to each; Longhorn has had 2 since 1.7 and 1 before.
    ///   - dataBytes: the most data of one request.
    ///   - connect: makes one connection.
    /// - Throws: what `connect` throws, for the first that fails.
    package convenience init(
        _ endpoints: [Endpoint],
        connections: Int = 2,
        dataBytes: Int = 1 << 20,
        connect: (Endpoint) throws(ReplicationError) -> ReplicaConnection
    ) throws(ReplicationError) {
        try self.init(
            endpoints,
            connections: endpoints.map { _ in connections },
            dataBytes: dataBytes
        ) { (number) throws(ReplicationError) in
            try connect(endpoints[number])
        }
    }

    /// Connects to every replica, to each as often as is said.
    ///
    /// - Parameters:
    ///   - endpoints: 1 to `mostReplicas`.
    ///   - connections: to each, 1 at least.
    ///   - dataBytes: the most data of one request.
    ///   - connect: makes one connection to the replica of this number.
    /// - Throws: what `connect` throws, for the first that fails.
    package init(
        _ endpoints: [Endpoint],
        connections: [Int],
        dataBytes: Int = 1 << 20,
        connect: (Int) throws(ReplicationError) -> ReplicaConnection
    ) throws(ReplicationError) {
        precondition((1...Self.mostReplicas).contains(endpoints.count))
        precondition(connections.count == endpoints.count && connections.allSatisfy { $0 > 0 })
        self.dataBytes = dataBytes
        var members: [Member] = []
        for (number, endpoint) in endpoints.enumerated() {
            var links: [ReplicaLink] = []
            for _ in 0..<connections[number] {
                links.append(
                    ReplicaLink(
                        try connect(number),
                        dataBytes: dataBytes,
                        pieces: 2 * ExchangeLoop.mostDepth
                    )
                )
            }
            members.append(Member(endpoint: endpoint, links: links))
        }
        self.members = members
    }

    /// Where they are, in order.
    package var endpoints: [Endpoint] { members.map(\.endpoint) }

    /// Why each replica was lost; nil for those that are there.
    package var failures: [ReplicationError?] { members.map(\.failure) }

    /// The number of a request: from 1, and again from 1 after all others.
    func nextSequence() -> UInt32 {
        sequence = sequence == .max ? 1 : sequence + 1
        return sequence
    }

    /// Runs a closed loop of requests against some of the replicas.
    ///
    /// - Parameters:
    ///   - plan: what and for how long.
    ///   - replicas: the numbers of those that take part; the lost ones among them are left out.
    ///   - isCancelled: asked between requests; the run ends in order.
    /// - Returns: what was found, also when replicas were lost on the way.
    /// - Throws: `ReplicationError` when there is no memory for the requests.
    package func run(
        _ plan: ExchangePlan,
        on replicas: [Int],
        isCancelled: () -> Bool = { false }
    ) throws(ReplicationError) -> ExchangeOutcome {
        do throws(EngineError) {
            let loop = try ExchangeLoop(plan: plan, set: self, replicas: replicas)
            return loop.run(isCancelled: isCancelled)
        } catch {
            throw ReplicationError(error)
        }
    }

    /// Has agents time their own files, all at the same moment.
    ///
    /// - Returns: one outcome a replica.
    /// - Throws: `ReplicationError` of the first that fails; that replica is lost then.
    func measure(
        _ request: LocalMeasurement.Request,
        on replicas: [Int]
    ) throws(ReplicationError) -> [LocalOutcome] {
        let timeout = request.durationNanoseconds &+ 10_000_000_000
        var sequences: [UInt32] = []
        for replica in replicas {
            let member = members[replica]
            if let failure = member.failure { throw failure }
            let header = MessageHeader(
                sequence: nextSequence(),
                kind: .measure,
                dataLength: UInt32(LocalMeasurement.Request.byteCount)
            )
            sequences.append(header.sequence)
            try keeping(member) { () throws(ReplicationError) in
                try send(header, request.bytes, on: member, timeout)
            }
        }
        var outcomes: [LocalOutcome] = []
        for (replica, sequence) in zip(replicas, sequences) {
            let member = members[replica]
            try keeping(member) { () throws(ReplicationError) in
                let data = try answer(to: sequence, from: member, timeout)
                guard let outcome = LocalOutcome(data) else {
                    throw .lost(member.endpoint, "its measurement makes no sense")
                }
                outcomes.append(outcome)
            }
        }
        return outcomes
    }

    /// What fails here loses the replica.
    private func keeping(
        _ member: Member,
        _ body: () throws(ReplicationError) -> Void
    ) throws(ReplicationError) {
        do throws(ReplicationError) { try body() } catch {
            member.failure = error
            throw error
        }
    }

    /// Sends one request on the first link, and waits for its answer.
    ///
    /// - Returns: the data of the answer.
    /// - Throws: `ReplicationError` when it does not come, or says that it failed.
    func ask(
        _ member: Member,
        _ kind: MessageKind,
        offset: Int64 = 0,
        size: UInt32 = 0,
        data: [UInt8] = [],
        timeout: UInt64
    ) throws(ReplicationError) -> [UInt8] {
        let header = MessageHeader(
            sequence: nextSequence(),
            kind: kind,
            offset: offset,
            size: size,
            dataLength: UInt32(data.count)
        )
        try send(header, data, on: member, timeout)
        return try answer(to: header.sequence, from: member, timeout)
    }

    private func send(
        _ header: MessageHeader,
        _ data: [UInt8],
        on member: Member,
        _ timeout: UInt64
    ) throws(ReplicationError) {
        var bytes = [UInt8](repeating: 0, count: MessageHeader.byteCount)
        bytes.withUnsafeMutableBytes { if let base = $0.baseAddress { header.write(to: base) } }
        bytes += data
        let deadline = MonotonicClock.now() &+ timeout
        let code = bytes.withUnsafeBytes {
            SocketIO.send(member.links[0].number, $0, until: deadline)
        }
        guard code == 0 else { throw .lost(member.endpoint, "sending failed", code) }
    }

    private func answer(
        to sequence: UInt32,
        from member: Member,
        _ timeout: UInt64
    ) throws(ReplicationError) -> [UInt8] {
        let link = member.links[0]
        let deadline = MonotonicClock.now() &+ timeout
        while true {
            if let answer = try Self.next(link, sequence) {
                let text = String(decoding: answer.data.prefix(512), as: UTF8.self)
                guard answer.kind == .response else {
                    throw .replica(member.endpoint, answer.kind, text)
                }
                return answer.data
            }
            guard MonotonicClock.now() < deadline else {
                throw .late(member.endpoint, Double(timeout) / 1e9)
            }
            let received = link.receive(isWaiting: true)
            if received == 0 { throw .lost(member.endpoint, "it closed the connection") }
            if received < 0, -received != EAGAIN {
                throw .lost(member.endpoint, "receiving failed", Int32(-received))
            }
        }
    }

    /// The answer to a request among what has been received; nil while it has not come.
    private static func next(
        _ link: ReplicaLink,
        _ sequence: UInt32
    ) throws(ReplicationError) -> (kind: MessageKind, data: [UInt8])? {
        do throws(WireError) {
            while let answer = try link.reader.next() {
                if answer.header.sequence == sequence {
                    return (answer.header.kind, Array(answer.data))
                }
            }
            return nil
        } catch {
            throw .lost(link.endpoint, error.reason)
        }
    }
}
