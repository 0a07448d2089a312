package import Modeling

/// A latency model as GitHub-flavoured Markdown.
package enum ModelMarkdown {
    /// The whole report, with a final newline; names from files cannot break the layout.
    package static func render(_ document: ModelDocument) -> String {
        let content = ModelContent(document: document)
        let files = document.files.map { MarkdownReport.escape($0.file) }
        let sections: [[String]] = [
            [
                "## \(content.grade): \(MarkdownReport.escape(content.headline))", "",
                (["tbench model", "Longhorn \(document.longhornVersion), V1 engine"] + files)
                    .joined(separator: " · "),
            ],
            section("Terms", ModelContent.termHeadings, content.termRows),
            section("Predictions", ModelContent.forecastHeadings, content.forecastRows),
            facts(content),
            section("Bounds", ModelContent.boundHeadings, ModelContent.boundRows(document.bounds)),
            section("fsync", ModelContent.fsyncHeadings, ModelContent.fsyncRows(document.fsync)),
            whatIf(document),
            missing(content),
        ]
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
            .joined(separator: "\n")
    }

    private static func section(
        _ title: String,
        _ headings: [String],
        _ rows: [[String]]
    ) -> [String] {
        rows.isEmpty ? [] : ["### \(title)", ""] + MarkdownReport.table(headings, rows)
    }

    private static func facts(_ content: ModelContent) -> [String] {
        let limit =
            content.limit.isEmpty
            ? [] : [ReportContent.Fact(label: "limit", phrases: content.limit)]
        return (limit + content.outlook).map { fact in
            "- **\(fact.label)**: \(fact.phrases.map(MarkdownReport.escape).joined(separator: " · "))"
        }
    }

    private static func whatIf(_ document: ModelDocument) -> [String] {
        guard let whatIf = document.whatIf else { return [] }
        let settings = whatIf.settings.map(MarkdownReport.escape).joined(separator: ", ")
        let limit = whatIf.limit.map { limit in
            [
                "",
                "- **limit then**: \(ModelContent.phrases(limit).map(MarkdownReport.escape).joined())",
            ]
        }
        return ["### What if \(settings)", ""]
            + MarkdownReport.table(
                ModelContent.changeHeadings,
                ModelContent.changeRows(whatIf),
                numbersFrom: 1
            ) + (limit ?? []) + whatIf.notes.map { "- \(MarkdownReport.escape($0))" }
    }

    private static func missing(_ content: ModelContent) -> [String] {
        let lines =
            (content.incomplete.map { [$0] } ?? [])
            + content.missingRows.map { "\($0.name) is missing. Measure it: \($0.command)" }
            + content.document.assumptions
        return lines.isEmpty
            ? [] : ["### Missing and assumed", ""] + lines.map { "- \(MarkdownReport.escape($0))" }
    }
}
