import Statistics
import Units

/// Latency over time: a column for each round, a row for each band of latency, dark where much happened.
///
/// - Source: B. Gregg, "Visualizing System Latency", ACM Queue 8(5), 2010.
struct HeatMapChart {
    /// In time order; a round may be empty.
    var rounds: [HistogramSnapshot]
    /// How long each took.
    var seconds: [Double]
    /// What is slower is painted in another colour; nil without a limit.
    var limit: (nanoseconds: Double, label: String)?
    /// Rounds in which something held everything up.
    var stalls: Set<Int> = []
    var height = 300.0

    private static let mostColumns = 120
    private static let mostRows = 44.0

    /// Counts by column and row, and what a column covers.
    struct Grid {
        var counts: [[Double]]
        var starts: [Double]
        var ends: [Double]
        var quantiles: [Double?]
        var stalls: [Bool]
        var peak: Double
    }

    func draw(width: Double) -> SVGDrawing {
        var drawing = SVGDrawing(width: width, height: height)
        let filled = rounds.filter { $0.count > 0 }
        let least = filled.map { Double(max(1, $0.minimum)) }.min() ?? 1
        let most = filled.map { Double(max(1, $0.maximum)) }.max() ?? 10
        let scale = PlotScale([least, most], .duration, isLogarithmic: true, least: 2)
        let grid = grid(scale)
        let time = PlotScale(exactly: 0, grid.ends.last ?? 1, .seconds)
        let frame = PlotFrame(
            x: time,
            y: scale,
            xTitle: "seconds since the first round",
            yTitle: "latency",
            width: width,
            height: height,
            marginRight: 14
        )
        frame.draw(into: &drawing)
        cells(grid, frame, &drawing)
        if let limit, limit.nanoseconds > scale.low, limit.nanoseconds < scale.high {
            let at = frame.y(limit.nanoseconds)
            drawing.line(frame.left, at, frame.right, at, .bad, dash: "3 3")
            drawing.text(limit.label, frame.left + 6, at - 5, .start, .bad, hasHalo: true)
        }
        for (index, quantile) in grid.quantiles.enumerated() {
            let (from, to) = (frame.x(grid.starts[index]), frame.x(grid.ends[index]))
            if let quantile {
                let at = frame.y(quantile)
                drawing.line(from + 0.5, at, to - 0.5, at, .text, width: 1.5)
                drawing.hint(
                    from,
                    frame.top,
                    to - from,
                    frame.bottom - frame.top,
                    "\(Markup.number(grid.starts[index])) s: p99 \(QuantityText.duration(nanoseconds: quantile))"
                )
            }
            if grid.stalls[index] {
                drawing.diamond((from + to) / 2, frame.top - 6, 3.5, .bad)
            }
        }
        legend(grid, frame, &drawing)
        return drawing
    }

    /// Few colours, each one path: a page of thousands of rectangles is large and slow.
    private func cells(_ grid: Grid, _ frame: PlotFrame, _ drawing: inout SVGDrawing) {
        let rows = grid.counts.first?.count ?? 0
        guard rows > 0, grid.peak > 0 else { return }
        let rowHeight = (frame.bottom - frame.top) / Double(rows)
        var paths: [Ink: String] = [:]
        let full = RealFunctions.ln(1 + grid.peak)
        for (column, counts) in grid.counts.enumerated() {
            let (from, to) = (frame.x(grid.starts[column]), frame.x(grid.ends[column]))
            let gap = to - from > 6 ? 1.0 : 0
            var row = 0
            while row < rows {
                guard let ink = ink(counts[row], row, rows, frame, full) else {
                    row += 1
                    continue
                }
                var end = row + 1
                while end < rows, self.ink(counts[end], end, rows, frame, full) == ink { end += 1 }
                let top = frame.bottom - Double(end) * rowHeight
                let tall = Double(end - row) * rowHeight
                let (x, w) = (Markup.number(from), Markup.number(to - from - gap))
                paths[ink, default: ""] +=
                    "M\(x) \(Markup.number(top))h\(w)v\(Markup.number(tall))h-\(w)z"
                row = end
            }
        }
        for ink in Ink.heat + Ink.hot { drawing.fill(path: paths[ink] ?? "", ink) }
    }

    private func ink(
        _ count: Double,
        _ row: Int,
        _ rows: Int,
        _ frame: PlotFrame,
        _ full: Double
    ) -> Ink? {
        guard count > 0 else { return nil }
        let share = full > 0 ? RealFunctions.ln(1 + count) / full : 1
        let middle = frame.bottom - (Double(row) + 0.5) * (frame.bottom - frame.top) / Double(rows)
        let isBeyond = limit.map { middle < frame.y($0.nanoseconds) } ?? false
        let inks = isBeyond ? Ink.hot : Ink.heat
        return inks[max(0, min(inks.count - 1, Int(share * Double(inks.count))))]
    }

    /// Counts what happened, by round and by band of latency.
    func grid(_ scale: PlotScale) -> Grid {
        let span = RealFunctions.ln(scale.high / scale.low)
        // A row is never narrower than two buckets of the histogram, and few samples get few rows: or rows would be empty
        // by chance. Twice the cube root of their number is Rice's rule for histograms.
        let samples = rounds.reduce(0.0) { $0 + Double($1.count) } / Double(max(1, rounds.count))
        let rice = max(10, 2 * PlotScale.power(max(1, samples), 1 / 3))
        let rows = max(4, Int(min(Self.mostRows, rice, span / 0.016)))
        let size = max(1, (rounds.count + Self.mostColumns - 1) / Self.mostColumns)
        var grid = Grid(counts: [], starts: [], ends: [], quantiles: [], stalls: [], peak: 0)
        var clock = 0.0
        for start in stride(from: 0, to: rounds.count, by: size) {
            let range = start..<min(rounds.count, start + size)
            let merged =
                range.count == 1 ? rounds[start] : HistogramSnapshot.merged(Array(rounds[range]))
            var counts = [Double](repeating: 0, count: rows)
            for (index, count) in merged.buckets {
                let low = Double(HistogramLayout.lowerBound(ofBucket: index))
                let high = Double(
                    min(HistogramLayout.upperBound(ofBucket: index), merged.maximum &+ 1)
                )
                let middle = max(1, (low + max(low, high)) / 2)
                let share = RealFunctions.ln(middle / scale.low) / span
                counts[max(0, min(rows - 1, Int(share * Double(rows))))] += Double(count)
            }
            grid.peak = max(grid.peak, counts.max() ?? 0)
            grid.counts.append(counts)
            grid.starts.append(clock)
            for index in range {
                let length = seconds[index]
                clock += length.isFinite && length > 0 ? min(length, 1e6) : 0.001
            }
            grid.ends.append(clock)
            grid.quantiles.append(merged.count >= 2000 ? merged.quantile(0.99) : nil)
            grid.stalls.append(range.contains { stalls.contains($0) })
        }
        return grid
    }

    /// What the colours mean, in the corner above.
    private func legend(_ grid: Grid, _ frame: PlotFrame, _ drawing: inout SVGDrawing) {
        let peak = QuantityText.count(UInt64(max(0, min(grid.peak, 1e15))))
        let text = "\(peak) in a cell"
        var x = frame.right - SVGDrawing.width(of: text)
        drawing.text(text, frame.right, frame.top - 12, .end, .faint)
        x -= Double(Ink.heat.count) * 12 + 8
        for (index, ink) in Ink.heat.enumerated() {
            drawing.rectangle(x + Double(index) * 12, frame.top - 21, 12, 10, ink)
        }
        drawing.text("1", x - 5, frame.top - 12, .end, .faint)
    }
}
