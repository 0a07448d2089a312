import Statistics

/// The ways of a fleet, and what a write over one of them to a disk takes.
struct FleetWays {
    private let disks: [String: FleetPart.Disk]
    private let links: [FleetInput.Pair: FleetPart.Disk]
    private var typical: [String: LatencyDistribution] = [:]
    private var counts: [String: Int] = [:]
    private let all: LatencyDistribution
    private var sums: [FleetInput.Pair: LatencyDistribution] = [:]
    /// The other direction of a pair has another disk at its end.
    private var sumsBack: [FleetInput.Pair: LatencyDistribution] = [:]

    init(_ input: FleetInput) {
        disks = input.disks
        links = input.links
        let none = LatencyDistribution(constant: 0)
        // In a fixed order: sums of floating-point numbers depend on it.
        let pairs = input.links.sorted { ($0.key.one, $0.key.other) < ($1.key.one, $1.key.other) }
        all = LatencyDistribution.mixture(of: pairs.map { ($0.value.latency, 1) }) ?? none
        var own: [String: [LatencyDistribution]] = [:]
        for (pair, link) in pairs {
            own[pair.one, default: []].append(link.latency)
            own[pair.other, default: []].append(link.latency)
        }
        counts = own.mapValues(\.count)
        typical = own.mapValues { LatencyDistribution.mixture(of: $0.map { ($0, 1) }) ?? none }
    }

    var hasLinks: Bool { !links.isEmpty }

    func count(_ node: String) -> Int { counts[node] ?? 0 }

    /// The way to a node from those that measured one; from any where none did.
    func typicalWay(_ node: String) -> LatencyDistribution { typical[node] ?? all }

    /// A write to a replica on this node from typical nodes.
    func typicalReplica(_ node: String) -> LatencyDistribution {
        let disk = disks[node]?.latency ?? LatencyDistribution(constant: 0)
        return hasLinks ? typicalWay(node).plus(disk) : disk
    }

    /// The mean time of a write from one node to another's disk; cheap, unlike the distribution.
    private func mean(_ engine: String, _ replica: String) -> Double {
        let disk = disks[replica]?.latency.mean ?? 0
        guard engine != replica, hasLinks else { return disk }
        if let link = links[FleetInput.Pair(engine, replica)] { return link.latency.mean + disk }
        return max(typicalWay(engine).mean, typicalWay(replica).mean) + disk
    }

    /// The replicas that answer an engine soonest.
    func nearest(
        _ names: [String],
        of engine: String,
        _ count: Int
    ) -> [(name: String, mean: Double)] {
        var best: [(name: String, mean: Double)] = []
        for name in names {
            let mean = mean(engine, name)
            if best.count == count, let last = best.last, mean >= last.mean { continue }
            let place = best.firstIndex { $0.mean > mean } ?? best.count
            best.insert((name, mean), at: place)
            if best.count > count { best.removeLast() }
        }
        return best
    }

    /// A way that nobody measured is as slow as the slower of its two ends usually is.
    private mutating func write(_ engine: String, _ replica: String) -> LatencyDistribution {
        let disk = disks[replica]?.latency ?? LatencyDistribution(constant: 0)
        guard engine != replica, hasLinks else { return disk }
        let pair = FleetInput.Pair(engine, replica)
        let isForward = pair.one == engine
        if let known = isForward ? sums[pair] : sumsBack[pair] { return known }
        let ends = [typicalWay(engine), typicalWay(replica)]
        let way = links[pair]?.latency ?? (ends[0].mean > ends[1].mean ? ends[0] : ends[1])
        let sum = way.plus(disk)
        if isForward { sums[pair] = sum } else { sumsBack[pair] = sum }
        return sum
    }

    mutating func placement(_ engine: String, _ replicas: [String]) -> FleetModel.Placement {
        var parts: [LatencyDistribution] = []
        var assumed = 0
        for replica in replicas {
            parts.append(write(engine, replica))
            if replica != engine, links[FleetInput.Pair(engine, replica)] == nil { assumed += 1 }
        }
        let volume = LatencyDistribution.maximum(of: parts) ?? LatencyDistribution(constant: 0)
        return FleetModel.Placement(
            engine: engine,
            replicas: replicas,
            volume: FleetModel.Figures(volume),
            assumedLinks: assumed
        )
    }

    /// Placements at random: any node as the engine's, different ones for the replicas.
    mutating func lottery(
        _ names: [String],
        _ count: Int,
        _ size: Int,
        _ generator: inout SplitMix64
    ) -> [FleetModel.Placement] {
        var names = names
        return (0..<size).map { _ in
            let engine = names[generator.index(below: names.count)]
            // The first places of a shuffle are a choice without putting back.
            for place in 0..<count {
                names.swapAt(place, place + generator.index(below: names.count - place))
            }
            return placement(engine, Array(names.prefix(count)))
        }
    }
}
