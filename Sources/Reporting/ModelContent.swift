import Modeling
import Statistics
import Units

/// What is said about a latency model, before anything is laid out.
struct ModelContent {
    let document: ModelDocument

    /// The answer in one sentence.
    var headline: String {
        guard let write = main else {
            return "The files say nothing about a 4 KiB write to a replica."
        }
        let count = write.replicas.count
        let target = count == 1 ? "one replica" : "\(count) replicas"
        let predicted = Self.duration(write.refinedNs.mean)
        guard let measured = write.measuredNs else {
            return "A 4 KiB write to \(target) should take \(predicted) on average."
        }
        let took = Self.duration(measured.mean)
        return "A 4 KiB write to \(target) should take \(predicted) on average, and took \(took)."
    }

    /// "PASS", "FAIL", or "MODEL" where nothing was measured to hold it against.
    var grade: String {
        document.passes.map { $0 ? "PASS" : "FAIL" } ?? "MODEL"
    }

    /// The 4 KiB write to all replicas.
    var main: ModelDocument.Forecast? {
        document.predictions.first {
            $0.step == "fan_out" && $0.operation == "write" && $0.blockBytes == 4096
        }
    }

    static let termHeadings = ["term", "", "mean", "p50", "p99", "source"]

    /// Terms that somebody measured, derived or set: name, provenance, figures, source.
    var termRows: [[String]] {
        document.terms.compactMap { term in
            guard let figures = term.figuresNs, let provenance = term.provenance else { return nil }
            let note = term.note.map { " (\($0))" } ?? ""
            return [
                term.name, provenance.rawValue, Self.withInterval(figures.mean),
                Self.duration(figures.p50), figures.p99.map(Self.duration) ?? "–",
                (term.source ?? "") + note,
            ]
        }
    }

    /// Terms that nobody measured, and what would.
    var missingRows: [(name: String, command: String)] {
        document.terms.filter { $0.figuresNs == nil }.map { ($0.name, $0.command ?? "") }
    }

    static let forecastHeadings = [
        "request", "", "formula", "refined", "measured", "residual", "",
    ]

    /// A row for each figure of each prediction.
    var forecastRows: [[String]] {
        var rows = document.predictions.flatMap { Self.rows($0, Self.name($0)) }
        if let volume = document.volume, volume.missing.isEmpty || volume.measuredNs != nil {
            rows += Self.rows(volume, "write to the volume")
        }
        return rows
    }

    private static func rows(_ forecast: ModelDocument.Forecast, _ name: String) -> [[String]] {
        Statistic.allCases.map { statistic in
            let rest = forecast.residuals.first { $0.statistic == statistic }
            let isFirst = statistic == .mean
            return [
                isFirst ? name : "", statistic.rawValue,
                forecast.documentedNs[statistic].map(duration) ?? "–",
                forecast.refinedNs[statistic].map(duration) ?? "–",
                forecast.measuredNs.map { $0[statistic].map(duration) ?? "–" } ?? "",
                rest.map { share($0, isKnown: $0.passes != nil) } ?? "",
                rest.map(mark) ?? "",
            ]
        }
    }

    /// "≈" where the truth was too unsteady to refute the prediction.
    private static func mark(_ rest: ModelDocument.Rest) -> String {
        guard let passes = rest.passes else { return "" }
        return passes ? (rest.withinLimit ? "✔" : "≈") : "✘"
    }

    /// "write to 3 replicas", "128 KiB read from b:9502".
    static func name(_ forecast: ModelDocument.Forecast) -> String {
        let size = forecast.blockBytes == 4096 ? "" : "\(QuantityText.bytes(forecast.blockBytes)) "
        let isRead = forecast.operation == "read"
        let whom =
            forecast.step == "fan_out"
            ? (isRead
                ? forecast.replicas.count == 1
                    ? "1 replica" : "one of \(forecast.replicas.count) in turn"
                : forecast.replicas.count == 1 ? "1 replica" : "all \(forecast.replicas.count)")
            : forecast.replicas.joined(separator: ", ")
        return "\(size)\(forecast.operation) \(isRead ? "from" : "to") \(whom)"
    }

    /// What the 4 KiB write waits for.
    var limit: [String] { document.limit.map(Self.phrases) ?? [] }

    static func phrases(_ limit: ModelDocument.Limiting) -> [String] {
        let without = QuantityText.duration(nanoseconds: limit.withoutNs)
        let total = QuantityText.duration(nanoseconds: limit.totalNs)
        return [
            "\(limit.name): without it \(without) of \(total) would be left (\(QuantityText.percent(limit.share)) less)"
        ]
    }

    static let boundHeadings = ["at most", "", "because of", ""]

    static func boundRows(_ bounds: [ModelDocument.Ceiling]) -> [[String]] {
        var last: Bound.Figure?
        return bounds.map { bound in
            defer { last = bound.figure }
            let isRate = bound.figure == .writeIOPS || bound.figure == .readIOPS
            let value =
                isRate
                ? "\(Number.rate(bound.perSecond))/s"
                : QuantityText.bytesPerSecond(bound.perSecond)
            return [
                last == bound.figure ? "" : label(bound.figure), value, bound.name,
                bound.provenance.rawValue,
            ]
        }
    }

