import ResultStore
import Statistics
import Testing
import Units

@testable import Rating

@Suite("Verdict on a network") struct NetworkVerdictTests {
    /// A healthy way, before a test spoils it.
    static func path() -> NetworkPath {
        var path = NetworkPath(peer: "node2:9650", peerKind: "tbench agent", isLoopback: false)
        path.interface = InterfaceFacts(name: "eth0")
        var transport = TransportFacts(connections: 2)
        transport.retransmits = 0
        transport.segmentsSent = 100_000
        transport.sendMssBytes = 8948
        path.transport = transport
        var mtu = PathMTU(method: "datagrams", state: .whole)
        mtu.interfaceBytes = 9000
        mtu.forwardBytes = 9000
        mtu.reverseBytes = 9000
        path.mtu = mtu
        path.streams = [NetworkStream(operation: "write", streams: 1, bytesPerSecond: 1.15e9)]
        return path
    }

    static func record(_ path: NetworkPath, warnings: [Warning] = []) -> ResultRecord {
        ResultRecord(
            method: 1,
            run: RunInfo(
                id: "00000000",
                started: "2026-01-01T00:00:00Z",
                toolVersion: "tbench",
                toolBuild: "test",
                arguments: []
            ),
            benchmark: BenchmarkInfo(
                name: "net",
                workload: "sha256:0",
                spec: [:],
                engine: "sync",
                engineRequested: "sync"
            ),
            target: TargetFacts(path: "node2", kind: "network"),
            host: HostRecord(),
            network: [path],
            warnings: warnings
        )
    }

    static let stall = Warning(code: "exchange-stalled", severity: .caution, text: "stalled")

    @Test("a way that carries what its interface sends and loses nothing passes")
    func pass() throws {
        let verdict = try #require(NetworkVerdict.judge(Self.record(Self.path())))
        #expect(verdict.grade == .pass)
        #expect(verdict.checks.map(\.name) == ["path MTU", "retransmits"])
        #expect(NetworkSummary.doubts(Self.record(Self.path())) == [])
    }

    @Test("a jumbo mismatch is named, and judged by whether TCP is hit")
    func mismatch() throws {
        var path = Self.path()
        path.mtu?.forwardBytes = 1500
        path.mtu?.reverseBytes = 1500
        path.mtu?.state = .told
        path.mtu?.diagnosis = "NIC 9000, path 1500: a router says so"
        let told = try #require(NetworkVerdict.judge(Self.record(path)))
        #expect(told.grade == .borderline)
        #expect(told.cause.hasPrefix("NIC 9000, path 1500"))
        #expect(told.advice.contains("ip link set eth0 mtu 1500"))
        path.mtu?.state = .blackHole
        #expect(NetworkVerdict.judge(Self.record(path))?.grade == .fail)
        path.transport?.sendMssBytes = 1448
        #expect(NetworkVerdict.judge(Self.record(path))?.grade == .borderline)
        let stalled = Self.record(path, warnings: [Self.stall])
        #expect(NetworkVerdict.judge(stalled)?.grade == .fail)
    }

    @Test(
        "segments sent again are judged by their share, and a few segments not at all",
        arguments: [
            (0, 100_000, VerdictRecord.Grade.pass), (99, 100_000, .pass),
            (100, 100_000, .borderline), (1000, 100_000, .fail), (999, 999, .pass),
        ] as [(UInt64, UInt64, VerdictRecord.Grade)]
    )
    func retransmits(again: UInt64, sent: UInt64, grade: VerdictRecord.Grade) {
        var path = Self.path()
        path.transport?.retransmits = again
        path.transport?.segmentsSent = sent
        #expect(NetworkVerdict.judge(Self.record(path))?.grade == grade)
    }

    @Test("loopback is no network, and nobody is told that it passes")
    func loopback() throws {
        var path = Self.path()
        path.isLoopback = true
        let record = Self.record(path)
        let verdict = try #require(NetworkVerdict.judge(record))
        #expect(verdict.grade == .inconclusive)
        #expect(verdict.headline.hasPrefix("Loopback, no network"))
        #expect(NetworkSummary.doubts(record).map(\.code) == ["loopback"])
    }

    @Test("a link below Longhorn's 10 Gb/s is a note, and errors of the interface a doubt")
    func doubts() {
        var path = Self.path()
        path.streams = [NetworkStream(operation: "write", streams: 1, bytesPerSecond: 117e6)]
        path.interface?.duplex = "half"
        path.interface?.counted = ["rx_dropped": 12, "tx_errors": 0]
        let doubts = NetworkSummary.doubts(Self.record(path))
        #expect(doubts.map(\.code) == ["below-10-gbps", "half-duplex", "interface-errors"])
        #expect(doubts[0].severity == .note)
        #expect(doubts[0].text.contains("117 MB/s"))
        #expect(doubts[2].text.contains("rx_dropped +12"))
        #expect(!doubts[2].text.contains("tx_errors"))
    }

    @Test("an unknown path MTU and a disturbed run are inconclusive")
    func inconclusive() {
        var path = Self.path()
        path.mtu = nil
        #expect(NetworkVerdict.judge(Self.record(path))?.grade == .inconclusive)
        let steal = Warning(code: "steal", severity: .contaminated, text: "stolen")
        let record = Self.record(Self.path(), warnings: [steal])
        #expect(NetworkVerdict.judge(record)?.grade == .inconclusive)
    }

    @Test("headline numbers are those of one request over two connections")
    func metrics() {
        var record = Self.record(Self.path())
        record.network?[0].slopes = [
            NetworkSlope(operation: "write", nsPerKib: 900, interceptNs: 60_000)
        ]
        for (connections, base) in [(1, 50_000), (2, 80_000)] as [(Int, UInt64)] {
            var histogram = LatencyHistogram()
            for _ in 0..<1000 { histogram.record(base) }
            record.phases.append(
                PhaseRecord(
                    name: "4 KiB write x1, \(connections)",
                    kind: "network",
                    startSeconds: 0,
                    rounds: [
                        RoundRecord(
                            durationNs: 1_000_000_000,
                            latency: ["write": SparseHistogram(histogram.takeSnapshot())]
                        )
                    ],
                    ladder: LadderPoint(
                        step: .exchange,
                        replicas: ["node2:9650"],
                        operation: "write",
                        blockBytes: 4096,
                        depth: 1,
                        connections: connections
                    )
                )
            )
        }
        let metrics = NetworkMetrics.derive(record)
        #expect(abs((metrics["net_write_4k_p50_ns"]?.value ?? 0) - 80_000) < 800)
        #expect(metrics["net_write_ns_per_kib"]?.value == 900)
        #expect(metrics["net_path_mtu_bytes"]?.value == 9000)
        #expect(metrics["net_stream_write_1_bytes_per_second"]?.value == 1.15e9)
        // The upper edge of the bucket of 80 000 ns, not of 50 000.
        let headline = NetworkSummary.headline(record) ?? ""
        #expect(headline.contains("take 79.") || headline.contains("take 80"))
    }
}
