/// Who runs when: every node of a fleet has a slot, and only so many share one.
///
/// Nodes that are measured at once may share a SAN, a hypervisor's disk or a switch, so one after another is the default.
package struct FleetPlan: Sendable, Equatable {
    /// The nodes of each slot, in order.
    package let slots: [[String]]
    /// Nodes that the selection meant and that cannot run, with the reason.
    package let left: [String]
    /// How many control-plane nodes the cluster has; nil where nobody said.
    package let controlPlaneCount: Int?

    /// Gives every node a slot.
    ///
    /// - Parameters:
    ///   - selection: which nodes, and how the user wrote it.
    ///   - inventory: the cluster's nodes; nil where only names are known.
    ///   - controlPlane: the names of the control-plane nodes, where the user gave them; they win over labels.
    ///   - atOnce: nodes in one slot; nil for all of them in one (a storm).
    ///   - acceptsQuorumRisk: whether more than a minority of the control-plane nodes may share a slot.
    /// - Throws: `ManifestError` where nodes are unknown, and where a quorum would be at risk.
    package init(
        _ selection: (nodes: NodeSelection, text: String),
        inventory: NodeInventory?,
        controlPlane: [String]? = nil,
        atOnce: Int? = 1,
        acceptsQuorumRisk: Bool = false
    ) throws(ManifestError) {
        var names: [String]
        if let inventory {
            let found = try selection.nodes.nodes(of: inventory, as: selection.text)
            names = found.taken.map(\.name)
            left = found.left
        } else if case .names(let given) = selection.nodes {
            names = given
            left = []
        } else {
            throw .noInventory(selection.text)
        }
        let leaders =
            controlPlane.map(Set.init)
            ?? inventory.map { Set($0.nodes.filter(\.isControlPlane).map(\.name)) }
        controlPlaneCount = leaders?.count
        let width = max(1, min(atOnce ?? names.count, names.count))
        guard let leaders else {
            guard width == 1 || acceptsQuorumRisk else { throw .unknownControlPlane() }
            slots = Self.rows(names, width)
            return
        }
        let members = names.filter(leaders.contains)
        let others = names.filter { !leaders.contains($0) }
        let spare = acceptsQuorumRisk ? Int.max : max(0, (leaders.count - 1) / 2)
        guard members.isEmpty || spare > 0 else {
            throw .quorum(min(members.count, width), of: leaders.count)
        }
        if atOnce == nil {
            guard members.count <= spare else { throw .quorum(members.count, of: leaders.count) }
        }
        slots = Self.mixed(members, others, width: width, most: spare)
    }

    /// Control-plane nodes first, no more of them in a slot than can be spared, and filled up with the others.
    private static func mixed(
        _ members: [String],
        _ others: [String],
        width: Int,
        most: Int
    ) -> [[String]] {
        var slots: [[String]] = []
        var members = members[...]
        var others = others[...]
        while !members.isEmpty || !others.isEmpty {
            var slot = Array(members.prefix(min(width, most)))
            members = members.dropFirst(slot.count)
            let rest = others.prefix(width - slot.count)
            others = others.dropFirst(rest.count)
            slot += rest
            slots.append(slot)
        }
        return slots
    }

    private static func rows(_ names: [String], _ width: Int) -> [[String]] {
        stride(from: 0, to: names.count, by: width).map {
            Array(names[$0..<min($0 + width, names.count)])
        }
    }
}
