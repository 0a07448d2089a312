import ResultStore
import Statistics
import Units

extension TextReport {
    /// The histogram of the WAL fsync and what it did over time.
    static func pictures(_ content: ReportContent, _ style: TextStyle) -> [String] {
        guard let phase = content.phase else { return [] }
        var lines = histogram(phase, hasBudgets: content.hasBudgets, style)
        if let timeline = content.timeline { lines += self.timeline(timeline, style) }
        return lines
    }

    private static func histogram(
        _ phase: PhaseRecord,
        hasBudgets: Bool,
        _ style: TextStyle
    ) -> [String] {
        let series = [
            LatencyChart.Series(
                name: "overwrite class",
                histogram: phase.pooled(OperationClass.walOverwrite),
                glyph: style.unicode ? "█" : "#",
                ink: .first
            ),
            LatencyChart.Series(
                name: "metadata class, cuts",
                histogram: phase.pooled(OperationClass.walMetadata + [.walSyncCut]),
                glyph: style.unicode ? "▒" : "=",
                ink: .second
            ),
        ]
        return LatencyChart.lines(
            series,
            barWidth: min(60, style.width - 40),
            rows: 8,
            budget: hasBudgets ? EtcdBudget.walFsyncNs : nil,
            style: style
        )
    }

    private static func timeline(_ timeline: Timeline, _ style: TextStyle) -> [String] {
        let seen = timeline.values.filter { $0 > 0 }
        guard let least = seen.min(), let most = seen.max() else { return [] }
        let range = style.clean(
            "\(QuantityText.duration(nanoseconds: least)) … "
                + QuantityText.duration(nanoseconds: most)
        )
        let lead = "  \(timeline.statistic) per round  "
        let room = style.width - lead.count - range.count - 2
        let line = Sparkline.text(timeline.values, width: room, unicode: style.unicode)
        var lines = [
            "\(style.paint(lead, [.faint]))\(line)  \(style.paint(range, [.faint]))"
        ]
        if timeline.stalls.contains(true) {
            let marks = Sparkline.grouped(timeline.stalls, into: room) { $0.contains(true) }
            let label = style.clean("  ≥ 100 ms")
            let fill = String(repeating: " ", count: max(0, lead.count - label.count))
            var text = String(marks.map { $0 ? "!" : " " })
            while text.last == " " { text.removeLast() }
            lines.append(style.paint(label, [.faint]) + fill + style.paint(text, [.bad]))
        }
        return lines
    }
}

/// The percentile table as text.
enum PercentileText {
    private enum Column: CaseIterable {
        case count, mean, p50, p90, p99, p999, maximum
    }

    /// The table with its heading; p90, then the mean, give way on narrow terminals.
    static func lines(_ rows: [PercentileRow], _ style: TextStyle) -> [String] {
        var columns = Column.allCases
        var table = make(rows, columns, short: false, style)
        if table.width > style.width { table = make(rows, columns, short: true, style) }
        for dropped in [Column.p90, .mean] where table.width > style.width {
            columns.removeAll { $0 == dropped }
            table = make(rows, columns, short: true, style)
        }
        return table.lines(style)
    }

    private static func make(
        _ rows: [PercentileRow],
        _ columns: [Column],
        short: Bool,
        _ style: TextStyle
    ) -> TextTable {
        var table = TextTable([.left] + columns.map { _ in .right })
        table.rows.append([.init("")] + columns.map { .init(heading($0), .faint) })
        for row in rows {
            let indent = String(repeating: "  ", count: row.depth)
            let label = TextTable.Cell(indent + (short ? row.shortLabel : row.label))
            table.rows.append([label] + columns.map { cell($0, row, style) })
        }
        return table
    }

    private static func heading(_ column: Column) -> String {
        switch column {
        case .count: "n"
        case .mean: "mean"
        case .p50: "p50"
        case .p90: "p90"
        case .p99: "p99"
        case .p999: "p99.9"
        case .maximum: "max"
        }
    }

    private static func cell(
        _ column: Column,
        _ row: PercentileRow,
        _ style: TextStyle
    ) -> TextTable.Cell {
        switch column {
        case .count: return .init(style.clean(QuantityText.count(row.count)), .faint)
        case .mean: return .init(style.clean(QuantityText.duration(nanoseconds: row.mean)))
        case .p50: return .init(style.clean(row.p50.text))
        case .p90: return .init(style.clean(row.p90.text))
        case .p999: return .init(style.clean(row.p999.text))
        case .maximum: return .init(style.clean(QuantityText.duration(nanoseconds: row.maximum)))
        case .p99:
            let text = style.clean(row.p99.text)
            guard let budget = row.budgetNs, row.p99.printability != .tooFew else {
                return .init(text)
            }
            return .init(text, row.p99.nanoseconds < Double(budget) ? .good : .bad)
        }
    }
}
