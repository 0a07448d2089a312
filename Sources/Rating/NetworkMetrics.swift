package import ResultStore
import Statistics

/// The headline numbers of `tbench net`.
package enum NetworkMetrics {
    /// Derives every metric that the record's exchanges can give: "net_write_4k_p50_ns" and the like.
    ///
    /// Round trips are those of one request at a time over two connections, as Longhorn has them; of a real replica, over one.
    package static func derive(_ record: ResultRecord) -> [String: Metric] {
        var metrics: [String: Metric] = [:]
        for phase in NetworkSummary.single(record) {
            guard let point = phase.ladder,
                let operation = OperationClass(rawValue: point.operation)
            else { continue }
            let pooled = phase.pooled([operation])
            guard pooled.count > 0 else { continue }
            let size = point.blockBytes > 0 ? "_\(point.blockBytes >> 10)k" : ""
            let key = "net_\(point.operation)\(size)"
            let bootstrap = phase.bootstrap([operation])
            metrics["\(key)_mean_ns"] = Metric(bootstrap.estimateMean())
            for (name, quantile) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999)] {
                metrics["\(key)_\(name)_ns"] = Metric(bootstrap.estimate(quantile: quantile))
            }
            metrics["\(key)_max_ns"] = Metric(value: Double(pooled.maximum), count: pooled.count)
        }
        for path in record.network ?? [] { derive(path, &metrics) }
        return metrics
    }

    private static func derive(_ path: NetworkPath, _ metrics: inout [String: Metric]) {
        for slope in path.slopes {
            metrics["net_\(slope.operation)_ns_per_kib"] = Metric(
                value: slope.nsPerKib,
                ci95: slope.nsPerKibCi95
            )
        }
        for stream in path.streams {
            let key = "net_stream_\(stream.operation)_\(stream.streams)_bytes_per_second"
            metrics[key] = Metric(value: stream.bytesPerSecond, ci95: stream.bytesPerSecondCi95)
        }
        if let bytes = path.mtu?.forwardBytes {
            metrics["net_path_mtu_bytes"] = Metric(value: Double(bytes))
        }
        if let count = path.transport?.retransmits {
            metrics["net_retransmits"] = Metric(
                value: Double(count),
                count: path.transport?.segmentsSent
            )
        }
    }
}
