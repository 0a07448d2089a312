import Statistics
import Testing

@testable import Orchestration

@Suite("Nodes beside each other") struct FleetRankingTests {
    private func samples(
        _ values: [Double],
        hardware: String = "ssd",
        prefix: String = "n"
    ) -> [FleetSample] {
        values.enumerated().map {
            FleetSample(node: "\(prefix)\($0)", hardware: hardware, value: $1)
        }
    }

    @Test("a slow node among steady ones stands out, worst first; a fast one is better")
    func outlier() throws {
        let ranking = try #require(
            FleetRanking(samples([100, 101, 99, 102, 98, 300, 40, 100]), metric: "p99_ns")
        )
        #expect(ranking.worse.map(\.node) == ["n5"])
        #expect(ranking.rows.first?.node == "n5")
        #expect(ranking.rows.last?.standing == .better)
        #expect(abs(ranking.rows[0].ratio - 3) < 1e-9)
        let rates = try #require(
            FleetRanking(samples([100, 101, 99, 102, 98, 30]), metric: "iops")
        )
        #expect(rates.worse.map(\.node) == ["n5"])
        #expect(rates.rows.first?.node == "n5")
    }

    @Test("half a fleet of outliers does not move the middle, and equal nodes have none")
    func robust() throws {
        let ranking = try #require(
            FleetRanking(
                samples(Array(repeating: 100.0, count: 11) + [900, 900, 900, 900]),
                metric: "x_ns"
            )
        )
        #expect(ranking.fleet.median.rounded() == 100)
        #expect(ranking.worse.count == 4)
        let same = try #require(
            FleetRanking(samples(Array(repeating: 5, count: 9)), metric: "x_ns")
        )
        #expect(same.worse.isEmpty)
        // Steady to a per mille, and 5 % off: many deviations, and nobody cares.
        let steady = try #require(
            FleetRanking(samples([100, 100.1, 99.9, 100, 100.1, 105]), metric: "x_ns")
        )
        #expect(steady.worse.isEmpty)
    }

    @Test("a slow kind of disk is no outlier among its like")
    func groups() throws {
        let disks =
            samples([100, 102, 98, 101, 99, 100])
            + samples([900, 910, 890, 905, 895, 2700], hardware: "hdd", prefix: "h")
        let ranking = try #require(FleetRanking(disks, metric: "x_ns"))
        #expect(ranking.worse.map(\.node) == ["h5"])
        #expect(ranking.groups.count == 2)
        #expect(ranking.groups.map(\.nodes) == [6, 6])
    }

    @Test("the median of a node's runs counts, and two nodes have no outlier")
    func runs() throws {
        let both = samples([100, 200]) + samples([110, 9000]) + samples([90, 210])
        let ranking = try #require(FleetRanking(both, metric: "x_ns"))
        #expect(ranking.rows.map(\.value) == [210, 100])
        #expect(ranking.rows.map(\.runs) == [3, 3])
        #expect(ranking.worse.isEmpty)
        #expect(FleetRanking([], metric: "x_ns") == nil)
    }

    @Test("hostile values are survived", arguments: [Double.infinity, .nan, -1, 0, 1e308, 1e-300])
    func hostile(value: Double) {
        let ranking = FleetRanking(samples([100, 101, 99, value]), metric: "x_ns")
        #expect(ranking?.rows.count == 4)
    }
}
