import Orchestration
import Statistics
import Units

/// Rows that are open; the others unfold.
private let openRows = 50

// Kinds of hardware, all nodes in order, and what is in no row.
extension FleetSection {
    var groups: String {
        guard ranking.groups.count > 1 else { return "" }
        let rows = ranking.groups.prefix(100).map { group in
            [
                letter(group.hardware), group.hardware, QuantityText.count(UInt64(group.nodes)),
                words.value(group.spread.median),
                group.nodes < 3
                    ? "–" : "\(FleetWords.tenths(group.spread.deviation * 100)) %",
                "\(FleetWords.hundredths(group.spread.median / ranking.fleet.median)) ×",
            ]
        }
        var text = "<h3>Hardware</h3>"
        text += HTML.table(
            ["kind", "hardware", "nodes", "median", "spread (σ)", "of the fleet"],
            rows,
            numbers: 2..<6,
            label: "Nodes by hardware"
        )
        .replacing("<table>", with: "<table class=\"checks\">")
        if ranking.groups.contains(where: { $0.nodes < 5 }) {
            text +=
                "<p class=\"sub\">Fewer than five nodes of a kind have no spread of their own: they are held against the whole fleet.</p>"
        }
        return text
    }

    var table: String {
        var headings = ["", "node"]
        let hasGrades = ranking.rows.contains { $0.grade != nil }
        let hasRuns = ranking.rows.contains { $0.runs > 1 }
        let hasKinds = ranking.groups.count > 1
        if hasGrades { headings.append("verdict") }
        let firstNumber = headings.count
        headings += [words.metricName, "95 % interval", "of its like", "σ"]
        let numbers = firstNumber..<headings.count
        if hasRuns { headings.append("runs") }
        if hasKinds { headings.append("kind") }
        headings.append("note")
        func rows(_ range: Range<Int>) -> String {
            var text = ""
            for index in range {
                let row = ranking.rows[index]
                var cells = [String(index + 1), name(row)]
                if hasGrades { cells.append(row.grade ?? "–") }
                cells += [
                    words.value(row.value),
                    words.interval(row.interval),
                    "\(FleetWords.hundredths(row.ratio)) ×", FleetWords.tenths(row.score),
                ]
                if hasRuns { cells.append(String(row.runs)) }
                if hasKinds { cells.append(letter(row.hardware)) }
                var doubts = row.standing == .alike ? [] : [row.standing.rawValue]
                if !row.disturbances.isEmpty {
                    doubts.append("disturbed: \(row.disturbances.joined(separator: ", "))")
                }
                cells.append(Markup.clip(doubts.joined(separator: "; "), to: 120))
                text += "<tr>"
                for (column, cell) in cells.enumerated() {
                    let isGrade = hasGrades && column == 2 && row.grade != nil
                    text += numbers.contains(column) ? "<td class=\"n\">" : "<td>"
                    text +=
                        isGrade
                        ? HTML.grade(cell.uppercased(), cell) : Markup.escape(cell)
                    text += "</td>"
                }
                text += "</tr>"
            }
            return text
        }
        func framed(_ body: String, _ label: String) -> String {
            var text =
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"\(label)\">"
            text += "<table class=\"checks\"><thead><tr>"
            for (column, heading) in headings.enumerated() {
                text += "<th scope=\"col\"\(numbers.contains(column) ? " class=\"n\"" : "")>"
                text += "\(Markup.escape(heading))</th>"
            }
            return text + "</tr></thead><tbody>\(body)</tbody></table></div>"
        }
        let open = min(ranking.rows.count, openRows)
        var text = "<h3>All nodes, worst first</h3><p class=\"take\">"
        text += "<a download=\"\(id)-nodes.csv\" href=\"\(FleetCSV.table(one).link)\">"
        text += "Download as CSV</a>"
        text += " <button type=\"button\" class=\"copy\" hidden>Copy as CSV</button></p>"
        text += framed(rows(0..<open), "The worst nodes")
        if open < ranking.rows.count {
            let rest = FleetWords.counted(ranking.rows.count - open, "node")
            text += "<details class=\"more\"><summary>The other \(rest)</summary>"
            text += framed(rows(open..<ranking.rows.count), "The other nodes") + "</details>"
        }
        return text
    }

    var unranked: String {
        guard !one.unranked.isEmpty else { return "" }
        let shown = one.unranked.prefix(20).map { run in
            "<li class=\"caution\">Not ranked: \(Markup.escape(run.source)): \(Markup.escape(words.absence(run)))</li>"
        }
        let rest = one.unranked.count - shown.count
        let more = rest > 0 ? "<li class=\"caution\">and \(rest) more</li>" : ""
        return "<ul class=\"notes\">\(shown.joined())\(more)</ul>"
    }
}
