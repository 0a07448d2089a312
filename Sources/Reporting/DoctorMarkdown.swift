package import Inspection

/// A diagnosis as GitHub-flavoured Markdown.
package enum DoctorMarkdown {
    /// The whole report, with a final newline; text from files cannot break the layout.
    package static func render(_ document: DoctorDocument) -> String {
        var sections: [[String]] = [
            [
                "## tbench doctor: \(document.summary)", "",
                document.subtitle.dropFirst().map(MarkdownReport.escape).joined(separator: " · "),
            ]
        ]
        for entries in document.groups {
            let entry = entries[0]
            var lines = [
                "### \(entry.severity): \(MarkdownReport.escape(entry.rule)), \(MarkdownReport.escape(entry.title))",
                "",
            ]
            lines += entries.map {
                "- \(MarkdownReport.escape($0.place)): \(MarkdownReport.escape($0.seen))"
            }
            lines += ["", MarkdownReport.escape(entry.why)]
            for position in entry.positions {
                lines += ["", "> \(MarkdownReport.escape(position))"]
            }
            lines += ["", "**Fix:** \(MarkdownReport.escape(entry.fix))"]
            if let settle = entry.settle {
                lines += ["", "**Settle it:** \(MarkdownReport.escape(settle))"]
            }
            lines += [
                "", "Source: \(entry.sources.map(MarkdownReport.escape).joined(separator: "; "))",
            ]
            sections.append(lines)
        }
        if !document.unknown.isEmpty {
            sections.append(
                ["### Unknown", ""]
                    + MarkdownReport.table(
                        ["what", "rules", "to know it"],
                        document.unknown.map {
                            [$0.what, $0.rules.joined(separator: ", "), $0.help]
                        }
                    )
            )
        }
        return sections.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    /// The plan as a table.
    package static func render(_ plan: PlanTable) -> String {
        let rows = plan.lines.map { [$0.subject, $0.advice, $0.reason, $0.basis, $0.source] }
        let lines =
            ["## tbench doctor: plan", ""]
            + MarkdownReport.table(["what", "advice", "because", "basis", "source"], rows)
        return lines.joined(separator: "\n") + "\n"
    }
}
