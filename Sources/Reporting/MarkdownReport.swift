package import ResultStore
import Units

/// A run as GitHub-flavoured Markdown, for a ticket or a step summary.
package enum MarkdownReport {
    /// The whole report, with a final newline; text from the record cannot break the layout.
    package static func render(_ record: ResultRecord) -> String {
        let content = ReportContent(record)
        let sections = [
            heading(content),
            checks(content),
            facts(content.conclusions),
            percentiles(content),
            content.jobs.isEmpty
                ? [] : table(JobRow.headings, JobRow.cells(content.jobs), numbersFrom: 2),
            content.replication.isEmpty
                ? []
                : table(
                    ["request"] + LadderRow.headings,
                    content.replication.map { [$0.request] + $0.cells },
                    numbersFrom: 3
                ),
            content.exchanges.isEmpty
                ? []
                : table(NetworkRow.headings, content.exchanges.map(\.cells), numbersFrom: 1),
            facts(content.network),
            content.sweep.points.isEmpty
                ? []
                : table(
                    SweepTable.headings,
                    content.sweep.cells(barWidth: 20, unicode: true),
                    numbersFrom: 1
                ),
            content.familiar.map { table($0.headings, $0.rows, numbersFrom: 1) } ?? [],
            facts(content.load),
            ladder(content),
            warnings(content),
            environment(content),
            closing(content),
        ]
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
            .joined(separator: "\n")
    }

    private static func heading(_ content: ReportContent) -> [String] {
        var lines = [
            "## \(content.gradeText): \(escape(content.headline))", "",
            content.subtitle.map(escape).joined(separator: " · "),
        ]
        if let outcome = content.outcome { lines += ["", "**\(escape(outcome))**"] }
        return lines
    }

    private static func checks(_ content: ReportContent) -> [String] {
        guard !content.checks.isEmpty else { return [] }
        return table(
            ["", "check", "measured", "limit", "whose"],
            content.checks.map { check in
                let reason = check.reason.map { "; \($0)" } ?? ""
                return [
                    check.grade.rawValue, check.name, check.measured + reason, check.limit,
                    check.source,
                ]
            }
        )
    }

    private static func percentiles(_ content: ReportContent) -> [String] {
        guard !content.rows.isEmpty else { return [] }
        var lines = table(
            ["", "n", "mean", "p50", "p90", "p99", "p99.9", "max"],
            content.rows.map { row in
                [
                    (row.depth > 0 ? "· " : "") + row.label, QuantityText.count(row.count),
                    QuantityText.duration(nanoseconds: row.mean), row.p50.text, row.p90.text,
                    row.p99.text, row.p999.text, QuantityText.duration(nanoseconds: row.maximum),
                ]
            },
            numbersFrom: 1
        )
        if !content.prometheus.isEmpty {
            lines += ["", "Prometheus would show: " + content.prometheus.joined(separator: "; ")]
        }
        if !content.doubts.isEmpty { lines += [""] + content.doubts.map { "- \(escape($0))" } }
        if let timeline = content.timeline {
            let line = Sparkline.text(timeline.values, width: 60, unicode: true)
            lines += ["", "WAL fsync \(timeline.statistic) per round: `\(line)`"]
        }
        return lines
    }

    private static func ladder(_ content: ReportContent) -> [String] {
        guard !content.ladder.isEmpty else { return [] }
        return table(
            ["load", "offered/s", "achieved/s", "WAL fsync p99", "backend commit p99", "inside"],
            content.ladder.map { step in
                [
                    step.name, step.offered.map(Number.rate) ?? "–",
                    step.achieved.map(Number.rate) ?? "–", step.walFsync,
                    step.backendCommit, step.isInside.map { $0 ? "yes" : "no" } ?? "–",
                ]
            },
            numbersFrom: 1
        )
    }

    private static func facts(_ facts: [ReportContent.Fact]) -> [String] {
        facts.map { "- **\($0.label)**: \($0.phrases.map(escape).joined(separator: " · "))" }
    }

    private static func warnings(_ content: ReportContent) -> [String] {
        guard !content.warnings.isEmpty else { return [] }
        return ["### Warnings", ""]
            + content.warnings.map { warning in
                let hint = warning.hint.map { " *\(escape($0))*" } ?? ""
                return "- **\(escape(warning.code))** (\(warning.severity.rawValue)): "
                    + escape(warning.text) + hint
            }
    }

    private static func environment(_ content: ReportContent) -> [String] {
        ["<details><summary>Environment</summary>", ""] + facts(content.environment)
            + ["", "</details>"]
    }

    private static func closing(_ content: ReportContent) -> [String] {
        var lines: [String] = []
        if !content.footnotes.isEmpty {
            lines.append("<sub>\(escape(content.footnotes.joined(separator: " ")))</sub>")
        }
        guard !content.next.isEmpty else { return lines }
        return lines + ["", "Next:", ""]
            + content.next.map { "- \(code($0.command)): \(escape($0.purpose))" }
    }

    /// A table; columns from `numbersFrom` on are aligned to the right.
    static func table(
        _ headings: [String],
        _ rows: [[String]],
        numbersFrom: Int = .max
    ) -> [String] {
        let rule = headings.indices.map { $0 >= numbersFrom ? "--:" : "---" }
        func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
        return [line(headings), line(rule)] + rows.map { line($0.map(escape)) }
    }

    /// `text` on one line with everything that Markdown or HTML would act on made harmless.
    static func escape(_ text: String) -> String {
        var result = ""
        for character in clean(text) {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\\", "`", "*", "_", "[", "]", "|", "#", "~": result += "\\\(character)"
            default: result.append(character)
            }
        }
        return result
    }

    /// `text` as it is, in a code span with more backticks around it than inside.
    private static func code(_ text: String) -> String {
        let text = clean(text)
        let longest = text.split { $0 != "`" }.map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: longest + 1)
        return longest == 0 ? fence + text + fence : "\(fence) \(text) \(fence)"
    }

    private static func clean(_ text: String) -> String {
        TextStyle(color: false, unicode: true, width: 80).clean(text)
    }
}
