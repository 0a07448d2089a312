package import ResultStore

/// Kept results as a table.
package enum ResultListing {
    private static let headings = [
        "run", "started", "case", "node", "target", "tags", "outcome", "",
    ]

    /// For a terminal, oldest first, with a final newline.
    package static func render(
        _ entries: [IndexEntry],
        accepted: Set<String>,
        style: TextStyle
    ) -> String {
        guard !entries.isEmpty else { return "No results.\n" }
        var table = TextTable(headings.map { _ in .left })
        table.rows.append(headings.map { .init($0, .faint) })
        for entry in entries {
            table.rows.append(
                cells(entry, accepted).map { .init(style.clip(style.clean($0), to: 32)) }
            )
        }
        return table.lines(style).joined(separator: "\n") + "\n"
    }

    /// As GitHub-flavoured Markdown.
    package static func markdown(_ entries: [IndexEntry], accepted: Set<String>) -> String {
        let rows = entries.map { cells($0, accepted) }
        return MarkdownReport.table(headings, rows).joined(separator: "\n") + "\n"
    }

    private static func cells(_ entry: IndexEntry, _ accepted: Set<String>) -> [String] {
        let tags = entry.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return [
            entry.run, entry.started, entry.caseName, entry.node, entry.target,
            tags.joined(separator: ","), entry.grade ?? entry.outcome,
            accepted.contains(entry.path) ? "accepted" : "",
        ]
    }
}
