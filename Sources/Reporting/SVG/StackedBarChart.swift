import Units

/// What a sum is made of: a bar for each sum, its parts one after the other, with where each part comes from.
struct StackedBarChart {
    /// How sure a part is.
    enum Certainty {
        case measured, derived, assumed
    }

    struct Part {
        var name: String
        var nanoseconds: Double
        var certainty: Certainty
        var ink: Ink
    }

    struct Bar {
        var label: String
        var parts: [Part]
    }

    /// A value on the same axis, such as what was predicted or measured.
    struct Mark {
        var label: String
        var nanoseconds: Double
        var low: Double?
        var high: Double?
        var ink: Ink
    }

    var bars: [Bar]
    var marks: [Mark] = []

    private static let rowHeight = 34.0

    func draw(width: Double) -> SVGDrawing {
        let isNarrow = width < 520
        let names = legendEntries
        let legend = Self.legendRows(names, width)
        let top = 8 + Double(legend) * 20
        let bottom = top + Double(bars.count) * Self.rowHeight + Double(marks.count) * 24 + 6
        var drawing = SVGDrawing(width: width, height: bottom + 40)
        let labels = (bars.map(\.label) + marks.map(\.label)).map {
            Markup.clip($0, to: isNarrow ? 14 : 30)
        }
        let left = min(
            width * 0.4,
            (labels.map { SVGDrawing.width(of: $0) }.max() ?? 0) + 12
        )
        let totals = bars.map { $0.parts.reduce(0) { $0 + max(0, $1.nanoseconds) } }
        var scale = PlotScale(
            totals + marks.flatMap { [$0.nanoseconds, $0.high ?? 0] },
            .duration,
            isLogarithmic: false
        )
        (scale.from, scale.to) = (left, width - (isNarrow ? 16 : 84))
        for tick in scale.ticks(most: max(3, Int((scale.to - left) / 70))) {
            let at = scale(tick.value)
            drawing.line(at, top, at, bottom, .grid)
            drawing.text(tick.label, at, bottom + 18, .middle, .faint)
        }
        drawing.line(left, bottom, scale.to, bottom, .axis)
        var y = top
        for (index, bar) in bars.enumerated() {
            drawing.text(labels[index], 0, y + 21)
            draw(bar, y + 6, scale, &drawing)
            if !isNarrow {
                let whole = QuantityText.duration(nanoseconds: totals[index])
                drawing.text(whole, scale(totals[index]) + 8, y + 21, .start, .text)
            }
            y += Self.rowHeight
        }
        for (index, mark) in marks.enumerated() {
            drawing.text(labels[bars.count + index], 0, y + 16, .start, mark.ink)
            draw(mark, y + 12, scale, isNarrow, &drawing)
            y += 24
        }
        self.legend(names, width, &drawing)
        return drawing
    }

    private func draw(_ bar: Bar, _ y: Double, _ scale: PlotScale, _ drawing: inout SVGDrawing) {
        var sum = 0.0
        let height = Self.rowHeight - 12
        for part in bar.parts where part.nanoseconds > 0 {
            let from = scale(sum)
            sum += part.nanoseconds
            let length = scale(sum) - from
            switch part.certainty {
            case .measured:
                drawing.rectangle(from, y, length, height, part.ink, opacity: 0.85)
            case .derived:
                drawing.rectangle(from, y, length, height, part.ink, opacity: 0.25)
                drawing.hatch(from, y, length, height, part.ink)
            case .assumed:
                drawing.rectangle(from, y, length, height, part.ink, opacity: 0.1)
            }
            drawing.rectangle(from, y, length, height, part.ink, outline: part.ink)
            let time = QuantityText.duration(nanoseconds: part.nanoseconds)
            if SVGDrawing.width(of: time) + 8 < length {
                let ink: Ink = part.certainty == .measured ? .surface : .text
                drawing.text(
                    time,
                    from + length / 2,
                    y + 15,
                    .middle,
                    ink,
                    hasHalo: part.certainty == .derived
                )
            }
            drawing.hint(from, y, length, height, "\(bar.label), \(part.name): \(time)")
        }
    }

    private func draw(
        _ mark: Mark,
        _ y: Double,
        _ scale: PlotScale,
        _ isNarrow: Bool,
        _ drawing: inout SVGDrawing
    ) {
        if let low = mark.low, let high = mark.high {
            drawing.line(scale(low), y, scale(high), y, mark.ink, width: 3)
        }
        drawing.diamond(scale(mark.nanoseconds), y, 5, mark.ink)
        let time = QuantityText.duration(nanoseconds: mark.nanoseconds)
        drawing.hint(scale(mark.nanoseconds), y, "\(mark.label): \(time)", radius: 10)
        guard !isNarrow else { return }
        let at = max(scale(mark.nanoseconds), scale(mark.high ?? mark.nanoseconds)) + 11
        drawing.text(time, at, y + 4, .start, mark.ink)
    }

    /// Each kind of part once, then what the fillings mean where it is not measured throughout.
    private var legendEntries: [(name: String, ink: Ink, certainty: Certainty)] {
        var entries: [(name: String, ink: Ink, certainty: Certainty)] = []
        for part in bars.flatMap(\.parts) where !entries.contains(where: { $0.name == part.name }) {
            entries.append((part.name, part.ink, .measured))
        }
        let used = bars.flatMap(\.parts).map(\.certainty)
        if used.contains(.derived) || used.contains(.assumed) {
            entries.append(("measured", .sixth, .measured))
            if used.contains(.derived) { entries.append(("derived", .sixth, .derived)) }
            if used.contains(.assumed) { entries.append(("assumed", .sixth, .assumed)) }
        }
        return entries
    }

    private static func legendRows(
        _ entries: [(name: String, ink: Ink, certainty: Certainty)],
        _ width: Double
    ) -> Int {
        places(entries, width).last.map { $0.row + 1 } ?? 0
    }

    private static func places(
        _ entries: [(name: String, ink: Ink, certainty: Certainty)],
        _ width: Double
    ) -> [(x: Double, row: Int)] {
        var x = 0.0
        var row = 0
        return entries.map { entry in
            let needed = SVGDrawing.width(of: entry.name) + 36
            if x > 0, x + needed > width {
                x = 0
                row += 1
            }
            defer { x += needed }
            return (x, row)
        }
    }

    private func legend(
        _ entries: [(name: String, ink: Ink, certainty: Certainty)],
        _ width: Double,
        _ drawing: inout SVGDrawing
    ) {
        for (entry, place) in zip(entries, Self.places(entries, width)) {
            let y = Double(place.row) * 20 + 3
            switch entry.certainty {
            case .measured:
                drawing.rectangle(place.x, y, 14, 11, entry.ink, opacity: 0.85)
            case .derived:
                drawing.rectangle(place.x, y, 14, 11, entry.ink, opacity: 0.25)
                drawing.hatch(place.x, y, 14, 11, entry.ink, step: 4)
            case .assumed:
                drawing.rectangle(place.x, y, 14, 11, entry.ink, opacity: 0.1)
            }
            drawing.rectangle(place.x, y, 14, 11, entry.ink, outline: entry.ink)
            drawing.text(entry.name, place.x + 20, y + 10, .start, .faint)
        }
    }
}
