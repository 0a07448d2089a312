import Reporting
import ResultStore
import Statistics
import Testing

/// Reports of `tbench net`.
@Suite struct NetworkReportTests {
    private func phase(
        _ operation: OperationClass,
        bytes: UInt64,
        depth: Int,
        connections: Int,
        nanoseconds: UInt64,
        streams: Bool = false
    ) -> PhaseRecord {
        var phase = PhaseRecord(
            name: "\(operation.rawValue) \(bytes) x\(depth), \(connections)",
            kind: "network",
            startSeconds: 1,
            counters: ["requests": 8000, "retransmits": 0],
            ladder: LadderPoint(
                step: operation == .ping ? .ping : .exchange,
                replicas: ["node2:9650"],
                operation: operation.rawValue,
                blockBytes: bytes,
                depth: depth,
                connections: connections
            ),
            stopReason: "fixed"
        )
        if streams { phase.counters["streams"] = Double(connections) }
        for round in 0..<8 {
            var histogram = SampleHistogram(seed: UInt64(round) + bytes)
            histogram.add(1000, base: nanoseconds, spread: nanoseconds / 4)
            phase.rounds.append(
                RoundRecord(
                    durationNs: 70_000_000,
                    latency: [operation.rawValue: histogram.takeSparse()]
                )
            )
        }
        return phase
    }

    private func record() -> ResultRecord {
        var record = SampleRecord.fewSamples.make()
        record.benchmark.name = "net"
        record.benchmark.spec = ["streams": "4"]
        record.run.arguments = ["net", "node2", "--token-file", "token"]
        record.target = TargetFacts(path: "node2", kind: "network")
        record.tags = [:]
        record.metrics = [:]
        record.phases = [
            phase(.ping, bytes: 0, depth: 1, connections: 2, nanoseconds: 60_000),
            phase(.write, bytes: 4096, depth: 1, connections: 2, nanoseconds: 75_000),
            phase(.read, bytes: 4096, depth: 16, connections: 2, nanoseconds: 190_000),
            phase(
                .write,
                bytes: 131_072,
                depth: 16,
                connections: 1,
                nanoseconds: 2_000_000,
                streams: true
            ),
        ]
        var path = NetworkPath(peer: "node2:9650", peerKind: "tbench agent", isLoopback: false)
        path.localAddress = "10.0.0.1"
        path.peerAddress = "10.0.0.2"
        var interface = InterfaceFacts(name: "eth0")
        interface.kind = "ethernet"
        interface.driver = "ixgbe"
        interface.mtuBytes = 9000
        interface.speedMbps = 10_000
        interface.duplex = "full"
        interface.rxQueues = 8
        interface.txQueues = 8
        interface.offloads = ["tso": true, "gso": true, "gro": true, "lro": false]
        path.interface = interface
        var transport = TransportFacts(connections: 6)
        transport.retransmits = 3
        transport.segmentsSent = 412_345
        transport.rttNs = 120_000
        transport.rttMinNs = 31_000
        transport.sendMssBytes = 1448
        transport.receiveMssBytes = 1448
        transport.pathMtuBytes = 1500
        transport.congestionWindow = 120
        path.transport = transport
        var mtu = PathMTU(method: "datagrams", state: .told)
        mtu.interfaceBytes = 9000
        mtu.forwardBytes = 1500
        mtu.reverseBytes = 1500
        mtu.toldBytes = 1500
        mtu.diagnosis = "NIC 9000, path 1500: a router refuses larger packets and says so"
        mtu.probes = [PathProbeRecord(bytes: 9000, direction: "forward", answer: "told")]
        path.mtu = mtu
        var slope = NetworkSlope(operation: "write", nsPerKib: 905, interceptNs: 61_000)
        slope.nsPerKibCi95 = [890, 921]
        slope.bytesPerSecond = 1.13e9
        path.slopes = [slope]
        var stream = NetworkStream(operation: "write", streams: 4, bytesPerSecond: 1.12e9)
        stream.bytesPerSecondCi95 = [1.1e9, 1.14e9]
        stream.retransmits = 3
        path.streams = [stream]
        record.network = [path]
        record.verdict = VerdictRecord(
            grade: .borderline,
            headline: "To node2:9650: 4 KiB there and an answer back take 78 µs.",
            checks: [
                VerdictCheck(
                    name: "path MTU",
                    limit: "the interface's 9000",
                    measured: "1500 bytes",
                    grade: .borderline,
                    source: "tbench"
                )
            ],
            cause: "NIC 9000, path 1500: a router refuses larger packets and says so",
            advice: "ip link set eth0 mtu 1500"
        )
        record.warnings = []
        return record
    }

    @Test("text and Markdown say what was found", arguments: [100, 80])
    func golden(width: Int) throws {
        let style = TextStyle(color: false, unicode: true, width: width)
        let text = TextReport.render(record(), style: style)
        try Golden.expect(text, matches: "network-\(width).txt")
        for line in text.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
        try Golden.expect(MarkdownReport.render(record()), matches: "network.md")
    }

    @Test("names and numbers that nobody meant cannot steer a terminal or stop a report")
    func hostile() {
        var record = record()
        record.network?[0].peer = "\u{1B}[2J|<b>"
        record.network?[0].interface?.name = "eth\u{1B}]0;x\u{07}"
        record.network?[0].slopes[0].nsPerKib = -.infinity
        record.network?[0].slopes[0].nsPerKibCi95 = [.nan, .infinity]
        record.network?[0].streams[0].bytesPerSecond = .nan
        record.network?[0].transport?.rttMinNs = 0
        record.phases[1].ladder?.blockBytes = .max
        record.phases[2].ladder?.operation = "explode"
        let style = TextStyle(color: false, unicode: true, width: 100)
        let text = TextReport.render(record, style: style)
        #expect(!text.unicodeScalars.contains("\u{1B}"))
        #expect(!MarkdownReport.render(record).unicodeScalars.contains("\u{1B}"))
    }
}
