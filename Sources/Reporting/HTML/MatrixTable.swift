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
        self.variants = variants.enumerated()
            .sorted { one, other in
                let ranks = (Self.rank(one.element), Self.rank(other.element))
                return ranks.0 == ranks.1
                    ? one.offset < other.offset : ranks.0.lexicographicallyPrecedes(ranks.1)
            }
            .map(\.element)
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

    /// Formats and cache modes in the order in which people name them, whatever the order of the files.
    private static func rank(_ variant: ReportGroup.Variant) -> [Int] {
        let orders = [
            ("format", ["raw", "qcow2", "qcow2-sparse", "qcow2-overlay"]),
            ("cache", ["none", "writeback", "writethrough", "directsync"]),
        ]
        return orders.map { key, values in
            variant.latest.record.tags[key].flatMap(values.firstIndex) ?? values.count
        }
    }

    /// Empty where fewer than two things tell the variants apart: then a list says as much.
    var html: String {
        guard columnKey != nil, !rowKeys.isEmpty, variants.count > 2 else { return "" }
        return figures.map(table).joined()
    }

    private func table(_ figure: KeyFigure) -> String {
        let columns = columnKey.map { key in distinct { ReportGroup.value(key, $0) } } ?? [""]
        let rows = distinct { record in
            rowKeys.map { ReportGroup.value($0, record) }.joined(separator: " · ")
        }
        // What drops flushes, or is no disk, is no measure for the others.
        let known = variants.filter { !ComparisonSection.isNoCandidate($0) }
            .compactMap { figure.estimates[$0.latest.id]?.value }
            .filter { $0 > 0 && $0.isFinite }
        let hasOthers = variants.contains(where: ComparisonSection.isNoCandidate)
        let range = (low: known.min() ?? 1, high: known.max() ?? 1)
        let corner = rowKeys.joined(separator: " · ") + (columnKey.map { " \\ \($0)" } ?? "")
        var text = "<h3>\(Markup.escape(figure.name))</h3>"
        text +=
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"\(Markup.escape(figure.name))\">"
        text += "<table class=\"matrix\"><thead><tr><th scope=\"col\">\(Markup.escape(corner))</th>"
        for column in columns { text += "<th scope=\"col\">\(Markup.escape(column))</th>" }
        text += "</tr></thead><tbody>"
        for row in rows {
            text += "<tr><th scope=\"row\">\(Markup.escape(row))</th>"
            for column in columns { text += cell(row, column, figure, range) }
            text += "</tr>"
        }
        return text + "</tbody></table></div><p class=\"sub\">"
            + "Below each figure its 95 % interval and how many times the lowest it is. "
            + "Green is near the lowest, orange near the highest\(hasOthers ? "; grey is no candidate" : "").</p>"
    }

    private func cell(
        _ row: String,
        _ column: String,
        _ figure: KeyFigure,
        _ range: (low: Double, high: Double)
    ) -> String {
        let found = variants.first { variant in
            let record = variant.latest.record
            let name = rowKeys.map { ReportGroup.value($0, record) }.joined(separator: " · ")
            return name == row
                && (columnKey.map { ReportGroup.value($0, record) == column } ?? true)
        }
        guard let found, let estimate = figure.estimates[found.latest.id] else {
            return "<td>–</td>"
        }
        let ratio = estimate.value / range.low
        let times = Number.trimmed(QuantityText.fixed(ratio, decimals: ratio < 9.95 ? 1 : 0))
        let width = estimate.ci95.map { $0.lnHalfWidth }.flatMap { $0.isFinite ? $0 : nil }
        let interval = width.map { "±\(QuantityText.fixed($0 * 100, decimals: 0)) % · " } ?? ""
        let isOther = ComparisonSection.isNoCandidate(found)
        let shade = isOther ? "unsafe" : "m\(Self.level(estimate.value, range))"
        return
            "<td class=\"\(shade)\"><a href=\"#\(found.latest.id)\">"
            + Markup.prose(Figure(estimate).text)
            + "</a><small>\(interval)×\(times)</small></td>"
    }

    /// 0 for the lowest to 4 for the highest, in equal factors; a tenth more is no difference.
    private static func level(_ value: Double, _ range: (low: Double, high: Double)) -> Int {
        let span = RealFunctions.ln(range.high / range.low)
        guard value > 0, span > RealFunctions.ln(1.1) else { return 0 }
        let share = RealFunctions.ln(value / range.low) / span
        return max(0, min(4, Int(share * 5)))
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
