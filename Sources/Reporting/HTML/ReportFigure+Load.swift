import ResultStore
import Statistics
import Units

extension ReportFigure {
    /// Latency against load: every point of a sweep, and where the curve bends.
    static func sweep(id: String, _ record: ResultRecord) -> ReportFigure? {
        let table = SweepTable(record)
        guard table.points.count > 1 else { return nil }
        func known(_ quantile: Double, _ point: SweepPoint) -> Bool {
            Double(point.latency.count) * (1 - quantile) >= 20
        }
        func line(_ quantile: Double, _ name: String, _ number: Int) -> LineChart.Series {
            LineChart.Series(
                name: name,
                ink: Ink.series[number],
                dash: Ink.dash(number),
                points: table.points.filter { known(quantile, $0) }.map { point in
                    let value = point.latency.quantile(quantile)
                    return LineChart.Point(
                        x: point.perSecond,
                        y: value,
                        note:
                            "\(point.label): \(Number.rate(point.perSecond))/s, \(name) \(QuantityText.duration(nanoseconds: value))"
                            + (point.isSaturated ? ", saturated" : "")
                    )
                },
                hasDots: true
            )
        }
        let lines = [line(0.5, "p50", 0), line(0.99, "p99", 1), line(0.999, "p99.9", 3)]
            .filter { !$0.points.isEmpty }
        guard !lines.isEmpty else { return nil }
        var rules: [LineChart.Rule] = []
        if let knee = table.knee {
            rules.append(
                LineChart.Rule(
                    value: table.points[knee].perSecond,
                    label: "knee: \(table.points[knee].label)",
                    ink: .third,
                    isVertical: true
                )
            )
        }
        if let kept = table.points.last(where: { !$0.isSaturated }), kept.offered != nil,
            table.points.contains(where: \.isSaturated)
        {
            rules.append(
                LineChart.Rule(
                    value: kept.perSecond,
                    label: "keeps up to here",
                    ink: .faint,
                    isVertical: true
                )
            )
        }
        let rates = table.points.map(\.perSecond)
        let isWide = (rates.max() ?? 1) > 20 * max(1e-9, rates.min() ?? 1)
        let chart = LineChart(
            x: PlotScale(rates, .rate, isLogarithmic: isWide),
            y: PlotScale(lines.flatMap { $0.points.map(\.y) }, .duration, isLogarithmic: true),
            xTitle: "I/Os done per second",
            yTitle: "latency",
            series: lines,
            rules: rules
        )
        return ReportFigure(
            id: id,
            title: "Latency against load",
            caption:
                "Each dot is a point of the sweep, in order. The knee has the most throughput for its latency.",
            description: table.headline ?? "",
            table: DataTable(
                headings: ["point", "offered/s", "done/s", "mean", "p50", "p99", "max", ""],
                rows: table.points.enumerated().map { index, point in
                    [
                        .text(point.label), .value(point.offered), .number(point.perSecond),
                        .nanoseconds(point.latency.mean),
                        known(0.5, point) ? .nanoseconds(point.latency.quantile(0.5)) : .none,
                        known(0.99, point) ? .nanoseconds(point.latency.quantile(0.99)) : .none,
                        .nanoseconds(Double(point.latency.maximum)),
                        .text(index == table.knee ? "knee" : point.isSaturated ? "saturated" : ""),
                    ]
                }
            ),
            draw: chart.draw
        )
    }

