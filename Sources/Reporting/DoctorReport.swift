import Inspection

/// A diagnosis as text for a terminal.
package enum DoctorReport {
    /// Places of one rule that are shown; more are counted.
    private static let placeLimit = 8

    /// The whole report, with a final newline; `showsPassed` also names the rules that found nothing.
    package static func render(
        _ document: DoctorDocument,
        style: TextStyle,
        showsPassed: Bool = false
    ) -> String {
        let notes = document.groups.filter { $0[0].severity == Severity.info.rawValue }
        let others = document.groups.filter { $0[0].severity != Severity.info.rawValue }
        var sections = [heading(document, style)] + others.map { group($0, style) }
        if !notes.isEmpty { sections.append(short(notes, style)) }
        sections.append(unknown(document, style))
        if showsPassed { sections.append(passed(document, style)) }
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
            .joined(separator: "\n")
    }

    private static func heading(_ document: DoctorDocument, _ style: TextStyle) -> [String] {
        let grade =
            document.errors > 0 ? "FAIL" : document.warnings > 0 ? "WARN" : "OK"
        let ink: TextStyle.Ink =
            document.errors > 0 ? .bad : document.warnings > 0 ? .doubtful : .good
        var lines = [
            style.paint(grade, [.strong, ink]) + "  " + style.paint(document.summary, [.strong])
        ]
        lines += style.flow(document.subtitle).map { style.paint($0, [.faint]) }
        return lines
    }

    private static func group(_ entries: [DoctorDocument.Entry], _ style: TextStyle) -> [String] {
        let entry = entries[0]
        var lines = title(entry, style)
        lines += places(entries, style)
        lines += label("why", entry.why, style)
        for position in entry.positions { lines += label("says", position, style) }
        lines += label("fix", entry.fix, style)
        if let settle = entry.settle { lines += label("settle", settle, style) }
        let others = entry.sources.count - 1
        let more = others > 0 ? " (and \(others) more: --explain \(entry.rule))" : ""
        lines += label("source", (entry.sources.first ?? "") + more, style).map {
            style.paint($0, [.faint])
        }
        return lines
    }

    private static func title(_ entry: DoctorDocument.Entry, _ style: TextStyle) -> [String] {
        let ink: TextStyle.Ink =
            switch entry.severity {
            case Severity.error.rawValue: .bad
            case Severity.warning.rawValue: .doubtful
            case Severity.disputed.rawValue: .unclear
            default: .faint
            }
        let name = entry.severity.uppercased()
        let rest = style.clip(style.clean("\(entry.rule)  \(entry.title)"), to: style.width - 10)
        return [
            style.paint(name, [.strong, ink])
                + String(repeating: " ", count: max(1, 10 - name.count))
                + style.paint(rest, [.strong])
        ]
    }

    private static func places(_ entries: [DoctorDocument.Entry], _ style: TextStyle) -> [String] {
        var lines: [String] = []
        for entry in entries.prefix(placeLimit) {
            lines += style.wrap(style.clean("\(entry.place): \(entry.seen)"), lead: "  > ")
        }
        if entries.count > placeLimit {
            lines.append("  > and \(entries.count - placeLimit) more")
        }
        return lines
    }

    private static func label(_ name: String, _ text: String, _ style: TextStyle) -> [String] {
        let lead = "    " + name + String(repeating: " ", count: max(1, 8 - name.count))
        return style.wrap(style.clean(text), lead: lead)
    }

    /// Notes take a line or two each; `--explain` has the rest.
    private static func short(
        _ groups: [[DoctorDocument.Entry]],
        _ style: TextStyle
    ) -> [String] {
        var lines = [style.paint("NOTES", [.strong])]
        for entries in groups {
            let entry = entries[0]
            let more = entries.count > 1 ? " (and \(entries.count - 1) more)" : ""
            lines += style.wrap(
                style.clean(
                    "\(entry.rule): \(entry.title) – \(entry.place): \(entry.seen)\(more)"
                ),
                lead: "  - "
            )
        }
        lines += style.wrap("tbench doctor --explain RULE says why, and who says so.", lead: "  ")
            .map { style.paint($0, [.faint]) }
        return lines
    }

    private static func unknown(_ document: DoctorDocument, _ style: TextStyle) -> [String] {
        guard !document.unknown.isEmpty else { return [] }
        var lines = [style.paint("UNKNOWN", [.strong, .unclear])]
        for gap in document.unknown {
            let rules =
                gap.rules.count > 3
                ? "\(gap.rules.count) rules" : gap.rules.joined(separator: ", ")
            lines += style.wrap(
                style.clean("\(gap.what) (\(rules)); to know it: \(gap.help)"),
                lead: "  ? "
            )
        }
        return lines
    }

    private static func passed(_ document: DoctorDocument, _ style: TextStyle) -> [String] {
        guard !document.passed.isEmpty else { return [] }
        return [style.paint("PASSED: looked for and not found", [.strong, .good])]
            + document.passed.flatMap { passed in
                style.wrap(style.clean("\(passed.rule): \(passed.title)"), lead: "  - ")
            }
    }
}
