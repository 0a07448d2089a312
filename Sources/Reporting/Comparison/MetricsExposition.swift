package import Regression
import ResultStore
import Statistics
import Units

/// Results for Prometheus: histograms whose bounds contain etcd's own, so that predicted and lived fsyncs overlay on one panel.
///
/// - Source: etcd server/storage/wal/metrics.go (0.001 · 2⁰ … 2¹³ s); prometheus/docs, "Exposition formats" and
///   "Metric and label naming"; openmetrics.io. No time stamps: node_exporter refuses a file that has them.
package enum MetricsExposition {
    /// Which dialect.
    package enum Format: Sendable {
        /// Prometheus's text format, for node_exporter's textfile collector.
        case prometheus
        /// OpenMetrics, with `# EOF` at the end.
        case openMetrics
    }

    /// Bounds of the histograms in seconds: 0.001 · 2⁻⁸ … 2¹³.
    package static let bounds: [Double] = (-8...13).map { power in
        0.001 * Double(sign: .plus, exponent: power, significand: 1)
    }

    /// All metrics of a check, with a final newline.
    package static func render(_ result: CheckResult, _ format: Format) -> String {
        var families = latencies(result.results)
        families += quantiles(result.results)
        families += verdicts(result)
        families += information(result.results, format)
        var text = families.filter { !$0.samples.isEmpty }.map(\.text).joined()
        if format == .openMetrics { text += "# EOF\n" }
        return text
    }

    private struct Family {
        var name: String
        var type: String
        var help: String
        var samples: [String]

        var text: String {
            "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
                + samples.map { "\($0)\n" }.joined()
        }
    }

    private static func labels(_ pairs: [(String, String)]) -> String {
        let text = pairs.filter { !$0.1.isEmpty }.map { name, value in
            "\(name)=\"\(escape(value))\""
        }
        return text.isEmpty ? "" : "{\(text.joined(separator: ","))}"
    }

    /// What names a result: never the run's id, which would make a new series of every run.
    private static func place(_ record: ResultRecord) -> [(String, String)] {
        let tags = record.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return [
            ("case", record.benchmark.name), ("node", record.host.node ?? ""),
            ("device", record.target.stack.last?.name ?? ""), ("tag", tags.joined(separator: ",")),
        ]
    }

    /// The newest result of each place: the same series twice is an error.
    private static func newest(_ results: [StoredRun]) -> [ResultRecord] {
        var seen: Set<String> = []
        return CaseGroup.oldestFirst(results).reversed().map(\.record)
            .filter { seen.insert(labels(place($0))).inserted }.reversed()
    }

    /// The operations of the phase that the case is about, as etcd's own histograms show them.
    private static func latencies(_ results: [StoredRun]) -> [Family] {
        let kinds: [(name: String, help: String, classes: [OperationClass])] = [
            ("tbench_fsync_duration_seconds", "WAL fsyncs.", OperationClass.walFsync),
            ("tbench_backend_commit_duration_seconds", "Backend commits.", [.backendCommit]),
        ]
        let etcd = kinds.map { kind in
            Family(
                name: kind.name,
                type: "histogram",
                help: kind.help,
                samples: newest(results).flatMap { record -> [String] in
                    let phase = record.phases.first { ["verdict", "device"].contains($0.kind) }
                    return phase.map { samples(kind.name, $0.pooled(kind.classes), place(record)) }
                        ?? []
                }
            )
        }
        let jobs: [(String, [OperationClass])] = [
            ("read", [.read]), ("write", [.write]), ("sync", [.sync]), ("commit", [.commit]),
        ]
        let name = "tbench_operation_duration_seconds"
        return etcd + [
            Family(
                name: name,
                type: "histogram",
                help: "Operations of a job.",
                samples: newest(results).flatMap { record in
                    record.phases.filter { ["job", "disk"].contains($0.kind) }.flatMap { phase in
                        jobs.flatMap { operation, classes in
                            samples(
                                name,
                                phase.pooled(classes),
                                place(record) + [("job", phase.name), ("operation", operation)]
                            )
                        }
                    }
                }
            )
        ]
    }

    private static func samples(
        _ name: String,
        _ histogram: HistogramSnapshot,
        _ place: [(String, String)]
    ) -> [String] {
        guard histogram.count > 0 else { return [] }
        let count = Double(histogram.count)
        var lines = bounds.map { bound in
            let share = histogram.cumulativeFraction(atOrBelow: UInt64((bound * 1e9).rounded()))
            return
                "\(name)_bucket\(labels(place + [("le", number(bound))])) \(number((share * count).rounded()))"
        }
        lines.append("\(name)_bucket\(labels(place + [("le", "+Inf")])) \(number(count))")
        lines.append("\(name)_sum\(labels(place)) \(number(Double(histogram.sum) / 1e9))")
        lines.append("\(name)_count\(labels(place)) \(number(count))")
        return lines
    }

    private static func quantiles(_ results: [StoredRun]) -> [Family] {
        var latencies = Family(
            name: "tbench_latency_seconds",
            type: "gauge",
            help: "Exact percentiles, by measure.",
            samples: []
        )
        var rates = Family(
            name: "tbench_iops",
            type: "gauge",
            help: "Operations a second in a closed loop.",
            samples: []
        )
        for record in newest(results) {
            for item in RecordMeasures.all(of: record) {
                guard
                    let estimate = ChangeTest(resamples: 100)
                        .estimate(item.measure.statistic, [item.rounds]),
                    estimate.printability != .tooFew
                else { continue }
                let labels = labels(place(record) + [("measure", item.measure.id)])
                if item.measure.isHigherBetter {
                    rates.samples.append("\(rates.name)\(labels) \(number(estimate.value))")
                } else {
                    let seconds = number(estimate.value / 1e9)
                    latencies.samples.append("\(latencies.name)\(labels) \(seconds)")
                }
            }
        }
        return [latencies, rates]
    }

    private static func verdicts(_ result: CheckResult) -> [Family] {
        let name = "tbench_verdict"
        let lines = result.comparison.cases.flatMap { item in
            ChangeVerdict.allCases.filter { $0 != .tooFew }.map { verdict in
                let labels = labels([
                    ("case", item.caseName), ("node", item.node),
                    ("tag", item.tags.joined(separator: ",")), ("verdict", verdict.rawValue),
                ])
                return "\(name)\(labels) \(item.verdict == verdict ? 1 : 0)"
            }
        }
        var seen: Set<String> = []
        return [
            Family(
                name: name,
                type: "gauge",
                help: "1 for what became of the case since its baseline.",
                samples: lines.filter { line in
                    seen.insert(String(line.prefix { $0 != "}" })).inserted
                }
            )
        ]
    }

    private static func information(_ results: [StoredRun], _ format: Format) -> [Family] {
        let records = newest(results)
        // OpenMetrics has a type for it and wants the name without its suffix; Prometheus does not know the type.
        let isOpen = format == .openMetrics
        return [
            Family(
                name: isOpen ? "tbench_run" : "tbench_run_info",
                type: isOpen ? "info" : "gauge",
                help: "What the last result was made with.",
                samples: records.map { record in
                    let labels = labels(
                        place(record) + [
                            ("version", record.run.toolVersion),
                            ("kernel", record.host.kernel ?? ""),
                            ("engine", record.benchmark.engine),
                        ]
                    )
                    return "tbench_run_info\(labels) 1"
                }
            ),
            Family(
                name: "tbench_last_run_timestamp_seconds",
                type: "gauge",
                help: "When the last result was begun.",
                samples: records.compactMap { record in
                    UTCTime.seconds(record.run.started).map {
                        "tbench_last_run_timestamp_seconds\(labels(place(record))) \($0)"
                    }
                }
            ),
        ]
    }

    /// The shortest text that reads back as the same number; whole numbers without a point.
    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }

    /// Backslash, quote and line feed by the format; other control characters are not sent at all.
    private static func escape(_ text: String) -> String {
        var result = ""
        for character in TextStyle(color: false, unicode: true, width: 80).clean(text) {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            default: result.append(character)
            }
        }
        return result
    }
}
