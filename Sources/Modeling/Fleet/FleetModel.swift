import Statistics

/// What a replicated volume would take on the nodes of a fleet, and which of them make it slow.
///
/// A write to a volume waits for the slowest of its replicas: the way there, measured or taken to be like the others, and the disk
/// behind it. Where a node holds one replica, its disk is the same for every volume; so a node is judged by what a volume takes
/// with it and two typical ones, beside a volume of typical ones alone.
package struct FleetModel: Sendable {
    /// Latencies in nanoseconds.
    package struct Figures: Codable, Sendable, Equatable {
        package var meanNs: Double
        package var p50Ns: Double
        package var p99Ns: Double

        init(_ distribution: LatencyDistribution) {
            meanNs = distribution.mean
            p50Ns = distribution.quantile(0.5)
            p99Ns = distribution.quantile(0.99)
        }
    }

    /// What a node does to volumes that have a replica there.
    package struct Node: Codable, Sendable, Equatable {
        package var node: String
        /// A volume with a replica here and the others on typical nodes.
        package var volume: Figures
        package var diskP50Ns: Double
        /// The way to it from typical nodes; nil where no way was measured at all.
        package var linkP50Ns: Double?
        /// How many ways to it were measured.
        package var links: Int
        /// Volume p50 and p99 as shares of those on typical nodes.
        package var ratioP50: Double
        package var ratioP99: Double
        /// Whether replicas should be kept away from it.
        package var avoid: Bool
        /// "disk" or "network": what makes it slow; nil where it is not.
        package var cause: String?
    }

    /// An engine's node and where its replicas are.
    package struct Placement: Codable, Sendable, Equatable {
        package var engine: String
        package var replicas: [String]
        package var volume: Figures
        /// Ways that nobody measured and that were taken to be typical.
        package var assumedLinks: Int
    }

    /// How placements at random turn out.
    package struct Lottery: Codable, Sendable, Equatable {
        package var placements: Int
        /// The volume's p50 and p99 of the 10th, 50th and 90th placement of 100.
        package var p50Ns: [Double]
        package var p99Ns: [Double]
    }

    package let replicaCount: Int
    /// Slowest first.
    package private(set) var nodes: [Node] = []
    /// A volume on typical nodes alone.
    package let typical: Figures
    package let measuredLinks: Int
    /// True where every disk has 20 samples or more beyond its 99th percentile.
    package let p99IsKnown: Bool
    /// The fastest placements, one for an engine.
    package private(set) var best: [Placement] = []
    /// The slowest of those at random.
    package private(set) var worst: [Placement] = []
    package private(set) var random: Lottery?
    /// The same without the nodes to avoid; nil where there are none, or too few others.
    package private(set) var careful: Lottery?
    package private(set) var assumptions: [String] = []

    /// Nodes without a disk of their own in the files, that a way leads to.
    package private(set) var unknownDisks: [String] = []

    /// From here on a node's volumes are slower by more than nodes differ anyway, and by enough to matter.
    static let leastRatioP50 = 1.1
    static let leastRatioP99 = 1.2
    /// Placements drawn: enough that a tenth of them is a number, and no more than a second's work.
    private var lotterySize: Int { max(200, min(2000, nodes.count * 10)) }

    /// Computes all of it.
    ///
    /// - Parameters:
    ///   - input: disks and ways.
    ///   - replicas: of a volume, 1 or more.
    ///   - seed: of the placements at random.
    /// - Throws: `ModelError` where fewer nodes have a disk than a volume has replicas.
    /// - Complexity: O(nodes + placements) sums of two distributions.
    package init(_ input: FleetInput, replicas: Int = 3, seed: UInt64 = 7) throws(ModelError) {
        let names = input.disks.keys.sorted()
        guard names.count >= max(1, replicas) else {
            throw .fleetTooSmall(nodes: names.count, replicas: replicas)
        }
        let ways = FleetWays(input)
        replicaCount = replicas
        measuredLinks = input.links.count
        p99IsKnown = input.disks.values.allSatisfy { $0.count / 100 >= 20 }
        let alone = Dictionary(uniqueKeysWithValues: names.map { ($0, ways.typicalReplica($0)) })
        let middle = Self.middleHalf(names) { alone[$0]?.mean ?? 0 }
        let usual =
            LatencyDistribution.mixture(of: middle.compactMap { alone[$0] }.map { ($0, 1) })
            ?? LatencyDistribution(constant: 0)
        let others = Array(repeating: usual, count: replicas)
        typical = Figures(LatencyDistribution.maximum(of: others) ?? usual)
        judge(names, alone, Array(others.dropFirst()), ways, input)
        place(names, ways, seed)
        note(input, names)
    }

    /// What a volume takes with each node, and whose it is not to be.
    private mutating func judge(
        _ names: [String],
        _ alone: [String: LatencyDistribution],
        _ others: [LatencyDistribution],
        _ ways: FleetWays,
        _ input: FleetInput
    ) {
        nodes = names.map { name in
            let own = alone[name] ?? LatencyDistribution(constant: 0)
            let volume = Figures(LatencyDistribution.maximum(of: [own] + others) ?? own)
            return Node(
                node: name,
                volume: volume,
                diskP50Ns: input.disks[name]?.latency.quantile(0.5) ?? 0,
                linkP50Ns: ways.hasLinks ? ways.typicalWay(name).quantile(0.5) : nil,
                links: ways.count(name),
                ratioP50: volume.p50Ns / max(1, typical.p50Ns),
                ratioP99: volume.p99Ns / max(1, typical.p99Ns),
                avoid: false,
                cause: nil
            )
        }
        let p50 = RobustSpread(nodes.map(\.volume.p50Ns))
        let p99 = RobustSpread(nodes.map(\.volume.p99Ns))
        let disk = RobustSpread.median(names.map { input.disks[$0]?.latency.mean ?? 0 }) ?? 0
        let way = RobustSpread.median(names.map { ways.typicalWay($0).mean }) ?? 0
        for index in nodes.indices {
            let node = nodes[index]
            let isSlow =
                (p50?.score(node.volume.p50Ns) ?? 0) > RobustSpread.limit
                && node.ratioP50 >= Self.leastRatioP50
            let hasTail =
                p99IsKnown && (p99?.score(node.volume.p99Ns) ?? 0) > RobustSpread.limit
                && node.ratioP99 >= Self.leastRatioP99
            guard (isSlow || hasTail) && names.count > replicaCount else { continue }
            nodes[index].avoid = true
            let byDisk = (input.disks[node.node]?.latency.mean ?? 0) - disk
            let byWay = ways.typicalWay(node.node).mean - way
            nodes[index].cause = byWay > byDisk ? "network" : "disk"
        }
        nodes.sort { ($1.volume.meanNs, $0.node) < ($0.volume.meanNs, $1.node) }
    }

    private mutating func place(_ names: [String], _ ways: FleetWays, _ seed: UInt64) {
        var ways = ways
        let count = replicaCount
        var tops: [(engine: String, replicas: [String], mean: Double)] = []
        for engine in names {
            let near = ways.nearest(names, of: engine, count)
            tops.append((engine, near.map(\.name), near.map(\.mean).max() ?? 0))
        }
        best = tops.sorted { ($0.mean, $0.engine) < ($1.mean, $1.engine) }.prefix(5)
            .map { ways.placement($0.engine, $0.replicas) }
        var generator = SplitMix64(seed: seed)
        let drawn = ways.lottery(names, count, lotterySize, &generator)
        random = Self.lottery(drawn)
        worst = Array(drawn.sorted { $0.volume.meanNs > $1.volume.meanNs }.prefix(5))
        let avoided = Set(nodes.filter(\.avoid).map(\.node))
        let good = names.filter { !avoided.contains($0) }
        if !avoided.isEmpty, good.count >= count {
            careful = Self.lottery(ways.lottery(good, count, lotterySize, &generator))
        }
    }

    private static func lottery(_ placements: [Placement]) -> Lottery? {
        guard !placements.isEmpty else { return nil }
        func tenths(_ value: (Placement) -> Double) -> [Double] {
            let sorted = placements.map(value).sorted()
            return [0.1, 0.5, 0.9].map { sorted[Int(Double(sorted.count - 1) * $0)] }
        }
        return Lottery(
            placements: placements.count,
            p50Ns: tenths(\.volume.p50Ns),
            p99Ns: tenths(\.volume.p99Ns)
        )
    }

    /// Those between the quartiles: what outliers are like says nothing about what is typical.
    private static func middleHalf(_ names: [String], _ value: (String) -> Double) -> [String] {
        let sorted = names.sorted { (value($0), $0) < (value($1), $1) }
        guard sorted.count >= 4 else { return sorted }
        return Array(sorted[(sorted.count / 4)..<(sorted.count - sorted.count / 4)])
    }

    private mutating func note(_ input: FleetInput, _ names: [String]) {
        let known = Set(names)
        let ends = Set(input.links.keys.flatMap { [$0.one, $0.other] })
        unknownDisks = ends.subtracting(known).sorted()
        let pairs = names.count * (names.count - 1) / 2
        let measured = input.links.keys.filter {
            known.contains($0.one) && known.contains($0.other)
        }.count
        if input.links.isEmpty {
            assumptions.append("No way between nodes was measured: what follows is disks alone.")
        } else if measured < pairs {
            assumptions.append(
                "\(pairs - measured) of \(pairs) ways were not measured and are taken to be like the measured ones of both nodes."
            )
        }
        assumptions.append(
            "Replicas are independent, copies leave at the same moment, and a replica on the engine's own node has no way to go."
        )
    }
}
