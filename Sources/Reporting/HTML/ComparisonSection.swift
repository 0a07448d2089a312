import ResultStore
import Statistics
import Units

/// The runs of a group side by side: the matrix, the curves, the histories.
struct ComparisonSection {
    let group: ReportGroup
    let variants: [ReportGroup.Variant]
    let figures: [KeyFigure]

    init(_ group: ReportGroup) {
        self.group = group
        variants = group.variants
        figures = KeyFigure.all(of: group.sections)
    }

    /// "WAL fsync p99: qcow2 · none is lowest, 1.2 ms; raw · directsync is highest, 8.0 ms."; nil where nothing is to compare.
    ///
    /// What loses acknowledged writes does not take part: it is fast because it does not do the work.
    var headline: String? {
        guard let figure = figures.first else { return nil }
        guard variants.count > 1 else { return span(figure) }
        let known = variants.filter { !Self.isNoCandidate($0) }.compactMap { variant in
            figure.estimates[variant.latest.id].map { (variant, $0) }
        }
        .sorted { $0.1.value < $1.1.value }
        guard let best = known.first, let worst = known.last, known.count > 1 else { return nil }
        func time(_ estimate: QuantileEstimate) -> String { Figure(estimate).text }
        // Where intervals overlap nobody is ahead.
        let near = known.dropFirst().prefix { one in
            (one.1.ci95?.low ?? one.1.value) <= (best.1.ci95?.high ?? best.1.value)
        }
        if near.count + 1 == known.count {
            return
                "\(figure.name): no difference beyond the intervals, \(time(best.1)) to \(time(worst.1))."
        }
        let others =
            near.isEmpty
            ? "" : " (\(near.count) other\(near.count == 1 ? "" : "s") within its interval)"
        return "\(figure.name): \(best.0.label) is lowest, \(time(best.1))\(others); "
            + "\(worst.0.label) is highest, \(time(worst.1))."
    }

    /// How far apart the runs of the one variant are.
    private func span(_ figure: KeyFigure) -> String? {
        let values = figure.estimates.values.map(\.value)
        guard values.count > 1, let least = values.min(), let most = values.max() else {
            return nil
        }
        return "\(figure.name) from \(QuantityText.duration(nanoseconds: least)) to "
            + "\(QuantityText.duration(nanoseconds: most)) over \(values.count) runs."
    }

    /// Whether it drops flushes, or is no disk at all.
    static func isNoCandidate(_ variant: ReportGroup.Variant) -> Bool {
        let tags = variant.latest.record.tags
        return tags["cache"] == "unsafe" || tags["format"] == "null"
    }

    /// Said wherever such a variant is in a table.
    private var warning: String {
        var notes: [String] = []
        if variants.contains(where: { $0.latest.record.tags["cache"] == "unsafe" }) {
            notes.append(
                "<b>cache=unsafe</b> drops flushes: a crash of the host loses writes that were acknowledged. "
                    + "Its figures say what a flush costs, and it is no candidate."
            )
        }
        if variants.contains(where: { $0.latest.record.tags["format"] == "null" }) {
            notes.append(
                "<b>format=null</b> is no disk: its figures say what the way to one takes by itself."
            )
        }
        guard !notes.isEmpty else { return "" }
        let items = notes.map { "<li class=\"caution\">\($0)</li>" }.joined()
        return "<ul class=\"notes\">\(items)</ul>"
    }

    var html: String {
        var text = ""
        if variants.count > 1 {
            text += MatrixTable(group, variants, figures).html + warning
            text += pictures.map(\.html).joined(separator: "\n")
        }
        return text + histories.map(\.html).joined(separator: "\n")
    }

    /// What the others are held against: raw without a cache where it is there, or else the first.
    private var reference: ReportGroup.Variant {
        variants.first { variant in
            let tags = variant.latest.record.tags
            return tags["format"] == "raw" && tags["cache"] == "none"
        } ?? variants[0]
    }

    /// At most six variants that deserve a name: the reference, then the fastest, the slowest and those between.
    private var named: [ReportGroup.Variant] {
        guard variants.count > ReportSeries.most else { return variants }
        let reference = reference
        let others = variants.filter { $0.label != reference.label }
            .compactMap { variant in
                figures.first?.estimates[variant.latest.id].map { (variant, $0.value) }
            }
            .sorted { $0.1 < $1.1 }
            .map(\.0)
        guard others.count > 4 else { return [reference] + others }
        let picked = [0, others.count / 3, others.count * 2 / 3, others.count - 1].map {
            others[$0]
        }
        return [reference] + picked
    }

    private func curve(_ variant: ReportGroup.Variant) -> ReportCurve? {
        guard let name = variants[0].latest.curves.first?.series.name,
            var curve = variant.latest.curves.first(where: { $0.series.name == name })
        else { return nil }
        curve.name = variant.label
        return curve
    }

    private var pictures: [ReportFigure] {
        let named = named
        let curves = named.compactMap(curve)
        let rest = variants.filter { variant in !named.contains { $0.label == variant.label } }
            .prefix(40).compactMap(curve)
        guard let first = curves.first else { return [] }
        let what = first.series.name
        var figures: [ReportFigure?] = [
            dots,
            ReportFigure.percentiles(
                id: "\(group.id)-percentiles",
                curves,
                context: rest,
                title: "\(what) by percentile"
            ),
        ]
        if let reference = curve(reference) {
            figures.append(ReportFigure.relative(id: "\(group.id)-relative", curves, to: reference))
        }
        figures.append(ReportFigure.cumulative(id: "\(group.id)-cumulative", curves))
        return figures.compactMap(\.self)
    }

