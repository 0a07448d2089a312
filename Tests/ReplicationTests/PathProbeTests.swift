import ResultStore
import TestSupport
import Testing
import Units

@testable import Replication

/// Real paths between network namespaces.
@Suite(.requiresNetworkNamespaces, .serialized)
struct PathProbeTests {
    /// What the probe finds on a path, with an agent at its right end.
    static func probe(
        _ chain: NamespaceChain,
        interface: UInt64,
        isSix: Bool = false
    ) throws -> PathMTU? {
        let token = try AccessToken(Array("sixteen bytes are enough".utf8), named: "test")
        let last = chain.names.count - 1
        let host = chain.address(isSix: isSix)
        let (agent, echo) = try chain.run(in: last) {
            let agent = try ReplicaAgent(
                at: Endpoint(kind: .agent, host: host, port: 0),
                token: token,
                directory: nil
            ) { _ in }
            try agent.start()
            let place = Endpoint(kind: .agent, host: agent.host, port: agent.port)
            let echo = try PathEcho(at: place, cookie: agent.cookie)
            try echo.start()
            return (agent, echo)
        }
        defer {
            echo.stop()
            agent.stop()
        }
        return try chain.run(in: 0) {
            let connection = try ReplicaConnection.agent(
                Endpoint(kind: .agent, host: host, port: agent.port),
                .init(mode: .memory, session: 1, token: token)
            )
            guard var probe = PathProbe(alongside: connection.socket, cookie: connection.cookie)
            else { return nil }
            return probe.run(interfaceBytes: interface, rttNanoseconds: 1_000_000)
        }
    }

    @Test(
        "a path that carries all that the interface sends is whole",
        arguments: [1500, 9000],
        [false, true]
    )
    func whole(mtu: Int, isSix: Bool) throws {
        let chain = try NamespaceChain([.init(mtu, mtu)])
        let found = try #require(
            try Self.probe(chain, interface: UInt64(mtu), isSix: isSix)
        )
        #expect(found.state == .whole)
        #expect(found.forwardBytes == UInt64(mtu))
        #expect(found.reverseBytes == UInt64(mtu))
        #expect(found.diagnosis == nil)
    }

    @Test("a router that refuses jumbo frames and says so is told apart", arguments: [false, true])
    func told(isSix: Bool) throws {
        let chain = try NamespaceChain([.init(9000, 9000), .init(1500, 1500), .init(9000, 9000)])
        let found = try #require(try Self.probe(chain, interface: 9000, isSix: isSix))
        #expect(found.state == .told)
        #expect(found.forwardBytes == 1500)
        #expect(found.reverseBytes == 1500)
        #expect(found.toldBytes == 1500)
        #expect(found.diagnosis?.hasPrefix("NIC 9000, path 1500: ") == true)
    }

    @Test("one that says nothing is a black hole", arguments: [false, true])
    func blackHole(isSix: Bool) throws {
        let chain = try NamespaceChain(
            [.init(9000, 9000), .init(1450, 1450), .init(9000, 9000)],
            silentRouters: true
        )
        let found = try #require(try Self.probe(chain, interface: 9000, isSix: isSix))
        #expect(found.state == .blackHole)
        #expect(found.forwardBytes == 1450)
        #expect(found.toldBytes == nil)
        #expect(found.diagnosis?.contains("vanish") == true)
    }

    @Test("a switch that drops jumbo frames is a black hole, without any router")
    func linkDrops() throws {
        // A veth whose other end has a smaller MTU drops what is larger, as a switch port does.
        let chain = try NamespaceChain([.init(9000, 1500)])
        let found = try #require(try Self.probe(chain, interface: 9000))
        #expect(found.state == .blackHole)
        // The link layer lets a VLAN tag's four bytes through.
        #expect((1500...1504).contains(try #require(found.forwardBytes)))
    }

    @Test("a way back that carries less is named")
    func wayBack() throws {
        let chain = try NamespaceChain([.init(1500, 9000)])
        // The agent sends 9000 bytes; this end takes 1500, and drops the rest like a port would.
        let found = try #require(try Self.probe(chain, interface: 1500))
        #expect(found.forwardBytes == 1500)
        #expect(found.state == .whole)
        let narrow = try NamespaceChain([.init(9000, 9000), .init(1500, 9000)])
        let back = try #require(try Self.probe(narrow, interface: 9000))
        #expect(back.forwardBytes == 1500)
        #expect(back.reverseBytes == 1500)
        #expect(back.state == .told)
    }
}
