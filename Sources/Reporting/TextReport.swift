package import ResultStore
import Statistics
import Units

/// A run as text for a terminal: the verdict first, then what it rests on.
package enum TextReport {
    /// The whole report, with a final newline.
    ///
    /// Fits into `style.width` columns from 80 on, except for words that are longer than that.
    package static func render(_ record: ResultRecord, style: TextStyle) -> String {
        let content = ReportContent(record)
        let sections = [
            verdict(content, style),
            percentiles(content, style),
            JobRow.lines(content.jobs, style),
            LadderRow.lines(content.replication, style),
            facts(content.model, style),
            NetworkRow.lines(content.exchanges, style),
            facts(content.network, style),
            content.sweep.lines(style),
            content.familiar?.lines(style) ?? [],
            pictures(content, style),
            loads(content, style),
            facts(content.environment, style),
            warnings(content.warnings, style),
            closing(content, style),
        ]
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
            .joined(separator: "\n")
    }

    /// One line a job for a run that does not judge; "NO VERDICT" for one that could not.
    package static func summary(_ record: ResultRecord) -> String {
        if let headline = SweepTable(record).headline { return headline + "\n" }
        let rows = JobRow.rows(of: record)
        guard !rows.isEmpty else { return "NO VERDICT\n" }
        return rows.map { row in
            "\(row.job) \(row.operation): \(row.perSecond) per second, p99 \(row.p99.text)\n"
        }
        .joined()
    }

    private static func verdict(_ content: ReportContent, _ style: TextStyle) -> [String] {
        let lead = "\(content.gradeText)  "
        var lines = style.wrap(style.clean(content.headline), lead: lead)
        let inks: [TextStyle.Ink] = [.strong, content.grade?.ink ?? .unclear]
        lines[0] =
            style.paint(content.gradeText, inks) + "  "
            + style.paint(String(lines[0].dropFirst(lead.count)), [.strong])
        if let outcome = content.outcome {
            lines += style.wrap(style.clean(outcome)).map { style.paint($0, [.doubtful]) }
        }
        lines += style.flow(content.subtitle).map { style.paint($0, [.faint]) }
        if !content.checks.isEmpty {
            lines += [""] + checks(content.checks, style)
        }
        return lines + facts(content.conclusions, style)
    }

    private static func checks(_ checks: [VerdictCheck], _ style: TextStyle) -> [String] {
        func table(withSource: Bool, measuredColumns: Int) -> TextTable {
            var table = TextTable([.left, .left, .left, .left, .left])
            for check in checks {
                var row: [TextTable.Cell] = [
                    .init(style.clean(check.grade.mark), check.grade.ink),
                    .init(style.clean(check.name)),
                    .init(style.clip(style.clean(check.measured), to: measuredColumns)),
                    .init(style.clean(check.limit)),
                ]
                if withSource { row.append(.init(style.clean("(\(check.source))"), .faint)) }
                table.rows.append(row)
            }
            return table
        }
        var fitting = table(withSource: true, measuredColumns: .max)
        if fitting.width > style.width { fitting = table(withSource: false, measuredColumns: .max) }
        if fitting.width > style.width {
            let longest = checks.map { style.clean($0.measured).count }.max() ?? 0
            let columns = max(12, longest - (fitting.width - style.width))
            fitting = table(withSource: false, measuredColumns: columns)
        }
        var lines: [String] = []
        for (line, check) in zip(fitting.lines(style), checks) {
            lines.append(line)
            if let reason = check.reason {
                lines += style.wrap(style.clean(reason), lead: "     ").map {
                    style.paint($0, [.faint])
                }
            }
        }
        return lines
    }

    private static func percentiles(_ content: ReportContent, _ style: TextStyle) -> [String] {
        guard !content.rows.isEmpty else { return [] }
        var lines = PercentileText.lines(content.rows, style)
        if !content.prometheus.isEmpty {
            lines += facts([.init(label: "Prometheus", phrases: content.prometheus)], style)
        }
        for doubt in content.doubts {
            lines += style.wrap(style.clean(doubt), lead: "  ! ").map {
                style.paint($0, [.doubtful])
            }
        }
        return lines
    }

    private static func loads(_ content: ReportContent, _ style: TextStyle) -> [String] {
        ladder(content.ladder, style) + facts(content.load, style)
    }

    private static func ladder(_ steps: [LoadStep], _ style: TextStyle) -> [String] {
        guard !steps.isEmpty else { return [] }
        var table = TextTable([.left, .right, .right, .right, .right, .left])
        table.rows.append(
            ["load", "offered/s", "achieved/s", "WAL fsync p99", "backend commit p99", ""].map {
                .init($0, .faint)
            }
        )
        for step in steps {
            let mark = step.isInside.map { $0 ? "✔" : "✘" } ?? ""
            table.rows.append([
                .init(style.clip(style.clean(step.name), to: 20)),
                .init(style.clean(step.offered.map(Number.rate) ?? "–")),
                .init(style.clean(step.achieved.map(Number.rate) ?? "–")),
                .init(style.clean(step.walFsync)),
                .init(style.clean(step.backendCommit)),
                .init(style.clean(mark), step.isInside == false ? .bad : .good),
            ])
        }
        return table.lines(style)
    }

    /// Lines of "label   phrase · phrase", wrapped between phrases.
    static func facts(
        _ facts: [ReportContent.Fact],
        _ style: TextStyle,
        column: Int = 14
    ) -> [String] {
        facts.flatMap { fact -> [String] in
            let label = "  " + style.clean(fact.label)
            let lead = label + String(repeating: " ", count: max(2, column - label.count))
            var lines = style.flow(fact.phrases, lead: lead)
            lines[0] = style.paint(label, [.faint]) + lines[0].dropFirst(label.count)
            return lines
        }
    }

    static func warnings(_ warnings: [Warning], _ style: TextStyle) -> [String] {
        warnings.flatMap { warning -> [String] in
            let ink: TextStyle.Ink =
                switch warning.severity {
                case .contaminated: .bad
                case .caution: .doubtful
                case .note: .faint
                }
            let lead = warning.severity == .note ? "  - " : "  ! "
            var lines = style.wrap(style.clean(warning.text), lead: lead).map {
                style.paint($0, [ink])
            }
            if let hint = warning.hint {
                lines += style.wrap(style.clean("→ \(hint)"), lead: "    ")
            }
            return lines
        }
    }

    private static func closing(_ content: ReportContent, _ style: TextStyle) -> [String] {
        var lines = style.wrap(style.clean(content.footnotes.joined(separator: " "))).map {
            style.paint($0, [.faint])
        }
        if content.footnotes.isEmpty { lines = [] }
        guard !content.next.isEmpty else { return lines }
        let commands = content.next.map { style.clean($0.command) }
        let column = commands.map(\.count).max() ?? 0
        lines.append("Next:")
        for (command, step) in zip(commands, content.next) {
            let purpose = style.clean(step.purpose)
            if 2 + column + 2 + purpose.count <= style.width {
                let fill = String(repeating: " ", count: column - command.count)
                lines.append("  \(command)\(fill)  \(style.paint(purpose, [.faint]))")
            } else {
                lines += ["  \(command)", "      \(style.paint(purpose, [.faint]))"]
            }
        }
        return lines
    }
}

extension VerdictRecord.Grade {
    /// What the grade is painted in.
    var ink: TextStyle.Ink {
        switch self {
        case .pass: .good
        case .borderline: .doubtful
        case .fail: .bad
        case .inconclusive: .unclear
        }
    }

    /// One character, or two in ASCII.
    var mark: String {
        switch self {
        case .pass: "✔"
        case .borderline: "≈"
        case .fail: "✘"
        case .inconclusive: "?"
        }
    }
}
