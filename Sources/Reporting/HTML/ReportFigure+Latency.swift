import Statistics
import Units

extension ReportFigure {
    /// Latency at every percentile: the tail takes as much room as the rest.
    ///
    /// - Parameters:
    ///   - id: unique in the page.
    ///   - curves: at most six are told apart.
    ///   - context: drawn without a name, to give scale.
    ///   - title: what it is about.
    /// - Returns: nil without a curve.
    static func percentiles(
        id: String,
        _ curves: [ReportCurve],
        context: [ReportCurve] = [],
        title: String = "Latency by percentile"
    ) -> ReportFigure? {
        guard let first = curves.first else { return nil }
        let lines = curves.enumerated().map { line($0.element, $0.offset) }
        let faint = context.map { curve in
            LineChart.Series(
                name: curve.name,
                ink: .context,
                points: points(curve),
                isContext: true
            )
        }
        let all = lines + faint
        let values = all.flatMap { one in
            one.points.flatMap { [$0.y, $0.low, $0.high].compactMap(\.self) }
                + [one.extreme?.y].compactMap(\.self)
        }
        let ends = lines.flatMap { [$0.points.last?.x, $0.extreme?.x].compactMap(\.self) }
        let limit = first.series.limitNs.map(Double.init)
        var chart = LineChart(
            x: PlotScale(exactly: 0, max(1.2, min(ends.max() ?? 2, 6.4)), .percentile),
            y: PlotScale(values, .duration, isLogarithmic: true),
            xTitle: "percentile",
            yTitle: "latency",
            series: all
        )
        if let limit {
            chart.rules = [
                LineChart.Rule(
                    value: limit,
                    label: "\(PlotScale.duration(limit)), etcd's limit on \(first.name) p99"
                )
            ]
        }
        let hasBand = curves.contains { $0.estimates.contains { $0.ci95 != nil } }
        return ReportFigure(
            id: id,
            title: title,
            caption: [
                hasBand ? "Bands are 95 % intervals." : "",
                "Dotted: under 100 samples beyond it; nothing is drawn for under 20.",
                lines.contains { $0.extreme != nil } ? "The hollow dot is the maximum." : "",
            ].filter { !$0.isEmpty }.joined(separator: " "),
            description: curves.map(sentence).joined(separator: " "),
            table: percentileTable(curves + context),
            draw: chart.draw
        )
    }

    /// The share of operations that took no longer, on a linear axis.
    static func cumulative(id: String, _ curves: [ReportCurve]) -> ReportFigure? {
        guard !curves.isEmpty else { return nil }
        let shares =
            [0.001, 0.01] + stride(from: 0.03, through: 0.97, by: 0.02) + [0.99, 0.995, 0.999]
        let lines = curves.enumerated().map { number, curve in
            LineChart.Series(
                name: curve.name,
                ink: Ink.series[number % Ink.series.count],
                dash: Ink.dash(number),
                points: shares.map { LineChart.Point(x: curve.series.pooled.quantile($0), y: $0) }
            )
        }
        let chart = LineChart(
            x: PlotScale(lines.flatMap { $0.points.map(\.x) }, .duration, isLogarithmic: true),
            y: PlotScale(exactly: 0, 1, .share),
            xTitle: "latency",
            yTitle: "share of operations that took no longer",
            series: lines,
            hasLegend: true
        )
        let table = DataTable(
            headings: ["share"] + curves.map(\.name),
            rows: shares.filter { ($0 * 100).rounded() == $0 * 100 }.map { share in
                [.share(share)] + curves.map { .nanoseconds($0.series.pooled.quantile(share)) }
            }
        )
        return ReportFigure(
            id: id,
            title: "Cumulative distribution",
            caption: "A step is a kind of operation of its own; the further left, the faster.",
            description: curves.map(sentence).joined(separator: " "),
            table: table,
            draw: chart.draw
        )
    }

