import ResultStore
import Statistics
import Units

extension ReportFigure {
    /// What a run used up of etcd's limits, and of what a raft loop may be held up.
    static func budgets(
        id: String,
        _ record: ResultRecord,
        _ curves: [ReportCurve]
    ) -> ReportFigure? {
        var rows: [BudgetChart.Row] = []
        for curve in curves {
            guard let limit = curve.series.limitNs else { continue }
            let grade = record.verdict?.checks.first { $0.name.hasPrefix(curve.name) }?.grade
            let estimate = curve.estimate(0.99)
            rows.append(
                BudgetChart.Row(
                    label: estimate == nil ? "\(curve.name) max" : "\(curve.name) p99",
                    nanoseconds: estimate?.value ?? Double(curve.series.pooled.maximum),
                    low: estimate?.ci95?.low,
                    high: estimate?.ci95?.high,
                    limitNs: Double(limit),
                    ink: (grade ?? .inconclusive).reportInk,
                    isMaximum: estimate == nil
                )
            )
        }
        guard !rows.isEmpty, let main = curves.first?.series.phase else { return nil }
        let loops = main.pooled([.walLoop])
        if loops.count > 0 {
            let grade = record.verdict?.checks.first { $0.name.hasPrefix("stall") }?.grade
            rows.append(
                BudgetChart.Row(
                    label: "longest raft-loop stall",
                    nanoseconds: Double(loops.maximum),
                    limitNs: Double(Timeline.stallNs),
                    ink: (grade ?? .inconclusive).reportInk,
                    isMaximum: true
                )
            )
        }
        let table = DataTable(
            headings: ["what", "measured", "95 % low", "95 % high", "limit", "share of the limit"],
            rows: rows.map { row in
                [
                    .text(row.label), .nanoseconds(row.nanoseconds), .time(row.low),
                    .time(row.high),
                    .nanoseconds(row.limitNs), .share(row.nanoseconds / row.limitNs),
                ]
            }
        )
        return ReportFigure(
            id: id,
            title: "How much of each limit is used",
            caption:
                "Thick: the 95 % interval. Hollow: a maximum, where a p99 has too few samples or says nothing.",
            description: rows.map { row in
                "\(row.label): \(QuantityText.duration(nanoseconds: row.nanoseconds)) of \(PlotScale.duration(row.limitNs))."
            }.joined(separator: " "),
            table: table,
            draw: BudgetChart(rows: rows).draw
        )
    }

    /// Every operation of every job or case, every step of a ladder, or every exchange: a row each.
    static func rows(id: String, _ record: ResultRecord) -> ReportFigure? {
        let kinds: [(label: String, operation: OperationClass)] = [
            ("read", .read), ("write", .write), ("sync", .sync), ("write + sync", .commit),
            ("read, due", .readResponse), ("write, due", .writeResponse), ("punch", .punchHole),
            ("lookup", .fileExtent), ("batch", .rebuildBatch), ("ping", .ping),
        ]
        var rows: [DotChart.Row] = []
        var data: [[DataTable.Cell]] = []
        let phases = record.phases.filter { phase in
            ["job", "disk", "ladder", "network"].contains(phase.kind)
                && phase.counters[SweepPoint.counter] == nil && phase.counters["streams"] == nil
        }
        for phase in phases {
            for kind in kinds {
                guard let series = ReportSeries(kind.label, phase, [kind.operation]) else {
                    continue
                }
                let bootstrap = phase.bootstrap([kind.operation], resamples: 300)
                let tail = bootstrap.estimate(quantile: 0.99)
                let isKnown = tail.printability != .tooFew
                let hasMedian = series.pooled.count >= 40
                let (label, group) = names(phase, kind.label)
                rows.append(
                    DotChart.Row(
                        label: label,
                        group: group,
                        median: hasMedian ? series.pooled.quantile(0.5) : nil,
                        tail: isKnown ? tail.value : nil,
                        low: isKnown ? tail.ci95?.low : nil,
                        high: isKnown ? tail.ci95?.high : nil,
                        maximum: Double(series.pooled.maximum),
                        isApproximate: tail.printability == .approximate,
                        value: series.perSecond.map { "\(Number.rate($0))/s" } ?? "",
                        ink: ink(phase)
                    )
                )
                data.append([
                    .text(group), .text(label), .number(Double(series.pooled.count)),
                    .value(series.perSecond), .nanoseconds(series.pooled.mean),
                    hasMedian ? .nanoseconds(series.pooled.quantile(0.5)) : .none,
                    isKnown ? .nanoseconds(tail.value) : .none,
                    isKnown ? .time(tail.ci95?.low) : .none,
                    isKnown ? .time(tail.ci95?.high) : .none,
                    .nanoseconds(Double(series.pooled.maximum)),
                ])
            }
            if rows.count >= 80 { break }
        }
        guard rows.count > 1 else { return nil }
        return ReportFigure(
            id: id,
            title: "Every measurement",
            caption:
                "The rate at the right is operations done per second. A hollow diamond has under 100 samples beyond it.",
            description: "\(rows.count) measurements with median, p99 and maximum.",
            table: DataTable(
                headings: [
                    "group", "measurement", "operations", "per second", "mean", "p50", "p99",
                    "95 % low", "95 % high", "max",
                ],
                rows: data
            ),
            draw: DotChart(rows: rows).draw
        )
    }

    /// What a row is called, and what it stands below.
    private static func names(_ phase: PhaseRecord, _ operation: String) -> (String, String) {
        guard phase.kind != "disk", let point = phase.ladder else {
            let isPlain = phase.kind == "disk" && ["read", "write"].contains(operation)
            return (isPlain ? phase.name : "\(phase.name) \(operation)", "")
        }
        let size = "\(min(point.blockBytes, 1 << 40) >> 10) KiB"
        let depth = point.depth == 1 ? "one at a time" : "\(point.depth) in flight"
        if phase.kind == "network" {
            let ways = point.connections == 1 ? "1 connection" : "\(point.connections) connections"
            let what = point.operation == "ping" ? "ping" : "\(size) \(point.operation)"
            return (what, "\(depth), \(ways)")
        }
        let busy = point.atOnce > 1 ? ", all busy" : ""
        let whom = point.step == .fanOut ? "" : ", " + point.replicas.joined(separator: ", ")
        let step =
            switch point.step {
            case .disk: "A disk"
            case .ping: "B ping"
            case .exchange: "B way"
            case .replica: "C replica"
            case .fanOut: point.operation == "read" ? "D in turn" : "D all at once"
            case .engine: "E engine"
            case .device: "F device"
            case .filesystem: "G filesystem"
            }
        let group =
            point.step == .ping
            ? "header there and back" : "\(size) \(point.operation), \(depth)"
        return ("\(step)\(whom)\(busy)", group)
    }

    private static func ink(_ phase: PhaseRecord) -> Ink {
        switch phase.kind == "disk" ? nil : phase.ladder?.step {
        case .disk: .first
        case .ping, .exchange: .third
        case .replica: .fourth
        case .fanOut: .second
        case .engine, .device, .filesystem: .fifth
        case nil: .first
        }
    }
}

extension VerdictRecord.Grade {
    /// What the grade is drawn in.
    var reportInk: Ink {
        switch self {
        case .pass: .good
        case .borderline: .doubtful
        case .fail: .bad
        case .inconclusive: .unclear
        }
    }
}
