package import ResultStore
import Statistics
import Workloads

/// The headline numbers of an etcd record, each with its interval.
package enum EtcdMetrics {
    /// Derives every metric that the record's phases can give; keys end with the unit.
    package static func derive(_ record: ResultRecord) -> [String: Metric] {
        var metrics: [String: Metric] = [:]
        if let evidence = EtcdEvidence(record) {
            latencies(evidence, &metrics)
            stalls(evidence, &metrics)
        }
        ramp(record, &metrics)
        sequential(record, &metrics)
        recovery(record, &metrics)
        filesystemCost(record, &metrics)
        beside(record, &metrics)
        return metrics
    }

    /// What a busy Longhorn volume on the same disk does to the fsyncs, and what it wrote meanwhile.
    private static func beside(_ record: ResultRecord, _ metrics: inout [String: Metric]) {
        guard let apart = record.phases.first(where: { $0.kind == "apart" }),
            let beside = record.phases.first(where: { $0.kind == "beside" })
        else { return }
        let alone = apart.bootstrap(OperationClass.walFsync).estimate(quantile: 0.99)
        let together = beside.bootstrap(OperationClass.walFsync).estimate(quantile: 0.99)
        guard alone.value > 0, together.count > 0 else { return }
        metrics["apart_wal_fsync_p99_ns"] = Metric(alone)
        metrics["beside_wal_fsync_p99_ns"] = Metric(together)
        metrics["beside_wal_fsync_p99_ratio"] = Metric(value: together.value / alone.value)
        if let seconds = beside.counters["neighbour_seconds"], seconds > 0 {
            metrics["beside_neighbour_writes_per_second"] = Metric(
                value: (beside.counters["neighbour_writes"] ?? 0) / seconds
            )
        }
    }

    private static func latencies(_ evidence: EtcdEvidence, _ metrics: inout [String: Metric]) {
        let wal = evidence.verdict.bootstrap(OperationClass.walFsync)
        metrics["wal_fsync_mean_ns"] = Metric(wal.estimateMean())
        metrics["wal_fsync_p50_ns"] = Metric(wal.estimate(quantile: 0.5))
        metrics["wal_fsync_p99_ns"] = Metric(wal.estimate(quantile: 0.99))
        metrics["wal_fsync_max_ns"] = maximum(evidence.wal)
        metrics["wal_fsync_p99_prometheus_ns"] = prometheus(evidence.wal)
        let groups: [(String, [OperationClass])] = [
            ("wal_write", [.walWrite]), ("wal_fsync_overwrite", OperationClass.walOverwrite),
            ("wal_fsync_metadata", OperationClass.walMetadata),
            ("wal_fsync_in_commit", OperationClass.walInCommit),
            ("wal_fsync_outside_commit", OperationClass.walOutsideCommit),
            ("client_put", [.clientPut]),
        ]
        for (name, classes) in groups {
            guard evidence.verdict.pooled(classes).count > 0 else { continue }
            let bootstrap = evidence.verdict.bootstrap(classes)
            metrics["\(name)_p50_ns"] = Metric(bootstrap.estimate(quantile: 0.5))
            metrics["\(name)_p99_ns"] = Metric(bootstrap.estimate(quantile: 0.99))
        }
        guard evidence.commits.count > 0 else { return }
        let commits = evidence.verdict.bootstrap([.backendCommit])
        metrics["backend_commit_mean_ns"] = Metric(commits.estimateMean())
        metrics["backend_commit_p50_ns"] = Metric(commits.estimate(quantile: 0.5))
        metrics["backend_commit_p99_ns"] = Metric(commits.estimate(quantile: 0.99))
        metrics["backend_commit_max_ns"] = maximum(evidence.commits)
        metrics["backend_commit_p99_prometheus_ns"] = prometheus(evidence.commits)
        let disk = evidence.verdict.bootstrap([.backendDisk])
        metrics["backend_disk_mean_ns"] = Metric(disk.estimateMean())
    }

    private static func stalls(_ evidence: EtcdEvidence, _ metrics: inout [String: Metric]) {
        let limits: [(String, UInt64)] = [
            ("stalls_over_100ms", EtcdLimits.heartbeat),
            ("stalls_over_200ms", EtcdLimits.lateHeartbeat),
            ("stalls_over_1s", EtcdLimits.election),
        ]
        for (name, limit) in limits {
            let count = evidence.loops.countAbove(limit).rounded()
            metrics[name] = Metric(value: count, count: evidence.loops.count)
        }
    }

    private static func ramp(_ record: ResultRecord, _ metrics: inout [String: Metric]) {
        let steps = record.phases.filter { $0.kind == "ramp" }
        guard !steps.isEmpty,
            let base = record.phases.first(where: { ["verdict", "device"].contains($0.kind) })
        else { return }
        let passing = ([base] + steps).prefix { RampGrade(phase: $0).isInsideBudget }
        metrics["headroom_rate"] = Metric(
            value: passing.last?.offeredPerSecond ?? 0,
            flags: passing.count == steps.count + 1 ? ["at-least"] : []
        )
    }

    private static func sequential(_ record: ResultRecord, _ metrics: inout [String: Metric]) {
        if let phase = record.phases.first(where: { $0.kind == "sequential" }),
            phase.measuredSeconds > 0
        {
            let syncs = phase.pooled([.sequentialSync]).count
            metrics["sequential_iops"] = Metric(
                value: Double(syncs) / phase.measuredSeconds,
                count: syncs
            )
        }
        if let phase = record.phases.first(where: { $0.kind == "fio-recipe" }) {
            let snapshot = phase.pooled([.sequentialSync])
            guard snapshot.count > 0 else { return }
            metrics["fio_recipe_p99_ns"] = Metric(
                value: snapshot.quantile(0.99),
                count: snapshot.count,
                tail: snapshot.count / 100
            )
            metrics["fio_recipe_mean_ns"] = Metric(value: snapshot.mean, count: snapshot.count)
        }
    }

    /// Seconds for 100 MB and 1 GB, scaled from what was written and read; the slower direction counts.
    private static func recovery(_ record: ResultRecord, _ metrics: inout [String: Metric]) {
        guard let phase = record.phases.first(where: { $0.kind == "recovery" }),
            let written = phase.counters["written_bytes"], written > 0,
            let writeNs = phase.counters["write_ns"], writeNs > 0
        else { return }
        var secondsPerByte = writeNs / 1e9 / written
        if let read = phase.counters["read_bytes"], read > 0, let ns = phase.counters["read_ns"] {
            secondsPerByte += ns / 1e9 / read
        }
        metrics["recovery_100mb_seconds"] = Metric(value: secondsPerByte * 100e6)
        metrics["recovery_1gb_seconds"] = Metric(value: secondsPerByte * 1e9, flags: ["scaled"])
    }

    /// What the filesystem adds to the device, per class, when both were measured.
    private static func filesystemCost(_ record: ResultRecord, _ metrics: inout [String: Metric]) {
        guard let file = record.phases.first(where: { $0.kind == "verdict" }),
            let device = record.phases.first(where: { $0.kind == "device" })
        else { return }
        let floor = device.pooled(OperationClass.walFsync).quantile(0.5)
        for (name, classes) in [
            ("l_fs_overwrite_p50_ns", OperationClass.walOverwrite),
            ("l_fs_metadata_p50_ns", OperationClass.walMetadata),
        ] {
            let snapshot = file.pooled(classes)
            guard snapshot.count > 0, floor > 0 else { continue }
            metrics[name] = Metric(value: snapshot.quantile(0.5) - floor, count: snapshot.count)
        }
    }

    private static func maximum(_ snapshot: HistogramSnapshot) -> Metric {
        Metric(value: Double(snapshot.maximum), count: snapshot.count)
    }

    /// What a dashboard computes from etcd's own buckets.
    private static func prometheus(_ snapshot: HistogramSnapshot) -> Metric? {
        EtcdBuckets.p99Nanoseconds(snapshot).map { Metric(value: $0, count: snapshot.count) }
    }
}

extension Metric {
    /// An estimate as it stands in a record.
    init(_ estimate: QuantileEstimate) {
        self.init(
            value: estimate.value,
            ci95: estimate.ci95.map { [$0.low, $0.high] },
            ci99: estimate.ci99.map { [$0.low, $0.high] },
            count: estimate.count,
            tail: estimate.tail,
            flags: estimate.flags.map(\.rawValue)
        )
    }
}
