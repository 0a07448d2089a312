import Units

/// How much of each limit is used up, on one axis on which every limit is at 100 %.
struct BudgetChart {
    struct Row {
        var label: String
        var nanoseconds: Double
        var low: Double?
        var high: Double?
        var limitNs: Double
        var ink: Ink
        /// The value is a maximum, because there were too few samples for a percentile.
        var isMaximum = false
    }

    var rows: [Row]

    private static let rowHeight = 40.0

    func draw(width: Double) -> SVGDrawing {
        let isNarrow = width < 520
        let top = 8.0
        let bottom = top + Double(rows.count) * Self.rowHeight
        var drawing = SVGDrawing(width: width, height: bottom + 42)
        let left =
            isNarrow
            ? 8.0 : (rows.map { SVGDrawing.width(of: $0.label) }.max() ?? 0) + 16
        let shares = rows.flatMap { row in
            [row.nanoseconds, row.low, row.high].compactMap(\.self).map { $0 / row.limitNs }
        }
        var scale = PlotScale(
            shares + [0.05, 1.6],
            .share,
            isLogarithmic: true
        )
        (scale.from, scale.to) = (left, width - 24)
        drawing.rectangle(
            scale(1),
            top,
            scale.to - scale(1),
            bottom - top,
            .beyond
        )
        for tick in scale.ticks(most: max(3, Int((scale.to - left) / 64))) {
            let at = scale(tick.value)
            drawing.line(at, top, at, bottom, tick.value == 1 ? .bad : .grid)
            drawing.text(tick.label, at, bottom + 18, .middle, tick.value == 1 ? .bad : .faint)
        }
        drawing.line(left, bottom, scale.to, bottom, .axis)
        drawing.text("share of the limit", scale.to, bottom + 36, .end, .faint)
        for (index, row) in rows.enumerated() {
            let y = top + Double(index) * Self.rowHeight
            draw(row, y, scale, isNarrow, &drawing)
        }
        return drawing
    }

    private func draw(
        _ row: Row,
        _ y: Double,
        _ scale: PlotScale,
        _ isNarrow: Bool,
        _ drawing: inout SVGDrawing
    ) {
        let middle = y + (isNarrow ? 27 : 22)
        let share = row.nanoseconds / row.limitNs
        let at = scale(share)
        drawing.line(scale.from, middle, at, middle, row.ink, width: 2)
        if let low = row.low, let high = row.high {
            let (from, to) = (scale(low / row.limitNs), scale(high / row.limitNs))
            drawing.line(from, middle, to, middle, row.ink, width: 5)
        }
        drawing.diamond(at, middle, 6, row.ink, isHollow: row.isMaximum)
        let time = QuantityText.duration(nanoseconds: row.nanoseconds)
        let limit = PlotScale.duration(row.limitNs)
        let words = "\(time) of \(limit)"
        if isNarrow {
            drawing.text("\(row.label): \(words)", scale.from, y + 14, .start, .text)
        } else {
            drawing.text(row.label, 0, middle + 4)
            let isLeft = at > (scale.from + scale.to) / 2
            let end = row.high.map { scale($0 / row.limitNs) } ?? at
            let start = row.low.map { scale($0 / row.limitNs) } ?? at
            drawing.text(
                words,
                isLeft ? min(at, start) - 12 : max(at, end) + 12,
                middle - 7,
                isLeft ? .end : .start,
                .text,
                hasHalo: true
            )
        }
        drawing.hint(scale.from, y, scale.to - scale.from, Self.rowHeight, "\(row.label): \(words)")
    }
}
