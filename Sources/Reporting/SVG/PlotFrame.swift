/// The axes of a chart: grid, ticks and titles around the place for data.
struct PlotFrame {
    var x: PlotScale
    var y: PlotScale
    let xTitle: String
    let yTitle: String
    /// The edges of the place for data.
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
    /// Of the whole picture.
    let width: Double

    /// Fits the scales into a drawing; the margins keep room for names at the right and for a legend above.
    init(
        x: PlotScale,
        y: PlotScale,
        xTitle: String,
        yTitle: String,
        width: Double,
        height: Double,
        marginRight: Double,
        marginTop: Double = 26
    ) {
        self.x = x
        self.y = y
        self.xTitle = xTitle
        self.yTitle = yTitle
        self.width = width
        let labels = y.ticks(most: 7).map { SVGDrawing.width(of: $0.label) }
        left = max(38, (labels.max() ?? 0) + 10)
        right = max(left + 60, width - marginRight)
        top = marginTop
        bottom = height - 40
        self.x.from = left
        self.x.to = right
        self.y.from = bottom
        self.y.to = top
    }

    /// Grid and labels; call it before the data is drawn.
    func draw(into drawing: inout SVGDrawing) {
        let rows = y.ticks(most: max(3, Int((bottom - top) / 34)))
        for tick in rows {
            let at = y(tick.value)
            drawing.line(left, at, right, at, .grid)
            drawing.text(tick.label, left - 7, at + 4, .end, .faint)
        }
        drawing.line(left, bottom, right, bottom, .axis)
        var free = -Double.infinity
        for tick in x.ticks(most: max(3, Int((right - left) / 62))) {
            let at = x(tick.value)
            drawing.line(at, bottom, at, bottom + 4, .axis)
            let half = SVGDrawing.width(of: tick.label) / 2
            // The last label must not stand beyond the picture.
            let isLast = at + half > width
            guard (isLast ? width - 2 * half : at - half) > free else { continue }
            drawing.text(
                tick.label,
                isLast ? width : at,
                bottom + 18,
                isLast ? .end : .middle,
                .faint
            )
            free = at + half + 4
        }
        drawing.text(xTitle, right, bottom + 35, .end, .faint)
        drawing.text(yTitle, 0, top - 12, .start, .faint)
    }
}
