import Orchestration
import ResultStore
import Statistics
import Units

/// What a case of a fleet says in sentences, for text and for the page.
struct FleetWords {
    let one: FleetCase

    private var ranking: FleetRanking { one.ranking }

    /// "1 000 nodes".
    var nodes: String { Self.counted(one.nodes, "node") }

    static func counted(_ count: Int, _ noun: String) -> String {
        "\(QuantityText.count(UInt64(count))) \(noun)\(count == 1 ? "" : "s")"
    }

    /// "948 pass, 31 borderline, 21 fail"; "" where nothing was judged.
    var grades: String {
        let kinds: [(VerdictRecord.Grade, String)] = [
            (.pass, "pass"), (.borderline, "borderline"), (.fail, "fail"),
            (.inconclusive, "inconclusive"),
        ]
        var parts = kinds.compactMap { grade, name in
            let count = one.count(grade)
            return count > 0 ? "\(QuantityText.count(UInt64(count))) \(name)" : nil
        }
        guard !parts.isEmpty else { return "" }
        let rest = ranking.rows.count { $0.grade == nil }
        if rest > 0 { parts.append("\(QuantityText.count(UInt64(rest))) without a verdict") }
        return parts.joined(separator: ", ")
    }

    /// "10 stand out from their like".
    var outliers: String {
        guard one.nodes >= 3 else { return "too few to tell which one differs" }
        let worse = ranking.worse.count
        switch worse {
        case 0: return "none is worse than its like"
        case 1: return "one is worse than its like"
        default: return "\(QuantityText.count(UInt64(worse))) are worse than their like"
        }
    }

    /// The verdict in one sentence.
    var headline: String {
        "\(nodes): \(grades.isEmpty ? "" : "\(grades); ")\(outliers)"
    }

    /// The limit that etcd sets on the metric, where it applies.
    var limit: (nanoseconds: Double, label: String)? {
        guard !one.isOnDevices else { return nil }
        switch ranking.metric {
        case "wal_fsync_p99_ns": return (Double(EtcdBudget.walFsyncNs), "etcd’s limit 10 ms")
        case "backend_commit_p99_ns":
            return (Double(EtcdBudget.backendCommitNs), "etcd’s limit 25 ms")
        default: return nil
        }
    }

    /// How many nodes are beyond the limit; nil where there is none.
    var beyond: String? {
        guard let limit else { return nil }
        let count = ranking.rows.count { $0.value >= limit.nanoseconds }
        let time = QuantityText.duration(nanoseconds: limit.nanoseconds)
        return count == 0
            ? "no node is beyond etcd’s \(Self.trimmed(time))"
            : "\(Self.counted(count, "node")) beyond etcd’s \(Self.trimmed(time))"
    }

    private static func trimmed(_ time: String) -> String {
        time.split(separator: " ").enumerated()
            .map { $0.offset == 0 ? Number.trimmed(String($0.element)) : String($0.element) }
            .joined(separator: " ")
    }

    /// "WAL fsync p99" from "wal_fsync_p99_ns"; any other name as it is.
    var metricName: String {
        switch ranking.metric {
        case "wal_fsync_p99_ns": "WAL fsync p99"
        case "backend_commit_p99_ns": "backend commit p99"
        case "volume_write_p50_ns": "4 KiB write to the volume, p50"
        case "overwrite_p50_ns": "4 KiB overwrite, p50"
        case "net_write_4k_p50_ns": "4 KiB write over the network, p50"
        default: ranking.metric
        }
    }

    func value(_ value: Double) -> String {
        if ranking.metric.hasSuffix("_ns") { return QuantityText.duration(nanoseconds: value) }
        return Number.rate(value)
    }

    /// "5.90 … 6.51 ms": a unit that both have stands once.
    func interval(_ interval: [Double]?) -> String {
        guard let interval, interval.count == 2 else { return "–" }
        let ends = interval.map(value)
        let low = ends[0].split(separator: " ")
        let high = ends[1].split(separator: " ")
        if low.count == 2, high.count == 2, low[1] == high[1] { return "\(low[0]) … \(ends[1])" }
        return "\(ends[0]) … \(ends[1])"
    }

    /// "A" for the commonest hardware, then B to Z, then numbers.
    var letters: [String: String] {
        var letters: [String: String] = [:]
        for (number, group) in ranking.groups.enumerated() {
            let scalar = Unicode.Scalar(UInt8(65 + min(number, 25)))
            letters[group.hardware] = number < 26 ? String(Character(scalar)) : "\(number + 1)"
        }
        return letters
    }

    /// "28.1 ms, 3.41 × its like (12 σ); fail; disturbed: steal".
    func reason(_ row: FleetRanking.Row) -> String {
        var text = "\(value(row.value)), \(Self.hundredths(row.ratio)) × the median of its like"
        if one.nodes >= 3 { text += " (\(Self.tenths(row.score)) σ)" }
        if let grade = row.grade { text += "; \(grade)" }
        // What is behind a colon is the reason for the cause, which the node's own report gives.
        let cause = Markup.clip(String(row.cause.prefix { $0 != ":" && $0 != ";" }), to: 60)
        let isOdd = row.standing != .alike || row.grade.map { $0 != "pass" } ?? false
        if isOdd, !cause.isEmpty { text += "; \(cause)" }
        if !row.disturbances.isEmpty {
            text += "; disturbed: \(row.disturbances.joined(separator: ", "))"
        }
        return text
    }

    /// Why a run is not in the ranking.
    func absence(_ run: FleetRun) -> String {
        if run.node == nil { return "its record names no node" }
        let ended = run.outcome == .complete ? "" : "; the run is \(run.outcome.rawValue)"
        return "it has no \(ranking.metric)\(ended)"
    }

    static func hundredths(_ value: Double) -> String { fixed(value, 2) }
    static func tenths(_ value: Double) -> String { fixed(value, 1) }

    private static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "–" }
        return QuantityText.fixed(value, decimals: decimals)
    }
}