    /// How many times as long as the reference each percentile takes.
    static func relative(
        id: String,
        _ curves: [ReportCurve],
        to reference: ReportCurve
    ) -> ReportFigure? {
        var rows: [[DataTable.Cell]] = []
        var lines: [LineChart.Series] = []
        for (number, curve) in curves.enumerated() where curve.name != reference.name {
            var points: [LineChart.Point] = []
            for quantile in ReportCurve.quantiles {
                guard let own = curve.estimate(quantile), let base = reference.estimate(quantile),
                    let ratio = own.ratio(to: base)
                else { continue }
                let name = percentileName(quantile)
                points.append(
                    LineChart.Point(
                        x: position(quantile),
                        y: ratio.value,
                        low: ratio.interval?.low,
                        high: ratio.interval?.high,
                        note: "\(curve.name), \(name): \(QuantityText.threeDigits(ratio.value)) ×"
                    )
                )
                rows.append([
                    .text(curve.name), .text(name), .number(ratio.value),
                    .value(ratio.interval?.low), .value(ratio.interval?.high),
                ])
            }
            guard points.count > 1 else { continue }
            lines.append(
                LineChart.Series(
                    name: curve.name,
                    ink: Ink.series[number % Ink.series.count],
                    dash: Ink.dash(number),
                    points: points
                )
            )
        }
        guard !lines.isEmpty else { return nil }
        let values = lines.flatMap {
            $0.points.flatMap { [$0.y, $0.low, $0.high].compactMap(\.self) }
        }
        let chart = LineChart(
            x: PlotScale(
                exactly: 0,
                max(1.2, lines.flatMap { $0.points.map(\.x) }.max() ?? 2),
                .percentile
            ),
            y: PlotScale(values + [0.9, 1.1], .ratio, isLogarithmic: true, least: 1.5),
            xTitle: "percentile",
            yTitle: "times \(Markup.clip(reference.name, to: 40))",
            series: lines,
            rules: [LineChart.Rule(value: 1, label: "", ink: .axis)],
            indifferent: (1 / 1.1, 1.1)
        )
        return ReportFigure(
            id: id,
            title: "Relative to \(reference.name)",
            caption:
                "Above 1 is slower. Bands are 95 % intervals of the ratio; the grey strip is ±10 %.",
            description: lines.map { line in
                let last = line.points.last { $0.x <= 2.001 }
                return "\(line.name): \(QuantityText.threeDigits(last?.y ?? 1)) times at p99."
            }.joined(separator: " "),
            table: DataTable(
                headings: ["variant", "percentile", "ratio", "95 % low", "95 % high"],
                rows: rows
            ),
            draw: chart.draw
        )
    }

    /// Latency over time.
    static func heatMap(id: String, _ series: ReportSeries, isHalf: Bool = false) -> ReportFigure? {
        guard series.rounds.filter({ $0.count > 0 }).count >= 2 else { return nil }
        let chart = HeatMapChart(
            rounds: series.rounds,
            seconds: series.seconds,
            limit: series.limitNs.map {
                (Double($0), "\(PlotScale.duration(Double($0))), etcd's limit on the p99")
            },
            stalls: series.stalls,
            height: isHalf ? 230 : 300
        )
        var clock = 0.0
        let rows = series.rounds.enumerated().map { index, round -> [DataTable.Cell] in
            defer { clock += series.seconds[index] }
            func quantile(_ q: Double) -> DataTable.Cell {
                Double(round.count) * (1 - q) >= 20 ? .nanoseconds(round.quantile(q)) : .none
            }
            return [
                .number(Double(index + 1)), .number((clock * 1000).rounded() / 1000),
                .number(Double(round.count)), quantile(0.5), quantile(0.9), quantile(0.99),
                round.count > 0 ? .nanoseconds(Double(round.maximum)) : .none,
            ]
        }
        // Of a run of hours a table of every round would outweigh the page.
        let shown = Array(rows.prefix(240))
        let cut =
            rows.count > shown.count ? " The data lists the first 240 rounds of \(rows.count)." : ""
        let stalls =
            series.stalls.isEmpty
            ? "" : " Diamonds above mark rounds with an operation of 100 ms or more."
        return ReportFigure(
            id: id,
            title: "\(series.name) over time",
            caption:
                "Each column is a round; the stronger the colour the more operations, on a logarithmic scale. "
                + "The bar is the round's p99, where it has the samples for one.\(stalls)\(cut)",
            description:
                "\(series.name) in \(series.rounds.count) rounds, from "
                + "\(QuantityText.duration(nanoseconds: series.pooled.minimum)) to "
                + "\(QuantityText.duration(nanoseconds: series.pooled.maximum)).",
            table: DataTable(
                headings: ["round", "starts at (s)", "operations", "p50", "p90", "p99", "max"],
                rows: shown
            ),
            draw: chart.draw,
            isHalf: isHalf
        )
    }
}

// The parts of a percentile curve.
extension ReportFigure {
    /// Where a quantile stands on the axis: 1 for 90 %, 2 for 99 %.
    static func position(_ quantile: Double) -> Double {
        -PlotScale.log10(max(1e-9, 1 - quantile))
    }

