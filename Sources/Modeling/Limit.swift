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
    /// Replicas run side by side and hide each other, so it is looked for on those that a write waits for: the one that is the
    /// last of all in two thirds of all writes, or else all that are last about as often as the most frequent one.
    init?(of path: Path) {
        // One distribution for each component, whatever is removed.
        var known: [String: LatencyDistribution] = [:]
        for component in path.components where known[component.key] == nil {
            known[component.key] = component.distribution
        }
        func value(_ component: Component) -> LatencyDistribution {
            known[component.key] ?? component.distribution
        }
        let total = path.distribution(value).mean
        var candidates = path.shared.map { [$0] }
        candidates.append(Self.critical(path.branches, value).flatMap { Self.largest($0, value) })
        let limits = candidates.filter { !$0.isEmpty }.map { roles -> Limit in
            let without = path.removing { roles.contains($0) }.distribution(value).mean
            let name = Self.name(roles, all: path.components.map(\.role))
            return Limit(name: name, roles: roles, total: total, without: without)
        }
        guard total > 0, let limit = limits.max(by: { $0.share < $1.share }) else { return nil }
        self = limit
    }

    private init(name: String, roles: [TermRole], total: Double, without: Double) {
        self.name = name
        self.roles = roles
        self.total = total
        self.without = without
    }

    /// The branches that are the last to end.
    private static func critical(
        _ branches: [Path],
        _ value: (Component) -> LatencyDistribution
    ) -> [Path] {
        let distributions = branches.map { $0.distribution(value) }
        let last = distributions.indices.map { index in
            distributions[index].chanceOfBeingLast(
                among: distributions.indices.filter { $0 != index }.map { distributions[$0] }
            )
        }
        guard let most = last.max(), most > 0 else { return branches }
        let least = most >= 2.0 / 3 ? most : most / 2
        return zip(branches, last).filter { $0.1 >= least }.map(\.0)
    }

    /// The components of the part that takes longest on a branch.
    private static func largest(
        _ branch: Path,
        _ value: (Component) -> LatencyDistribution
    ) -> [TermRole] {
        var means: [TermRole.Part: Double] = [:]
        for component in branch.components {
            means[component.role.part, default: 0] += value(component).mean
        }
        let part = TermRole.Part.allCases.max { means[$0] ?? 0 < means[$1] ?? 0 }
        var roles: [TermRole] = []
        for role in branch.components.map(\.role) where role.part == part && !roles.contains(role) {
            roles.append(role)
        }
        return roles
    }

    /// "the disk of b:9502", "the disks of all replicas", "the disk of b:9502 and the network to c:9502, alike".
    private static func name(_ roles: [TermRole], all: [TermRole]) -> String {
        let parts = Set(roles.map(\.part))
        guard roles.count > 1 else { return roles.first?.description ?? "" }
        if let part = parts.first, parts.count == 1 {
            let isAll = Set(all.filter { $0.part == part }).count == Set(roles).count
            switch part {
            case .disk where isAll: return "the disks of all replicas"
            case .network where isAll: return "the network to all replicas"
            case .uplink: return "the uplink that the copies share"
            default: break
            }
        }
        var seen: [String] = []
        for role in roles where !seen.contains(role.description) { seen.append(role.description) }
        return seen.count > 1
            ? seen.dropLast().joined(separator: ", ") + " and \(seen[seen.count - 1]), alike"
            : seen[0]
    }
}

extension LatencyDistribution {
    /// How likely it is longer than every one of some independent ones.
    ///
    /// Two in the same cell count half each.
    func chanceOfBeingLast(among others: [LatencyDistribution]) -> Double {
        var chance = 0.0
        for position in cells.indices {
            let (low, high) = ends(at: position)
            let middle = (low + high) / 2
            chance += others.reduce(masses[position]) { product, other in
                // A constant meets itself: neither is the last.
                let isTie = other.minimum == other.maximum && other.minimum == middle
                return product * (isTie ? 0.5 : other.share(upTo: middle))
            }
        }
        return chance
    }
}

extension Path {
    /// The parts of the formula that every replica's write has: L_virt and L_fs.
    fileprivate var shared: [TermRole] {
        components.map(\.role).filter { $0.part == .engine || $0.part == .filesystem }
    }

    /// What runs side by side, replica by replica; the whole path where nothing does.
    fileprivate var branches: [Path] {
        switch self {
        case .largest(let parts): return parts
        case .sum(let parts):
            let wide = parts.first { if case .largest = $0 { true } else { false } }
            return wide?.branches ?? [self]
        case .after, .component, .repeated, .turns: return [self]
        }
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
