import IOEngines
import Replication
import Statistics
import TestSupport
import Testing
import Units

@Suite struct AgentTests {
    /// An agent on loopback, ended with the test.
    final class Rig {
        let directory: TemporaryDirectory
        let agent: ReplicaAgent
        let token: AccessToken?

        let host: String

        init(
            token: AccessToken? = nil,
            host: String = "127.0.0.1",
            change: (inout AgentLimits) -> Void = { _ in }
        ) throws {
            directory = try TemporaryDirectory()
            self.token = token
            self.host = host
            var limits = AgentLimits()
            change(&limits)
            agent = try ReplicaAgent(
                at: Endpoint(host).withPort(0),
                token: token,
                directory: directory.path,
                limits: limits
            ) { _ in }
            try agent.start()
        }

        deinit { agent.stop() }

        var endpoint: Endpoint { Endpoint(kind: .agent, host: host, port: agent.port) }

        func set(
            _ mode: SessionMode,
            bytes: UInt64 = 0,
            replicas: Int = 1,
            connections: Int = 2
        ) throws -> ReplicaSet {
            // Each replica has a session, and so a volume, of its own.
            var number: UInt64 = 0
            let base = ReplicaConnection.Wish.newSession() / 2 + 1
            return try ReplicaSet(
                Array(repeating: endpoint, count: replicas),
                connections: connections
            ) { (endpoint) throws(ReplicationError) in
                number += 1
                return try .agent(
                    endpoint,
                    .init(
                        mode: mode,
                        volumeBytes: bytes,
                        session: base + (number - 1) / UInt64(connections),
                        token: token
                    )
                )
            }
        }
    }

    static func plan(
        _ operation: ExchangePlan.Operation,
        _ blockBytes: Int,
        depth: Int,
        requests: UInt64 = 2000,
        isBatched: Bool = false
    ) -> ExchangePlan {
        ExchangePlan(
            operation: operation,
            blockBytes: blockBytes,
            depth: depth,
            volumeBytes: 16 << 20,
            durationNanoseconds: 20_000_000_000,
            mostRequests: requests,
            isBatched: isBatched
        )
    }

    @Test(
        "every request is answered once, at any depth and size, batched or not",
        arguments: [1, 16, 64],
        [
            (ExchangePlan.Operation.ping, 0), (.write, 4096), (.read, 4096), (.write, 131_072),
            (.read, 131_072),
        ]
    )
    func exchanges(depth: Int, request: (ExchangePlan.Operation, Int)) throws {
        let rig = try Rig()
        for mode in [SessionMode.memory, .replica] {
            let set = try rig.set(mode, bytes: 16 << 20)
            for isBatched in [false, true] {
                let outcome = try set.run(
                    Self.plan(
                        request.0,
                        request.1,
                        depth: depth,
                        requests: 500,
                        isBatched: isBatched
                    ),
                    on: [0]
                )
                #expect(outcome.requests == 500)
                #expect(outcome.failures.isEmpty)
                #expect(outcome.byReplica.map(\.count) == [500])
                #expect(outcome.latency.minimum > 0)
            }
        }
    }

    @Test(
        "in memory an answer is held back when that is asked for, and what was held is not counted"
    )
    func holds() throws {
        let rig = try Rig()
        let set = try rig.set(.memory)
        var plan = Self.plan(.write, 4096, depth: 1, requests: 40)
        plan.holds = [5_000_000]
        let held = try set.run(plan, on: [0])
        #expect(held.latency.minimum >= 5_000_000)
        #expect(held.byReplica[0].quantile(0.5) < 5_000_000)
        // A place far into a volume is none of the agent's business in memory.
        plan.holds = []
        plan.volumeBytes = 1 << 40
        let plain = try set.run(plan, on: [0])
        #expect(plain.latency.quantile(0.5) < 5_000_000)
    }

    @Test("what a write sent is in the replica's file, at its place")
    func content() throws {
        let rig = try Rig()
        let set = try rig.set(.replica, bytes: 1 << 20)
        var plan = Self.plan(.write, 4096, depth: 4, requests: 256)
        plan.volumeBytes = 1 << 20
        plan.isRandom = false
        let outcome = try set.run(plan, on: [0])
        #expect(outcome.requests == 256)
        let path = "\(rig.directory.path)/volume-1/volume-head-000.img"
        let file = try FileDescriptor.open(path, .readOnly)
        let memory = try AlignedBuffer(byteCount: 1 << 20)
        #expect(try file.read(into: memory.mutableBytes) == 1 << 20)
        let holes = stride(from: 0, to: 1 << 20, by: 4096).filter { offset in
            memory.bytes[offset..<offset + 4096].allSatisfy { $0 == 0 }
        }
        #expect(holes == [])
    }

