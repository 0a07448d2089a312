/// Which nodes of a cluster take part: all, some by name, some by their labels.
package enum NodeSelection: Sendable, Equatable {
    case all
    case names([String])
    case labels([Requirement])

    /// One condition of a label selector.
    package enum Requirement: Sendable, Equatable {
        case equals(String, String)
        case differs(String, String)
        case exists(String)
        case missing(String)

        func holds(_ labels: [String: String]) -> Bool {
            switch self {
            case .equals(let key, let value): labels[key] == value
            case .differs(let key, let value): labels[key] != value
            case .exists(let key): labels[key] != nil
            case .missing(let key): labels[key] == nil
            }
        }
    }

    /// Reads "all", "a,b,c" or a selector such as "disk=nvme,!node-role.kubernetes.io/control-plane".
    ///
    /// - Throws: `ManifestError` for what is no name, key or value.
    package init(_ text: String) throws(ManifestError) {
        if text == "all" {
            self = .all
            return
        }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard text.contains(where: { $0 == "=" || $0 == "!" }) || text.contains("/") else {
            var names: [String] = []
            for part in parts {
                let name = try KubernetesName.subdomain(part, "node name")
                guard !names.contains(name) else { throw .twice(name) }
                names.append(name)
            }
            self = .names(names)
            return
        }
        var requirements: [Requirement] = []
        for part in parts { requirements.append(try Self.requirement(part)) }
        self = .labels(requirements)
    }

    private static func requirement(_ text: String) throws(ManifestError) -> Requirement {
        if text.hasPrefix("!") {
            return .missing(try KubernetesName.key(String(text.dropFirst()), "label"))
        }
        guard let equals = text.firstIndex(of: "=") else {
            return .exists(try KubernetesName.key(text, "label"))
        }
        var key = text[..<equals]
        var value = text[text.index(after: equals)...]
        let isDifferent = key.last == "!"
        if isDifferent { key.removeLast() }
        if !isDifferent, value.first == "=" { value.removeFirst() }
        guard KubernetesName.isValue(String(value)) else {
            throw .value(
                String(value),
                "label value",
                "letters, digits, '-', '_' and '.', at most 63"
            )
        }
        let name = try KubernetesName.key(String(key), "label")
        return isDifferent ? .differs(name, String(value)) : .equals(name, String(value))
    }

    /// The nodes it names, in the inventory's order, and why others were left out.
    ///
    /// A node that is not ready or runs no Linux is left out of "all" and of selectors; by name it is taken as it is.
    /// - Throws: `ManifestError` for an unknown name, or when none is left.
    func nodes(
        of inventory: NodeInventory,
        as text: String
    ) throws(ManifestError) -> (taken: [NodeFacts], left: [String]) {
        var taken: [NodeFacts] = []
        var left: [String] = []
        switch self {
        case .names(let names):
            for name in names {
                guard let node = inventory.nodes.first(where: { $0.name == name }) else {
                    throw .unknownNode(name)
                }
                taken.append(node)
            }
        case .all, .labels:
            for node in inventory.nodes where isChosen(node) {
                if !node.isLinux {
                    left.append("\(node.name) runs no Linux")
                } else if !node.isReady {
                    left.append("\(node.name) is not ready")
                } else {
                    taken.append(node)
                }
            }
        }
        guard !taken.isEmpty else { throw .noNodes(text, left) }
        return (taken, left)
    }

    private func isChosen(_ node: NodeFacts) -> Bool {
        if case .labels(let requirements) = self {
            return requirements.allSatisfy { $0.holds(node.labels) }
        }
        return true
    }
}
