package import Orchestration
import ResultStore
import Statistics
import Units

/// Many nodes' runs of one test as one HTML page: which nodes are bad and why, and where everybody stands.
package enum FleetPage {
    /// So many nodes of each case have a picture of their rounds.
    package static let mostPictures = 60
    /// So many cases are shown in full; the others are named.
    package static let mostCases = 8

    /// The files whose rounds the page shows: of each case the worst nodes.
    package static func pictured(_ fleet: Fleet) -> [String] {
        fleet.cases.prefix(mostCases).flatMap { one in
            one.ranking.foremost(mostPictures).map(\.source)
        }
    }

    /// The page, UTF-8 and with a final newline; the same values give the same bytes.
    ///
    /// - Parameters:
    ///   - fleet: with at least one case.
    ///   - rounds: by the file they are from; a node without any has no picture.
    ///   - problems: what could not be read, in sentences; the page says so.
    ///   - generator: "tbench 0.1.0".
    /// - Returns: every text from a record is escaped.
    package static func render(
        _ fleet: Fleet,
        rounds: [String: NodeRounds],
        problems: [String],
        generator: String
    ) -> String {
        let shown = fleet.cases.prefix(mostCases)
        let sections = shown.enumerated().map { number, one in
            FleetSection(id: "f\(number + 1)", one, rounds)
        }
        let headline = sections.first?.words.headline ?? "No node can be ranked"
        let isSingle = fleet.cases.count == 1
        let title =
            isSingle ? headline : "\(fleet.cases.first?.name ?? ""): \(headline)"
        var body = "<header><p class=\"kicker\">\(Markup.escape(kicker(fleet)))</p>"
        body += "<h1>\(Markup.prose(title)).</h1>"
        body += "<p class=\"sub\">\(Markup.prose(subtitle(sections.first)))</p></header>"
        body += HTMLReport.unread(problems) + lost(fleet)
        for (number, section) in sections.enumerated() {
            if !isSingle {
                body += "<h2>\(Markup.escape(Markup.clip(section.one.name, to: 120)))</h2>"
                if number > 0 { body += "<p>\(Markup.prose(section.words.headline)).</p>" }
            }
            body += section.html
        }
        let hidden = fleet.cases.dropFirst(mostCases)
        if !hidden.isEmpty {
            let names = hidden.prefix(20).map { Markup.clip($0.name, to: 60) }
                .joined(separator: ", ")
            body +=
                "<p class=\"sub\">Not shown, with fewer nodes: \(Markup.escape(names)).</p>"
        }
        body += method + HTMLReport.footer(generator)
        return HTMLPage(
            title: Markup.clip(title, to: 120),
            generator: generator,
            body: body,
            data: (try? FleetDocument(fleet, problems: problems).json(isPretty: false)) ?? ""
        ).html
    }

    private static func kicker(_ fleet: Fleet) -> String {
        let times = fleet.cases.flatMap { [$0.started.lowerBound, $0.started.upperBound] }
            .map(ComparisonSection.moment).sorted()
        let (first, last) = (times.first ?? "", times.last ?? "")
        let names = Set(fleet.cases.map(\.name)).sorted().prefix(3).joined(separator: ", ")
        return "fleet · \(Markup.clip(names, to: 80)) · "
            + (first == last ? "\(first) UTC" : "\(first) to \(last) UTC")
    }

    private static func subtitle(_ section: FleetSection?) -> String {
        guard let section else { return "" }
        let ranking = section.one.ranking
        var parts = [
            "\(section.words.metricName): median \(section.words.value(ranking.fleet.median))"
        ]
        if let beyond = section.words.beyond { parts.append(beyond) }
        parts.append(
            ranking.groups.count == 1
                ? Markup.clip(ranking.groups[0].hardware, to: 120)
                : FleetWords.counted(ranking.groups.count, "kind") + " of hardware"
        )
        return parts.joined(separator: " · ")
    }

    /// Runs that belong to no ranking at all.
    private static func lost(_ fleet: Fleet) -> String {
        guard !fleet.unranked.isEmpty else { return "" }
        let shown = fleet.unranked.prefix(5).map(\.source).joined(separator: ", ")
        let more = fleet.unranked.count > 5 ? " and \(fleet.unranked.count - 5) more" : ""
        let text =
            "Not ranked, for want of a figure or of a node’s name: \(shown)\(more)"
        return "<ul class=\"notes\"><li class=\"caution\">\(Markup.escape(text))</li></ul>"
    }

    private static var method: String {
        let paragraphs = [
            "<b>One figure for each node.</b> It is the one that its record holds, with the 95 % interval of that run; of several runs of a node the one with the median value stands for it. Runs of another workload, method or engine, or of a disk that was attached in another way, are ranked apart.",
            "<b>Its like</b> are the nodes with the same disk and processor. Where there are fewer than five of them, it is held against the whole fleet.",
            "<b>Standing out.</b> Latencies differ by factors, so all of this is done with logarithms: σ counts deviations from the median of its like, where a deviation is the median distance from the median times 1.4826, and at least 2 %. Neither is moved by the outliers themselves. A node stands out from 3.5 σ on, if it also differs by a tenth.",
            "<b>A verdict</b> is the node’s own, against the limits of what was tested; being worse than its like is no failure, and a fleet of equally slow disks has no outlier.",
            "<b>Disturbed</b> runs saw something else at work: stolen processor time, other I/O on the disk. Measure such a node again before its disk is blamed.",
        ]
        return "<h2>How these numbers were made</h2><div class=\"method\">"
            + paragraphs.map { "<p>\($0)</p>" }.joined() + "</div>"
    }
}