    /// What etcd would have felt at each load of the ramp.
    static func ramp(id: String, _ record: ResultRecord) -> ReportFigure? {
        let phases = record.phases.filter { ["verdict", "ramp"].contains($0.kind) }
        guard phases.count > 1 else { return nil }
        var rows: [[DataTable.Cell]] = []
        var median: [LineChart.Point] = []
        var tail: [LineChart.Point] = []
        var worst: [LineChart.Point] = []
        for phase in phases {
            guard let series = ReportSeries("", phase, OperationClass.walFsync),
                let rate = phase.rate(of: "puts") ?? phase.offeredPerSecond, rate > 0
            else { continue }
            let pooled = series.pooled
            let note = "\(phase.name), \(Number.rate(rate)) puts/s: "
            func point(_ value: Double, _ name: String) -> LineChart.Point {
                LineChart.Point(
                    x: rate,
                    y: value,
                    note: note + "\(name) \(QuantityText.duration(nanoseconds: value))"
                )
            }
            let hasTail = pooled.count >= 2000
            median.append(point(pooled.quantile(0.5), "p50"))
            if hasTail { tail.append(point(pooled.quantile(0.99), "p99")) }
            worst.append(point(Double(pooled.maximum), "max"))
            rows.append([
                .text(phase.name), .value(phase.offeredPerSecond), .number(rate),
                .number(Double(pooled.count)), .nanoseconds(pooled.quantile(0.5)),
                hasTail ? .nanoseconds(pooled.quantile(0.99)) : .none,
                .nanoseconds(Double(pooled.maximum)),
            ])
        }
        guard median.count > 1 else { return nil }
        func line(_ name: String, _ number: Int, _ points: [LineChart.Point]) -> LineChart.Series {
            LineChart.Series(
                name: name,
                ink: Ink.series[number],
                dash: Ink.dash(number),
                points: points.sorted { $0.x < $1.x },
                hasDots: true
            )
        }
        let lines = [line("p50", 0, median), line("p99", 1, tail), line("max", 5, worst)]
            .filter { !$0.points.isEmpty }
        let limit = Double(EtcdBudget.walFsyncNs)
        let chart = LineChart(
            x: PlotScale(median.map(\.x), .rate, isLogarithmic: true),
            y: PlotScale(
                lines.flatMap { $0.points.map(\.y) } + [limit],
                .duration,
                isLogarithmic: true
            ),
            xTitle: "puts per second",
            yTitle: "WAL fsync",
            series: lines,
            rules: [LineChart.Rule(value: limit, label: "10 ms, etcd's limit on the p99")]
        )
        return ReportFigure(
            id: id,
            title: "WAL fsync against load",
            caption:
                "Each dot is a load that was held for some rounds; p99 only where it has 20 samples beyond it.",
            description:
                "Loads from \(Number.rate(median.map(\.x).min() ?? 0)) to \(Number.rate(median.map(\.x).max() ?? 0)) puts a second.",
            table: DataTable(
                headings: ["load", "offered/s", "done/s", "syncs", "p50", "p99", "max"],
                rows: rows
            ),
            draw: chart.draw
        )
    }

    /// How long a request of each size takes, one at a time.
    static func sizes(id: String, _ record: ResultRecord) -> ReportFigure? {
        let phases = record.phases.filter { $0.kind == "network" && $0.ladder?.depth == 1 }
        let connections = phases.compactMap { $0.ladder?.connections }.max()
        var rows: [[DataTable.Cell]] = []
        var lines: [LineChart.Series] = []
        for (number, name) in ["write", "read"].enumerated() {
            guard let operation = OperationClass(rawValue: name) else { continue }
            var points: [LineChart.Point] = []
            for phase in phases where phase.ladder?.connections == connections {
                guard let point = phase.ladder, point.operation == name,
                    let series = ReportSeries("", phase, [operation])
                else { continue }
                let size = Double(min(point.blockBytes, 1 << 40)) / 1024
                let estimate = phase.bootstrap([operation], resamples: 200).estimate(quantile: 0.5)
                points.append(
                    LineChart.Point(
                        x: size,
                        y: estimate.value,
                        low: estimate.ci95?.low,
                        high: estimate.ci95?.high,
                        note:
                            "\(name) \(Markup.number(size)) KiB: \(QuantityText.duration(nanoseconds: estimate.value))"
                    )
                )
                rows.append([
                    .text(name), .number(size), .nanoseconds(estimate.value),
                    series.pooled.count >= 2000
                        ? .nanoseconds(series.pooled.quantile(0.99)) : .none,
                    .nanoseconds(Double(series.pooled.maximum)),
                ])
            }
            guard points.count > 1 else { continue }
            lines.append(
                LineChart.Series(
                    name: "\(name) p50",
                    ink: Ink.series[number],
                    dash: Ink.dash(number),
                    points: points.sorted { $0.x < $1.x },
                    hasDots: true
                )
            )
        }
        guard !lines.isEmpty else { return nil }
        let chart = LineChart(
            x: PlotScale(lines.flatMap { $0.points.map(\.x) }, .kibibytes, isLogarithmic: false),
            y: PlotScale(
                lines.flatMap { $0.points.flatMap { [$0.y, $0.high ?? 0] } },
                .duration,
                isLogarithmic: false
            ),
            xTitle: "KiB of data in the request or its answer",
            yTitle: "round trip, one at a time",
            series: lines
        )
        return ReportFigure(
            id: id,
            title: "What a byte costs",
            caption:
                "Medians with 95 % intervals; the slope is the cost of a KiB when nothing else is on its way.",
            description: "Round trips of several sizes.",
            table: DataTable(headings: ["operation", "KiB", "p50", "p99", "max"], rows: rows),
            draw: chart.draw
        )
    }
}
