import ResultStore
import Statistics
import Units

/// Variants as a table whose rows and columns are what differs, shaded by how much slower than the fastest each is.
struct MatrixTable {
    private let group: ReportGroup
    private let variants: [ReportGroup.Variant]
    private let figures: [KeyFigure]
    private let columnKey: String?
    private let rowKeys: [String]

    init(_ group: ReportGroup, _ variants: [ReportGroup.Variant], _ figures: [KeyFigure]) {
        self.group = group
        self.variants = variants
        self.figures = figures
        let keys = group.varying
        func count(_ key: String) -> Int {
            Set(variants.map { ReportGroup.value(key, $0.latest.record) }).count
        }
        // Columns are the cache modes, or what has the most values.
        let widest = keys.contains("cache") ? "cache" : keys.max { count($0) < count($1) }
        let column = keys.count < 2 ? nil : widest
        columnKey = column
        rowKeys = keys.filter { $0 != column }
    }

    /// Empty where nothing tells the variants apart.
    var html: String {
        guard !rowKeys.isEmpty, variants.count > 1 else { return "" }
        return figures.map(table).joined()
    }

    private func table(_ figure: KeyFigure) -> String {
        let columns = columnKey.map { key in distinct { ReportGroup.value(key, $0) } } ?? [""]
        let rows = distinct { record in
            rowKeys.map { ReportGroup.value($0, record) }.joined(separator: " · ")
        }
        let least = figure.estimates.values.map(\.value).filter { $0 > 0 }.min() ?? 1
        var text = "<h3>\(Markup.escape(figure.name))</h3>"
        text += "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"\(Markup.escape(figure.name))\">"
        text += "<table class=\"matrix\"><thead><tr><th scope=\"col\">"
        text += Markup.escape(rowKeys.joined(separator: " · ")) + "</th>"
        for column in columns {
            let name = columnKey.map { "\($0) \(column)" } ?? ""
            text += "<th scope=\"col\">\(Markup.escape(name))</th>"
        }
        text += "</tr></thead><tbody>"
        for row in rows {
            text += "<tr><th scope=\"row\">\(Markup.escape(row))</th>"
            for column in columns { text += cell(row, column, figure, least) }
            text += "</tr>"
        }
        return text + "</tbody></table></div><p class=\"sub\">"
            + "The small figure is how many times the lowest it is; the darker green the nearer to it.</p>"
    }

    private func cell(
        _ row: String,
        _ column: String,
        _ figure: KeyFigure,
        _ least: Double
    ) -> String {
        let found = variants.first { variant in
            let record = variant.latest.record
            let name = rowKeys.map { ReportGroup.value($0, record) }.joined(separator: " · ")
            return name == row && (columnKey.map { ReportGroup.value($0, record) == column } ?? true)
        }
        guard let found, let estimate = figure.estimates[found.latest.id] else {
            return "<td>–</td>"
        }
        let ratio = estimate.value / least
        let level = [1.1, 1.5, 2.5, 5].firstIndex { ratio <= $0 } ?? 4
        let times = Number.trimmed(QuantityText.fixed(ratio, decimals: ratio < 9.95 ? 1 : 0))
        return "<td class=\"m\(level)\"><a href=\"#\(found.latest.id)\">"
            + Markup.escape(Figure(estimate, withInterval: true).text)
            + "</a><small>×\(times)</small></td>"
    }

    /// The values that occur, in the order of the variants.
    private func distinct(_ value: (ResultRecord) -> String) -> [String] {
        var found: [String] = []
        for variant in variants {
            let name = value(variant.latest.record)
            if !found.contains(name) { found.append(name) }
        }
        return found
    }
}
