import Glibc
import IOEngines
import Replication
import Statistics
import TestSupport
import Testing
import Units

@Suite(.serialized) struct AgentAbuseTests {
    private typealias Rig = AgentTests.Rig

    private static func serves(_ rig: AgentTests.Rig) throws -> Bool {
        let set = try rig.set(.memory)
        return try set.run(AgentTests.plan(.ping, 0, depth: 1, requests: 20), on: [0]).requests
            == 20
    }

    private static func send(_ bytes: [UInt8], to rig: AgentTests.Rig) throws {
        let socket = try StreamSocket.connect(to: rig.endpoint, timeout: 5_000_000_000)
        _ = Glibc.send(socket.number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Bytes that begin as something an agent understands, cut or damaged by the seed.
    private static func bytes(_ seed: UInt64) -> [UInt8] {
        var random = SplitMix64(seed: seed)
        var bytes: [UInt8]
        switch seed % 4 {
        case 0:
            bytes = (0..<random.index(below: 300)).map { _ in UInt8(random.index(below: 256)) }
        case 1:
            bytes = Array("TBENCHR1".utf8) + (0..<120).map { _ in UInt8(random.index(below: 256)) }
        default:
            // Longhorn's frames, with a field changed here and there.
            bytes = []
            for sequence in 0..<UInt32(8) {
                let size = [0, 1, 4096, 70_000][random.index(below: 4)]
                let header = MessageHeader(
                    sequence: sequence,
                    kind: MessageKind.allCases[random.index(below: MessageKind.allCases.count)],
                    offset: Int64(random.next() >> 20),
                    size: UInt32(size),
                    dataLength: random.index(below: 3) == 0 ? UInt32(size) : 0
                )
                var head = [UInt8](repeating: 0, count: MessageHeader.byteCount)
                head.withUnsafeMutableBytes {
                    if let base = $0.baseAddress { header.write(to: base) }
                }
                bytes += head + [UInt8](repeating: 7, count: Int(header.dataLength))
            }
            if seed % 4 == 3 {
                for _ in 0..<5 {
                    bytes[random.index(below: bytes.count)] ^= UInt8(1 + random.index(below: 255))
                }
            }
        }
        return Array(bytes.prefix(random.index(below: bytes.count + 1)))
    }

    @Test("whatever is sent to an agent, it goes on serving")
    func garbage() throws {
        let rig = try Rig {
            $0.greetingNanoseconds = 300_000_000
            $0.idleNanoseconds = 500_000_000
            $0.plainVolumeBytes = 1 << 20
        }
        for seed in 0..<300 {
            try Self.send(Self.bytes(UInt64(seed)), to: rig)
        }
        #expect(Self.servesInTheEnd(rig))
    }

    /// Once those that have yet to say who they are have had their time.
    private static func servesInTheEnd(_ rig: AgentTests.Rig) -> Bool {
        for _ in 0..<100 {
            if let serves = try? serves(rig), serves { return true }
            MonotonicClock.sleep(nanoseconds: 50_000_000)
        }
        return false
    }

    @Test("ten thousand connections that say nothing leave it serving")
    func flood() throws {
        let rig = try Rig { $0.greetingNanoseconds = 300_000_000 }
        var refused = 0
        for _ in 0..<10_000 {
            do { try Self.send([], to: rig) } catch { refused += 1 }
        }
        #expect(refused < 10_000)
        #expect(Self.servesInTheEnd(rig))
    }

    @Test("half-open connections hold up only each other, and not for long")
    func halfOpen() throws {
        let rig = try Rig {
            $0.greetingNanoseconds = 400_000_000
            $0.strangers = 8
        }
        // Who is in stays in.
        let set = try rig.set(.memory)
        var held: [HeldOpen] = []
        for _ in 0..<40 { held.append(try HeldOpen(rig.endpoint)) }
        #expect(
            try set.run(AgentTests.plan(.ping, 0, depth: 1, requests: 50), on: [0]).requests == 50
        )
        #expect(Self.servesInTheEnd(rig))
        #expect(held.count == 40)
    }

    /// A connection that has sent half a hello.
    private final class HeldOpen {
        private let socket: StreamSocket

        init(_ endpoint: Endpoint) throws {
            socket = try StreamSocket.connect(to: endpoint, timeout: 5_000_000_000)
            let half = Array("TBENCHR1".utf8)
            _ = Glibc.send(socket.number, half, half.count, Int32(MSG_NOSIGNAL))
        }
    }

    @Test("a session that falls silent is closed, and its volume goes")
    func silence() throws {
        let rig = try Rig { $0.idleNanoseconds = 200_000_000 }
        let set = try rig.set(.replica, bytes: 1 << 20)
        for _ in 0..<200 where try !rig.directory.names().isEmpty {
            MonotonicClock.sleep(nanoseconds: 20_000_000)
        }
        #expect(try rig.directory.names() == [])
        let outcome = try set.run(AgentTests.plan(.ping, 0, depth: 1, requests: 5), on: [0])
        #expect(outcome.requests == 0)
        #expect(outcome.failures.first?.error.reason.contains("is lost") == true)
    }

    @Test("an agent that ends in the middle of a run is lost, and said to be")
    func agentEnds() throws {
        let rig = try Rig()
        let set = try rig.set(.memory)
        let other = try Rig()
        let agent = rig.agent
        let thread = try WorkerThread(name: "end") {
            MonotonicClock.sleep(nanoseconds: 100_000_000)
            agent.stop()
        }
        let outcome = try set.run(AgentTests.plan(.write, 4096, depth: 4, requests: 0), on: [0])
        thread.join()
        #expect(outcome.failures.count == 1)
        #expect(try Self.serves(other))
    }

    @Test("whatever a server answers, the client says what is wrong", arguments: 0..<60)
    func garbageServer(seed: Int) throws {
        let server = try GarbageServer { _ in Self.bytes(UInt64(seed)) }
        let endpoint = Endpoint(kind: .agent, host: "127.0.0.1", port: server.port)
        #expect(throws: ReplicationError.self) {
            _ = try ReplicaConnection.agent(
                endpoint,
                .init(mode: .memory, session: 1),
                timeout: 500_000_000
            )
        }
        let set = try ReplicaSet([endpoint], connections: 1) {
            (endpoint) throws(ReplicationError) in
            try .plain(endpoint)
        }
        var plan = AgentTests.plan(.read, 4096, depth: 4, requests: 100)
        plan.timeoutNanoseconds = 500_000_000
        let outcome = try set.run(plan, on: [0])
        #expect(outcome.failures.count == 1)
        #expect(set.failures[0] != nil)
    }

    @Test("a control port that is none is said to be none", arguments: 0..<40)
    func garbageControl(seed: Int) throws {
        let server = try GarbageServer { _ in
            seed % 3 == 0
                ? Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8) : Self.bytes(UInt64(seed))
        }
        let control = ReplicaControl(
            Endpoint(kind: .longhorn, host: "127.0.0.1", port: server.port),
            timeout: 500_000_000
        )
        #expect(throws: ReplicationError.self) { _ = try control.status() }
    }
}
