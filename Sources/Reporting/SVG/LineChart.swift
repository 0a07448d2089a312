/// Lines over two axes, with bands for intervals, rules for limits and labels beside the lines.
struct LineChart {
    struct Point {
        var x: Double
        var y: Double
        /// The interval of `y`; nil where there is none.
        var low: Double?
        var high: Double?
        /// What is said when it is pointed at.
        var note = ""
    }

    struct Series {
        var name: String
        var ink: Ink
        var dash: String?
        var points: [Point]
        /// From this index on the line is dotted: too few samples to trust it.
        var doubtfulFrom: Int?
        /// A single value that belongs to it, such as the maximum.
        var extreme: Point?
        /// Points are marked, because each is a measurement of its own.
        var hasDots = false
        /// Only there to give scale; without label or band.
        var isContext = false
    }

    /// A line across, with what it means.
    struct Rule {
        var value: Double
        var label: String
        var ink = Ink.bad
        var isVertical = false
    }

    var x: PlotScale
    var y: PlotScale
    var xTitle: String
    var yTitle: String
    var series: [Series]
    var rules: [Rule] = []
    /// Names stand in a row above the lines, for lines that end at one place.
    var hasLegend = false
    /// Values of `y` in which differences do not matter, shaded.
    var indifferent: (low: Double, high: Double)?
    var height = 320.0

    /// Below this width the names stand above the lines instead of beside them.
    private static let narrow = 520.0

    func draw(width: Double) -> SVGDrawing {
        var drawing = SVGDrawing(width: width, height: height)
        let named = series.filter { !$0.isContext && !$0.points.isEmpty }
        let isNarrow = width < Self.narrow || hasLegend
        let legend = isNarrow ? Self.legend(named, width) : []
        let rows = (legend.map(\.row).max() ?? -1) + 1
        let frame = PlotFrame(
            x: x,
            y: y,
            xTitle: xTitle,
            yTitle: yTitle,
            width: width,
            height: height,
            marginRight: isNarrow ? 10 : labelMargin(named, width),
            marginTop: 28 + Double(rows) * 18
        )
        if let indifferent {
            let (low, high) = (frame.y(indifferent.low), frame.y(indifferent.high))
            drawing.rectangle(frame.left, high, frame.right - frame.left, low - high, .grid)
        }
        frame.draw(into: &drawing)
        for (number, rule) in rules.enumerated() { draw(rule, number, frame, &drawing) }
        for one in series where one.isContext { line(one, frame, &drawing) }
        for one in named { band(one, frame, &drawing) }
        for one in named { line(one, frame, &drawing) }
        for one in named { marks(one, frame, &drawing) }
        if isNarrow {
            for entry in legend { Self.draw(entry, &drawing) }
        } else {
            labels(named, frame, &drawing)
        }
        return drawing
    }

    private func draw(
        _ rule: Rule,
        _ number: Int,
        _ frame: PlotFrame,
        _ drawing: inout SVGDrawing
    ) {
        if rule.isVertical {
            guard rule.value >= frame.x.low, rule.value <= frame.x.high else { return }
            let at = frame.x(rule.value)
            drawing.line(at, frame.top, at, frame.bottom, rule.ink, dash: "3 3")
            let isRight = at > (frame.left + frame.right) / 2
            drawing.text(
                rule.label,
                at + (isRight ? -5 : 5),
                // Above the lines; the second one below them, for the two may be neighbours.
                number == 0 ? frame.top - 5 : frame.bottom - 8,
                isRight ? .end : .start,
                rule.ink,
                hasHalo: true
            )
        } else {
            guard rule.value >= frame.y.low, rule.value <= frame.y.high else { return }
            let at = frame.y(rule.value)
            drawing.line(frame.left, at, frame.right, at, rule.ink, dash: "3 3")
            drawing.text(rule.label, frame.left + 6, at - 5, .start, rule.ink, hasHalo: true)
        }
    }

    private func band(_ one: Series, _ frame: PlotFrame, _ drawing: inout SVGDrawing) {
        var upper: [(x: Double, y: Double)] = []
        var lower: [(x: Double, y: Double)] = []
        for point in one.points {
            guard let low = point.low, let high = point.high, low.isFinite, high.isFinite else {
                continue
            }
            upper.append((frame.x(point.x), frame.y(high)))
            lower.append((frame.x(point.x), frame.y(low)))
        }
        if one.hasDots {
            for (above, below) in zip(upper, lower) {
                drawing.line(above.x, above.y, below.x, below.y, one.ink, width: 1.25)
            }
        } else {
            drawing.polygon(upper + lower.reversed(), one.ink, opacity: 0.16)
        }
    }