    @Test("a fan-out waits for the slowest replica, and counts who it was")
    func fanOut() throws {
        let slow = try Rig { $0.delayNanoseconds = 20_000_000 }
        let fast = try Rig()
        var made: UInt64 = 0
        // Two connections to each, and a volume each.
        func session(of made: inout UInt64) -> UInt64 {
            made += 1
            return (made + 1) / 2
        }
        let set = try ReplicaSet([fast.endpoint, slow.endpoint, fast.endpoint]) {
            (endpoint) throws(ReplicationError) in
            try .agent(
                endpoint,
                .init(mode: .replica, volumeBytes: 16 << 20, session: session(of: &made))
            )
        }
        let outcome = try set.run(Self.plan(.write, 4096, depth: 1, requests: 50), on: [0, 1, 2])
        #expect(outcome.requests == 50)
        #expect(outcome.latency.minimum >= 20_000_000)
        // A busy machine may keep a fast one waiting longer.
        #expect(outcome.last[1] > 40)
        #expect(outcome.byReplica[0].quantile(0.5) < 20_000_000)
        let reads = try set.run(Self.plan(.read, 4096, depth: 1, requests: 99), on: [0, 1, 2])
        #expect(reads.byReplica.map(\.count) == [33, 33, 33])
    }

    @Test("an agent with a token serves who knows it and nobody else")
    func token() throws {
        let right = try AccessToken(Array("0123456789abcdef".utf8), named: "right")
        let wrong = try AccessToken(Array("0123456789abcdeF".utf8), named: "wrong")
        let rig = try Rig(token: right)
        let set = try rig.set(.memory)
        #expect(try set.run(Self.plan(.ping, 0, depth: 1, requests: 10), on: [0]).requests == 10)
        for (token, word) in [(wrong, "another one"), (nil, "asks for a token")] {
            let error = #expect(throws: ReplicationError.self) {
                _ = try ReplicaConnection.agent(
                    rig.endpoint,
                    .init(mode: .memory, session: 9, token: token)
                )
            }
            #expect(error?.reason.contains(word) == true)
            #expect(error?.exitCode == .refused)
        }
        // An agent that asks for nothing is not the one that the user has in mind.
        let open = try Rig()
        #expect(throws: ReplicationError.self) {
            _ = try ReplicaConnection.agent(
                open.endpoint,
                .init(mode: .memory, session: 9, token: right)
            )
        }
    }

    @Test("off loopback an agent without a token is refused before it answers anybody")
    func exposed() throws {
        let directory = try TemporaryDirectory()
        let error = #expect(throws: ReplicationError.self) {
            _ = try ReplicaAgent(
                at: Endpoint("0.0.0.0").withPort(0),
                token: nil,
                directory: directory.path
            ) { _ in }
        }
        #expect(error?.exitCode == .refused)
        #expect(error?.hint?.contains("--token-file") == true)
    }

    @Test("a request beyond the volume and one that is too large are answered with a reason")
    func outside() throws {
        let rig = try Rig()
        let set = try rig.set(.replica, bytes: 1 << 20)
        // The client believes that the volume is larger than it is.
        let outcome = try set.run(Self.plan(.write, 4096, depth: 1, requests: 2000), on: [0])
        #expect(outcome.requests < 2000)
        #expect(outcome.failures.first?.error.reason.contains("leaves the volume") == true)
    }

    @Test("a volume is refused when it is too large, does not fit, or is one too many")
    func volumes() throws {
        let rig = try Rig {
            $0.volumes = 1
            $0.volumeBytes = 1 << 50
        }
        let error = #expect(throws: ReplicationError.self) {
            _ = try rig.set(.replica, bytes: 1 << 49)
        }
        #expect(error?.reason.contains("does not fit") == true)
        #expect(throws: ReplicationError.self) { _ = try rig.set(.replica, bytes: 4095) }
        let held = try rig.set(.replica, bytes: 1 << 20)
        #expect(throws: ReplicationError.self) { _ = try rig.set(.memory, replicas: 2) }
        _ = held.endpoints
    }

    @Test("with its last connection a volume is removed")
    func removal() throws {
        let rig = try Rig()
        do { _ = try rig.set(.replica, bytes: 1 << 20) }
        for _ in 0..<200 where try !rig.directory.names().isEmpty {
            MonotonicClock.sleep(nanoseconds: 10_000_000)
        }
        #expect(try rig.directory.names() == [])
    }
}
