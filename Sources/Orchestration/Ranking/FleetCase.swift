package import ResultStore

/// The runs of one test on many nodes, and how the nodes compare.
package struct FleetCase: Sendable, Equatable {
    /// "etcd"; with what tells it from its namesakes: "etcd · cache=none", "etcd · libaio".
    package let name: String
    package let ranking: FleetRanking
    /// Runs that no node can be judged by: without a node's name, or without the metric.
    package let unranked: [FleetRun]
    /// Whether every run was on a raw device, where limits for filesystems say nothing.
    package let isOnDevices: Bool
    /// When the first and the last of its runs began, as the records write it.
    package let started: ClosedRange<String>

    /// The nodes that are judged.
    package var nodes: Int { ranking.rows.count }

    /// How many nodes have this grade.
    package func count(_ grade: VerdictRecord.Grade) -> Int {
        ranking.rows.count { $0.grade == grade.rawValue }
    }
}

/// Many nodes' runs, by what was tested.
///
/// Runs of different workloads, methods or engines are never held against each other, nor those of disks attached in
/// different ways.
package struct Fleet: Sendable {
    /// The case with most nodes first.
    package let cases: [FleetCase]
    /// Runs of cases in which nothing can be ranked.
    package let unranked: [FleetRun]

    private struct Key: Hashable {
        var benchmark: String
        var method: Int
        var workload: String
        var engine: String
        var attachment: [String]
    }

    /// - Parameters:
    ///   - runs: any number for each node.
    ///   - metric: what to rank by; nil for what each case is usually judged by.
    /// - Complexity: O(n log n).
    package init(_ runs: [FleetRun], metric: String? = nil) {
        let groups = Dictionary(grouping: runs) { run in
            Key(
                benchmark: run.benchmark,
                method: run.method,
                workload: run.workload,
                engine: run.engine,
                attachment: run.attachment
            )
        }
        var cases: [FleetCase] = []
        var unranked: [FleetRun] = []
        for (key, members) in groups {
            let samples = (metric ?? FleetSample.metric(of: members)).map { name in
                (name, members.compactMap { FleetSample($0, metric: name) })
            }
            guard let (name, samples) = samples,
                let ranking = FleetRanking(samples, metric: name)
            else {
                unranked += members
                continue
            }
            let times = members.map(\.started).sorted()
            cases.append(
                FleetCase(
                    name: Self.name(key, among: Array(groups.keys)),
                    ranking: ranking,
                    unranked: members.filter { FleetSample($0, metric: name) == nil },
                    isOnDevices: members.allSatisfy { $0.targetKind == "block device" },
                    started: (times.first ?? "")...(times.last ?? "")
                )
            )
        }
        self.cases = cases.sorted { ($1.nodes, $0.name) < ($0.nodes, $1.name) }
        self.unranked = unranked.sorted { ($0.node ?? "", $0.source) < ($1.node ?? "", $1.source) }
    }

    /// The most nodes that any case has.
    package var mostNodes: Int { cases.map(\.nodes).max() ?? 0 }

    /// The benchmark with what tells it from the others of the same name.
    private static func name(_ key: Key, among all: [Key]) -> String {
        let namesakes = all.filter { $0.benchmark == key.benchmark }
        func varies<Value: Hashable>(_ value: (Key) -> Value) -> Bool {
            Set(namesakes.map(value)).count > 1
        }
        var parts = [key.benchmark]
        if varies(\.attachment) {
            let text = key.attachment.joined(separator: " ")
            parts.append(text.isEmpty ? "no tags" : text)
        }
        if varies(\.engine) { parts.append(key.engine) }
        if varies(\.workload) { parts.append(String(key.workload.dropFirst(7).prefix(8))) }
        if varies(\.method) { parts.append("method \(key.method)") }
        return parts.joined(separator: " · ")
    }
}
