import ResultStore
import Statistics
import Units

/// One load that was tried, and what etcd would have felt.
struct LoadStep: Equatable {
    var name: String
    var offered: Double?
    var achieved: Double?
    var walFsync: String
    var backendCommit: String
    /// Both p99s are inside etcd's limits; nil when there are too few samples to say.
    var isInside: Bool?

    /// The loads in the order they ran, when there was more than one; at most the last eight.
    static func steps(of record: ResultRecord) -> [LoadStep] {
        let phases = record.phases.filter { ["verdict", "ramp"].contains($0.kind) }
        guard phases.count > 1 else { return [] }
        return phases.suffix(8).map(LoadStep.init)
    }

    private init(_ phase: PhaseRecord) {
        name = phase.name
        offered = phase.offeredPerSecond
        achieved = phase.rate(of: "puts")
        walFsync = Self.figure(phase, OperationClass.walFsync)
        backendCommit = Self.figure(phase, [.backendCommit])
        let parts = [
            Self.isInside(phase, OperationClass.walFsync, EtcdBudget.walFsyncNs),
            Self.isInside(phase, [.backendCommit], EtcdBudget.backendCommitNs),
        ]
        isInside = parts.contains(false) ? false : parts.contains(nil) ? nil : true
    }

    /// "1.84 ms ±4%"; the maximum where there are too few samples for a p99, for it is always known.
    private static func figure(_ phase: PhaseRecord, _ classes: [OperationClass]) -> String {
        let estimate = phase.bootstrap(classes).estimate(quantile: 0.99)
        guard estimate.count > 0 else { return "–" }
        guard estimate.printability == .tooFew else {
            return Figure(estimate, withInterval: true).text
        }
        return "max \(QuantityText.duration(nanoseconds: phase.pooled(classes).maximum))"
    }

    /// Whether at most 1 % took longer than the limit, which is what its p99 means.
    private static func isInside(
        _ phase: PhaseRecord,
        _ classes: [OperationClass],
        _ limit: UInt64
    ) -> Bool? {
        let pooled = phase.pooled(classes)
        // With fewer than 50 samples a single slow one is 2 %: that says nothing.
        guard pooled.count >= 50 else { return nil }
        return pooled.countAbove(limit) <= Double(pooled.count) / 100
    }
}

extension PhaseRecord {
    /// A counter per second of the measured rounds; nil when it was not counted.
    func rate(of counter: String) -> Double? {
        guard let count = counters[counter], measuredSeconds > 0 else { return nil }
        return count / measuredSeconds
    }

    /// A counter per other counter; nil when one is missing or the second is 0.
    func ratio(_ counter: String, per other: String) -> Double? {
        guard let count = counters[counter], let base = counters[other], base > 0 else {
            return nil
        }
        return count / base
    }
}

extension ReportContent {
    /// What the load looked like and what else this disk can do.
    static func load(_ record: ResultRecord, _ main: PhaseRecord?) -> [Fact] {
        let facts = [
            Fact(label: "load", phrases: main.map(shape) ?? []),
            Fact(label: "headroom", phrases: headroom(record, main)),
            Fact(label: "stalls", phrases: stalls(record)),
            Fact(label: "sequential", phrases: sequential(record)),
            Fact(label: "recovery", phrases: recovery(record)),
            Fact(label: "filesystem", phrases: filesystemCost(record)),
            Fact(label: "fio recipe", phrases: recipe(record)),
        ]
        return (facts + replicaDisk(record)).filter { !$0.phrases.isEmpty }
    }

    private static func shape(_ phase: PhaseRecord) -> [String] {
        var phrases: [String] = []
        if let achieved = phase.rate(of: "puts") {
            var text = "\(Number.rate(achieved)) puts/s"
            if let offered = phase.offeredPerSecond {
                let isShort = achieved < offered * 0.98
                text += isShort ? " of \(Number.rate(offered)) offered" : " as offered"
            }
            phrases.append(text)
        }
        func add(_ value: Double?, _ unit: String) {
            if let value { phrases.append("\(Number.rate(value)) \(unit)") }
        }
        add(phase.rate(of: "wal_syncs"), "syncs/s")
        add(phase.ratio("puts", per: "wal_syncs"), "puts/sync")
        add(phase.ratio("wal_bytes", per: "wal_syncs"), "B/sync")
        add(phase.rate(of: "commits"), "commits/s")
        add(phase.ratio("pages", per: "commits"), "pages/commit")
        if let cuts = phase.counters["cuts"] {
            phrases.append("\(Number.rate(cuts)) \(cuts == 1 ? "cut" : "cuts")")
        }
        add(phase.ratio("device_writes", per: "puts"), "device writes/put")
        add(phase.ratio("device_flushes", per: "puts"), "flushes/put")
        return phrases
    }

