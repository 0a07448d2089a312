package import Regression
import Statistics

/// A comparison as comma-separated values, one line a measure.
package enum ComparisonCSV {
    private static let headings = [
        "case", "node", "target", "tags", "measure", "unit", "gates", "base", "base_low",
        "base_high",
        "new", "new_low", "new_high", "change", "change_99_low", "change_99_high", "threshold",
        "verdict", "reason",
    ]

    /// A line of headings and a line for each row; intervals of values are at 95 %.
    package static func render(_ comparison: Comparison) -> String {
        var lines = [headings.joined(separator: ",")]
        for item in comparison.cases {
            for row in item.rows {
                let figures: [Double?] = [
                    row.base?.value, row.base?.ci95?.low, row.base?.ci95?.high, row.new?.value,
                    row.new?.ci95?.low, row.new?.ci95?.high, row.change, row.change99?.low,
                    row.change99?.high, row.threshold,
                ]
                let texts =
                    [
                        item.caseName, item.node, item.target, item.tags.joined(separator: " "),
                        row.measure.id, row.measure.unit.rawValue, row.measure.gates ? "1" : "0",
                    ] + figures.map { $0.map { "\($0)" } ?? "" }
                    + [row.verdict.rawValue, row.reason ?? ""]
                lines.append(texts.map(field).joined(separator: ","))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A field by RFC 4180, on one line, that no spreadsheet takes for a formula.
    static func field(_ text: String) -> String {
        let plain = TextStyle(color: false, unicode: true, width: 80).clean(text)
        let isFormula = plain.first.map { "=+-@".contains($0) } ?? false
        let safe = isFormula && Double(plain) == nil ? "'" + plain : plain
        guard safe.contains(where: { $0 == "," || $0 == "\"" || $0 == "\r" }) else { return safe }
        return "\""
            + safe.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}
