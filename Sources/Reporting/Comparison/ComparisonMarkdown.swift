package import Regression

/// A comparison or a check as GitHub-flavoured Markdown, for a step summary or a comment.
package enum ComparisonMarkdown {
    /// A step summary over 1 MiB is dropped whole, so half of that.
    package static let stepSummaryBytes = 500 << 10

    /// The whole report, with a final newline; names from files cannot break the layout.
    ///
    /// - Parameters:
    ///   - result: the check.
    ///   - limit: in bytes; beyond it the full tables are left out, then the text is cut between lines.
    /// - Returns: at most `limit` bytes.
    package static func render(_ result: CheckResult, limit: Int = stepSummaryBytes) -> String {
        let whole = text(result, full: true)
        if whole.utf8.count <= limit { return whole }
        let short = text(result, full: false)
        if short.utf8.count <= limit { return short }
        var kept = ""
        let mark = "\n(cut here: the report is larger than the place it is for)\n"
        for line in short.split(separator: "\n", omittingEmptySubsequences: false) {
            if kept.utf8.count + line.utf8.count + 1 + mark.utf8.count > limit { break }
            kept += line + "\n"
        }
        return kept + mark
    }

    private static func text(_ result: CheckResult, full: Bool) -> String {
        let content = ComparisonContent(result: result)
        var sections: [[String]] = [["## tbench: \(content.summary)"]]
        for item in result.comparison.cases { sections.append(summary(item)) }
        sections.append(
            result.limits.map { "- \(MarkdownReport.escape(ComparisonContent.limit($0)))" }
                + result.brokenVerdicts.map {
                    "- \(MarkdownReport.escape("\($0.caseName): \($0.headline)"))"
                }
        )
        sections.append(
            (result.newCases.map(ComparisonContent.newCase) + result.problems)
                .map { "- \(MarkdownReport.escape($0))" }
        )
        if full { for item in result.comparison.cases { sections.append(details(item)) } }
        if !result.comparison.cases.isEmpty { sections.append([ComparisonContent.method]) }
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
            .joined(separator: "\n")
    }

    /// The rows that are not unchanged.
    private static func summary(_ item: CaseComparison) -> [String] {
        let title = ComparisonContent.title(item).map(MarkdownReport.escape)
            .joined(separator: " · ")
        var lines = ["### \(title)", ""]
        if !item.obstacles.isEmpty {
            let text = item.obstacles.map(\.text).joined(separator: ", ")
            return lines + ["Not comparable: \(MarkdownReport.escape(text))"]
        }
        let rows = item.rows.filter { $0.verdict != .unchanged && $0.measure.gates }
        if rows.isEmpty {
            lines.append("Nothing changed.")
        } else {
            lines += table(item, rows)
        }
        let reasons = item.gates.compactMap { row -> String? in
            let reason = ComparisonContent.reason(row)
            return reason.isEmpty ? nil : "\(row.measure.label): \(reason)"
        }
        let remarks = reasons + item.notes
        if !remarks.isEmpty {
            lines += [""] + remarks.map { "- \(MarkdownReport.escape($0))" }
        }
        if !item.differences.isEmpty {
            let differences = item.differences.prefix(12).map { MarkdownReport.escape($0.text) }
            lines += ["", "Differs: \(differences.joined(separator: " · "))"]
        }
        return lines
    }

    private static func details(_ item: CaseComparison) -> [String] {
        let title = ComparisonContent.title(item).map(MarkdownReport.escape)
            .joined(separator: " · ")
        return ["<details><summary>All measures of \(title)</summary>", ""]
            + table(item, item.shown) + ["", "</details>"]
    }

    private static func table(_ item: CaseComparison, _ rows: [ChangeRow]) -> [String] {
        MarkdownReport.table(
            ComparisonContent.headings(item).map(MarkdownReport.escape),
            rows.map(ComparisonContent.cells),
            numbersFrom: 1
        )
    }
}
