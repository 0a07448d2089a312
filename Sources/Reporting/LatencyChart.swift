import Statistics
import Units

/// The bins of a latency histogram for people: round bounds, evenly spread on a logarithmic axis.
struct LatencyBins {
    /// One row: values from `low` nanoseconds up to the next row's, by series.
    struct Row: Equatable {
        var low: UInt64
        var counts: [UInt64]

        var total: UInt64 { counts.reduce(0, +) }
    }

    /// Ascending; the first and the last hold something, rows between them may be empty.
    let rows: [Row]

    private static let ladders: [[UInt64]] = [
        [100, 125, 150, 175, 200, 250, 300, 350, 400, 500, 600, 800],
        [100, 150, 200, 300, 500, 700],
        [100, 200, 500],
        [100, 300],
        [100],
    ]

    /// Sorts the samples of several series into common bins.
    ///
    /// A sample belongs where the middle of its own bucket lies, so the counts add up exactly.
    /// - Parameters:
    ///   - series: the histograms to show together.
    ///   - most: the most rows; the finest scale that fits is taken.
    init(_ series: [HistogramSnapshot], most: Int) {
        let filled = series.filter { $0.count > 0 }
        guard let least = filled.map(\.minimum).min(), let top = filled.map(\.maximum).max() else {
            rows = []
            return
        }
        var best: [UInt64] = [0]
        for ladder in Self.ladders {
            best = Self.bounds(ladder, from: least, to: top)
            // Long empty stretches will be folded, so count only the rows that hold something.
            let used = Self.sorted(series, into: best).count { $0.total > 0 }
            if used <= most { break }
        }
        let all = Self.sorted(series, into: best)
        let first = all.firstIndex { $0.total > 0 } ?? 0
        let last = all.lastIndex { $0.total > 0 } ?? all.count - 1
        rows = Array(all[first...last])
    }

    /// The ladder's values from the last one at or below `least` to the last at or below `top`.
    private static func bounds(_ ladder: [UInt64], from least: UInt64, to top: UInt64) -> [UInt64] {
        var bounds: [UInt64] = [0]
        var decade: UInt64 = 1
        while decade <= 10_000_000_000 {
            for step in ladder {
                let bound = step * decade
                if bound > top { return bounds }
                if bound <= least { bounds = [bound] } else { bounds.append(bound) }
            }
            decade *= 10
        }
        return bounds
    }

    private static func sorted(_ series: [HistogramSnapshot], into bounds: [UInt64]) -> [Row] {
        var rows = bounds.map { Row(low: $0, counts: series.map { _ in 0 }) }
        for (number, histogram) in series.enumerated() {
            var row = 0
            for (index, count) in zip(histogram.indices, histogram.counts) {
                let low = HistogramLayout.lowerBound(ofBucket: Int(index))
                let high = HistogramLayout.upperBound(ofBucket: Int(index))
                let middle = low + (high - low) / 2
                while row + 1 < rows.count, rows[row + 1].low <= middle { row += 1 }
                rows[row].counts[number] += count
            }
        }
        return rows
    }
}

/// A horizontal histogram: one bar per latency bin, one shade per series.
enum LatencyChart {
    /// One series with its name and its ink.
    struct Series {
        var name: String
        var histogram: HistogramSnapshot
        var glyph: Character
        var ink: TextStyle.Ink
    }

    /// The bars, top to bottom from fast to slow; no lines when there is no sample.
    ///
    /// - Parameters:
    ///   - series: stacked within a bar, in this order.
    ///   - barWidth: columns of the longest bar.
    ///   - most: the most bins.
    ///   - budget: bins from here on are painted as bad; nil when there is no budget.
    ///   - style: what the terminal can show.
    /// - Returns: lines of "from", bar, count and share.
    static func lines(
        _ series: [Series],
        barWidth: Int,
        rows most: Int,
        budget: UInt64?,
        style: TextStyle
    ) -> [String] {
        let bins = LatencyBins(series.map(\.histogram), most: most).rows
        let all = bins.reduce(0) { $0 + $1.total }
        guard let peak = bins.map(\.total).max(), all > 0 else { return [] }
        var table = TextTable([.right, .left, .right, .right])
        table.rows.append(heading(series, style))
        var isFolded = false
        for (index, bin) in bins.enumerated() {
            let isGap =
                bin.total == 0 && index > 0 && index + 1 < bins.count
                && (bins[index - 1].total == 0 || bins[index + 1].total == 0)
            if isGap {
                if !isFolded { table.rows.append([.init(style.clean("⋮"), .faint)]) }
                isFolded = true
                continue
            }
            isFolded = false
            let label = style.clean(bound(bin.low))
            let isOver = budget.map { bin.low >= $0 } ?? false
            table.rows.append([
                isOver ? .init(label, .bad) : .init(label),
                bar(bin, series, peak: peak, width: barWidth, style: style),
                .init(style.clean(QuantityText.count(bin.total))),
                .init(share(bin.total, of: all, style: style), .faint),
            ])
        }
        return table.lines(style)
    }

    /// What the columns are; the legend stands above the bars.
    private static func heading(_ series: [Series], _ style: TextStyle) -> [TextTable.Cell] {
        var legend = TextTable.Cell("")
        for one in series where one.histogram.count > 0 {
            if !legend.pieces.isEmpty { legend.pieces.append(("   ", .faint)) }
            legend.pieces.append((String(one.glyph), one.ink))
            legend.pieces.append((" \(one.name)", .faint))
        }
        legend.text = legend.pieces.map(\.text).joined()
        return [.init(style.clean("WAL fsync ≥"), .faint), legend, .init("n", .faint), .init("")]
    }

    /// A bin's bound without needless zeros: "1.5 ms", "10 ms".
    private static func bound(_ nanoseconds: UInt64) -> String {
        let words = QuantityText.duration(nanoseconds: nanoseconds).split(separator: " ")
        return ([Number.trimmed(String(words[0]))] + words.dropFirst().map(String.init))
            .joined(separator: " ")
    }

    private static func bar(
        _ bin: LatencyBins.Row,
        _ series: [Series],
        peak: UInt64,
        width: Int,
        style: TextStyle
    ) -> TextTable.Cell {
        var cell = TextTable.Cell("")
        var filled = 0
        for (number, count) in bin.counts.enumerated() where count > 0 {
            let exact = Double(count) / Double(peak) * Double(width)
            // Whatever happened is seen: one sample in a million still gets a column.
            let columns = min(max(1, Int(exact.rounded())), max(0, width - filled))
            let glyph = series[number].glyph
            let piece = String(repeating: glyph, count: columns)
            cell.pieces.append((piece, series[number].ink))
            filled += columns
        }
        cell.text = cell.pieces.map(\.text).joined()
        return cell
    }

    private static func share(_ count: UInt64, of all: UInt64, style: TextStyle) -> String {
        guard count > 0 else { return "" }
        let ratio = Double(count) / Double(all)
        let text = ratio < 0.001 ? "< 0.1 %" : QuantityText.percent(ratio)
        return style.clean(text)
    }
}