    private static func label(_ figure: Bound.Figure) -> String {
        switch figure {
        case .writeIOPS: "writes"
        case .readIOPS: "reads"
        case .writeBandwidth: "write bandwidth"
        case .readBandwidth: "read bandwidth"
        }
    }

    /// Time to spare, volumes, rebuild.
    var outlook: [ReportContent.Fact] {
        var facts: [ReportContent.Fact] = []
        let outlook = document.outlook
        if let longest = outlook.longestNs, let margin = outlook.timeoutMargin {
            facts.append(
                .init(
                    label: "timeout",
                    phrases: [
                        "longest request \(QuantityText.duration(nanoseconds: longest)), \(Number.rate(margin)) times below the 8 s after which Longhorn drops a replica",
                        outlook.longestSource ?? "",
                    ].filter { !$0.isEmpty }
                )
            )
        }
        var volumes: [String] = []
        if let count = outlook.volumesPerDisk {
            volumes.append(
                "\(Number.rate(count)) on the disk of \(outlook.slowestDisk ?? "a replica")"
            )
        }
        if let count = outlook.volumesPerLink {
            volumes.append("\(Number.rate(count)) on the engine's network adapter")
        }
        if !volumes.isEmpty {
            let places = volumes.joined(separator: ", ")
            facts.append(
                .init(
                    label: "volumes",
                    phrases: ["\(places), where each writes 4 KiB one at a time without a pause"]
                )
            )
        }
        if let rate = outlook.rebuildBytesPerSecond, let time = outlook.rebuildSecondsPer100GiB {
            facts.append(
                .init(
                    label: "rebuild",
                    phrases: [
                        "100 GiB in \(QuantityText.duration(nanoseconds: time * 1e9)) at \(QuantityText.bytesPerSecond(rate)), limited by \(outlook.rebuildLimit ?? "the disk")"
                    ]
                )
            )
        }
        return facts
    }

    static let fsyncHeadings = ["fsync", "dependent writes", "mean", "p99", "measured", ""]

    static func fsyncRows(_ fsync: [ModelDocument.Fsync]) -> [[String]] {
        fsync.map { row in
            [
                row.name, Number.rate(row.dependentWrites),
                duration(row.forecast.refinedNs.mean),
                row.forecast.refinedNs.p99.map(duration) ?? "–",
                row.forecast.measuredNs.map { duration($0.mean) } ?? "", row.provenance.rawValue,
            ]
        }
    }

    /// What the volume's total leaves out; empty where it is whole.
    var incomplete: String? {
        guard let missing = document.volume?.missing, !missing.isEmpty else { return nil }
        return
            "Nobody measured \(missing.joined(separator: ", ")): what the volume's user sees is longer than the above by as much."
    }

    static let changeHeadings = ["changed", "before", "after", ""]

    static func changeRows(_ whatIf: ModelDocument.Alternative) -> [[String]] {
        func text(_ nanoseconds: Double?) -> String {
            nanoseconds.map { QuantityText.duration(nanoseconds: $0) } ?? "–"
        }
        var rows = whatIf.terms.map { change in
            [
                change.name, text(change.beforeMeanNs), text(change.afterMeanNs),
                change.provenance?.rawValue ?? "gone",
            ]
        }
        for statistic in Statistic.allCases {
            let before = whatIf.beforeNs?[statistic]
            let after = whatIf.afterNs?[statistic]
            var change = ""
            if let before, let after, before.value > 0 {
                let share = after.value / before.value - 1
                change = "\(share > 0 ? "+" : "")\(QuantityText.percent(share))"
            }
            rows.append([
                "write, \(statistic.rawValue)", text(before?.value), text(after?.value), change,
            ])
        }
        return rows
    }

    static func duration(_ value: ModelDocument.Value) -> String {
        QuantityText.duration(nanoseconds: value.value)
    }

    /// "412 µs ±3 %"; without the interval where there is none.
    static func withInterval(_ value: ModelDocument.Value) -> String {
        let text = duration(value)
        guard let ci = value.ci95, ci.count == 2, value.value != 0 else { return text }
        let half = (ci[1] - ci[0]) / 2 / abs(value.value)
        return "\(text) ±\(QuantityText.percent(half))"
    }

    /// "+3.1 % [-1.0, 6.2]"; in parentheses where too few samples stand behind it.
    private static func share(_ rest: ModelDocument.Rest, isKnown: Bool) -> String {
        guard isKnown else { return "–" }
        func percent(_ value: Double) -> String { QuantityText.fixed(value * 100, decimals: 1) }
        let sign = rest.share.value > 0 ? "+" : ""
        let interval = rest.share.ci95.map { " [\(percent($0[0])), \(percent($0[1]))]" } ?? ""
        return "\(sign)\(percent(rest.share.value)) %\(interval)"
    }
}

extension ModelDocument.Figures {
    /// The figure of a name; nil for a percentile with too few samples.
    subscript(statistic: Statistic) -> ModelDocument.Value? {
        switch statistic {
        case .mean: mean
        case .p50: p50
        case .p99: p99
        }
    }
}
