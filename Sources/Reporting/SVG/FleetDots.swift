import Units

/// A dot for each node on one logarithmic axis, a lane for each kind of hardware, with the band in which nodes are alike.
struct FleetDots {
    struct Node {
        var name: String
        var value: Double
        /// Whether it stands out, and to which side.
        var standing: Standing
        /// What it says when it is pointed at; only for those that stand out.
        var note = ""
    }

    enum Standing { case alike, worse, better }

    struct Lane {
        var label: String
        var nodes: [Node]
        /// Nil where there are too few nodes to say.
        var middle: Double?
        var band: (low: Double, high: Double)?
    }

    var lanes: [Lane]
    var unit: PlotScale.Unit
    var axis: String
    var limit: (nanoseconds: Double, label: String)?

    private static let laneHeight = 80.0
    private static let radius = 2.3
    /// More names than these cover each other.
    private static let mostNotes = 200

    func draw(width: Double) -> SVGDrawing {
        let top = 28.0
        let bottom = top + Double(lanes.count) * Self.laneHeight
        var drawing = SVGDrawing(width: width, height: bottom + 44)
        let values = lanes.flatMap(\.nodes).map(\.value)
        // A limit far away must not squeeze the nodes into a corner; it is named in the text.
        let near = limit.flatMap { limit -> Double? in
            guard let most = values.max(), let least = values.min() else { return nil }
            return limit.nanoseconds < most * 8 && limit.nanoseconds > least / 8
                ? limit.nanoseconds : nil
        }
        var scale = PlotScale(values + [near].compactMap(\.self), unit, isLogarithmic: true)
        (scale.from, scale.to) = (6, width - 6)
        for lane in lanes.enumerated() {
            guard let band = lane.element.band else { continue }
            let y = top + Double(lane.offset) * Self.laneHeight
            let (left, right) = (scale(band.low), scale(band.high))
            drawing.rectangle(left, y + 24, right - left, Self.laneHeight - 24, .grid)
        }
        for tick in scale.ticks(most: max(3, Int(width / 70))) {
            let at = scale(tick.value)
            drawing.line(at, bottom, at, bottom + 4, .axis)
            drawing.text(
                tick.label,
                max(14, min(at, width - 18)),
                bottom + 18,
                .middle,
                .faint
            )
        }
        drawing.text(axis, width, bottom + 36, .end, .faint)
        legend(width, &drawing)
        for (number, lane) in lanes.enumerated() {
            draw(lane, top + Double(number) * Self.laneHeight, width, scale, &drawing)
        }
        if let limit, near != nil {
            let at = scale(limit.nanoseconds)
            drawing.line(at, top + 6, at, bottom, .bad, dash: "4 3")
            let isRight = at > width / 2
            drawing.text(
                limit.label,
                at + (isRight ? -5 : 5),
                bottom + 36,
                isRight ? .end : .start,
                .bad
            )
        }
        return drawing
    }

    private func draw(
        _ lane: Lane,
        _ top: Double,
        _ width: Double,
        _ scale: PlotScale,
        _ drawing: inout SVGDrawing
    ) {
        let base = top + Self.laneHeight
        drawing.line(0, base, width, base, .axis)
        if let middle = lane.middle {
            drawing.line(scale(middle), top + 24, scale(middle), base, .axis, width: 1.5)
        }
        // Dots of a column stand on each other, and close up where the column would be too high.
        let cell = Self.radius * 2 + 0.2
        var columns: [Int: [Node]] = [:]
        for node in lane.nodes {
            columns[Int((scale(node.value) - scale.from) / cell), default: []].append(node)
        }
        let highest = columns.values.map(\.count).max() ?? 1
        let step = min(cell, (Self.laneHeight - 32) / Double(max(1, highest)))
        var notes = 0
        for (column, nodes) in columns.sorted(by: { $0.key < $1.key }) {
            let x = scale.from + (Double(column) + 0.5) * cell
            // Those that stand out lie on top.
            let sorted = nodes.sorted { $0.standing == .alike && $1.standing != .alike }
            for (level, node) in sorted.enumerated() {
                let y = base - Self.radius - 1 - Double(level) * step
                switch node.standing {
                case .alike: drawing.dot(x, y, Self.radius, .first)
                case .worse: drawing.diamond(x, y, 4, .bad)
                case .better: drawing.diamond(x, y, 4, .third, isHollow: true)
                }
                if !node.note.isEmpty, notes < Self.mostNotes {
                    drawing.hint(x, y, node.note, radius: 6)
                    notes += 1
                }
            }
        }
        drawing.text(
            Markup.clip(lane.label, to: Int(width / 7)),
            0,
            top + 18,
            .start,
            .text,
            hasHalo: true
        )
    }

    private func legend(_ width: Double, _ drawing: inout SVGDrawing) {
        var x = 4.0
        drawing.dot(x, 9, Self.radius, .first)
        drawing.text("a node", x + 7, 13, .start, .faint)
        x += 58
        drawing.diamond(x, 9, 4, .bad)
        drawing.text("worse", x + 8, 13, .start, .faint)
        x += 58
        if lanes.contains(where: { $0.nodes.contains { $0.standing == .better } }) {
            drawing.diamond(x, 9, 4, .third, isHollow: true)
            drawing.text("better", x + 8, 13, .start, .faint)
            x += 58
        }
        drawing.line(x, 3, x, 15, .axis, width: 1.5)
        drawing.text("median", x + 6, 13, .start, .faint)
        x += 60
        drawing.rectangle(x, 3, 14, 12, .grid)
        drawing.text(width < 400 ? "alike" : "counts as alike", x + 19, 13, .start, .faint)
    }
}
