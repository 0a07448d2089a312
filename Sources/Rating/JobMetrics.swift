package import ResultStore
import Statistics

/// The headline numbers of the jobs of `tbench run`.
package enum JobMetrics {
    /// What is timed, with the name that metric keys carry.
    static let operations: [(name: String, operation: OperationClass)] = [
        ("read", .read), ("write", .write), ("sync", .sync), ("commit", .commit),
        ("read_response", .readResponse), ("write_response", .writeResponse),
    ]

    /// Derives every metric that the record's job phases can give: "JOB.read_p99_ns" and the like.
    package static func derive(_ record: ResultRecord) -> [String: Metric] {
        var metrics: [String: Metric] = [:]
        for phase in record.phases where phase.kind == "job" {
            for (name, operation) in operations {
                let pooled = phase.pooled([operation])
                guard pooled.count > 0, phase.measuredSeconds > 0 else { continue }
                let bootstrap = phase.bootstrap([operation])
                let key = "\(phase.name).\(name)"
                metrics["\(key)_per_second"] = Metric(
                    value: Double(pooled.count) / phase.measuredSeconds,
                    count: pooled.count
                )
                metrics["\(key)_mean_ns"] = Metric(bootstrap.estimateMean())
                metrics["\(key)_p50_ns"] = Metric(bootstrap.estimate(quantile: 0.5))
                metrics["\(key)_p99_ns"] = Metric(bootstrap.estimate(quantile: 0.99))
                metrics["\(key)_max_ns"] = Metric(
                    value: Double(pooled.maximum),
                    count: pooled.count
                )
            }
            bandwidth(phase, &metrics)
        }
        sweep(record, &metrics)
        return metrics
    }

    /// Where the curve of a sweep bends; nothing for a run without one, or without a knee.
    private static func sweep(_ record: ResultRecord, _ metrics: inout [String: Metric]) {
        let points = SweepPoint.points(of: record)
        guard let knee = SweepPoint.knee(of: points) else { return }
        metrics["sweep.knee_value"] = Metric(value: points[knee].value)
        metrics["sweep.knee_per_second"] = Metric(value: points[knee].perSecond)
        metrics["sweep.knee_mean_ns"] = Metric(value: points[knee].latency.mean)
        if let kept = points.last(where: { !$0.isSaturated }), kept.offered != nil {
            metrics["sweep.kept_per_second"] = Metric(value: kept.perSecond)
        }
    }

    private static func bandwidth(_ phase: PhaseRecord, _ metrics: inout [String: Metric]) {
        let counters = [("read_bytes", "read"), ("written_bytes", "write")]
        for (counter, name) in counters {
            guard let bytes = phase.counters[counter], bytes > 0, phase.measuredSeconds > 0
            else { continue }
            metrics["\(phase.name).\(name)_bytes_per_second"] = Metric(
                value: bytes / phase.measuredSeconds
            )
        }
    }
}
