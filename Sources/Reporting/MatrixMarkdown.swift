package import ResultStore
import Units

/// A matrix as GitHub-flavoured Markdown.
package enum MatrixMarkdown {
    /// The whole report, with a final newline.
    package static func render(_ document: MatrixDocument) -> String {
        let content = MatrixContent(document: document)
        let sentence =
            document.recommendation.map { "Take \($0.sentence)." }
            ?? "No combination here can be recommended."
        var sections: [[String]] = [
            [
                "## MATRIX: \(MarkdownReport.escape(sentence))", "",
                ([document.method] + content.shared)
                    .map(MarkdownReport.escape).joined(separator: " · "),
            ]
        ]
        let rows = zip(document.cells, content.timeRows).filter { $0.0.samples > 0 }.map(\.1)
        if !rows.isEmpty {
            sections.append(
                ["### Times", ""]
                    + MarkdownReport.table(content.timeHeadings, rows, numbersFrom: 1)
            )
        }
        if !content.ratingRows.isEmpty {
            sections.append(
                ["### Ratings", ""]
                    + MarkdownReport.table(content.ratingHeadings, content.ratingRows)
            )
            sections.append(
                (document.rubric + content.reasons).map { "- \(MarkdownReport.escape($0))" }
            )
        }
        if let recommendation = document.recommendation {
            sections.append(["```"] + recommendation.config.map(line) + ["```"])
        }
        sections.append(
            content.failures.map { "- \(MarkdownReport.escape("\($0.name): \($0.reason)"))" }
        )
        sections.append(document.notes.map { "- \(MarkdownReport.escape($0))" })
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
            .joined(separator: "\n")
    }

    /// A line of a code block: it comes from the table of settings, and still gets nothing that could end the block.
    private static func line(_ text: String) -> String {
        text.filter { $0 != "`" && !$0.isNewline }
    }
}
