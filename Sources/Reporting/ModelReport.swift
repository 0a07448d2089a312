package import Modeling

/// A latency model as text for a terminal.
package enum ModelReport {
    /// The whole report, with a final newline.
    package static func render(_ document: ModelDocument, style: TextStyle) -> String {
        let content = ModelContent(document: document)
        let sections = [
            heading(content, style),
            ModelBars(bars: document.bars).lines(style),
            terms(content, style),
            forecasts(content, style),
            limits(content, style),
            table(
                ModelContent.boundHeadings,
                ModelContent.boundRows(document.bounds),
                style,
                1...1
            ),
            table(ModelContent.fsyncHeadings, ModelContent.fsyncRows(document.fsync), style, 1...4),
            document.whatIf.map { whatIf($0, style) } ?? [],
            missing(content, style),
        ]
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
            .joined(separator: "\n")
    }

    private static func heading(_ content: ModelContent, _ style: TextStyle) -> [String] {
        let lead = "\(content.grade)  "
        var lines = style.wrap(style.clean(content.headline), lead: lead)
        let ink: TextStyle.Ink =
            content.document.passes.map { $0 ? .good : .bad } ?? .unclear
        lines[0] =
            style.paint(content.grade, [.strong, ink]) + "  "
            + style.paint(String(lines[0].dropFirst(lead.count)), [.strong])
        let files = content.document.files.map(\.file)
        return lines
            + style.flow(
                ["tbench model", "Longhorn \(content.document.longhornVersion), V1 engine"] + files
            )
            .map { style.paint($0, [.faint]) }
    }

    private static func terms(_ content: ModelContent, _ style: TextStyle) -> [String] {
        let rows = content.termRows
        guard !rows.isEmpty else { return [] }
        let whole = columns(
            ModelContent.termHeadings,
            rows,
            [.left, .left, .right, .right, .right, .left]
        )
        return fitted(whole, style)
    }

    private static func forecasts(_ content: ModelContent, _ style: TextStyle) -> [String] {
        let rows = content.forecastRows
        guard !rows.isEmpty else { return [] }
        var table = columns(
            ModelContent.forecastHeadings,
            rows,
            [.left, .left, .right, .right, .right, .right, .left]
        )
        for index in table.rows.indices.dropFirst() {
            let mark = rows[index - 1][6]
            let ink: TextStyle.Ink = mark == "✘" ? .bad : mark == "≈" ? .doubtful : .good
            table.rows[index][6] = .init(mark, ink)
        }
        let isUnsteady = rows.contains { $0[6] == "≈" }
        let note = style.clean(
            "  ≈ outside its limit, but the interval includes 0: too unsteady to tell"
        )
        return fitted(table, style) + (isUnsteady ? [style.paint(note, [.faint])] : [])
    }

    private static func limits(_ content: ModelContent, _ style: TextStyle) -> [String] {
        var facts: [ReportContent.Fact] = []
        if !content.limit.isEmpty { facts.append(.init(label: "limit", phrases: content.limit)) }
        return TextReport.facts(facts + content.outlook, style, column: 12)
    }

    private static func whatIf(
        _ whatIf: ModelDocument.Alternative,
        _ style: TextStyle
    ) -> [String] {
        var lines = style.flow(
            ["What if \(whatIf.settings.joined(separator: ", "))"]
        ).map { style.paint($0, [.strong]) }
        lines += table(
            ModelContent.changeHeadings,
            ModelContent.changeRows(whatIf),
            style,
            1...3
        )
        if let limit = whatIf.limit {
            lines += TextReport.facts(
                [.init(label: "limit then", phrases: ModelContent.phrases(limit))],
                style
            )
        }
        for note in whatIf.notes { lines += style.wrap(style.clean(note), lead: "  ! ") }
        return lines
    }

    private static func missing(_ content: ModelContent, _ style: TextStyle) -> [String] {
        var lines: [String] = []
        if let incomplete = content.incomplete {
            lines += style.wrap(style.clean(incomplete), lead: "  ! ").map {
                style.paint($0, [.doubtful])
            }
        }
        for row in content.missingRows {
            lines += style.wrap(
                style.clean("\(row.name) is missing. Measure it: \(row.command)"),
                lead: "  - "
            )
        }
        for assumption in content.document.assumptions {
            lines += style.wrap(style.clean(assumption), lead: "  - ")
        }
        return lines
    }

    private static func columns(
        _ headings: [String],
        _ rows: [[String]],
        _ alignments: [TextTable.Alignment]
    ) -> TextTable {
        var table = TextTable(alignments)
        table.rows.append(headings.map { .init($0, .faint) })
        table.rows += rows.map { $0.map { .init($0) } }
        return table
    }

    private static func table(
        _ headings: [String],
        _ rows: [[String]],
        _ style: TextStyle,
        _ numbers: ClosedRange<Int>
    ) -> [String] {
        guard !rows.isEmpty else { return [] }
        return fitted(
            columns(headings, rows, headings.indices.map { numbers.contains($0) ? .right : .left }),
            style
        )
    }

    /// Cleaned, and the last column of text cut where the terminal ends.
    private static func fitted(_ table: TextTable, _ style: TextStyle) -> [String] {
        var table = table
        for row in table.rows.indices {
            for column in table.rows[row].indices {
                table.rows[row][column].text = style.clean(table.rows[row][column].text)
            }
        }
        guard table.width > style.width else { return table.lines(style) }
        // The widest column of text gives way, as far as eight characters.
        let texts = table.alignments.indices.filter { table.alignments[$0] == .left }
        func width(_ column: Int) -> Int {
            table.rows.map { column < $0.count ? $0[column].text.count : 0 }.max() ?? 0
        }
        guard let widest = texts.max(by: { width($0) < width($1) }) else {
            return table.lines(style)
        }
        let limit = max(8, width(widest) - (table.width - style.width))
        for row in table.rows.indices where widest < table.rows[row].count {
            let text = table.rows[row][widest].text
            table.rows[row][widest].text = style.clip(text, to: limit)
        }
        return table.lines(style)
    }
}
