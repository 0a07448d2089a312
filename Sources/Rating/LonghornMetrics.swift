package import ResultStore
import Statistics

/// The headline numbers of the disk side of `tbench longhorn`.
package enum LonghornMetrics {
    /// What a V1 volume has in flight at most.
    ///
    /// - Source: tgt, usr/bs.c, nr_iothreads = 16.
    static let requestsPerVolume = 16.0

    /// Which times of which phase are told apart, by the first word of their metrics.
    private static let latencies: [(phase: String, operation: OperationClass, name: String)] = [
        ("overwrite-1", .write, "overwrite"), ("first-touch-1", .write, "first_touch"),
        ("durable-1", .commit, "durable"), ("durable-1", .sync, "flush"),
        ("random-read-1", .read, "read"),
        ("punching-1", .write, "punching_overwrite"), ("punching-1", .punchHole, "punch_hole"),
        ("revision-1", .write, "revision"), ("revision-16", .write, "revision_16"),
        ("overwrite-16", .write, "overwrite_16"), ("first-touch-16", .write, "first_touch_16"),
        ("random-read-16", .read, "read_16"), ("overwrite-128", .write, "overwrite_128"),
        ("random-read-128", .read, "read_128"), ("first-cluster-1", .write, "first_cluster"),
        ("later-cluster-1", .write, "later_cluster"), ("fiemap-1", .fileExtent, "fiemap"),
        ("rebuild-4", .rebuildBatch, "rebuild_batch"),
        ("rebuild-4-sha512", .rebuildBatch, "rebuild_sha512_batch"),
    ]

    private static let rates: [(phase: String, operation: OperationClass, name: String)] = [
        ("overwrite-1", .write, "write_iops_1"), ("overwrite-16", .write, "write_iops_16"),
        ("overwrite-128", .write, "write_iops_128"),
        ("first-touch-1", .write, "first_touch_iops_1"),
        ("first-touch-16", .write, "first_touch_iops_16"),
        ("durable-1", .commit, "durable_iops_1"),
        ("revision-16", .write, "revision_iops_16"), ("random-read-1", .read, "read_iops_1"),
        ("random-read-16", .read, "read_iops_16"), ("random-read-128", .read, "read_iops_128"),
    ]

    private static let bandwidths: [(phase: String, counter: String, name: String)] = [
        ("seq-write-128k-16", "written_bytes", "sequential_128k"),
        ("seq-write-512k-16", "written_bytes", "sequential_512k"),
        ("seq-write-1m-16", "written_bytes", "sequential_1m"),
        ("seq-read-128k-1", "read_bytes", "sequential_read_128k_1"),
        ("seq-read-128k-16", "read_bytes", "sequential_read_128k"),
        ("rebuild-4", "rebuilt_bytes", "rebuild"),
        ("rebuild-4-sha512", "rebuilt_bytes", "rebuild_sha512"),
    ]

    /// Derives every metric that the record's disk phases can give.
    ///
    /// - Parameter record: with its phases.
    /// - Returns: "overwrite_p99_ns", "write_iops_16", "sequential_128k_bytes_per_second" and the like.
    package static func derive(_ record: ResultRecord) -> [String: Metric] {
        var metrics: [String: Metric] = [:]
        for (name, operation, key) in latencies {
            guard let phase = phase(name, of: record) else { continue }
            let pooled = phase.pooled([operation])
            guard pooled.count > 0 else { continue }
            let bootstrap = phase.bootstrap([operation])
            metrics["\(key)_mean_ns"] = Metric(bootstrap.estimateMean())
            metrics["\(key)_p50_ns"] = Metric(bootstrap.estimate(quantile: 0.5))
            metrics["\(key)_p99_ns"] = Metric(bootstrap.estimate(quantile: 0.99))
            metrics["\(key)_p999_ns"] = Metric(bootstrap.estimate(quantile: 0.999))
            metrics["\(key)_max_ns"] = Metric(value: Double(pooled.maximum), count: pooled.count)
        }
        for (name, operation, key) in rates {
            guard let phase = phase(name, of: record) else { continue }
            let count = phase.pooled([operation]).count
            guard count > 0 else { continue }
            metrics[key] = Metric(value: Double(count) / phase.measuredSeconds, count: count)
        }
        for (name, counter, key) in bandwidths {
            guard let phase = phase(name, of: record), let bytes = phase.counters[counter],
                bytes > 0
            else { continue }
            metrics["\(key)_bytes_per_second"] = Metric(value: bytes / phase.measuredSeconds)
        }
        derived(record, &metrics)
        return metrics
    }

    /// What follows from two numbers.
    private static func derived(_ record: ResultRecord, _ metrics: inout [String: Metric]) {
        if let durable = metrics["durable_p50_ns"], let write = metrics["overwrite_p50_ns"] {
            metrics["durable_gap_p50_ns"] = difference(durable, write)
        }
        layers(record, &metrics)
        if let first = metrics["first_touch_p50_ns"], let write = metrics["overwrite_p50_ns"] {
            metrics["first_touch_cost_p50_ns"] = difference(first, write)
        }
        if let mean = metrics["overwrite_mean_ns"], mean.value > 0,
            record.benchmark.spec["data_engine"] == "v1"
        {
            // The larger latency makes the smaller rate.
            func bound(_ interval: [Double]?) -> [Double]? {
                guard let interval, interval.count == 2, interval[0] > 0 else { return nil }
                return interval.reversed().map { requestsPerVolume * 1e9 / $0 }
            }
            metrics["volume_write_iops_bound"] = Metric(
                value: requestsPerVolume * 1e9 / mean.value,
                ci95: bound(mean.ci95),
                ci99: bound(mean.ci99),
                count: mean.count
            )
        }
        for name in ["rebuild", "rebuild_sha512"] {
            guard let rate = metrics["\(name)_bytes_per_second"]?.value, rate > 0 else { continue }
            metrics["\(name)_100gib_seconds"] = Metric(value: 100 * 1_073_741_824 / rate)
        }
    }

    /// What the block layer's count says of a filesystem: its own time in a write, and the requests behind a durable one.
    private static func layers(_ record: ResultRecord, _ metrics: inout [String: Metric]) {
        guard record.target.filesystem != nil else { return }
        func share(_ name: String, _ operation: OperationClass) -> DeviceRequests.Share? {
            phase(name, of: record).flatMap { phase in
                DeviceRequests(phase.counters)?.share(of: phase.pooled([operation]))
            }
        }
        if let write = share("overwrite-1", .write), write.isSingle {
            metrics["overwrite_filesystem_ns"] = Metric(value: write.above)
        }
        if let durable = share("durable-1", .commit) {
            metrics["durable_dependent_writes"] = Metric(value: durable.dependent)
        }
    }

    /// `high` less `low`; their errors add as those of independent samples do.
    static func difference(_ high: Metric, _ low: Metric) -> Metric {
        func interval(_ first: [Double]?, _ second: [Double]?) -> [Double]? {
            guard let first, let second, first.count == 2, second.count == 2 else { return nil }
            func spread(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
            let value = high.value - low.value
            return [
                value - spread(high.value - first[0], second[1] - low.value),
                value + spread(first[1] - high.value, low.value - second[0]),
            ]
        }
        return Metric(
            value: high.value - low.value,
            ci95: interval(high.ci95, low.ci95),
            ci99: interval(high.ci99, low.ci99),
            count: min(high.count ?? 0, low.count ?? 0)
        )
    }

    private static func phase(_ name: String, of record: ResultRecord) -> PhaseRecord? {
        record.phases.first { $0.kind == "disk" && $0.name == name && $0.measuredSeconds > 0 }
    }
}
