import Statistics

/// A line of the model: what it is, how long it takes, who says so.
package struct Term: Sendable, Equatable {
    package var role: TermRole
    /// "L_io b:9502".
    package var name: String
    /// Nil where nobody measured it.
    package var figures: LatencyFigures?
    /// Nil together with `figures`.
    package var provenance: Provenance?
    /// The file and phase, or who says so; of a missing term nothing.
    package var source: String
    package var note: String?
    /// What would measure a missing term.
    package var command: String?

    /// What a component says, with intervals.
    init(_ name: String, _ component: Component) {
        role = component.role
        self.name = name
        figures = component.figures ?? component.measuredFigures
        provenance = component.provenance
        source = component.source
        note = component.note
    }

    /// A term that nobody measured.
    init(missing name: String, _ role: TermRole, command: String) {
        self.role = role
        self.name = name
        source = ""
        self.command = command
    }
}

extension Component {
    /// Mean, median and 99th percentile of its rounds.
    fileprivate var measuredFigures: LatencyFigures {
        guard let series else {
            return LatencyFigures(distribution, p99IsKnown: true)
        }
        let plan = BlockPlan([series])
        let draws = Resampling.draws(of: plan.count, seed: Seed.of(series.identity))
        var figures = ResampledPool(plan.pool(of: series), draws)
            .figures(series.pooled.count / 100 >= 20)
        for statistic in Statistic.allCases {
            let estimate = figures[statistic]
            figures[statistic] = Estimate(
                estimate.value * factor + offset,
                estimate.interval.map {
                    Interval(low: $0.low * factor + offset, high: $0.high * factor + offset)
                }
            )
        }
        return figures
    }
}

extension ReplicationModel {
    /// Every term of the formula, the missing ones too, in the formula's order.
    package var terms: [Term] {
        var terms = [
            layer("L_virt", .engine, input.engine, "--host HOST.json --guest GUEST.json"),
            layer("L_fs", .filesystem, input.filesystem, "--file FILE.json --device DEVICE.json"),
        ]
        let count = input.replicas.count
        let wired = input.replicas.filter(\.isWired)
        let isShared = wired.contains { $0.busyExchange(.write, among: count) == nil }
        var named: Set<String> = []
        for replica in input.replicas where named.insert(replica.name).inserted {
            let name = replica.name
            let net = "tbench net \(ReplicaTerms.host(of: name)) -o DIR"
            if replica.isWired, wired.count > 1, isShared {
                terms.append(
                    replica.sending.map { Term("uplink \(name)", $0) }
                        ?? Term(missing: "uplink \(name)", TermRole(.uplink, name), command: net)
                )
            }
            if replica.isWired {
                terms.append(
                    replica.exchange(.write, among: count).map { Term("RTT \(name)", $0) }
                        ?? Term(missing: "RTT \(name)", TermRole(.network, name), command: net)
                )
            }
            let place = replica.isLocal ? "" : ", on the node of \(name)"
            terms.append(
                replica.disk(.write, among: count).map { Term("L_io \(name)", $0) }
                    ?? Term(
                        missing: "L_io \(name)",
                        TermRole(.disk, name),
                        command: "tbench longhorn TARGET -o DIR\(place)"
                    )
            )
            if let counter = replica.revisionCounter {
                terms.append(Term("revision counter \(name)", counter.write))
            }
        }
        return terms
    }

    private func layer(
        _ name: String,
        _ part: TermRole.Part,
        _ component: Component?,
        _ flags: String
    ) -> Term {
        if let component { return Term(name, component) }
        return Term(missing: name, TermRole(part), command: "tbench model FILES \(flags)")
    }
}
