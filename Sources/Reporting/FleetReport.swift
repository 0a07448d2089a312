package import Orchestration

/// A fleet's ranking as text for a terminal and as Markdown.
package enum FleetReport {
    /// One case, with a final newline.
    ///
    /// - Parameters:
    ///   - one: what was tested, and how the nodes compare.
    ///   - isAlone: there is no other case, so its name needs no line.
    ///   - style: of the terminal.
    /// - Returns: lines no wider than the terminal, as far as names allow.
    package static func render(_ one: FleetCase, isAlone: Bool, style: TextStyle) -> String {
        let content = FleetContent(one: one)
        var lines = isAlone ? [] : [style.paint(style.clean(one.name), [.faint])]
        lines += style.wrap(style.clean(content.headline)).map { style.paint($0, [.strong]) }
        lines += style.flow(content.subtitle).map { style.paint($0, [.faint]) }
        lines.append("")
        lines += table(
            FleetContent.headings,
            content.rows,
            [.left, .right, .left, .right, .right, .left, .left],
            style
        )
        if let rest = content.rest { lines.append(style.paint("  \(style.clean(rest))", [.faint])) }
        if one.ranking.groups.count > 1 {
            lines.append("")
            lines += table(
                FleetContent.groupHeadings,
                content.groupRows,
                [.left, .right, .right, .right],
                style
            )
        }
        if !content.notes.isEmpty {
            lines.append("")
            lines += content.notes.flatMap { style.wrap(style.clean($0)) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One case as GitHub-flavoured Markdown, with a final newline.
    package static func markdown(_ one: FleetCase, isAlone: Bool) -> String {
        let content = FleetContent(one: one)
        let name = isAlone ? "" : "\(one.name): "
        var lines = [
            "## \(MarkdownReport.escape(name + content.headline))", "",
            content.subtitle.map(MarkdownReport.escape).joined(separator: " · "), "",
        ]
        lines += MarkdownReport.table(FleetContent.headings, content.rows, numbersFrom: 7)
        if let rest = content.rest { lines += ["", MarkdownReport.escape(rest)] }
        if one.ranking.groups.count > 1 {
            lines.append("")
            lines += MarkdownReport.table(
                FleetContent.groupHeadings,
                content.groupRows,
                numbersFrom: 1
            )
        }
        if !content.notes.isEmpty {
            lines.append("")
            lines += content.notes.map { "- \(MarkdownReport.escape($0))" }
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
