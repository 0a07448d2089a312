package import ResultStore
import Units

/// A matrix of disk combinations as text for a terminal.
package enum MatrixReport {
    /// The whole report, with a final newline.
    package static func render(_ document: MatrixDocument, style: TextStyle) -> String {
        let content = MatrixContent(document: document)
        let sections = [
            heading(content, style),
            times(content, style),
            ratings(content, style),
            recommendation(document, style),
            failures(content, style),
            notes(content, style),
        ]
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
            .joined(separator: "\n")
    }

    /// The table of times alone, for a terminal that it fills in on.
    package static func live(_ document: MatrixDocument, style: TextStyle) -> [String] {
        let content = MatrixContent(document: document)
        var rows: [[String]] = []
        for (index, row) in zip(document.cells.indices, content.timeRows) {
            let cell = document.cells[index]
            let state = cell.failure.map { "failed: \($0)" } ?? "\(cell.rounds) turns"
            rows.append([
                row[0], row[1], row[2], row[3],
                cell.rounds > 0 || cell.failure != nil ? state : "waiting",
            ])
        }
        var table = TextTable([.left, .right, .right, .right, .left])
        table.rows = [(content.timeHeadings.prefix(4) + [""]).map { .init($0, .faint) }]
        table.rows += rows.map { $0.map { .init(style.clean($0)) } }
        return table.lines(style).map { style.color ? $0 : style.clip($0, to: style.width - 1) }
    }

    private static func heading(_ content: MatrixContent, _ style: TextStyle) -> [String] {
        let measured = content.document.cells.filter { $0.samples > 0 }.count
        let grade = "MATRIX"
        let sentence =
            content.document.recommendation.map { "Take \($0.sentence)." }
            ?? "No combination here can be recommended."
        var lines = style.wrap(style.clean(sentence), lead: "\(grade)  ")
        let ink: TextStyle.Ink = content.document.recommendation == nil ? .unclear : .good
        lines[0] =
            style.paint(grade, [.strong, ink]) + "  "
            + style.paint(String(lines[0].dropFirst(grade.count + 2)), [.strong])
        let facts =
            ["\(measured) cells", content.document.method] + content.shared
        return lines + style.flow(facts).map { style.paint($0, [.faint]) }
    }

    private static func times(_ content: MatrixContent, _ style: TextStyle) -> [String] {
        let rows = zip(content.document.cells, content.timeRows).filter { $0.0.samples > 0 }
        guard !rows.isEmpty else { return [] }
        // A column that has nothing to say is left out.
        let headings = content.timeHeadings
        var columns = headings.indices.filter { column in
            rows.contains { $0.1[column] != "–" }
        }
        // Narrow terminals lose what explains, not what was asked for.
        for dropped in [3, 7, 5, 6, 8] {
            if table(headings, rows, columns, style).width <= style.width { break }
            columns.removeAll { $0 == dropped }
        }
        let whole = table(headings, rows, columns, style)
        guard whole.width > style.width else { return whole.lines(style) }
        let short = rows.map { row, cells in
            (row, cells.enumerated().map { $0 == 4 ? withoutInterval($1) : $1 })
        }
        return table(headings, short, columns, style).lines(style)
    }

    /// "+30% [+5%, +60%] slower" without what stands in brackets.
    private static func withoutInterval(_ text: String) -> String {
        guard let open = text.firstIndex(of: "["), let close = text.firstIndex(of: "]"),
            open < close
        else { return text }
        return String(text[..<open]) + text[text.index(after: close)...].dropFirst()
    }

    private static func table(
        _ headings: [String],
        _ rows: [(MatrixRow, [String])],
        _ columns: [Int],
        _ style: TextStyle
    ) -> TextTable {
        var table = TextTable(columns.map { $0 == 0 || $0 == 4 ? .left : .right })
        table.rows = [columns.map { .init(style.clean(headings[$0]), .faint) }]
        for (row, cells) in rows {
            table.rows.append(
                columns.map { column in
                    var cell = TextTable.Cell(style.clean(cells[column]))
                    if column == 4, let verdict = row.change?.verdict {
                        cell.inks = [ink(verdict)]
                    }
                    return cell
                }
            )
        }
        return table
    }

    private static func ink(_ verdict: String) -> TextStyle.Ink {
        switch verdict {
        case "slower": .bad
        case "faster": .good
        case "unclear": .unclear
        default: .faint
        }
    }

    private static func ratings(_ content: MatrixContent, _ style: TextStyle) -> [String] {
        let rows = content.ratingRows
        guard !rows.isEmpty else { return [] }
        var columns = Array(content.ratingHeadings.indices)
        // TRIM, then where it moves: what survives a crash is never left out.
        for dropped in [columns.count - 1, columns.count - 2] {
            if ratingTable(content, rows, columns, style).width <= style.width { break }
            columns.removeAll { $0 == dropped }
        }
        let table = ratingTable(content, rows, columns, style)
        let survival =
            "QEMU crash, power cut: safe afterwards are all writes that completed, those that were flushed, or nothing for sure"
        let legend = (content.document.rubric + [survival]).flatMap {
            style.wrap(style.clean($0), lead: "  ")
        }
        return table.lines(style).map { style.color ? $0 : style.clip($0, to: style.width) }
            + legend.map { style.paint($0, [.faint]) } + reasons(content, style)
    }

    private static func ratingTable(
        _ content: MatrixContent,
        _ rows: [[String]],
        _ columns: [Int],
        _ style: TextStyle
    ) -> TextTable {
        let roles = content.roles.count
        var table = TextTable(columns.map { _ in .left })
        table.rows = [columns.map { .init(style.clean(content.ratingHeadings[$0]), .faint) }]
        for row in rows {
            table.rows.append(
                columns.map { column in
                    var cell = TextTable.Cell(style.clean(row[column]))
                    if column > 0, column <= roles { cell.inks = [ink(grade: row[column])] }
                    if row[column] == "NOTHING" { cell.inks = [.bad] }
                    return cell
                }
            )
        }
        return table
    }

    private static func ink(grade: String) -> TextStyle.Ink {
        switch grade {
        case "A", "B": .good
        case "C", "D": .doubtful
        case "E", "F": .bad
        default: .unclear
        }
    }

    private static func reasons(_ content: MatrixContent, _ style: TextStyle) -> [String] {
        let shown = content.reasons.prefix(40)
        guard !shown.isEmpty else { return [] }
        return [""]
            + shown.flatMap { reason in
                style.wrap(style.clean(reason), lead: "  - ").map { style.paint($0, [.faint]) }
            }
    }

    private static func recommendation(
        _ document: MatrixDocument,
        _ style: TextStyle
    ) -> [String] {
        guard let recommendation = document.recommendation else { return [] }
        return [style.paint("  for /etc/pve/qemu-server/VMID.conf", [.faint])]
            + recommendation.config.map { "    \(style.clean($0))" }
    }

    private static func failures(_ content: MatrixContent, _ style: TextStyle) -> [String] {
        content.failures.flatMap { failure in
            style.wrap(style.clean("\(failure.name): \(failure.reason)"), lead: "  ! ")
                .map { style.paint($0, [.doubtful]) }
        }
    }

    private static func notes(_ content: MatrixContent, _ style: TextStyle) -> [String] {
        content.document.notes.flatMap { note in
            style.wrap(style.clean(note), lead: "  - ").map { style.paint($0, [.faint]) }
        }
    }
}
