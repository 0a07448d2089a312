import Orchestration
import ResultStore
import Statistics
import Units

/// One test on many nodes: who is worst and why, how the nodes lie, the worst ones' rounds, and everybody in order.
struct FleetSection {
    /// Unique in the page: "f1".
    let id: String
    let one: FleetCase
    /// By the file of the run.
    let rounds: [String: NodeRounds]
    let words: FleetWords
    /// Of each kind of hardware.
    let letters: [String: String]

    private static let mostLanes = 10
    private static let mostReasons = 40
    /// Node names of Kubernetes have at most 253 characters, and nobody's are that long.
    private static let longestName = 80

    init(id: String, _ one: FleetCase, _ rounds: [String: NodeRounds]) {
        self.id = id
        self.one = one
        self.rounds = rounds
        words = FleetWords(one: one)
        letters = words.letters
    }

    var ranking: FleetRanking { one.ranking }

    var html: String { reasons + unranked + distribution + multiples + groups + table }

    // MARK: - Who is worst

    private var reasons: String {
        var facts: [ReportContent.Fact] = []
        func listed(_ label: String, _ rows: [FleetRanking.Row]) {
            for (number, row) in rows.prefix(Self.mostReasons).enumerated() {
                let reason = "\(name(row)): \(words.reason(row))\(kind(row))"
                facts.append(.init(label: number == 0 ? label : "", phrases: [reason]))
            }
            if rows.count > Self.mostReasons {
                let rest = QuantityText.count(UInt64(rows.count - Self.mostReasons))
                facts.append(.init(label: "", phrases: ["and \(rest) more, in the table below"]))
            }
        }
        let worst = Array(ranking.rows.prefix(min(5, max(1, one.nodes - 1))))
        listed(worst.count == 1 ? "the worst" : "the worst \(worst.count)", worst)
        let named = Set(worst.map(\.node))
        listed("also worse than their like", ranking.worse.filter { !named.contains($0.node) })
        listed("better than their like", ranking.better.filter { !named.contains($0.node) })
        var text = HTML.facts(facts)
        if !ranking.better.isEmpty {
            text +=
                "<p class=\"sub\">A node that is far better than its like deserves a look, too: a cache that forgets what it promised looks like this.</p>"
        }
        return text
    }

    func name(_ row: FleetRanking.Row) -> String {
        Markup.clip(row.node, to: Self.longestName)
    }

    /// " (hardware B)" where there are several kinds.
    private func kind(_ row: FleetRanking.Row) -> String {
        ranking.groups.count > 1 ? "; hardware \(letter(row.hardware))" : ""
    }

    func letter(_ hardware: String) -> String { letters[hardware] ?? "–" }

    // MARK: - How they lie

    private var distribution: String {
        let isTime = ranking.metric.hasSuffix("_ns")
        let all = Dictionary(grouping: ranking.rows, by: \.hardware)
        var lanes = ranking.groups.prefix(Self.mostLanes).map { group in
            lane(
                label: ranking.groups.count > 1
                    ? "\(letter(group.hardware))  \(group.hardware) (\(group.nodes))"
                    : "\(group.hardware) (\(group.nodes))",
                all[group.hardware] ?? [],
                group.reference
            )
        }
        let others = ranking.groups.dropFirst(Self.mostLanes)
        if !others.isEmpty {
            lanes.append(
                lane(
                    label: "\(others.count) other kinds of hardware",
                    others.flatMap { all[$0.hardware] ?? [] },
                    nil
                )
            )
        }
        let dots = FleetDots(
            lanes: lanes,
            unit: isTime ? .duration : .rate,
            axis: words.metricName,
            limit: words.limit
        )
        let sentence = words.beyond.map { "; \($0)" } ?? ""
        return ReportFigure(
            id: "\(id)-nodes",
            title: "\(words.metricName) of every node",
            caption:
                "One dot for each node (the median of its runs), a lane for each kind of hardware. A node stands out beyond \(RobustSpread.limit) deviations of its like, from median and MAD of the logarithms, and by at least a tenth\(sentence).",
            description: words.headline,
            table: DataTable(
                headings: [
                    "hardware", "nodes", "median", "alike from", "alike to", "worse", "better",
                ],
                rows: ranking.groups.map { group in
                    let band = FleetRanking.alike(group.reference)
                    let rows = all[group.hardware] ?? []
                    let cell: (Double) -> DataTable.Cell = {
                        isTime ? .nanoseconds($0) : .number($0)
                    }
                    return [
                        .text(group.hardware), .number(Double(group.nodes)),
                        cell(group.spread.median), cell(band.low), cell(band.high),
                        .number(Double(rows.count { $0.standing == .worse })),
                        .number(Double(rows.count { $0.standing == .better })),
                    ]
                }
            ),
            draw: { dots.draw(width: $0) }
        ).html
    }

    private func lane(
        label: String,
        _ rows: [FleetRanking.Row],
        _ spread: RobustSpread?
    ) -> FleetDots.Lane {
        FleetDots.Lane(
            label: label,
            nodes: rows.map { row in
                let standing: FleetDots.Standing =
                    switch row.standing {
                    case .worse: .worse
                    case .better: .better
                    case .alike: .alike
                    }
                let note = standing == .alike ? "" : "\(name(row)): \(words.reason(row))"
                return FleetDots.Node(
                    name: name(row),
                    value: row.value,
                    standing: standing,
                    note: Markup.clip(note, to: 300)
                )
            },
            middle: spread?.median,
            band: one.nodes < 3 ? nil : spread.map { FleetRanking.alike($0) }
        )
    }

    // MARK: - The worst ones' rounds

    private var multiples: String {
        let shown = ranking.rows.compactMap { row in rounds[row.source].map { (row, $0) } }
        guard let series = shown.first?.1.name else { return "" }
        let isMetricOfSeries = ranking.metric.hasSuffix("_ns")
        let middle = isMetricOfSeries ? ranking.fleet.median : nil
        let limit = words.limit?.nanoseconds
        let scale = NodeStrip.scale(
            shown.map(\.1),
            including: [middle].compactMap(\.self)
        )
        let count =
            shown.count == one.nodes
            ? "All \(FleetWords.counted(one.nodes, "node"))"
            : "The worst \(shown.count) of \(words.nodes)"
        let ends =
            "\(PlotScale.duration(scale.low)) to \(PlotScale.duration(scale.high)), logarithmic"
        var caption =
            "\(count), worst first. A column for each round: the bar from p50 to p99, the dash the maximum; all on one scale, \(ends). Dotted: the fleet’s median of the \(words.metricName)."
        if limit.map({ $0 > scale.low && $0 < scale.high }) ?? false {
            caption += " Dashed: \(words.limit?.label ?? "")."
        }
        var text = "<figure><figcaption><h4>\(Markup.escape(series)), round by round</h4>"
        text += "<p>\(Markup.escape(caption))</p></figcaption><div class=\"multiples\">"
        for (number, (row, node)) in shown.enumerated() {
            let strip = NodeStrip(
                columns: node.columns,
                scale: scale,
                middle: middle,
                limit: limit,
                isWorse: row.standing == .worse
            )
            text += "<div><b>\(Markup.escape(name(row)))</b> <span>"
            text += Markup.escape(
                "\(words.value(row.value)) · \(FleetWords.hundredths(row.ratio)) ×"
            )
            text += "</span> "
            text += strip.draw().element(
                id: "\(id)-s\(number + 1)",
                title: name(row),
                description: words.reason(row),
                kind: "strip"
            )
            text += "</div>"
        }
        return text + "</div></figure>"
    }
}
