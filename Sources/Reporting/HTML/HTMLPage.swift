import Foundation
import Units

/// The frame of a page that loads nothing: head, styles, script, and what a program may read.
struct HTMLPage {
    var title: String
    /// "tbench 0.1.0".
    var generator: String
    var body: String
    /// JSON for programs; "" for none.
    var data: String

    /// What every page of tbench's has near its beginning.
    static let mark = "<meta name=\"generator\" content=\"tbench"

    var html: String {
        let script = "\n" + PageStyle.script + "\n"
        let hash = Data(SHA256.digest(script.utf8)).base64EncodedString()
        // Only this script may run, whatever a file's text tries; nothing may be loaded or sent.
        let policy =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-\(hash)'; "
            + "base-uri 'none'; form-action 'none'"
        var text = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        text += "\(Self.mark)\(Markup.escape(String(generator.dropFirst(6))))\">\n"
        text += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        text += "<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">\n"
        text +=
            "<title>\(Markup.escape(title))</title>\n<style>\n\(PageStyle.sheet)\n</style>\n</head>\n"
        text += "<body>\n<main>\n\(body)\n</main>\n"
        if !data.isEmpty {
            text +=
                "<script type=\"application/json\" id=\"tbench-report\">\(Self.inScript(data))</script>\n"
        }
        return text + "<script>\(script)</script>\n</body>\n</html>\n"
    }

    /// JSON in which nothing can end a script element, begin a comment or reorder what is read.
    static func inScript(_ json: String) -> String {
        var text = ""
        for scalar in json.unicodeScalars {
            switch scalar {
            case "<": text += "\\u003c"
            case ">": text += "\\u003e"
            case "&": text += "\\u0026"
            default: text.unicodeScalars.append(Markup.harmless(scalar))
            }
        }
        return text
    }
}

/// Small pieces of HTML; every text is escaped.
enum HTML {
    /// A table of words; the columns in `numbers` are aligned to the right.
    ///
    /// - Parameters:
    ///   - headings: one for each column.
    ///   - rows: as many cells each.
    ///   - numbers: which columns hold numbers.
    ///   - groups: what a row stands below, with a line of its own where it changes; empty for none.
    ///   - label: what the table is, for those who cannot see it.
    /// - Returns: "" without rows.
    static func table(
        _ headings: [String],
        _ rows: [[String]],
        numbers: Range<Int> = 0..<0,
        groups: [String] = [],
        label: String
    ) -> String {
        guard !rows.isEmpty else { return "" }
        var text =
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"\(Markup.escape(label))\">"
        text += "<table><thead><tr>"
        for (column, heading) in headings.enumerated() {
            text += "<th scope=\"col\"\(numbers.contains(column) ? " class=\"n\"" : "")>"
            text += Markup.escape(heading) + "</th>"
        }
        text += "</tr></thead><tbody>"
        for (number, row) in rows.enumerated() {
            if groups.indices.contains(number), number == 0 || groups[number - 1] != groups[number]
            {
                text += "<tr><th scope=\"colgroup\" colspan=\"\(headings.count)\" class=\"group\">"
                text += Markup.escape(groups[number]) + "</th></tr>"
            }
            text += "<tr>"
            for (column, cell) in row.enumerated() {
                text +=
                    "<td\(numbers.contains(column) ? " class=\"n\"" : "")>\(Markup.escape(cell))</td>"
            }
            text += "</tr>"
        }
        return text + "</tbody></table></div>"
    }

    /// Labels and what belongs to them; paths and commands are no prose.
    static func facts(_ facts: [ReportContent.Fact], isProse: Bool = true) -> String {
        guard !facts.isEmpty else { return "" }
        let rows = facts.map { fact in
            let text = fact.phrases.joined(separator: " · ")
            return "<div><dt>\(Markup.escape(fact.label))</dt><dd>"
                + (isProse ? Markup.prose(text) : Markup.escape(text)) + "</dd></div>"
        }
        return "<dl>\(rows.joined())</dl>"
    }

    /// "PASS" in a frame.
    static func grade(_ text: String, _ kind: String) -> String {
        "<span class=\"grade \(kind)\">\(Markup.escape(text))</span>"
    }
}
