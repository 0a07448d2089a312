import Orchestration
import Statistics
import Units

/// What a ranking says, in words and cells, for every renderer.
struct FleetContent {
    let one: FleetCase
    let words: FleetWords
    private let letters: [String: String]

    private var ranking: FleetRanking { one.ranking }

    init(one: FleetCase) {
        self.one = one
        words = FleetWords(one: one)
        letters = words.letters
    }

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
        let grades = words.grades.isEmpty ? [] : [words.grades]
        return grades + [
            "\(ranking.metric), median \(words.value(ranking.fleet.median))"
        ] + [words.beyond].compactMap(\.self) + [
            "a node stands out from \(RobustSpread.limit) σ of its like on (median and MAD of the logarithms)"
        ]
    }

    private var hasKinds: Bool { ranking.groups.count > 1 }

    /// Where there are several kinds, a letter: they have a table of their own.
    private func kind(_ hardware: String) -> String {
        hasKinds ? letters[hardware] ?? "–" : hardware
    }

    var rows: [[String]] {
        shown.map { row in
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
                row.node, words.value(row.value), words.interval(row.interval),
                "\(FleetWords.hundredths(row.ratio)) ×\(mark)",
                FleetWords.hundredths(row.score), (row.grade ?? "–") + doubt, kind(row.hardware),
            ]
        }
    }

    private var shown: [FleetRanking.Row] { ranking.foremost(Self.mostRows) }

    var rest: String? {
        let count = ranking.rows.count - Self.mostRows
        guard count > 0 else { return nil }
        let worse = ranking.worse.count - shown.count { $0.standing == .worse }
        let doubt = worse == 0 ? "none" : QuantityText.count(UInt64(worse))
        return
            "and \(QuantityText.count(UInt64(count))) more, \(doubt) of them worse than their like"
    }

    var groupRows: [[String]] {
        ranking.groups.prefix(20).map { group in
            [
                hasKinds ? "\(kind(group.hardware))  \(group.hardware)" : group.hardware,
                QuantityText.count(UInt64(group.nodes)),
                words.value(group.spread.median),
                group.nodes < 3 ? "–" : "\(FleetWords.hundredths(group.spread.deviation * 100)) %",
            ]
        }
    }

    /// Nodes that are better than their like, and runs that are in no row; the first of each named.
    var notes: [String] { better + absences }

    private var better: [String] {
        let names = ranking.better.map(\.node)
        guard !names.isEmpty else { return [] }
        let more = names.count > 5 ? " and \(names.count - 5) more" : ""
        let named = names.prefix(5).joined(separator: ", ")
        return [
            "Better than their like, which a cache that forgets would be, too: \(named)\(more)."
        ]
    }

    private var absences: [String] {
        let shown = one.unranked.prefix(5).map { run in
            let source = run.source.isEmpty ? run.node ?? run.id : run.source
            return "Not ranked: \(source): \(words.absence(run))."
        }
        let rest = one.unranked.count - shown.count
        return shown + (rest > 0 ? ["Not ranked: \(rest) more."] : [])
    }
}
