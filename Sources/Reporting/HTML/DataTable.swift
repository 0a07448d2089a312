import Units

/// The numbers of a figure: shown as a table, taken away as CSV.
struct DataTable {
    enum Cell {
        case text(String)
        case nanoseconds(Double)
        case number(Double)
        case share(Double)
        /// Not known; empty in both forms.
        case none

        /// A time that may not be known.
        static func time(_ nanoseconds: Double?) -> Cell {
            nanoseconds.map(Cell.nanoseconds) ?? .none
        }
        static func value(_ number: Double?) -> Cell { number.map(Cell.number) ?? .none }
    }

    var headings: [String]
    var rows: [[Cell]]

    /// As an HTML table that scrolls where it is too wide.
    func html(caption: String) -> String {
        var text =
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"\(Markup.escape(caption))\">"
        text += "<table><thead><tr>"
        let isNumber = headings.indices.map { column in
            rows.contains { $0.indices.contains(column) && $0[column].isNumber }
        }
        for (heading, isNumber) in zip(headings, isNumber) {
            text +=
                "<th scope=\"col\"\(isNumber ? " class=\"n\"" : "")>\(Markup.escape(heading))</th>"
        }
        text += "</tr></thead><tbody>"
        for row in rows {
            text += "<tr>"
            for cell in row {
                text += cell.isNumber ? "<td class=\"n\">" : "<td>"
                text += Markup.escape(cell.shown) + "</td>"
            }
            text += "</tr>"
        }
        return text + "</tbody></table></div>"
    }

    /// As RFC 4180 has it, with plain numbers: nanoseconds, shares from 0 to 1.
    var csv: String {
        let isTime = headings.indices.map { column in
            rows.contains { row in
                if row.indices.contains(column), case .nanoseconds = row[column] { return true }
                return false
            }
        }
        let head = zip(headings, isTime).map { Self.field($0 + ($1 ? " (ns)" : "")) }
        let lines = [head] + rows.map { $0.map(\.plain) }
        return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    /// A text in quotes where it needs them; one that a spreadsheet would calculate is made a text.
    fileprivate static func field(_ text: String) -> String {
        var text = text
        if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) {
            text = "'" + text
        }
        guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
            return text
        }
        return "\""
            + text.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }

    /// `csv` as a link that needs neither a script nor a network.
    var link: String {
        var text = "data:text/csv;charset=utf-8,"
        for byte in csv.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: ","), UInt8(ascii: "."),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: ":"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += byte < 16 ? "%0" : "%"
                text += String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }
}

extension DataTable.Cell {
    fileprivate var isNumber: Bool {
        switch self {
        case .text, .none: false
        case .nanoseconds, .number, .share: true
        }
    }

    fileprivate var shown: String {
        switch self {
        case .text(let text): text
        case .nanoseconds(let value): QuantityText.duration(nanoseconds: value)
        case .number(let value): Number.rate(value)
        case .share(let value): "\(Number.trimmed(QuantityText.threeDigits(value * 100))) %"
        case .none: ""
        }
    }

    fileprivate var plain: String {
        switch self {
        case .text(let text): DataTable.field(text)
        case .nanoseconds(let value): Self.number(value, decimals: 1)
        case .number(let value), .share(let value): Self.number(value, decimals: 6)
        case .none: ""
        }
    }

    private static func number(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return "" }
        return Number.trimmed(QuantityText.fixed(value, decimals: abs(value) < 1e9 ? decimals : 0))
    }
}
