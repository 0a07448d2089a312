import Units

/// A row for each measurement: its median, its p99 with the interval, its maximum, on one logarithmic axis.
struct DotChart {
    struct Row {
        var label: String
        /// A heading above the row where it differs from the row before.
        var group = ""
        var median: Double?
        var tail: Double?
        var low: Double?
        var high: Double?
        var maximum: Double?
        /// Too few samples stand behind the tail for a verdict.
        var isApproximate = false
        /// What stands at the right.
        var value = ""
        var ink = Ink.first
    }

    var rows: [Row]
    /// What `tail` is.
    var tailName = "p99"
    var limit: (nanoseconds: Double, label: String)?

    private static let rowHeight = 22.0

    func draw(width: Double) -> SVGDrawing {
        let isNarrow = width < 520
        var headings = 0
        for (index, row) in rows.enumerated()
        where !row.group.isEmpty && (index == 0 || rows[index - 1].group != row.group) {
            headings += 1
        }
        let top = 30.0
        let lines = Double(rows.count + headings)
        let bottom = top + lines * Self.rowHeight + 4
        var drawing = SVGDrawing(width: width, height: bottom + 40)
        let most = isNarrow ? 19 : 32
        let labels = rows.map { Markup.clip($0.label, to: most) }
        let left = min(
            width * 0.42,
            (labels.map { SVGDrawing.width(of: $0) }.max() ?? 0) + 12
        )
        let valueWidth = isNarrow ? 0 : rows.map { SVGDrawing.width(of: $0.value) }.max() ?? 0
        let right = width - max(12, valueWidth + 14)
        var scale = PlotScale(
            rows.flatMap { [$0.median, $0.tail, $0.low, $0.high, $0.maximum].compactMap(\.self) },
            .duration,
            isLogarithmic: true
        )
        (scale.from, scale.to) = (left, right)
        for tick in scale.ticks(most: max(3, Int((right - left) / 58))) {
            let at = scale(tick.value)
            drawing.line(at, top, at, bottom, .grid)
            drawing.text(tick.label, at, bottom + 18, .middle, .faint)
        }
        drawing.line(left, bottom, right, bottom, .axis)
        legend(left, &drawing)
        if let limit, limit.nanoseconds > scale.low, limit.nanoseconds < scale.high {
            let at = scale(limit.nanoseconds)
            drawing.line(at, top, at, bottom, .bad, dash: "3 3")
            drawing.text(limit.label, at, bottom + 34, .middle, .bad)
        }
        var y = top
        for (index, row) in rows.enumerated() {
            if !row.group.isEmpty, index == 0 || rows[index - 1].group != row.group {
                y += Self.rowHeight
                drawing.text(
                    Markup.clip(row.group, to: isNarrow ? 40 : 60),
                    0,
                    y - 6,
                    .start,
                    .faint,
                    size: 11,
                    isStrong: true
                )
            }
            y += Self.rowHeight
            drawing.text(labels[index], 0, y - 7)
            draw(row, y - 11, scale, &drawing)
            if !isNarrow { drawing.text(row.value, width, y - 7, .end, .text) }
        }
        return drawing
    }

    private func draw(_ row: Row, _ y: Double, _ scale: PlotScale, _ drawing: inout SVGDrawing) {
        let known = [row.median, row.tail, row.maximum].compactMap(\.self).filter { $0 > 0 }
        if let least = known.min(), let most = known.max() {
            drawing.line(scale(least), y, scale(most), y, .context)
        }
        if let low = row.low, let high = row.high, low > 0 {
            drawing.line(scale(low), y, scale(high), y, row.ink, width: 4)
        }
        if let maximum = row.maximum {
            let at = scale(maximum)
            drawing.line(at, y - 5, at, y + 5, .axis, width: 1.5)
        }
        if let median = row.median { drawing.dot(scale(median), y, 3.5, row.ink) }
        if let tail = row.tail {
            drawing.diamond(scale(tail), y, 4.5, row.ink, isHollow: row.isApproximate)
        }
        let words = [
            row.median.map { "p50 \(QuantityText.duration(nanoseconds: $0))" },
            row.tail.map { "\(tailName) \(QuantityText.duration(nanoseconds: $0))" },
            row.maximum.map { "max \(QuantityText.duration(nanoseconds: $0))" },
        ].compactMap(\.self)
        drawing.hint(
            scale.from,
            y - 10,
            scale.to - scale.from,
            20,
            "\(row.label): \(words.joined(separator: ", "))"
        )
    }

    private func legend(_ left: Double, _ drawing: inout SVGDrawing) {
        var x = 4.0
        drawing.dot(x, 9, 3.5, .faint)
        drawing.text("p50", x + 8, 13, .start, .faint)
        x += 46
        drawing.diamond(x, 9, 4.5, .faint)
        drawing.text("\(tailName), 95 % interval", x + 9, 13, .start, .faint)
        x += 18 + SVGDrawing.width(of: "\(tailName), 95 % interval")
        drawing.line(x, 4, x, 14, .axis, width: 1.5)
        drawing.text("max", x + 6, 13, .start, .faint)
    }
}
