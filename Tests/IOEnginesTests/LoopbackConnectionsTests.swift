import Testing

@testable import IOEngines

@Suite("Loopback connections") struct LoopbackConnectionsTests {
    @Test(
        "what one end sends arrives at the other, and only there",
        arguments: [LoopbackConnections.Kind.tcp, .unix]
    )
    func sendAndReceive(kind: LoopbackConnections.Kind) throws {
        let connections = try LoopbackConnections(capacity: 3, kind: kind)
        try connections.grow(to: 3)
        #expect(connections.count == 3)
        let sent: [UInt8] = [1, 2, 3, 4, 5]
        let isSent = sent.withUnsafeBytes { bytes in
            bytes.baseAddress.map { connections.send(.client, 1, $0, count: 5) }
        }
        #expect(isSent == true)
        var ready = ReadyConnections()
        #expect(connections.wait(.server, milliseconds: 2000, into: &ready) == 1)
        #expect(ready[0] == 1)
        var received = [UInt8](repeating: 0, count: 16)
        let count = received.withUnsafeMutableBytes { connections.receive(.server, 1, into: $0) }
        #expect(Array(received[..<count]) == sent)
        #expect(received.withUnsafeMutableBytes { connections.receive(.server, 0, into: $0) } == 0)
        #expect(connections.wait(.client, milliseconds: 0, into: &ready) == 0)
    }

    @Test("connections go no further than the capacity")
    func capacity() throws {
        let connections = try LoopbackConnections(capacity: 2)
        try connections.grow(to: 100)
        #expect(connections.count == 2)
        #expect(connections.possible(100) == 2)
    }

    @Test("sending on a connection that was shut down fails instead of raising SIGPIPE")
    func shutDown() throws {
        let connections = try LoopbackConnections(capacity: 1)
        try connections.grow(to: 1)
        connections.shutDown()
        let byte: [UInt8] = [7]
        let isSent = byte.withUnsafeBytes { bytes in
            bytes.baseAddress.map { connections.send(.client, 0, $0, count: 1) }
        }
        #expect(isSent == false)
    }
}
