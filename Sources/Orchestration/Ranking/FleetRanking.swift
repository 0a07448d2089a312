import ResultStore
package import Statistics

/// The nodes of a fleet, worst first, and which of them differ from the others more than the others differ.
package struct FleetRanking: Sendable, Equatable {
    /// One node among those it is compared with.
    package struct Row: Sendable, Equatable {
        package var node: String
        package var hardware: String
        /// The median of the node's runs.
        package var value: Double
        package var interval: [Double]?
        package var runs: Int
        /// The value as a share of its group's median.
        package var ratio: Double
        /// Deviations of the group above its median; negative below.
        package var score: Double
        package var standing: Standing
        package var grade: String?
        package var disturbances: [String]
        /// What the verdict took for the cause; "" where it says nothing.
        package var cause: String
        /// The file of the run that stands for the node; "" where there is none.
        package var source: String
    }

    /// Where a node stands among its like.
    package enum Standing: String, Sendable, Equatable {
        case worse
        case better
        case alike
    }

    /// Nodes that are compared with each other.
    package struct Group: Sendable, Equatable {
        package var hardware: String
        package var spread: RobustSpread
        package var nodes: Int
        /// What its nodes are held against: the whole fleet where they are too few.
        package var reference: RobustSpread
    }

    package let metric: String
    package let higherIsWorse: Bool
    /// Worst first.
    package let rows: [Row]
    /// The largest first.
    package let groups: [Group]
    /// All nodes together.
    package let fleet: RobustSpread

    /// Fewer have no spread to speak of: such nodes are held against the whole fleet.
    static let leastGroup = 5
    /// What is steady to the per mille can be off by many deviations and still not matter.
    static let leastRatio = 1.1

    /// Ranks the samples; nil where there is none.
    ///
    /// - Parameters:
    ///   - samples: any number for each node; their median counts.
    ///   - metric: its name; times and durations are worse when higher, everything else when lower.
    /// - Complexity: O(n log n).
    package init?(_ samples: [FleetSample], metric: String) {
        let higherIsWorse = metric.hasSuffix("_ns") || metric.hasSuffix("_seconds")
        let nodes = Dictionary(grouping: samples) { $0.node }.values.compactMap(Self.merged)
        guard let fleet = RobustSpread(nodes.map(\.sample.value)) else { return nil }
        var spreads: [String: RobustSpread] = [:]
        var groups: [Group] = []
        for (hardware, members) in Dictionary(grouping: nodes, by: { $0.sample.hardware }) {
            guard let spread = RobustSpread(members.map(\.sample.value)) else { continue }
            let isEnough = members.count >= Self.leastGroup
            groups.append(
                Group(
                    hardware: hardware,
                    spread: spread,
                    nodes: members.count,
                    reference: isEnough ? spread : fleet
                )
            )
            if isEnough { spreads[hardware] = spread }
        }
        self.metric = metric
        self.higherIsWorse = higherIsWorse
        self.fleet = fleet
        self.groups = groups.sorted { ($1.nodes, $0.hardware) < ($0.nodes, $1.hardware) }
        let rows = nodes.map { node, runs in
            let spread = spreads[node.hardware] ?? fleet
            let ratio = node.value / spread.median
            let score = spread.score(node.value)
            let isFar = abs(score) > RobustSpread.limit && max(ratio, 1 / ratio) >= Self.leastRatio
            let isWorse = (score > 0) == higherIsWorse
            return Row(
                node: node.node,
                hardware: node.hardware,
                value: node.value,
                interval: node.interval,
                runs: runs,
                ratio: ratio,
                score: score,
                standing: !isFar || nodes.count < 3 ? .alike : isWorse ? .worse : .better,
                grade: node.grade?.rawValue,
                disturbances: node.disturbances,
                cause: node.cause,
                source: node.source
            )
        }
        self.rows = rows.sorted { one, other in
            if one.value == other.value { return one.node < other.node }
            return (one.value > other.value) == higherIsWorse
        }
    }

    /// The run with the median value stands for all of a node's.
    private static func merged(_ samples: [FleetSample]) -> (sample: FleetSample, runs: Int)? {
        let sorted = samples.sorted { $0.value < $1.value }
        guard !sorted.isEmpty else { return nil }
        return (sorted[(sorted.count - 1) / 2], sorted.count)
    }

    /// The nodes that are worse than their like.
    package var worse: [Row] { rows.filter { $0.standing == .worse } }

    /// The nodes that are better than their like: often a cache that does not keep its promise.
    package var better: [Row] { rows.filter { $0.standing == .better } }

    /// So many nodes, worst first, among them everyone who is worse than its like as far as there is room.
    ///
    /// A bad node of fast hardware can be faster than a good one of slow hardware.
    package func foremost(_ count: Int) -> [Row] {
        let others = max(0, count - worse.count)
        var taken = 0
        let chosen = rows.filter { row in
            if row.standing == .worse { return true }
            taken += 1
            return taken <= others
        }
        return Array(chosen.prefix(max(0, count)))
    }

    /// From where to where a node counts as alike, in the metric's unit.
    package static func alike(_ spread: RobustSpread) -> (low: Double, high: Double) {
        let factor = max(RealFunctions.exp(RobustSpread.limit * spread.deviation), leastRatio)
        return (spread.median / factor, spread.median * factor)
    }
}