    private static func headroom(_ record: ResultRecord, _ main: PhaseRecord?) -> [String] {
        guard let rate = record.metrics["headroom_rate"]?.value else { return [] }
        guard rate > 0 else { return ["no load that was tried stayed inside both limits"] }
        var text = "\(Number.rate(rate)) puts/s, the largest load tried inside both limits"
        if let offered = main?.offeredPerSecond, offered > 0, rate / offered >= 1.05 {
            text += " (\(Number.rate(rate / offered)) ×)"
        }
        return [text]
    }

    /// - Source: etcd documentation, "Hardware": 50 sequential IOPS, 500 for heavily loaded clusters.
    private static func sequential(_ record: ResultRecord) -> [String] {
        guard let rate = record.metrics["sequential_iops"]?.value else { return [] }
        return ["\(Number.rate(rate)) synced writes/s (etcd asks for 50, under heavy load 500)"]
    }

    /// How often the raft loop was held up, and the worst of it.
    private static func stalls(_ record: ResultRecord) -> [String] {
        let counts = [
            ("100 ms", "stalls_over_100ms"), ("200 ms", "stalls_over_200ms"),
            ("1 s", "stalls_over_1s"),
        ].compactMap { limit, name -> String? in
            guard let count = record.metrics[name]?.value, count > 0 else { return nil }
            return "\(Number.rate(count)) over \(limit)"
        }
        guard !counts.isEmpty else { return [] }
        let longest = record.phases.flatMap(\.slow).max { $0.durationNs < $1.durationNs }
        guard let longest else { return counts }
        let length = QuantityText.duration(nanoseconds: longest.durationNs)
        let time = QuantityText.fixed(longest.atSeconds, decimals: 1)
        return counts + ["the longest \(length) in \(longest.operation), \(time) s into the run"]
    }

    /// - Source: etcd documentation, "Hardware": 100 MB or 1 GB recovered within 15 s.
    private static func recovery(_ record: ResultRecord) -> [String] {
        let parts = [("100 MB", "recovery_100mb_seconds"), ("1 GB", "recovery_1gb_seconds")]
            .compactMap { size, name -> String? in
                guard let seconds = record.metrics[name]?.value else { return nil }
                return "\(size) in \(QuantityText.duration(nanoseconds: seconds * 1e9))"
            }
        return parts.isEmpty ? [] : parts + ["etcd asks for 15 s"]
    }

    private static func filesystemCost(_ record: ResultRecord) -> [String] {
        let parts = [("overwrite", "l_fs_overwrite_p50_ns"), ("metadata", "l_fs_metadata_p50_ns")]
            .compactMap { name, key -> String? in
                guard let cost = record.metrics[key]?.value else { return nil }
                return "\(name) fsync \(QuantityText.duration(nanoseconds: cost))"
            }
        return parts.isEmpty ? [] : parts + ["median, file minus device"]
    }

    private static func recipe(_ record: ResultRecord) -> [String] {
        guard let recipe = record.metrics["fio_recipe_p99_ns"]?.value else { return [] }
        let says = recipe < Double(EtcdBudget.walFsyncNs) ? "pass" : "fail"
        var text = "p99 \(QuantityText.duration(nanoseconds: recipe)) says \(says)"
        if let real = record.metrics["wal_fsync_p99_ns"]?.value, recipe > 0 {
            let exact = QuantityText.duration(nanoseconds: real)
            text += "; etcd's pattern \(exact), \(Number.rate(real / recipe)) × that"
        }
        return [text, "it syncs back to back, without a backend beside it"]
    }
}
