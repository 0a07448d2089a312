import ResultStore
import Statistics

/// Results of one workload, which can be held against each other.
struct ReportGroup {
    /// Unique in the page: "g1".
    let id: String
    /// In the order they were given.
    let sections: [RecordSection]
    /// What tells them apart, in the order of importance: tags, then "node", "disk", "target".
    let varying: [String]

    /// One way the workload was run, and every run of it in time order.
    struct Variant {
        var label: String
        var runs: [RecordSection]

        /// The one that stands for the variant.
        var latest: RecordSection { runs[runs.count - 1] }
    }

    init(id: String, _ sections: [RecordSection]) {
        self.id = id
        self.sections = sections
        varying = Self.varying(sections.map(\.record))
    }

    /// Groups by what was run, in the order of first appearance.
    static func all(_ sections: [RecordSection]) -> [ReportGroup] {
        var order: [String] = []
        var members: [String: [RecordSection]] = [:]
        for section in sections {
            let key = key(section.record)
            if members[key] == nil { order.append(key) }
            members[key, default: []].append(section)
        }
        return order.enumerated().compactMap { number, key in
            members[key].map { ReportGroup(id: "g\(number + 1)", $0) }
        }
    }

    private static func key(_ record: ResultRecord) -> String {
        "\(record.benchmark.name)\u{0}\(record.method)\u{0}\(record.benchmark.workload)"
    }

    /// "etcd", "run random-4k".
    var name: String {
        let name = sections[0].record.benchmark.name
        return ["etcd", "longhorn", "net", "matrix"].contains(name) ? name : "run \(name)"
    }

    /// Every way the workload was run, in the order of first appearance.
    var variants: [Variant] {
        var found: [Variant] = []
        for section in sections {
            let label = label(section.record)
            if let index = found.firstIndex(where: { $0.label == label }) {
                found[index].runs.append(section)
            } else {
                found.append(Variant(label: label, runs: [section]))
            }
        }
        return found.map { variant in
            var variant = variant
            variant.runs.sort { $0.record.run.started < $1.record.run.started }
            return variant
        }
    }

    /// What tells a record from the others of the group: "qcow2 · none".
    func label(_ record: ResultRecord) -> String {
        guard let first = varying.first else { return name }
        if varying.count == 1 {
            let value = Self.value(first, record)
            // A place speaks for itself; a value such as "none" does not.
            return ["node", "disk", "target"].contains(first) ? value : "\(first)=\(value)"
        }
        return varying.map { Self.value($0, record) }.joined(separator: "\u{A0}· ")
    }

    /// A tag's value, or what stands for the machine; "–" where there is none.
    static func value(_ key: String, _ record: ResultRecord) -> String {
        switch key {
        case "node": record.host.node ?? "–"
        case "disk": disk(record)
        case "target": record.target.path
        default: record.tags[key] ?? "–"
        }
    }

    private static func disk(_ record: ResultRecord) -> String {
        guard let disk = record.target.stack.last else { return "–" }
        return disk.model ?? disk.name
    }

    private static let wellKnown = ["format", "cache", "aio", "controller", "iothread"]

    private static func varying(_ records: [ResultRecord]) -> [String] {
        let tags = Set(records.flatMap { $0.tags.keys })
        func varies(_ key: String) -> Bool { Set(records.map { value(key, $0) }).count > 1 }
        let known = wellKnown.filter { tags.contains($0) }
        let others = tags.subtracting(known).sorted()
        // "matrix" is the identity of a run of cells, not a condition.
        let keys = (known + others).filter { $0 != "matrix" && varies($0) }
        let places = ["node", "disk"].filter { !tags.contains($0) && varies($0) }
        // Scratch images of a matrix have names of their own: a path only counts where nothing else differs.
        let isTold = !keys.isEmpty || !places.isEmpty
        return keys + places + (!isTold && varies("target") ? ["target"] : [])
    }
}

/// The one number of each run that a group is compared by.
struct KeyFigure {
    /// "WAL fsync p99".
    var name: String
    var limitNs: UInt64?
    /// By the section's id.
    var estimates: [String: QuantileEstimate]

    /// The figures that all runs of a group have, at most two; the highest percentile that nearly all can print.
    static func all(of sections: [RecordSection]) -> [KeyFigure] {
        var names: [String] = []
        for curve in sections.flatMap(\.curves) where !names.contains(curve.series.name) {
            names.append(curve.series.name)
        }
        let shared = names.filter { name in
            let count = sections.count { section in
                section.curves.contains { $0.series.name == name }
            }
            return count * 2 > sections.count
        }
        return shared.prefix(2).compactMap { figure($0, sections) }
    }

    private static func figure(_ name: String, _ sections: [RecordSection]) -> KeyFigure? {
        for quantile in [0.99, 0.9, 0.5] {
            var estimates: [String: QuantileEstimate] = [:]
            var limit: UInt64?
            for section in sections {
                guard let curve = section.curves.first(where: { $0.series.name == name }) else {
                    continue
                }
                estimates[section.id] = curve.estimate(quantile)
                limit = limit ?? curve.series.limitNs
            }
            // A comparison with holes is none: rather a lower percentile of all.
            let isWhole = estimates.count * 10 >= sections.count * 9
            if isWhole || (quantile == 0.5 && !estimates.isEmpty) {
                return KeyFigure(
                    name: "\(name) \(ReportFigure.percentileName(quantile))",
                    limitNs: quantile == 0.99 ? limit : nil,
                    estimates: estimates
                )
            }
        }
        return nil
    }
}
