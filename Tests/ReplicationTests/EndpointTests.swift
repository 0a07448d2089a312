import Replication
import Testing
import Units

@Suite struct EndpointTests {
    @Test(
        "an address is read as people write it",
        arguments: [
            ("host", "host:9650"), ("host:80", "host:80"), ("10.0.0.2", "10.0.0.2:9650"),
            ("[::1]:9700", "[::1]:9700"), ("::1", "[::1]:9650"), ("tcp://host:1", "host:1"),
            ("longhorn://10.0.0.2", "longhorn://10.0.0.2:9502"),
            ("longhorn://10.0.0.2:10000", "longhorn://10.0.0.2:10000"),
            ("unix:///var/run/longhorn-vol.sock", "unix:///var/run/longhorn-vol.sock"),
        ]
    )
    func reading(_ text: String, _ meant: String) throws {
        #expect(try Endpoint(text).description == meant)
        #expect(try Endpoint(Endpoint(text).description) == Endpoint(text))
    }

    @Test(
        "what is no address is refused as what it is",
        arguments: [
            "", ":80", "host:", "host:0", "host:65536", "host:x", "[::1", "[::1]x", "http://host",
            "unix://relative", "a\0b", String(repeating: "x", count: 300),
        ]
    )
    func refusal(_ text: String) {
        let error = #expect(throws: ReplicationError.self) { _ = try Endpoint(text) }
        #expect(error?.exitCode == .usage)
        #expect(error?.hint != nil)
    }
}
