package import ResultStore

/// What makes runs repetitions of one another: machine, disk, case, workload, tags and every hard key.
package struct CaseGroup: Sendable, Hashable {
    package var node: String
    /// The disk at the bottom: the beginning of its serial's hash, or its name.
    package var disk: String
    package var caseName: String
    package var workload: String
    package var tags: [String: String]
    /// Method, engine, target, filesystem, stack and disk.
    package var kind: [String]

    /// The group that a record belongs to.
    package init(_ record: ResultRecord) {
        let disk = record.target.stack.last
        node = record.host.node ?? "unknown node"
        self.disk =
            disk?.serialHash.map { String($0.prefix(8)) } ?? disk?.name
            ?? record.target.filesystem?.type ?? "unknown disk"
        caseName = record.benchmark.name
        workload = record.benchmark.workload
        tags = record.variantTags
        kind = ComparisonKey.hard(record).map { $0.value ?? "" }
    }

    /// Runs by group, each oldest first; groups in the order of their first run.
    package static func grouped(_ runs: [StoredRun]) -> [(group: CaseGroup, runs: [StoredRun])] {
        let sorted = oldestFirst(runs)
        var order: [CaseGroup] = []
        var members: [CaseGroup: [StoredRun]] = [:]
        for run in sorted {
            let group = CaseGroup(run.record)
            if members[group] == nil { order.append(group) }
            members[group, default: []].append(run)
        }
        return order.map { ($0, members[$0] ?? []) }
    }

    /// By when they started; the text of an ISO 8601 time in UTC sorts as the time does.
    package static func oldestFirst(_ runs: [StoredRun]) -> [StoredRun] {
        runs.sorted {
            ($0.record.run.started, $0.record.run.id, $0.file)
                < ($1.record.run.started, $1.record.run.id, $1.file)
        }
    }

    /// "node · disk", and the tags where there are any.
    package var machine: String { "\(node)-\(disk)" }
}

extension ResultRecord {
    /// The tags that say what was measured: all but the one that only names the runs that took turns.
    var variantTags: [String: String] {
        guard let turns = run.turns else { return tags }
        return tags.filter { $0.value != turns }
    }
}

/// Which cases of several sides belong together.
package enum CaseMatching {
    /// Cases of the first side with their partners on another, and what found none.
    package struct Pairs: Sendable {
        package var pairs: [(base: ComparedSide, new: ComparedSide)] = []
        /// Runs without a partner.
        package var lonely: [StoredRun] = []
    }

    /// Finds the partners: equal in everything first, then on another machine, then whatever is called the same.
    ///
    /// - Parameters:
    ///   - base: all runs of the first side.
    ///   - new: all runs of the other side.
    ///   - ignoring: tags that are expected to differ, "node" among them for the machine.
    /// - Returns: each group of the new side once.
    package static func match(
        base: ComparedSide,
        new: ComparedSide,
        ignoring: Set<String> = []
    ) -> Pairs {
        var result = Pairs()
        var left = groups(base.runs, ignoring)
        var right = groups(new.runs, ignoring)
        let levels: [@Sendable (CaseGroup) -> [String]] = [
            { [$0.machine, $0.workload, Self.text($0.tags)] + $0.kind },
            { [$0.caseName, $0.workload, Self.text($0.tags)] },
            { [$0.caseName, Self.text($0.tags)] },
            { [$0.caseName] },
        ]
        for level in levels {
            for index in right.indices.reversed() {
                let key = level(right[index].group)
                guard let partner = left.firstIndex(where: { level($0.group) == key }) else {
                    continue
                }
                let (one, other) = (left.remove(at: partner), right.remove(at: index))
                result.pairs.append(
                    (
                        ComparedSide(label: base.label, runs: one.runs),
                        ComparedSide(label: new.label, runs: other.runs)
                    )
                )
            }
        }
        // One result on each side is meant to be compared, and why that cannot be is the answer.
        if result.pairs.isEmpty, left.count == 1, right.count == 1 {
            result.pairs = [
                (
                    ComparedSide(label: base.label, runs: left[0].runs),
                    ComparedSide(label: new.label, runs: right[0].runs)
                )
            ]
            left = []
            right = []
        }
        result.pairs.sort { sortKey($0.new) < sortKey($1.new) }
        result.lonely = (left + right).flatMap(\.runs)
        return result
    }

    private static func groups(
        _ runs: [StoredRun],
        _ ignoring: Set<String>
    ) -> [(group: CaseGroup, runs: [StoredRun])] {
        var order: [CaseGroup] = []
        var members: [CaseGroup: [StoredRun]] = [:]
        for run in CaseGroup.oldestFirst(runs) {
            var group = CaseGroup(run.record)
            group.tags = group.tags.filter { !ignoring.contains($0.key) }
            if ignoring.contains("node") {
                group.node = ""
                group.disk = ""
            }
            if members[group] == nil { order.append(group) }
            members[group, default: []].append(run)
        }
        return order.map { ($0, members[$0] ?? []) }
    }

    private static func text(_ tags: [String: String]) -> String {
        tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    private static func sortKey(_ side: ComparedSide) -> String {
        guard let record = side.runs.last?.record else { return "" }
        return "\(record.benchmark.name) \(text(record.tags)) \(record.host.node ?? "")"
    }
}
