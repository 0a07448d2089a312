import Testing

@testable import Inspection

@Suite("The plan") struct PlanTests {
    private func plan(_ facts: (String, String)...) throws -> PlanTable {
        PlanTable(try PlanQuestion(facts.map { (key: $0.0, value: $0.1) }))
    }

    @Test("three nodes at 1 Gb/s: Longhorn with two copies, no Ceph, 58 MB/s")
    func small() throws {
        let plan = try plan(("nodes", "3"), ("network", "1gbe"), ("disks", "nvme"))
        let advice = Dictionary(plan.lines.map { ($0.subject, $0.advice) }) { first, _ in first }
        #expect(advice["control planes"] == "3")
        #expect(advice["volumes"] == "Longhorn, 2 replicas")
        #expect(advice["Ceph"] == "not here")
        #expect(advice["write bandwidth of a volume"] == "at most 58 MB/s with 2 remote copies")
    }

    @Test("spinning disks are no place for etcd, and 30 nodes are one for Ceph")
    func large() throws {
        let plan = try plan(
            ("nodes", "30"),
            ("network", "25gbe"),
            ("disks", "hdd"),
            ("memory", "256")
        )
        #expect(plan.lines.contains { $0.subject == "etcd on these disks" && $0.advice == "no" })
        #expect(plan.lines.contains { $0.subject == "volumes" && $0.advice.hasPrefix("Ceph") })
        #expect(plan.lines.contains { $0.subject == "control planes" && $0.advice == "5" })
    }

    @Test("every line says what it rests on, and an opinion what would settle it")
    func bases() throws {
        let plan = PlanTable(
            try PlanQuestion([]),
            measured: [(subject: "measured", headline: "pass", file: "r.json")]
        )
        #expect(plan.lines.first?.basis == "measured here")
        for line in plan.lines {
            #expect(["measured here", "documented", "opinion"].contains(line.basis))
            #expect(!line.reason.isEmpty && !line.source.isEmpty)
        }
        #expect(plan.lines.contains { $0.basis == "opinion" && $0.source.contains("tbench ") })
    }

    @Test(
        "bad questions are refused",
        arguments: [
            ("nodes", "0"), ("nodes", "x"), ("network", "fast"), ("network", "-1g"),
            ("disks", "tape"), ("colour", "blue"), ("memory", "0"),
        ]
    )
    func refused(key: String, value: String) {
        #expect(throws: InspectionError.self) { try PlanQuestion([(key: key, value: value)]) }
    }

    @Test("one and two nodes", arguments: [("1", "1"), ("2", "1")])
    func few(nodes: String, members: String) throws {
        let plan = try plan(("nodes", nodes))
        #expect(plan.lines.contains { $0.subject == "control planes" && $0.advice == members })
    }
}
