package import Regression
import ResultStore
import Statistics
import Units

/// The history of cases as text, Markdown, JSON and CSV.
package enum HistoryReport {
    /// For a terminal, with a final newline.
    package static func render(_ histories: [History], style: TextStyle) -> String {
        guard !histories.isEmpty else { return "No results.\n" }
        return histories.map { history in
            var lines = style.flow(title(history)).map { style.paint($0, [.strong]) }
            if history.series.isEmpty { lines.append("  nothing that could be compared") }
            for series in history.series { lines += self.lines(series, style) }
            return lines.joined(separator: "\n") + "\n"
        }.joined(separator: "\n")
    }

    private static func title(_ history: History) -> [String] {
        let runs = history.series.map(\.points.count).max() ?? 0
        return [history.caseName, history.machine] + history.tags + history.distinction
            + ["\(runs) run\(runs == 1 ? "" : "s")"]
    }

    private static func lines(_ series: HistorySeries, _ style: TextStyle) -> [String] {
        let last = series.points.suffix(1).map { point in
            ComparisonContent.figure(
                SideFigure(value: point.value, ci95: point.ci95, printability: .full),
                series.measure
            )
        }.joined()
        let strip = Sparkline.text(
            series.points.map(\.value),
            width: max(10, style.width - 50),
            unicode: style.unicode
        )
        let label = style.clip(style.clean(series.measure.label), to: 26)
        let fill = String(repeating: " ", count: max(1, 28 - label.count))
        var lines = [style.clean("  \(label)\(fill)") + strip + style.clean("  last \(last)")]
        for change in series.changes {
            let text = style.clean(sentence(change, series))
            lines += style.wrap(text, lead: "      ").map {
                style.paint($0, [change.isBetter ? .good : .bad])
            }
        }
        return lines
    }

    /// "−12.9 % from 2026-11-03T…, run 5f3a9c21 (p < 0.0001): kernel 6.12.9 → 6.12.13".
    static func sentence(_ change: HistoryChange, _ series: HistorySeries) -> String {
        let run = series.points[change.index].run
        let probability =
            change.probability < 0.0001 ? "p < 0.0001" : "p = \(number(change.probability))"
        let shown = change.differences.prefix(8).map(\.text)
        let rest = change.differences.count - shown.count
        let cause =
            shown.isEmpty
            ? "nothing that is known about the machine differs"
            : shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
        return
            "\(ComparisonContent.percent(change.change)) from \(run.started), run \(run.id) (\(probability)): \(cause)"
    }

    private static func number(_ value: Double) -> String { QuantityText.fixed(value, decimals: 4) }

    /// As GitHub-flavoured Markdown.
    package static func markdown(_ histories: [History]) -> String {
        histories.map { history in
            let title = title(history).map(MarkdownReport.escape).joined(separator: " · ")
            let rows = history.series.map { series -> [String] in
                let last = series.points.last.map { point in
                    ComparisonContent.value(point.value, series.measure)
                }
                let changes = series.changes.map { sentence($0, series) }
                return [
                    series.measure.label, "\(series.points.count)", last ?? "–",
                    Sparkline.text(series.points.map(\.value), width: 60, unicode: true),
                    changes.isEmpty ? "none" : changes.joined(separator: "; "),
                ]
            }
            let lines =
                ["### \(title)", ""]
                + MarkdownReport.table(["", "runs", "last", "history", "changes of level"], rows)
            return lines.joined(separator: "\n") + "\n"
        }.joined(separator: "\n")
    }

    /// One line per run and measure.
    package static func csv(_ histories: [History]) -> String {
        var lines = [
            "case,machine,tags,measure,unit,run,started,value,low,high,accepted,doubtful,change"
        ]
        for history in histories {
            for series in history.series {
                let changes = Dictionary(
                    series.changes.map { ($0.index, $0.change) },
                    uniquingKeysWith: { first, _ in first }
                )
                for (index, point) in series.points.enumerated() {
                    let fields = [
                        history.caseName, history.machine, history.tags.joined(separator: " "),
                        series.measure.id, series.measure.unit.rawValue, point.run.id,
                        point.run.started, "\(point.value)", point.ci95.map { "\($0.low)" } ?? "",
                        point.ci95.map { "\($0.high)" } ?? "", point.isAccepted ? "1" : "0",
                        point.isDoubtful ? "1" : "0", changes[index].map { "\($0)" } ?? "",
                    ]
                    lines.append(fields.map(ComparisonCSV.field).joined(separator: ","))
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// As a document for other programs.
    package static func json(_ histories: [History]) -> String {
        let cases = histories.map { history in
            OrderedJSON.object([
                ("case", .text(history.caseName)), ("machine", .text(history.machine)),
                ("tags", .array(history.tags.map { .text($0) })),
                ("distinction", .array(history.distinction.map { .text($0) })),
                ("series", .array(history.series.map(object))),
            ])
        }
        return OrderedJSON.object([
            ("schema", .text("tbench.history")), ("v", .integer(1)), ("cases", .array(cases)),
        ]).text() + "\n"
    }

    private static func object(_ series: HistorySeries) -> OrderedJSON {
        .object([
            ("measure", .text(series.measure.id)), ("label", .text(series.measure.label)),
            ("unit", .text(series.measure.unit.rawValue)),
            (
                "points",
                .array(
                    series.points.map { point in
                        .object([
                            ("run", .text(point.run.id)), ("started", .text(point.run.started)),
                            ("file", .text(point.run.file)), ("value", .number(point.value)),
                            ("accepted", .integer(point.isAccepted ? 1 : 0)),
                            ("doubtful", .integer(point.isDoubtful ? 1 : 0)),
                        ])
                    }
                )
            ),
            (
                "changes",
                .array(
                    series.changes.map { change in
                        .object([
                            ("index", .integer(UInt64(change.index))),
                            ("change", .number(change.change)),
                            ("probability", .number(change.probability)),
                            ("differences", .array(change.differences.map { .text($0.text) })),
                        ])
                    }
                )
            ),
        ])
    }
}
