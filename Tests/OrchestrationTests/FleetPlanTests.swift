import Foundation
import Testing
import Units

@testable import Orchestration

@Suite("Who runs when") struct FleetPlanTests {
    static func inventory(leaders: Int, others: Int) -> NodeInventory {
        NodeInventory(
            (0..<leaders).map {
                NodeFacts(name: "cp\($0)", labels: ["node-role.kubernetes.io/control-plane": ""])
            }
                + (0..<others).map {
                    NodeFacts(name: "w\($0)", labels: ["disk": $0 < 2 ? "nvme" : "hdd"])
                }
        )
    }

    private func plan(
        _ text: String,
        _ inventory: NodeInventory?,
        controlPlane: [String]? = nil,
        atOnce: Int? = 1,
        risk: Bool = false
    ) throws -> FleetPlan {
        try FleetPlan(
            (nodes: try NodeSelection(text), text: text),
            inventory: inventory,
            controlPlane: controlPlane,
            atOnce: atOnce,
            acceptsQuorumRisk: risk
        )
    }

    @Test(
        "no slot ever loads more than a minority of the control-plane nodes, and each node runs once",
        arguments: [3, 4, 5, 7],
        [1, 2, 3, 10]
    )
    func minority(leaders: Int, atOnce: Int) throws {
        let inventory = Self.inventory(leaders: leaders, others: 9)
        let fleet = try plan("all", inventory, atOnce: atOnce)
        for slot in fleet.slots {
            #expect(slot.count <= atOnce)
            #expect(slot.filter { $0.hasPrefix("cp") }.count * 2 < leaders)
        }
        #expect(fleet.slots.flatMap(\.self).sorted() == inventory.nodes.map(\.name).sorted())
    }

    @Test(
        "a storm over a majority, over the only member, and one over nobody knows whom are refused with 77",
        arguments: [(3, 2), (1, 0), (2, 3), (5, 5)]
    )
    func storm(leaders: Int, others: Int) throws {
        let inventory = Self.inventory(leaders: leaders, others: others)
        let error = #expect(throws: ManifestError.self) {
            try plan("all", inventory, atOnce: nil)
        }
        #expect(error?.exitCode == .refused)
        #expect(try plan("all", inventory, atOnce: nil, risk: true).slots.count == 1)
        let workers = try? plan(
            "disk!=none,!node-role.kubernetes.io/control-plane",
            inventory,
            atOnce: nil
        )
        #expect(workers?.slots.count == (others > 0 ? 1 : nil))
    }

    @Test("names without an inventory take turns; together they need to be known")
    func names() throws {
        #expect(try plan("b,a", nil).slots == [["b"], ["a"]])
        #expect(throws: ManifestError.self) { try plan("a,b", nil, atOnce: 2) }
        #expect(try plan("a,b", nil, controlPlane: [], atOnce: nil).slots == [["a", "b"]])
        #expect(throws: ManifestError.self) {
            try plan("a,b", nil, controlPlane: ["a", "b", "c"], atOnce: nil)
        }
        #expect(throws: ManifestError.self) { try plan("all", nil) }
    }

    @Test(
        "a selector chooses as kubectl's does",
        arguments: [
            ("disk=nvme", ["w0", "w1"]),
            ("disk!=nvme,!node-role.kubernetes.io/control-plane", ["w2"]),
            ("node-role.kubernetes.io/control-plane", ["cp0", "cp1", "cp2"]), ("disk==hdd", ["w2"]),
        ]
    )
    func selectors(text: String, names: [String]) throws {
        let fleet = try plan(text, Self.inventory(leaders: 3, others: 3))
        #expect(fleet.slots.flatMap(\.self) == names)
    }

    @Test(
        "nodes that cannot run are left out by all, with the reason, and nothing left is an error"
    )
    func unready() throws {
        let inventory = NodeInventory([
            NodeFacts(name: "a"), NodeFacts(name: "b", isReady: false),
            NodeFacts(name: "c", labels: ["kubernetes.io/os": "windows"]),
        ])
        let fleet = try plan("all", inventory)
        #expect(fleet.slots == [["a"]])
        #expect(fleet.left == ["b is not ready", "c runs no Linux"])
        let error = #expect(throws: ManifestError.self) { try plan("disk=none", inventory) }
        #expect(error?.exitCode == .missing)
        #expect(throws: ManifestError.self) { try plan("nobody", inventory) }
    }

    @Test(
        "what is no list of nodes is refused",
        arguments: [
            "", "{", "[]", "{}", "{\"items\":[]}", "{\"items\":[{\"metadata\":{}}]}",
            "{\"items\":[{\"metadata\":{\"name\":\"../x\"}}]}",
            "{\"items\":[{\"metadata\":{\"name\":\"a\"}},{\"metadata\":{\"name\":\"a\"}}]}",
            "\u{0}",
        ]
    )
    func hostile(text: String) {
        #expect(throws: ManifestError.self) { try NodeInventory.read(Data(text.utf8)) }
    }

    @Test("kubectl's own JSON is read")
    func kubectl() throws {
        let text = """
            {"apiVersion":"v1","kind":"List","items":[{"kind":"Node","metadata":{"name":"b","labels":{"x":"y"}},
            "status":{"conditions":[{"type":"MemoryPressure","status":"False"},{"type":"Ready","status":"Unknown"}]}},
            {"kind":"Node","metadata":{"name":"a","labels":{"node-role.kubernetes.io/control-plane":""}},
            "status":{"conditions":[{"type":"Ready","status":"True"}]}}]}
            """
        let inventory = try NodeInventory.read(Data(text.utf8))
        #expect(inventory.nodes.map(\.name) == ["a", "b"])
        #expect(inventory.nodes.map(\.isControlPlane) == [true, false])
        #expect(inventory.nodes.map(\.isReady) == [true, false])
    }

    @Test("a network fleet has no more Jobs than anybody wants, and everybody meets")
    func network() throws {
        let fleet = try NetworkFleet((0..<6).map { "n\($0)" })
        #expect(fleet.rounds == 5 && fleet.pairs.count == 15)
        #expect(Set(fleet.pairs.map { [$0.from, $0.to].sorted() }).count == 15)
        let many = (0..<1000).map { "n\($0)" }
        #expect(throws: ManifestError.self) { try NetworkFleet(many) }
        #expect(try NetworkFleet(many, rounds: 3).pairs.count == 1500)
        #expect(throws: ManifestError.self) { try NetworkFleet(["a"]) }
    }
}
