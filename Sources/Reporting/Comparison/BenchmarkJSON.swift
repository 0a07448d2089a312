import Regression
package import ResultStore
import Statistics
import Units

/// Results in the formats of two trackers of benchmarks.
package enum BenchmarkJSON {
    /// `customSmallerIsBetter` of github-action-benchmark: latencies only, because there smaller is better.
    ///
    /// - Source: benchmark-action/github-action-benchmark, README.md, "Custom benchmarks".
    package static func gitHubActionBenchmark(_ results: [StoredRun]) -> String {
        let values = measured(results).filter { !$0.measure.isHigherBetter }.map { item in
            let half = item.estimate.ci95?.lnHalfWidth ?? 0
            return OrderedJSON.object([
                ("name", .text(item.name)),
                ("unit", .text("ns")),
                ("value", .number(item.estimate.value)),
                ("range", .text("±\(QuantityText.fixed(half * 100, decimals: 1))%")),
                ("extra", .text("run \(item.run)")),
            ])
        }
        return OrderedJSON.array(values).text() + "\n"
    }

    /// Bencher Metric Format: benchmark → measure → value with its interval.
    ///
    /// - Source: bencher.dev, "Bencher Metric Format (BMF)".
    package static func bencher(_ results: [StoredRun]) -> String {
        var seen: Set<String> = []
        let values = measured(results).filter { seen.insert($0.name).inserted }.map { item in
            var members: [(key: String, value: OrderedJSON)] = [
                ("value", .number(item.estimate.value))
            ]
            if let interval = item.estimate.ci95 {
                members.append(("lower_value", .number(interval.low)))
                members.append(("upper_value", .number(interval.high)))
            }
            let measure = item.measure.isHigherBetter ? "throughput" : "latency"
            return (key: item.name, value: OrderedJSON.object([(measure, .object(members))]))
        }
        return OrderedJSON.object(values).text() + "\n"
    }

    private struct Measured {
        var name: String
        var run: String
        var measure: Measure
        var estimate: ChangeTest.Estimate
    }

    private static func measured(_ results: [StoredRun]) -> [Measured] {
        results.flatMap { result in
            let tags = result.record.tags.sorted { $0.key < $1.key }
                .map { "\($0.key)=\($0.value)" }.joined(separator: ",")
            let place = [result.record.benchmark.name, result.record.host.node ?? "", tags]
                .filter { !$0.isEmpty }.joined(separator: "/")
            return RecordMeasures.all(of: result.record).compactMap { item -> Measured? in
                guard
                    let estimate = ChangeTest().estimate(item.measure.statistic, [item.rounds]),
                    estimate.printability != .tooFew
                else { return nil }
                return Measured(
                    name: "\(place)/\(item.measure.id)",
                    run: result.record.run.id,
                    measure: item.measure,
                    estimate: estimate
                )
            }
        }
    }
}
