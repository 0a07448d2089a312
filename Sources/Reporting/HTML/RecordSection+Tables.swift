import Modeling
import ResultStore
import Statistics
import Units

extension RecordSection {
    /// The figures in words and numbers.
    var tables: String {
        var text = percentiles
        if !content.jobs.isEmpty {
            text += "<h3>Figures</h3>"
            text += HTML.table(
                JobRow.headings,
                JobRow.cells(content.jobs),
                numbers: 2..<9,
                label: "Figures"
            )
        }
        if !content.replication.isEmpty {
            text += "<details class=\"more\"><summary>Every measurement as a table</summary>"
            text += HTML.table(
                LadderRow.headings,
                content.replication.map(\.cells),
                numbers: 2..<8,
                groups: content.replication.map(\.request),
                label: "Every measurement"
            )
            text += "</details>"
        }
        if !content.exchanges.isEmpty {
            text += "<h3>Figures</h3>"
            text += HTML.table(
                NetworkRow.headings,
                content.exchanges.map(\.cells),
                numbers: 1..<11,
                label: "Figures"
            )
        }
        if let familiar = content.familiar {
            text += HTML.table(
                familiar.headings,
                familiar.rows,
                numbers: 1..<11,
                label: familiar.headings.first ?? ""
            )
        }
        text += terms
        text += HTML.facts(content.network)
        text += HTML.facts(content.load)
        if !content.footnotes.isEmpty {
            text +=
                "<p class=\"sub\">\(Markup.escape(content.footnotes.joined(separator: " ")))</p>"
        }
        return text
    }

    /// The percentiles of an etcd run; of a brief section the drawn ones.
    private var percentiles: String {
        if content.rows.isEmpty {
            guard !isFull, !curves.isEmpty else { return "" }
            return HTML.table(
                ["", "n", "p50", "p99", "p99.9", "max"],
                curves.map { curve in
                    [
                        curve.name, QuantityText.count(curve.series.pooled.count), curve.text(0.5),
                        curve.text(0.99), curve.text(0.999),
                        QuantityText.duration(nanoseconds: curve.series.pooled.maximum),
                    ]
                },
                numbers: 1..<11,
                label: "Figures"
            )
        }
        var text = "<h3>Figures</h3>"
        text += HTML.table(
            ["", "n", "mean", "p50", "p90", "p99", "p99.9", "max"],
            content.rows.map { row in
                [
                    (row.depth > 0 ? "· " : "") + row.label, QuantityText.count(row.count),
                    QuantityText.duration(nanoseconds: row.mean), row.p50.text, row.p90.text,
                    row.p99.text, row.p999.text, QuantityText.duration(nanoseconds: row.maximum),
                ]
            },
            numbers: 1..<11,
            label: "Percentiles"
        )
        let said =
            content.doubts
            + (content.prometheus.isEmpty
                ? []
                : ["Prometheus would show " + content.prometheus.joined(separator: "; ") + "."])
        if !said.isEmpty {
            text += "<ul class=\"notes\">"
            text += said.map { "<li>\(Markup.escape($0))</li>" }.joined() + "</ul>"
        }
        return text
    }

    /// The model's terms with where each comes from, and its predictions beside the truth.
    private var terms: String {
        guard let model else { return "" }
        let said = ModelContent(document: model)
        var text = "<h3>The latency model</h3><p>\(Markup.escape(said.headline))</p>"
        text += HTML.table(
            ModelContent.termHeadings,
            said.termRows,
            numbers: 2..<5,
            label: "Terms of the model"
        )
        text += HTML.table(
            ModelContent.forecastHeadings,
            said.forecastRows,
            numbers: 2..<6,
            label: "Predictions and what was measured"
        )
        var facts: [ReportContent.Fact] = []
        if !said.limit.isEmpty { facts.append(.init(label: "limit", phrases: said.limit)) }
        facts += said.outlook
        if let incomplete = said.incomplete {
            facts.append(.init(label: "missing", phrases: [incomplete]))
        }
        facts += said.missingRows.map {
            ReportContent.Fact(label: "not measured", phrases: [$0.name, $0.command])
        }
        return text + HTML.facts(facts)
    }
}