    private func line(_ one: Series, _ frame: PlotFrame, _ drawing: inout SVGDrawing) {
        let points = one.points.map { (x: frame.x($0.x), y: frame.y($0.y)) }
        if one.isContext {
            drawing.polyline(points, .context, width: 1)
            return
        }
        let split = min(one.doubtfulFrom ?? points.count, points.count)
        drawing.polyline(Array(points[..<split]), one.ink, dash: one.dash)
        if split < points.count {
            drawing.polyline(Array(points[max(0, split - 1)...]), one.ink, width: 1.25, dash: "1 4")
        }
    }

    private func marks(_ one: Series, _ frame: PlotFrame, _ drawing: inout SVGDrawing) {
        for point in one.points {
            let (x, y) = (frame.x(point.x), frame.y(point.y))
            if one.hasDots { drawing.dot(x, y, 3, one.ink) }
            if !point.note.isEmpty { drawing.hint(x, y, point.note, radius: 6) }
        }
        if let extreme = one.extreme {
            let (x, y) = (frame.x(extreme.x), frame.y(extreme.y))
            drawing.dot(x, y, 3, one.ink, isHollow: true)
            drawing.hint(x, y, extreme.note, radius: 6)
        }
    }

    /// How much room the names need beyond the right edge, given where their lines end.
    private func labelMargin(_ named: [Series], _ width: Double) -> Double {
        let inside = width - 60
        var margin = 12.0
        for one in named {
            guard let end = one.points.last?.x else { continue }
            let share = (x(end) - x.from) / (x.to - x.from)
            let label = SVGDrawing.width(of: Markup.clip(one.name, to: 32)) + 12
            guard share > 0.05 else { continue }
            margin = max(margin, (inside * share + label - inside) / share)
        }
        return min(200, margin)
    }

    /// Names beside the ends of their lines, each as near to it as the others let it.
    private func labels(_ named: [Series], _ frame: PlotFrame, _ drawing: inout SVGDrawing) {
        let ends = named.compactMap { one in
            one.points.last.map { (series: one, x: frame.x($0.x), y: frame.y($0.y)) }
        }
        .sorted { $0.y < $1.y }
        let places = Self.spread(
            ends.map(\.y),
            gap: 15,
            within: frame.top + 4,
            frame.bottom - 4
        )
        for (end, place) in zip(ends, places) {
            let isMoved = abs(place - end.y) > 7
            if isMoved { drawing.line(end.x + 3, end.y, end.x + 9, place, .axis, width: 0.75) }
            drawing.text(
                Markup.clip(end.series.name, to: 32),
                end.x + (isMoved ? 11 : 7),
                place + 4,
                .start,
                end.series.ink,
                hasHalo: true
            )
        }
    }

    /// Ascending places as near to the wanted ones as a gap between neighbours allows.
    static func spread(
        _ wanted: [Double],
        gap: Double,
        within low: Double,
        _ high: Double
    ) -> [Double] {
        guard !wanted.isEmpty else { return [] }
        // Where there is no room for the gap, it shrinks.
        let gap = min(gap, (high - low) / Double(max(1, wanted.count - 1)))
        var places = wanted.map { max(low, min($0, high)) }
        for index in places.indices.dropFirst() {
            places[index] = max(places[index], places[index - 1] + gap)
        }
        if let last = places.last, last > high {
            places[places.count - 1] = high
            for index in places.indices.dropLast().reversed() {
                places[index] = min(places[index], places[index + 1] - gap)
            }
        }
        return places
    }

    private struct LegendEntry {
        var series: Series
        var x: Double
        var row: Int
    }

    private static func legend(_ named: [Series], _ width: Double) -> [LegendEntry] {
        guard named.count > 1 else { return [] }
        var entries: [LegendEntry] = []
        var x = 0.0
        var row = 0
        for one in named {
            let needed = SVGDrawing.width(of: Markup.clip(one.name, to: 32)) + 34
            if x > 0, x + needed > width {
                x = 0
                row += 1
            }
            entries.append(LegendEntry(series: one, x: x, row: row))
            x += needed
        }
        return entries
    }

    private static func draw(_ entry: LegendEntry, _ drawing: inout SVGDrawing) {
        let y = 12 + Double(entry.row) * 18
        drawing.line(
            entry.x,
            y - 4,
            entry.x + 18,
            y - 4,
            entry.series.ink,
            width: 1.75,
            dash: entry.series.dash
        )
        let name = Markup.clip(entry.series.name, to: 32)
        drawing.text(name, entry.x + 23, y, .start, entry.series.ink)
    }
}
