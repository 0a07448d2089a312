package import Orchestration

/// A fleet's ranking as text for a terminal and as Markdown.
package enum FleetReport {
    /// The whole report, with a final newline.
    package static func render(_ ranking: FleetRanking, style: TextStyle) -> String {
        let content = FleetContent(ranking: ranking)
        var lines = style.wrap(style.clean(content.headline)).map { style.paint($0, [.strong]) }
        lines += style.flow(content.subtitle).map { style.paint($0, [.faint]) }
        lines.append("")
        lines += table(
            FleetContent.headings,
            content.rows,
            [.left, .right, .left, .right, .right, .left, .left],
            style
        )
        if let rest = content.rest { lines.append(style.paint("  \(style.clean(rest))", [.faint])) }
        if ranking.groups.count > 1 {
            lines.append("")
            lines += table(
                FleetContent.groupHeadings,
                content.groupRows,
                [.left, .right, .right, .right],
                style
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The whole report as GitHub-flavoured Markdown, with a final newline.
    package static func markdown(_ ranking: FleetRanking) -> String {
        let content = FleetContent(ranking: ranking)
        var lines = [
            "## \(MarkdownReport.escape(content.headline))", "",
            content.subtitle.map(MarkdownReport.escape).joined(separator: " · "), "",
        ]
        lines += MarkdownReport.table(FleetContent.headings, content.rows, numbersFrom: 7)
        if let rest = content.rest { lines += ["", MarkdownReport.escape(rest)] }
        if ranking.groups.count > 1 {
            lines.append("")
            lines += MarkdownReport.table(
                FleetContent.groupHeadings,
                content.groupRows,
                numbersFrom: 1
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Aligned and cleaned; the last column gives way where the terminal ends.
    private static func table(
        _ headings: [String],
        _ rows: [[String]],
        _ alignments: [TextTable.Alignment],
        _ style: TextStyle
    ) -> [String] {
        var table = TextTable(alignments)
        table.rows.append(headings.map { TextTable.Cell(style.clean($0), .faint) })
        table.rows += rows.map { row in
            row.enumerated().map { column, text in
                let isWorse = column < 4 && row.count > 3 && row[3].hasSuffix("✘")
                var cell = TextTable.Cell(style.clean(text))
                if isWorse { cell.inks = [.bad] }
                return cell
            }
        }
        let last = headings.count - 1
        if alignments[last] == .left, table.width > style.width {
            let widest = table.rows.map { $0[last].text.count }.max() ?? 0
            let limit = max(8, widest - (table.width - style.width))
            for index in table.rows.indices {
                table.rows[index][last].text = style.clip(table.rows[index][last].text, to: limit)
            }
        }
        return table.lines(style)
    }
}
