import Modeling
import ResultStore
import Statistics
import Testing
import Units

@Suite("What a write waits for") struct LimitTests {
    typealias Site = Synthetic.Site

    private static let settings: [(String, [Site], String)] = [
        (
            "a slow disk", [.near(), .far("b:1", disk: 3e6), .far("c:1")], "the disk of b:1"
        ),
        (
            "a slow link", [.near(), .far("b:1"), .far("c:1", network: 3e6)],
            "the network to c:1"
        ),
        (
            "a slow disk behind a link that is slow too",
            [.near(), .far("b:1", disk: 5e6, network: 1e6), .far("c:1")], "the disk of b:1"
        ),
        (
            "a slow disk here and a less slow link there",
            [.far("b:1", disk: 4e6), .far("c:1", network: 2e6)], "the disk of b:1"
        ),
        ("alike", [.far("a:1"), .far("b:1"), .far("c:1")], "the disks of all replicas"),
        (
            "alike, far away",
            [.far("a:1", disk: 100e3, network: 2e6), .far("b:1", disk: 100e3, network: 2e6)],
            "the network to all replicas"
        ),
        (
            "two slow disks, one twice as slow",
            [.near(), .far("b:1", disk: 4e6), .far("c:1", disk: 2e6)], "the disk of b:1"
        ),
        (
            "a disk and a link, as slow as each other",
            [
                .near(), .far("b:1", disk: 3e6, network: 100e3),
                .far("c:1", disk: 100e3, network: 3e6),
            ], "the disk of b:1 and the network to c:1, alike"
        ),
        ("one disk and nothing else", [.near()], "the disk of local"),
    ]

    @Test("is the component that was made slow", arguments: settings)
    func injected(name: String, sites: [Site], expected: String) throws {
        let model = try ReplicationModel(Synthetic.ladder(sites, rounds: 6, send: 10e3))
        let limit = try #require(model.limit)
        #expect(limit.name == expected)
        #expect(limit.share > 0.3 && limit.share <= 1)
        #expect(limit.without < limit.total)
    }

    @Test("is the engine where that takes longest")
    func engine() throws {
        var model = try ReplicationModel(Synthetic.ladder([.near(), .far("b:1")], rounds: 6))
        model.input.engine = Component(TermRole(.engine), constant: 5e6, source: "a test")
        #expect(model.limit?.name == "the engine and its front end (L_virt)")
        #expect(model.limit.map { $0.share > 0.8 } == true)
    }

    @Test("bounds come from what was measured with many in flight, and the lowest is first")
    func bounds() throws {
        var source = Source(seed: 4)
        func deep(
            _ step: LadderStep,
            _ replica: String,
            _ bytes: UInt64,
            _ pattern: String,
            perSecond: Double
        ) -> PhaseRecord {
            var phase = Synthetic.phase(
                Synthetic.point(step, [replica], blockBytes: bytes, depth: 16, pattern: pattern),
                rounds: 6,
                each: 100
            ) { _ in source.exponential(mean: 1e6) }
            for round in phase.rounds.indices {
                phase.rounds[round].durationNs = UInt64(100 / perSecond * 1e9)
            }
            return phase
        }
        var record = Synthetic.ladder(
            [.near(), .far("b:1"), .far("c:1")],
            rounds: 6,
            send: 0
        )
        record.phases += [
            deep(.disk, "local", 4096, "random", perSecond: 40_000),
            deep(.disk, "b:1", 4096, "random", perSecond: 9000),
            deep(.disk, "b:1", 131_072, "sequential", perSecond: 1000),
            deep(.exchange, "b:1", 131_072, "sequential", perSecond: 8000),
            deep(.exchange, "c:1", 131_072, "sequential", perSecond: 4000),
        ]
        let model = try ReplicationModel(record)
        let writes = try #require(model.bound(on: .writeIOPS))
        #expect(writes.name == "the disk of b:1")
        #expect(abs(writes.value / 9000 - 1) < 0.001)
        // 16 in flight, each about 0.43 ms.
        let inFlight = try #require(model.bounds.first { $0.name.hasPrefix("16 requests") })
        let mean = try #require(model.write).refined.mean.value
        #expect(abs(inFlight.value / (16e9 / mean) - 1) < 0.02)
        // 1.05 GB/s to the faster of two remote replicas, for two copies.
        let link = try #require(
            model.bounds.first { $0.figure == .writeBandwidth && $0.name.hasPrefix("the uplink") }
        )
        #expect(abs(link.value / (8000 * 131_072 / 2) - 1) < 0.001)
        #expect(model.bound(on: .writeBandwidth)?.name == "the disk of b:1")
        let outlook = model.outlook
        #expect(outlook.volumesPerDisk?.replica == "b:1")
        let volumes = try #require(outlook.volumesPerDisk).count
        #expect(abs(volumes / (9000 * mean / 1e9) - 1) < 0.02)
        let longest = try #require(outlook.longest)
        #expect(longest.nanoseconds > 3e6 && longest.nanoseconds < 1e8)
    }
}