    private var dots: ReportFigure? {
        let rows = variants.compactMap { variant -> DotChart.Row? in
            guard let curve = curve(variant) else { return nil }
            let tail = curve.estimate(0.99)
            return DotChart.Row(
                label: variant.label,
                median: curve.estimate(0.5)?.value,
                tail: tail?.value,
                low: tail?.ci95?.low,
                high: tail?.ci95?.high,
                maximum: Double(curve.series.pooled.maximum),
                isApproximate: tail?.printability == .approximate,
                value: tail.map { QuantityText.duration(nanoseconds: $0.value) } ?? "",
                ink: variant.latest.record.verdict?.grade.reportInk ?? .first
            )
        }
        guard rows.count > 1, let first = variants[0].latest.curves.first else { return nil }
        let sorted = rows.sorted {
            ($0.tail ?? .infinity, $0.label) < ($1.tail ?? .infinity, $1.label)
        }
        return ReportFigure(
            id: "\(group.id)-all",
            title: "\(first.series.name), every variant",
            caption: "The fastest above. The colour is the verdict's where there is one.",
            description: "\(rows.count) variants with median, p99 and maximum.",
            table: DataTable(
                headings: ["variant", "p50", "p99", "95 % low", "95 % high", "max"],
                rows: sorted.map {
                    [
                        .text($0.label), .time($0.median), .time($0.tail), .time($0.low),
                        .time($0.high), .time($0.maximum),
                    ]
                }
            ),
            draw: DotChart(rows: sorted).draw
        )
    }

    /// One strip for each variant that ran more than once; at most six.
    private var histories: [ReportFigure] {
        guard let figure = figures.first else { return [] }
        let repeated = variants.filter { $0.runs.count > 1 }.prefix(ReportSeries.most)
        return repeated.enumerated().compactMap { number, variant in
            history(variant, figure, id: "\(group.id)-history\(number + 1)")
        }
    }

    private func history(
        _ variant: ReportGroup.Variant,
        _ figure: KeyFigure,
        id: String
    ) -> ReportFigure? {
        var points: [HistoryStrip.Point] = []
        var before: ResultRecord?
        for run in variant.runs {
            guard let estimate = figure.estimates[run.id] else { continue }
            points.append(
                HistoryStrip.Point(
                    value: estimate.value,
                    low: estimate.ci95?.low,
                    high: estimate.ci95?.high,
                    label: Self.moment(run.record.run.started),
                    changes: before.map { Self.changes($0, run.record) } ?? [],
                    ink: run.record.verdict?.grade.reportInk ?? .first
                )
            )
            before = run.record
        }
        guard points.count > 1 else { return nil }
        var strip = HistoryStrip(
            points: points,
            name: figure.name,
            limit: figure.limitNs.map {
                (Double($0), "\(PlotScale.duration(Double($0))), etcd's limit")
            }
        )
        var settings = ChangePoints.Settings()
        settings.leastDifference = RealFunctions.ln(1 + strip.tolerance / 2)
        let levels = points.map { RealFunctions.ln(max($0.value, 1)) }
        strip.changePoints = ChangePoints.find(in: levels, settings).map(\.index)
        let isPlain = variants.count == 1
        let hasChanges = points.contains { !$0.changes.isEmpty }
        return ReportFigure(
            id: id,
            title: "\(figure.name) from run to run" + (isPlain ? "" : ": \(variant.label)"),
            caption:
                "One dot per run with its 95 % interval, in time order; the grey strip is ±10 % around the median."
                + (hasChanges ? " Dotted lines: the environment changed." : "")
                + (strip.changePoints.isEmpty
                    ? ""
                    : " Red lines: the level changed (E-divisive, Welch's test at p < 0.001)."),
            description:
                "\(points.count) runs from \(points[0].label) to \(points[points.count - 1].label).",
            table: DataTable(
                headings: [
                    "run", "value", "95 % low", "95 % high", "changed since the run before",
                ],
                rows: points.map {
                    [
                        .text($0.label), .nanoseconds($0.value), .time($0.low), .time($0.high),
                        .text($0.changes.joined(separator: ", ")),
                    ]
                }
            ),
            draw: strip.draw
        )
    }

    /// "2026-11-21 09:44" of an ISO time; the text itself where it is none.
    static func moment(_ started: String) -> String {
        let parts = started.split(separator: "T", maxSplits: 1)
        guard parts.count == 2, parts[0].count == 10 else { return Markup.clip(started, to: 20) }
        return "\(parts[0]) \(parts[1].prefix(5))"
    }

    /// What is different about the machine or the tool, in words.
    static func changes(_ old: ResultRecord, _ new: ResultRecord) -> [String] {
        let pairs: [(String, String?, String?)] = [
            ("kernel", old.host.kernel, new.host.kernel),
            ("tool", old.run.toolVersion, new.run.toolVersion),
            ("engine", old.benchmark.engine, new.benchmark.engine),
            ("governor", old.host.governor, new.host.governor),
            ("scheduler", old.target.stack.last?.scheduler, new.target.stack.last?.scheduler),
            ("write cache", old.target.stack.last?.writeCache, new.target.stack.last?.writeCache),
            ("filesystem", old.target.filesystem?.type, new.target.filesystem?.type),
        ]
        return pairs.compactMap { name, old, new in
            old == new ? nil : "\(name) \(old ?? "?") → \(new ?? "?")"
        }
    }
}
