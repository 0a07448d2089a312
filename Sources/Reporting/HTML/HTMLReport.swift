import Foundation
package import Modeling
import ResultStore
import Statistics
import Units

/// Results as one HTML page that needs neither a network nor scripts: the verdict first, then what it rests on.
package enum HTMLReport {
    /// Up to so many results are shown with every table and picture.
    private static let fullLimit = 4
    /// Up to so many with small pictures of each; twenty take 0.8 MiB.
    private static let pictureLimit = 24

    /// The page, UTF-8 and with a final newline; the same results give the same bytes.
    ///
    /// - Parameters:
    ///   - sources: at least one record with the name of its file, in the order they are to be shown.
    ///   - problems: what could not be read, in sentences; the page says so.
    ///   - generator: "tbench 0.1.0".
    ///   - resamples: how often rounds are drawn again for each interval; nil for 2000, and 400 with many results.
    /// - Returns: every text from a record is escaped.
    package static func render(
        _ sources: [SourceRecord],
        problems: [String] = [],
        generator: String,
        resamples: Int? = nil
    ) -> String {
        let isFull = sources.count <= fullLimit
        let detail: RecordSection.Detail =
            isFull ? .full : sources.count <= pictureLimit ? .brief : .words
        let sections = sources.enumerated().map { number, source in
            RecordSection(
                id: "r\(number + 1)",
                file: source.file,
                record: source.record,
                detail: detail,
                resamples: resamples ?? (isFull ? 2000 : 400)
            )
        }
        let body: String
        let title: String
        if let only = sections.first, sections.count == 1 {
            title = "\(only.content.gradeText): \(only.headline)"
            body = single(only, problems)
        } else {
            let overview = ReportOverview(sections)
            title = overview.headline
            body = many(overview, problems)
        }
        return HTMLPage(
            title: Markup.clip(title, to: 120),
            generator: generator,
            body: body + method(sections) + footer(generator),
            data: ReportData.json(sections, generator: generator)
        ).html
    }

    /// Whether a file that begins so was made by `render`.
    package static func isReport(_ beginning: String) -> Bool {
        beginning.hasPrefix("<!DOCTYPE html>") && beginning.contains(HTMLPage.mark)
    }

    private static func single(_ section: RecordSection, _ problems: [String]) -> String {
        let record = section.record
        var text = "<header><p class=\"kicker\">\(Markup.escape(kicker([record])))</p>"
        text += HTML.grade(section.content.gradeText, section.gradeKind)
        text += "<h1>\(Markup.prose(sentence(section.headline)))</h1>"
        text +=
            "<p class=\"sub\">\(Markup.prose(section.content.subtitle.joined(separator: " · ")))</p></header>"
        return text + unread(problems) + section.verdict + section.body
    }

    private static func many(_ overview: ReportOverview, _ problems: [String]) -> String {
        var text =
            "<header><p class=\"kicker\">\(Markup.escape(kicker(overview.sections.map(\.record))))</p>"
        text += "<h1>\(Markup.prose(overview.headline))</h1>"
        text += "<p class=\"sub\">\(Markup.prose(overview.subtitle))</p></header>"
        text += unread(problems) + overview.table
        for comparison in overview.comparisons {
            let html = comparison.html
            guard !html.isEmpty else { continue }
            text +=
                "<h2>\(Markup.escape("\(comparison.group.name): \(comparison.group.sections.count) results"))</h2>"
            if overview.comparisons.count > 1, let headline = comparison.headline {
                text += "<p>\(Markup.prose(headline))</p>"
            }
            text += html
        }
        text += "<h2>Each result</h2>"
        for section in overview.sections {
            // Where nothing is compared there is nothing else to look at.
            let isOpen =
                section.isFull && overview.comparisons.count == overview.sections.count
            text += "<details class=\"record\" id=\"\(section.id)\""
            text += "\(isOpen ? " open" : "")><summary>"
            if overview.hasGrades {
                text += HTML.grade(section.content.gradeText, section.gradeKind)
            }
            text += " <b>\(Markup.escape(overview.label(section)))</b> "
            text += "\(Markup.prose(section.headline))</summary><div class=\"body\">"
            text +=
                "<p class=\"sub\">\(Markup.prose(section.content.subtitle.joined(separator: " · ")))</p>"
            text += section.verdict + section.body + "</div></details>"
        }
        return text
    }

    /// What could not be read, at the top: a report that silently lacks half of its files misleads.
    static func unread(_ problems: [String]) -> String {
        guard !problems.isEmpty else { return "" }
        let items = problems.prefix(20).map {
            "<li class=\"caution\">Not in this report: \(Markup.escape($0))</li>"
        }
        let more =
            problems.count > 20 ? "<li class=\"caution\">and \(problems.count - 20) more</li>" : ""
        return "<ul class=\"notes\">\(items.joined())\(more)</ul>"
    }

    /// Where and when.
    private static func kicker(_ records: [ResultRecord]) -> String {
        func list(_ values: [String], _ unit: String) -> String? {
            let known = Set(values).sorted()
            guard let first = known.first else { return nil }
            return known.count == 1 ? first : "\(known.count) \(unit)"
        }
        let days = records.map { ComparisonSection.moment($0.run.started) }.sorted()
        let first = days.first ?? ""
        let last = days.last ?? ""
        var parts = [list(records.compactMap { $0.host.node }, "nodes")].compactMap(\.self)
        if let place = list(records.map(\.target.path), "targets") { parts.append(place) }
        parts.append(first == last ? "\(first) UTC" : "\(first) to \(last) UTC")
        return parts.joined(separator: " · ")
    }

    /// A headline begins with a capital and ends with a full stop.
    private static func sentence(_ text: String) -> String {
        guard let first = text.first else { return text }
        // A path or a unit keeps its letters.
        let word = text.prefix { $0 != " " }
        let isWord = word.allSatisfy { $0.isLetter }
        return (isWord ? first.uppercased() : String(first)) + text.dropFirst()
    }

    static func footer(_ generator: String) -> String {
        "<footer>Made by \(Markup.escape(generator)). This page loads nothing and sends nothing.</footer>"
    }

    private static func method(_ sections: [RecordSection]) -> String {
        let names = Set(sections.map { $0.record.benchmark.name })
        let hasLadder = sections.contains { $0.record.phases.contains { $0.kind == "ladder" } }
        return MethodText.html(
            isEtcd: names.contains("etcd"),
            isNetwork: names.contains("net"),
            isLadder: hasLadder,
            isComparison: sections.count > 1
        )
    }
}
