import ResultStore
import Statistics
import Testing
import Units

@testable import Modeling

@Suite("A volume on the nodes of a fleet") struct FleetModelTests {
    private func disk(_ node: String, _ nanoseconds: Double, seed: UInt64) -> FleetPart? {
        var source = Source(seed: seed)
        let phase = Synthetic.phase(Synthetic.point(.disk, ["local"]), rounds: 2, each: 1200) { _ in
            source.normal(mean: nanoseconds, deviation: nanoseconds / 20)
        }
        return part([phase], node)
    }

    private func link(
        _ node: String,
        _ peer: String,
        _ nanoseconds: Double,
        seed: UInt64
    ) -> FleetPart? {
        var source = Source(seed: seed)
        let point = Synthetic.point(.exchange, ["10.0.0.9:9650"])
        let phase = Synthetic.phase(point, rounds: 2, each: 300) { _ in
            source.normal(mean: nanoseconds, deviation: nanoseconds / 20)
        }
        return part([phase], node, peer: peer)
    }

    private func part(_ phases: [PhaseRecord], _ node: String, peer: String? = nil) -> FleetPart? {
        var record = Synthetic.record(phases)
        record.host.node = node
        record.tags = peer.map { ["peer": $0] } ?? [:]
        return FleetPart(SourceRecord(file: "f", record: record))
    }

    private func fleet(slowDisk: Int? = nil, slowLink: Int? = nil, count: Int = 8) -> FleetInput {
        var parts: [FleetPart?] = []
        for node in 0..<count {
            parts.append(disk("n\(node)", node == slowDisk ? 900_000 : 300_000, seed: UInt64(node)))
            for peer in 0..<node {
                let isSlow = node == slowLink || peer == slowLink
                parts.append(
                    link(
                        "n\(node)",
                        "n\(peer)",
                        isSlow ? 800_000 : 100_000,
                        seed: UInt64(node * 50 + peer)
                    )
                )
            }
        }
        return FleetInput(parts.compactMap(\.self))
    }

    @Test("a slow disk and a slow way are found, named, and blamed on the right one")
    func avoided() throws {
        let byDisk = try FleetModel(fleet(slowDisk: 3))
        #expect(byDisk.nodes.filter(\.avoid).map(\.node) == ["n3"])
        #expect(byDisk.nodes.first?.cause == "disk")
        let byLink = try FleetModel(fleet(slowLink: 5))
        #expect(byLink.nodes.filter(\.avoid).map(\.node) == ["n5"])
        #expect(byLink.nodes.first?.cause == "network")
        #expect(try FleetModel(fleet()).nodes.allSatisfy { !$0.avoid })
    }

    @Test(
        "a volume on typical nodes takes the slowest of three sums, and the best placements stay off the slow node"
    )
    func placements() throws {
        let model = try FleetModel(fleet(slowDisk: 3))
        // 300 µs and 100 µs, each with a deviation of 5 %: about 16 µs for the sum, and the median of the largest of three
        // lies 0.82 deviations above the mean.
        #expect(abs(model.typical.p50Ns - 413_000) < 5000)
        #expect(model.best.allSatisfy { !$0.replicas.contains("n3") })
        #expect(model.best.allSatisfy { $0.replicas.contains($0.engine) || $0.engine == "n3" })
        #expect(model.worst.allSatisfy { $0.replicas.contains("n3") })
        let random = try #require(model.random)
        let careful = try #require(model.careful)
        #expect(careful.p50Ns[2] < 0.6 * random.p50Ns[2])
        #expect(model.best.allSatisfy { $0.assumedLinks == 0 })
    }

    @Test(
        "the same records give the same model, in whatever order they come; one replica is possible"
    )
    func reproducible() throws {
        let one = try FleetModel(fleet(slowDisk: 1), replicas: 1)
        let other = try FleetModel(fleet(slowDisk: 1), replicas: 1)
        #expect(one.nodes == other.nodes && one.random == other.random)
        #expect(one.best.allSatisfy { $0.replicas == [$0.engine] })
    }

    @Test("what is missing is said: ways, disks, nodes")
    func missing() throws {
        let disks = FleetInput((0..<4).compactMap { disk("n\($0)", 300_000, seed: $0) })
        let model = try FleetModel(disks)
        #expect(model.measuredLinks == 0)
        #expect(model.nodes.allSatisfy { $0.linkP50Ns == nil })
        #expect(model.assumptions.first?.contains("No way between nodes") == true)
        let few = FleetInput(
            [disk("a", 1000, seed: 1), link("a", "b", 1000, seed: 2)].compactMap(\.self)
        )
        let error = #expect(throws: ModelError.self) { try FleetModel(few) }
        #expect(error?.exitCode == .missing)
        #expect(try FleetModel(few, replicas: 1).unknownDisks == ["b"])
        #expect(throws: ModelError.self) { try FleetModel(FleetInput([])) }
        #expect(part([], "a") == nil)
    }
}
