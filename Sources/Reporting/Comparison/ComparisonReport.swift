package import Regression
import ResultStore
import Statistics

/// A comparison or a check as text for a terminal.
package enum ComparisonReport {
    /// The whole report, with a final newline.
    package static func render(_ result: CheckResult, style: TextStyle) -> String {
        let content = ComparisonContent(result: result)
        var sections = [heading(content, style)]
        sections += result.comparison.cases.map { lines($0, style) }
        sections.append(limits(result, style))
        sections.append(
            (result.newCases.map(ComparisonContent.newCase) + result.problems).flatMap {
                style.wrap(style.clean($0), lead: "  ! ")
            }
        )
        if result.comparison.cases.contains(where: { $0.obstacles.isEmpty }) {
            sections.append(
                style.wrap(style.clean(ComparisonContent.method), lead: "  ")
                    .map { style.paint($0, [.faint]) }
            )
        }
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
            .joined(separator: "\n")
    }

    private static func heading(_ content: ComparisonContent, _ style: TextStyle) -> [String] {
        let ink: TextStyle.Ink =
            switch content.result.conclusion {
            case .passed: .good
            case .failed: .bad
            case .inconclusive, .noBaseline: .unclear
            }
        let lead = "\(content.grade)  "
        var lines = style.wrap(style.clean(content.summary), lead: lead)
        lines[0] =
            style.paint(content.grade, [.strong, ink]) + "  "
            + style.paint(String(lines[0].dropFirst(lead.count)), [.strong])
        return lines
    }

    private static func lines(_ item: CaseComparison, _ style: TextStyle) -> [String] {
        var lines = style.flow(ComparisonContent.title(item)).map { style.paint($0, [.strong]) }
        if !item.obstacles.isEmpty {
            let text =
                "not comparable: \(item.obstacles.map(\.text).joined(separator: ", ")). --across \"\(item.obstacles[0].name)\" compares all the same"
            lines += style.wrap(style.clean(text), lead: "  ! ").map {
                style.paint($0, [.unclear])
            }
        }
        lines += table(item, style)
        for row in item.gates {
            let reason = ComparisonContent.reason(row)
            guard !reason.isEmpty else { continue }
            lines += style.wrap(style.clean("\(row.measure.label): \(reason)"), lead: "  ! ")
        }
        if !item.differences.isEmpty {
            let shown = item.differences.prefix(12).map(\.text)
            let rest = item.differences.count - shown.count
            lines += style.flow(
                shown + (rest > 0 ? ["and \(rest) more"] : []),
                lead: "  differs  "
            )
        }
        for note in item.notes { lines += style.wrap(style.clean(note), lead: "  ! ") }
        return lines
    }

    private static func table(_ item: CaseComparison, _ style: TextStyle) -> [String] {
        // On a narrow terminal δ goes first, then the base.
        for columns in [[0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 5], [0, 2, 3, 5], [0, 3, 5]] {
            let table = table(item, columns, style)
            if table.width <= style.width { return table.lines(style) }
        }
        // What is left gives way in the names.
        var table = table(item, [0, 3, 5], style)
        let names = table.rows.map { $0[0].text.count }.max() ?? 0
        let room = max(12, names - (table.width - style.width))
        for row in table.rows.indices {
            table.rows[row][0].text = style.clip(table.rows[row][0].text, to: room)
        }
        return table.lines(style)
    }

    private static func table(
        _ item: CaseComparison,
        _ columns: [Int],
        _ style: TextStyle
    ) -> TextTable {
        let isLeft: Set<Int> = [0, 5]
        var table = TextTable(columns.map { isLeft.contains($0) ? .left : .right })
        let headings = ComparisonContent.headings(item)
        table.rows.append(
            columns.map { .init(style.clip(style.clean(headings[$0]), to: 24), .faint) }
        )
        for row in item.shown {
            let cells = ComparisonContent.cells(row)
            table.rows.append(
                columns.map { column in
                    let text = style.clip(style.clean(cells[column]), to: 40)
                    return column == 5 ? .init(text, ink(row.verdict)) : .init(text)
                }
            )
        }
        return table
    }

    private static func ink(_ verdict: ChangeVerdict) -> TextStyle.Ink {
        switch verdict {
        case .regressed: .bad
        case .improved: .good
        case .unchanged, .tooFew: .faint
        case .inconclusive, .notComparable: .doubtful
        }
    }

    private static func limits(_ result: CheckResult, _ style: TextStyle) -> [String] {
        let verdicts = result.brokenVerdicts.map { "\($0.caseName): \($0.headline)" }
        return result.limits.flatMap { outcome in
            let ink: TextStyle.Ink =
                switch outcome.grade {
                case .pass: .good
                case .fail: .bad
                case .borderline, .inconclusive: .doubtful
                }
            return style.wrap(style.clean(ComparisonContent.limit(outcome)), lead: "  limit  ")
                .map { style.paint($0, [ink]) }
        }
            + verdicts.flatMap { style.wrap(style.clean($0), lead: "  limit  ") }
            .map { style.paint($0, [.bad]) }
    }
}
