/// A node's rounds in the size of a stamp: p50 to p99 of each as a bar, the maximum as a dash, all nodes on one scale.
struct NodeStrip {
    static let width = 132.0
    static let height = 58.0

    var columns: [NodeRounds.Column]
    var scale: PlotScale
    /// Nanoseconds of the fleet's middle.
    var middle: Double?
    var limit: Double?
    var isWorse = false

    /// The scale on which all of them stand.
    static func scale(_ all: [NodeRounds], including others: [Double]) -> PlotScale {
        var scale = PlotScale(
            all.flatMap { $0.columns.flatMap { [$0.median, $0.tail, $0.maximum] } } + others,
            .duration,
            isLogarithmic: true,
            least: 4
        )
        (scale.from, scale.to) = (height - 3, 3)
        return scale
    }

    func draw() -> SVGDrawing {
        var drawing = SVGDrawing(width: Self.width, height: Self.height)
        drawing.line(0, Self.height - 0.5, Self.width, Self.height - 0.5, .grid)
        if let middle {
            drawing.line(0, scale(middle), Self.width, scale(middle), .axis, dash: "2 3")
        }
        if let limit, limit > scale.low, limit < scale.high {
            drawing.line(0, scale(limit), Self.width, scale(limit), .bad, dash: "4 3")
        }
        let step = Self.width / Double(max(6, columns.count))
        let breadth = max(1.2, min(step - 1, 9))
        var bars = ""
        var tops = ""
        for (index, column) in columns.enumerated() {
            let left = Double(index) * step + (step - breadth) / 2
            let high = scale(column.tail)
            let low = max(scale(column.median), high + 1.5)
            bars += Self.box(left, high, breadth, low - high)
            tops += Self.box(left, scale(column.maximum) - 0.5, breadth, 1)
        }
        drawing.fill(path: tops, .axis)
        drawing.fill(path: bars, isWorse ? .bad : .first)
        return drawing
    }

    private static func box(
        _ x: Double,
        _ y: Double,
        _ width: Double,
        _ height: Double
    ) -> String {
        let n = Markup.number
        return "M\(n(x)) \(n(y))h\(n(width))v\(n(height))h\(n(-width))z"
    }
}
