import ResultStore
import Testing

@testable import Orchestration

@Suite("Cases of a fleet") struct FleetCaseTests {
    private func run(_ node: String?, _ value: Double?) -> FleetRun {
        var host = HostRecord()
        host.node = node
        var record = ResultRecord(
            method: 1,
            run: RunInfo(
                id: "1",
                started: "2026-08-01T00:00:00Z",
                toolVersion: "tbench 0.1.0",
                toolBuild: "test",
                arguments: []
            ),
            benchmark: BenchmarkInfo(
                name: "etcd",
                workload: "sha256:0123456789abcdef",
                spec: [:],
                engine: "sync",
                engineRequested: "auto"
            ),
            target: TargetFacts(path: "/mnt", kind: "directory"),
            host: host
        )
        if let value { record.metrics["wal_fsync_p99_ns"] = Metric(value: value) }
        return FleetRun(record, source: "\(node ?? "none").json")
    }

    @Test(
        "runs of another engine or another cache mode are ranked apart, and named by what differs"
    )
    func apart() {
        var runs = (0..<4).map { run("a\($0)", 2e6) } + (0..<3).map { run("b\($0)", 2e6) }
        for index in 4..<7 { runs[index].engine = "libaio" }
        #expect(Fleet(runs).cases.map(\.name) == ["etcd · sync", "etcd · libaio"])
        for index in 4..<7 {
            runs[index].engine = "sync"
            runs[index].attachment = ["cache=none"]
        }
        let fleet = Fleet(runs)
        #expect(fleet.cases.map(\.name) == ["etcd · no tags", "etcd · cache=none"])
        #expect(fleet.cases.map(\.nodes) == [4, 3])
        #expect(fleet.mostNodes == 4)
    }

    @Test("what cannot be ranked is kept apart and never becomes a node")
    func unranked() {
        let fleet = Fleet([run("a", 2e6), run("b", nil), run(nil, 2e6), run("", 2e6)])
        #expect(fleet.cases.map(\.nodes) == [1])
        #expect(fleet.cases.first?.unranked.map(\.source) == ["b.json", "none.json", ".json"])
        let nothing = Fleet([run("a", nil)])
        #expect(nothing.cases.isEmpty)
        #expect(nothing.unranked.count == 1)
        #expect(Fleet([]).cases.isEmpty)
        #expect(Fleet([run("a", 2e6)], metric: "no_such").unranked.count == 1)
    }
}