    /// "p99.9".
    static func percentileName(_ quantile: Double) -> String {
        "p\(Number.trimmed(QuantityText.fixed(quantile * 100, decimals: 3)))"
    }

    private static func line(_ curve: ReportCurve, _ number: Int) -> LineChart.Series {
        let points = points(curve)
        let count = Double(curve.series.pooled.count)
        let firstDoubtful = points.firstIndex {
            $0.x > 0.31 && count * PlotScale.power(10, -$0.x) < 99.9
        }
        let maximum = Double(curve.series.pooled.maximum)
        return LineChart.Series(
            name: curve.name,
            ink: Ink.series[number % Ink.series.count],
            dash: Ink.dash(number),
            points: points,
            doubtfulFrom: firstDoubtful,
            extreme: LineChart.Point(
                x: min(6.3, PlotScale.log10(max(10, count))),
                y: maximum,
                note: "\(curve.name), max: \(QuantityText.duration(nanoseconds: maximum))"
            )
        )
    }

    /// Every tenth of a decade, and the percentiles whose intervals are known.
    private static func points(_ curve: ReportCurve) -> [LineChart.Point] {
        let pooled = curve.series.pooled
        // The last percentile with 20 samples beyond it; with fewer than 40 samples not even the median has them.
        let end = PlotScale.log10(Double(pooled.count) / 20)
        guard end >= 0.3 else { return [] }
        var points: [LineChart.Point] = []
        var x = 0.0
        while x < end {
            let value = max(1, pooled.quantile(1 - PlotScale.power(10, -x)))
            let band = band(curve, x)
            points.append(
                LineChart.Point(
                    x: x,
                    y: value,
                    low: band.map { value * $0.low },
                    high: band.map { value * $0.high }
                )
            )
            x += 0.1
        }
        for (quantile, estimate) in zip(ReportCurve.quantiles, curve.estimates)
        where position(quantile) <= end {
            let interval = estimate.ci95.map {
                " [\(QuantityText.duration(nanoseconds: $0.low)), \(QuantityText.duration(nanoseconds: $0.high))]"
            }
            points.append(
                LineChart.Point(
                    x: position(quantile),
                    y: max(1, estimate.value),
                    low: estimate.ci95.map { max(1, $0.low) },
                    high: estimate.ci95?.high,
                    note: "\(curve.name), \(percentileName(quantile)): "
                        + QuantityText.duration(nanoseconds: estimate.value) + (interval ?? "")
                )
            )
        }
        return points.sorted { $0.x < $1.x }
    }

    /// The interval at a place between two percentiles, as shares of the value there; nil outside of those that are known.
    ///
    /// What is interpolated is the width: the value itself may jump between two percentiles, and its interval with it.
    private static func band(_ curve: ReportCurve, _ x: Double) -> Interval? {
        var before: (x: Double, band: Interval)?
        for (quantile, estimate) in zip(ReportCurve.quantiles, curve.estimates) {
            guard let interval = estimate.ci95, estimate.value > 0, interval.low > 0 else {
                continue
            }
            let at = position(quantile)
            let band = Interval(
                low: interval.low / estimate.value,
                high: interval.high / estimate.value
            )
            if let before, before.x <= x, x <= at {
                let share = (x - before.x) / max(1e-9, at - before.x)
                return Interval(
                    low: before.band.low + (band.low - before.band.low) * share,
                    high: before.band.high + (band.high - before.band.high) * share
                )
            }
            before = (at, band)
        }
        return nil
    }

    private static func sentence(_ curve: ReportCurve) -> String {
        "\(curve.name): p50 \(curve.text(0.5)), p99 \(curve.text(0.99)), "
            + "maximum \(QuantityText.duration(nanoseconds: curve.series.pooled.maximum))."
    }

    private static func percentileTable(_ curves: [ReportCurve]) -> DataTable {
        var rows: [[DataTable.Cell]] = []
        for curve in curves {
            for (quantile, estimate) in zip(ReportCurve.quantiles, curve.estimates)
            where estimate.printability != .tooFew {
                rows.append([
                    .text(curve.name), .text(percentileName(quantile)),
                    .nanoseconds(estimate.value),
                    .time(estimate.ci95?.low), .time(estimate.ci95?.high),
                    .number(Double(estimate.tail)),
                ])
            }
            rows.append([
                .text(curve.name), .text("max"), .nanoseconds(Double(curve.series.pooled.maximum)),
                .none, .none, .none,
            ])
        }
        return DataTable(
            headings: [
                "series", "percentile", "latency", "95 % low", "95 % high", "samples beyond",
            ],
            rows: rows
        )
    }
}
