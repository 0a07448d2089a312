import ResultStore
import Statistics

/// What one record says about a fleet: a node's disk, and ways from it to others.
package struct FleetPart: Sendable {
    /// A 4 KiB write to a replica's disk, one at a time.
    struct Disk: Sendable {
        var latency: LatencyDistribution
        var count: UInt64
    }

    let node: String
    let started: String
    let file: String
    let disk: Disk?
    /// A 4 KiB write to another node and its answer, by that node's name.
    let links: [(peer: String, link: Disk)]

    /// Nil where the record knows no node, or neither a disk nor a way.
    ///
    /// The other end of a way is the tag "peer" where there is one, because an address is not a node's name.
    package init?(_ source: SourceRecord) {
        guard let node = source.record.host.node, !node.isEmpty else { return nil }
        let ladder = LadderSeries.all(in: source)
        disk = ladder.first(.disk, ["local"], .write).map(Self.disk)
        let tag = source.record.tags["peer"]
        var links: [(peer: String, link: Disk)] = []
        let names = Set(ladder.filter { $0.point.step == .exchange }.flatMap(\.point.replicas))
        for name in names.sorted() where name != "local" {
            guard let trip = ladder.first(.exchange, [name], .write, pattern: nil) else { continue }
            let peer =
                names.count == 1 ? tag ?? ReplicaTerms.host(of: name) : ReplicaTerms.host(of: name)
            if peer != node { links.append((peer, Self.disk(trip))) }
        }
        guard disk != nil || !links.isEmpty else { return nil }
        self.links = links
        self.node = node
        started = source.record.run.started
        file = source.file
    }

    private static func disk(_ series: LadderSeries) -> Disk {
        Disk(
            latency: LatencyDistribution(series.series.pooled) ?? LatencyDistribution(constant: 0),
            count: series.series.pooled.count
        )
    }
}

/// The disks of a fleet's nodes and the ways between them, the latest measurement of each.
package struct FleetInput: Sendable {
    /// Two nodes; a way is the same in both directions.
    struct Pair: Hashable, Sendable {
        let one: String
        let other: String

        init(_ one: String, _ other: String) {
            (self.one, self.other) = one < other ? (one, other) : (other, one)
        }
    }

    private(set) var disks: [String: FleetPart.Disk] = [:]
    private(set) var links: [Pair: FleetPart.Disk] = [:]

    /// - Parameter parts: in any order; of two about the same, the later run counts.
    package init(_ parts: [FleetPart]) {
        for part in parts.sorted(by: { ($0.started, $0.file) < ($1.started, $1.file) }) {
            if let disk = part.disk { disks[part.node] = disk }
            for (peer, link) in part.links { links[Pair(part.node, peer)] = link }
        }
    }
}
