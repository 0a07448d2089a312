import Units

/// One value per run of the same case on the same machine, in time order.
struct HistoryStrip {
    struct Point {
        /// Nanoseconds.
        var value: Double
        /// The 95 % interval; nil where there is none.
        var low: Double?
        var high: Double?
        /// When it ran: "2026-11-21 09:44".
        var label: String
        /// What differs from the run before: "kernel 6.12.9 → 6.12.13"; empty where nothing does.
        var changes: [String] = []
        var ink = Ink.first
    }

    var points: [Point]
    /// What the values are: "WAL fsync p99".
    var name: String
    /// Differences up to this share do not matter.
    var tolerance = 0.1
    var limit: (nanoseconds: Double, label: String)?
    /// Indices at which a new level begins, as somebody found them.
    var changePoints: [Int] = []
    var height = 250.0

    func draw(width: Double) -> SVGDrawing {
        var drawing = SVGDrawing(width: width, height: height)
        let values = points.flatMap { [$0.value, $0.low, $0.high].compactMap(\.self) }
        let middle = points.map(\.value).sorted()[points.count / 2]
        let frame = PlotFrame(
            x: PlotScale(exactly: -0.5, Double(points.count) - 0.5, .ordinal),
            y: PlotScale(
                values + [middle * (1 - tolerance), middle * (1 + tolerance)],
                .duration,
                isLogarithmic: true,
                least: 1.5
            ),
            xTitle: "",
            yTitle: name,
            width: width,
            height: height,
            marginRight: 14
        )
        let (above, below) = (
            frame.y(middle * (1 + tolerance)), frame.y(middle * (1 - tolerance))
        )
        drawing.rectangle(frame.left, above, frame.right - frame.left, below - above, .grid)
        frame.draw(into: &drawing)
        drawing.line(frame.left, frame.y(middle), frame.right, frame.y(middle), .axis, dash: "2 3")
        if let limit, limit.nanoseconds > frame.y.low, limit.nanoseconds < frame.y.high {
            let at = frame.y(limit.nanoseconds)
            drawing.line(frame.left, at, frame.right, at, .bad, dash: "3 3")
            drawing.text(limit.label, frame.left + 6, at - 5, .start, .bad, hasHalo: true)
        }
        for (index, point) in points.enumerated() { draw(point, index, frame, &drawing) }
        drawing.text(
            "median ±\(Int((tolerance * 100).rounded())) %",
            frame.right,
            above - 4,
            .end,
            .faint,
            hasHalo: true
        )
        dates(frame, &drawing)
        return drawing
    }

    private func draw(
        _ point: Point,
        _ index: Int,
        _ frame: PlotFrame,
        _ drawing: inout SVGDrawing
    ) {
        let x = frame.x(Double(index))
        let y = frame.y(point.value)
        if changePoints.contains(index) {
            let between = frame.x(Double(index) - 0.5)
            drawing.line(between, frame.top, between, frame.bottom, .bad, width: 1.5)
        } else if !point.changes.isEmpty {
            let between = frame.x(Double(index) - 0.5)
            drawing.line(between, frame.top, between, frame.bottom, .axis, dash: "2 3")
            let words = point.changes.joined(separator: ", ")
            drawing.hint(between - 4, frame.top, 8, frame.bottom - frame.top, words)
            if points.count(where: { !$0.changes.isEmpty }) <= 3 {
                let isRight = between > (frame.left + frame.right) / 2
                drawing.text(
                    Markup.clip(words, to: 40),
                    between + (isRight ? -5 : 5),
                    frame.top - 5,
                    isRight ? .end : .start,
                    .faint
                )
            }
        }
        if let low = point.low, let high = point.high {
            drawing.line(x, frame.y(low), x, frame.y(high), point.ink, width: 1.5)
        }
        drawing.dot(x, y, 3.5, point.ink)
        drawing.hint(x, y, "\(point.label): \(QuantityText.duration(nanoseconds: point.value))")
    }

    /// As many of the dates as there is room for, the first and the last among them.
    private func dates(_ frame: PlotFrame, _ drawing: inout SVGDrawing) {
        let width = SVGDrawing.width(of: points.first?.label ?? "") + 14
        let room = max(1, Int((frame.right - frame.left) / width))
        let stride = max(1, (points.count + room - 1) / room)
        var free = -Double.infinity
        for (index, point) in points.enumerated() where index % stride == 0 {
            let half = SVGDrawing.width(of: point.label) / 2
            let at = max(frame.left + half - 20, min(frame.x(Double(index)), frame.right - half))
            guard at - half > free else { continue }
            drawing.line(
                frame.x(Double(index)),
                frame.bottom,
                frame.x(Double(index)),
                frame.bottom + 4,
                .axis
            )
            drawing.text(point.label, at, frame.bottom + 18, .middle, .faint)
            free = at + half + 6
        }
    }
}
