import ResultStore
import Statistics
import Units

/// The latency-against-load curve: a row a point, its p99 as a bar, the knee marked.
struct SweepTable {
    let points: [SweepPoint]
    let knee: Int?

    init(_ record: ResultRecord) {
        points = SweepPoint.points(of: record)
        knee = SweepPoint.knee(of: points)
    }

    /// What the sweep found, in one sentence; nil without one.
    var headline: String? {
        guard let last = points.last else { return nil }
        let kept = points.last { !$0.isSaturated }
        var sentence: String
        if let knee {
            let point = points[knee]
            sentence =
                "The knee is at \(point.label): \(Number.rate(point.perSecond)) per second, p99 \(duration(point, 0.99))."
        } else {
            sentence = edge(last)
        }
        if last.isSaturated {
            guard let kept else { return "It keeps up with no rate of this sweep." }
            sentence += " Above \(kept.label) it cannot keep up."
        }
        return sentence
    }

    /// Without a knee the best point, if it is one, is at an end.
    private func edge(_ last: SweepPoint) -> String {
        func power(_ point: SweepPoint) -> Double { point.perSecond / max(1, point.latency.mean) }
        guard points.count >= 3, let first = points.first else {
            return "Too few points for a knee: a sweep needs three."
        }
        return power(first) > power(last)
            ? "No knee in this sweep: \(first.label), its first point, has the most throughput for its latency."
            : "No knee in this sweep: throughput still grows faster than latency at \(last.label), its last point."
    }

    static let headings = [
        "point", "offered", "per second", "mean", "p50", "p99", "p99.9", "max", "",
        "p99, log scale",
    ]

    /// The rows in words; the last column is a bar of at most so many characters.
    func cells(barWidth: Int, unicode: Bool) -> [[String]] {
        // What is not printed for lack of samples is not drawn either.
        let drawn = points.map { point in
            Self.isKnown(0.99, point) ? point.latency.quantile(0.99) : 0
        }
        let bars = Self.bars(drawn, width: barWidth, unicode)
        return points.enumerated().map { index, point in
            let mark = index == knee ? "knee" : point.isSaturated ? "saturated" : ""
            return [
                point.label, point.offered.map(Number.rate) ?? "", Number.rate(point.perSecond),
                QuantityText.duration(nanoseconds: point.latency.mean), duration(point, 0.5),
                duration(point, 0.99), duration(point, 0.999),
                QuantityText.duration(nanoseconds: point.latency.maximum), mark, bars[index],
            ]
        }
    }

    /// As text; on a narrow terminal without p50, p99.9 and maximum.
    func lines(_ style: TextStyle) -> [String] {
        guard !points.isEmpty else { return [] }
        let all = Array(Self.headings.indices)
        let hasOffer = points.contains { $0.offered != nil }
        let wide = all.filter { $0 != 1 || hasOffer }
        let narrow = wide.filter { ![4, 6, 7].contains($0) }
        let rows = cells(barWidth: 20, unicode: style.unicode)
        func table(_ columns: [Int]) -> TextTable {
            var table = TextTable(columns.map { [0, 8, 9].contains($0) ? .left : .right })
            table.rows.append(columns.map { .init(Self.headings[$0], .faint) })
            for (index, cells) in rows.enumerated() {
                table.rows.append(
                    columns.map { column in
                        let text = style.clean(cells[column])
                        return index == knee && column == 8 ? .init(text, .strong) : .init(text)
                    }
                )
            }
            return table
        }
        let whole = table(wide)
        return whole.width <= style.width ? whole.lines(style) : table(narrow).lines(style)
    }

    /// Too few samples beyond a quantile make it a guess, which is not printed.
    private func duration(_ point: SweepPoint, _ quantile: Double) -> String {
        guard Self.isKnown(quantile, point) else { return "–" }
        return QuantityText.duration(nanoseconds: point.latency.quantile(quantile))
    }

    private static func isKnown(_ quantile: Double, _ point: SweepPoint) -> Bool {
        Double(point.latency.count) * (1 - quantile) >= 20
    }

    /// One bar a value, from one character for the smallest to `width` for the largest, on a logarithmic scale.
    private static func bars(_ values: [Double], width: Int, _ unicode: Bool) -> [String] {
        let positive = values.filter { $0 > 0 && $0.isFinite }
        guard let least = positive.min(), let most = positive.max() else {
            return values.map { _ in "" }
        }
        // Below a factor of two a difference is noise: the scale never stretches it.
        let span = max(1, exponent(most / least))
        return values.map { value in
            guard value > 0, value.isFinite else { return "" }
            let share = exponent(value / least) / span
            let length = 1 + Int((share * Double(width - 1)).rounded())
            return String(repeating: unicode ? "█" : "#", count: min(width, max(1, length)))
        }
    }

    /// log2 to a sixteenth, which is finer than a bar shows.
    private static func exponent(_ ratio: Double) -> Double {
        var rest = max(1, ratio)
        var result = 0.0
        while rest >= 2, result < 100 {
            rest /= 2
            result += 1
        }
        // Between 1 and 2 the chord is within 0.09 of the curve.
        return result + (rest - 1)
    }
}
