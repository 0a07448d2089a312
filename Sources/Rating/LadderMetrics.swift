package import ResultStore
import Statistics

/// The headline numbers of a replicated volume, from the ladder's phases.
package enum LadderMetrics {
    /// Derives what the record's ladder can give: "volume_write_p50_ns" and the like, the whole volume's alone.
    ///
    /// With one request at a time the keys end as above; "…_16_…" are those with sixteen in flight, "…_sequential_…" those of
    /// large sequential requests.
    package static func derive(_ record: ResultRecord) -> [String: Metric] {
        var metrics: [String: Metric] = [:]
        for phase in record.phases where phase.kind == "ladder" {
            guard let point = phase.ladder, point.step == .fanOut, phase.measuredSeconds > 0,
                let operation = OperationClass(rawValue: point.operation)
            else { continue }
            let count = phase.pooled([operation]).count
            guard count > 0 else { continue }
            let depth = point.depth == 1 ? "" : "_\(point.depth)"
            let pattern = point.pattern == "sequential" ? "_sequential" : ""
            let key = "volume\(pattern)_\(point.operation)\(depth)"
            let perSecond = Double(count) / phase.measuredSeconds
            let bootstrap = phase.bootstrap([operation])
            metrics["\(key)_mean_ns"] = Metric(bootstrap.estimateMean())
            metrics["\(key)_p50_ns"] = Metric(bootstrap.estimate(quantile: 0.5))
            metrics["\(key)_p99_ns"] = Metric(bootstrap.estimate(quantile: 0.99))
            metrics["\(key)_per_second"] = Metric(value: perSecond, count: count)
            metrics["\(key)_bytes_per_second"] = Metric(
                value: perSecond * Double(point.blockBytes)
            )
        }
        return metrics
    }
}
