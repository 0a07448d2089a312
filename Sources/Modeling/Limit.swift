/// The component that a write waits for.
package struct Limit: Sendable, Equatable {
    /// "the disk of b:9502".
    package var name: String
    /// What it is made of; several where replicas are alike.
    package var roles: [TermRole]
    /// The mean of the whole write, in nanoseconds.
    package var total: Double
    /// The mean without this component.
    package var without: Double

    /// How much shorter a write would be, as a share of it.
    package var share: Double { total > 0 ? (total - without) / total : 0 }

    /// The component whose removal shortens the path most; nil for a path that takes no time.
    ///
    /// Parallel parts hide each other: three disks that are alike are no limit one by one. Where all disks, or all of the network,
    /// shorten it by half as much again as the best single component, it is all of them.
    init?(of path: Path) {
        let components = path.components
        // One distribution for each component, whatever is removed.
        var known: [String: LatencyDistribution] = [:]
        for component in components where known[component.key] == nil {
            known[component.key] = component.distribution
        }
        func mean(_ path: Path) -> Double {
            path.distribution { known[$0.key] ?? $0.distribution }.mean
        }
        let total = mean(path)
        var roles: [TermRole] = []
        for role in components.map(\.role) where !roles.contains(role) { roles.append(role) }
        guard total > 0, !roles.isEmpty else { return nil }
        func limit(_ name: String, _ removed: [TermRole]) -> Limit {
            let without = mean(path.removing { removed.contains($0) })
            return Limit(name: name, roles: removed, total: total, without: without)
        }
        let singles = roles.map { limit($0.description, [$0]) }
        let groups = [
            (TermRole.Part.disk, "the disks of all replicas"),
            (.network, "the network to all replicas"),
            (.uplink, "the uplink that the copies share"),
        ].compactMap { part, name -> Limit? in
            let members = roles.filter { $0.part == part }
            return members.count > 1 ? limit(name, members) : nil
        }
        guard let single = singles.max(by: { $0.share < $1.share }) else { return nil }
        let group = groups.max { $0.share < $1.share }
        if let group, group.share > 1.5 * single.share { self = group } else { self = single }
    }

    private init(name: String, roles: [TermRole], total: Double, without: Double) {
        self.name = name
        self.roles = roles
        self.total = total
        self.without = without
    }
}

extension TermRole: CustomStringConvertible {
    /// "the disk of b:9502".
    package var description: String {
        let whose = replica ?? "the volume"
        return switch part {
        case .engine: "the engine and its front end (L_virt)"
        case .filesystem: "the filesystem (L_fs)"
        case .uplink: "sending the copy for \(whose)"
        case .network: "the network to \(whose)"
        case .disk: "the disk of \(whose)"
        }
    }
}

extension ReplicationModel {
    /// What a 4 KiB write waits for; nil where no term is known.
    package var limit: Limit? {
        volumePath.flatMap { Limit(of: $0.path) }
    }
}
