import Orchestration
import Statistics
import Units

/// What a ranking says, in words and cells, for every renderer.
struct FleetContent {
    let ranking: FleetRanking

    /// Nodes in the table; the worst are what anybody looks for.
    static let mostRows = 40

    static let headings = ["node", "value", "± 95 %", "of its like", "σ", "verdict", "hardware"]
    static let groupHeadings = ["hardware", "nodes", "median", "spread"]

    var headline: String {
        let count = ranking.rows.count
        let nodes = "\(QuantityText.count(UInt64(count))) \(count == 1 ? "node" : "nodes")"
        guard count >= 3 else { return "\(nodes), too few to tell which one differs" }
        let worse = ranking.worse.map(\.node)
        guard !worse.isEmpty else { return "\(nodes), and none is worse than its like" }
        let named = worse.prefix(5).joined(separator: ", ")
        let more = worse.count > 5 ? " and \(worse.count - 5) more" : ""
        return
            "\(worse.count) of \(nodes) \(worse.count == 1 ? "is" : "are") worse than \(worse.count == 1 ? "its" : "their") like: \(named)\(more)"
    }

    var subtitle: [String] {
        [
            ranking.metric, "median \(text(ranking.fleet.median))",
            "a node stands out from \(RobustSpread.limit) σ of its like on (median and MAD of the logarithms)",
        ]
    }

    var rows: [[String]] {
        ranking.rows.prefix(Self.mostRows).map { row in
            let interval = row.interval.map { "\(text($0[0])) … \(text($0[1]))" } ?? "–"
            let mark =
                switch row.standing {
                case .worse: " ✘"
                case .better: " better"
                case .alike: ""
                }
            let doubt =
                row.disturbances.isEmpty
                ? "" : " (disturbed: \(row.disturbances.joined(separator: ", ")))"
            return [
                row.node, text(row.value), interval, "\(Self.hundredths(row.ratio)) ×\(mark)",
                Self.hundredths(row.score), (row.grade ?? "–") + doubt, row.hardware,
            ]
        }
    }

    var rest: String? {
        let count = ranking.rows.count - Self.mostRows
        return count > 0 ? "and \(QuantityText.count(UInt64(count))) more, none of them worse" : nil
    }

    var groupRows: [[String]] {
        ranking.groups.prefix(20).map { group in
            [
                group.hardware, QuantityText.count(UInt64(group.nodes)), text(group.spread.median),
                group.nodes < 3 ? "–" : "\(Self.hundredths(group.spread.deviation * 100)) %",
            ]
        }
    }

    private func text(_ value: Double) -> String {
        if ranking.metric.hasSuffix("_ns") { return QuantityText.duration(nanoseconds: value) }
        return Number.rate(value)
    }

    /// A number with two decimals.
    private static func hundredths(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "–" }
        let rounded = Int64((value * 100).rounded())
        let digits = String(rounded.magnitude)
        let padded = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
        return (rounded < 0 ? "-" : "") + padded.dropLast(2) + "." + padded.suffix(2)
    }
}
