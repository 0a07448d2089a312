import ResultStore
import Units

/// Several results at a glance: one sentence, then a line for each.
struct ReportOverview {
    let sections: [RecordSection]
    let comparisons: [ComparisonSection]

    init(_ sections: [RecordSection]) {
        self.sections = sections
        comparisons = ReportGroup.all(sections).map(ComparisonSection.init)
    }

    /// What the results say together.
    var headline: String {
        if comparisons.count == 1, let headline = comparisons[0].headline { return headline }
        return grades.isEmpty
            ? "\(sections.count) results." : "\(sections.count) results: \(grades)."
    }

    var subtitle: String {
        let names = comparisons.map { comparison in
            "\(comparison.group.sections.count) × \(comparison.group.name)"
        }
        let isSaid = headline.hasPrefix("\(sections.count) results")
        return (names + (grades.isEmpty || isSaid ? [] : [grades])).joined(separator: " · ")
    }

    /// Whether any of the results was judged, or one ended early.
    var hasGrades: Bool {
        sections.contains { $0.record.verdict != nil || $0.record.run.outcome != .complete }
    }

    /// "3 pass, 1 fail".
    private var grades: String {
        let kinds: [(VerdictRecord.Grade, String)] = [
            (.fail, "fail"), (.borderline, "borderline"), (.inconclusive, "inconclusive"),
            (.pass, "pass"),
        ]
        return kinds.compactMap { grade, name in
            let count = sections.count { $0.record.verdict?.grade == grade }
            return count > 0 ? "\(count) \(name)" : nil
        }.joined(separator: ", ")
    }

    /// What tells a result from the others.
    func label(_ section: RecordSection) -> String {
        guard
            let group = comparisons.map(\.group).first(where: { group in
                group.sections.contains { $0.id == section.id }
            })
        else { return section.file }
        let label = group.label(section.record)
        let isAlone = group.variants.first { $0.label == label }?.runs.count ?? 1 == 1
        let moment = ComparisonSection.moment(section.record.run.started)
        if group.varying.isEmpty { return comparisons.count > 1 ? "\(label), \(moment)" : moment }
        return isAlone ? label : "\(label), \(moment)"
    }

    /// A line for each result, with the figures that all of its group have.
    var table: String {
        var text =
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"All results\"><table class=\"overview\"><thead><tr>"
        // One place for all stands in the heading of the page.
        let hasPlaces = Set(sections.map { place($0.record) }).count > 1
        for heading in ["result"] + (hasGrades ? [""] : []) + (hasPlaces ? ["where"] : []) {
            text += "<th scope=\"col\">\(heading)</th>"
        }
        let figures = comparisons.count == 1 ? comparisons[0].figures : []
        for figure in figures {
            text += "<th scope=\"col\" class=\"n\">\(Markup.escape(figure.name))</th>"
        }
        if comparisons.count > 1 { text += "<th scope=\"col\" class=\"n\">key figure</th>" }
        text += "<th scope=\"col\" class=\"n\">warnings</th></tr></thead><tbody>"
        for section in sections {
            text += "<tr><td><a href=\"#\(section.id)\">\(Markup.escape(label(section)))</a></td>"
            if hasGrades {
                text += "<td>\(HTML.grade(section.content.gradeText, section.gradeKind))</td>"
            }
            if hasPlaces { text += "<td>\(Markup.escape(place(section.record)))</td>" }
            for figure in figures {
                text += "<td class=\"n\">\(Markup.escape(value(figure, section)))</td>"
            }
            if comparisons.count > 1 {
                text += "<td class=\"n\">\(Markup.escape(keyFigure(section)))</td>"
            }
            text += "<td class=\"n\">\(warnings(section))</td></tr>"
        }
        return text + "</tbody></table></div>"
    }

    private func value(_ figure: KeyFigure, _ section: RecordSection) -> String {
        figure.estimates[section.id].map { Figure($0, withInterval: true).text } ?? "–"
    }

    private func keyFigure(_ section: RecordSection) -> String {
        guard
            let comparison = comparisons.first(where: { comparison in
                comparison.group.sections.contains { $0.id == section.id }
            }), let figure = comparison.figures.first
        else { return "–" }
        return "\(figure.name) \(value(figure, section))"
    }

    private func place(_ record: ResultRecord) -> String {
        let node = record.host.node.map { "\($0):" } ?? ""
        return node + record.target.path
    }

    private func warnings(_ section: RecordSection) -> String {
        let all = section.content.warnings.filter { $0.severity != .note }
        guard !all.isEmpty else { return "" }
        let worst = all.contains { $0.severity == .contaminated }
        return worst ? "<b>\(all.count)</b>, contaminated" : "\(all.count)"
    }
}
