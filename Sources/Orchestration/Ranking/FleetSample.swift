package import ResultStore
import Units

/// What one run says about one node.
package struct FleetSample: Sendable, Equatable {
    package var node: String
    /// What the node's disk and processor are: nodes are compared with those that have the same.
    package var hardware: String
    package var value: Double
    /// The 95 % interval, low then high; nil where there were too few samples.
    package var interval: [Double]?
    package var grade: VerdictRecord.Grade?
    /// Codes of warnings that say the numbers must not be trusted.
    package var disturbances: [String]
    /// What the verdict took for the cause; "" where it says nothing.
    package var cause: String
    /// The file the figures are from; "" where there is none.
    package var source: String

    package init(
        node: String,
        hardware: String,
        value: Double,
        interval: [Double]? = nil,
        grade: VerdictRecord.Grade? = nil,
        disturbances: [String] = [],
        cause: String = "",
        source: String = ""
    ) {
        self.node = node
        self.hardware = hardware
        self.value = value
        self.interval = interval
        self.grade = grade
        self.disturbances = disturbances
        self.cause = cause
        self.source = source
    }

    /// The sample of a run; nil where it names no node, or the metric is not in it or says nothing.
    package init?(_ run: FleetRun, metric: String) {
        guard let node = run.node, let found = run.metrics[metric], found.value.isFinite,
            found.value > 0
        else { return nil }
        let interval = found.ci95.flatMap { $0.count == 2 && $0.allSatisfy(\.isFinite) ? $0 : nil }
        self.init(
            node: node,
            hardware: run.hardware,
            value: found.value,
            interval: interval,
            grade: run.grade,
            disturbances: run.disturbances,
            cause: run.cause,
            source: run.source
        )
    }

    /// "SAMSUNG MZQL2960 894 GiB · AMD EPYC 7443P × 48"; what nobody knows is left out.
    package static func hardware(_ record: ResultRecord) -> String {
        let disk = record.target.stack.last
        let size = (disk?.sizeBytes ?? record.target.filesystem?.sizeBytes).map {
            QuantityText.bytes($0)
        }
        let kind = disk?.model ?? disk?.transport ?? record.target.filesystem?.type
        let processor = record.host.cpuModel.map { model in
            record.host.cpuCount.map { "\(model) × \($0)" } ?? model
        }
        let parts = [[kind, size].compactMap(\.self).joined(separator: " "), processor ?? ""]
        let text = parts.filter { !$0.isEmpty }.joined(separator: " · ")
        return text.isEmpty ? "unknown hardware" : text
    }

    /// The metric that a benchmark's nodes are ranked by, where the user named none; nil where no run has one.
    ///
    /// The p99 where verdicts are about it, the typical request elsewhere.
    package static func metric(of runs: [FleetRun]) -> String? {
        let preferred = [
            "wal_fsync_p99_ns", "volume_write_p50_ns", "overwrite_p50_ns", "net_write_4k_p50_ns",
        ]
        func count(_ name: String) -> Int { runs.count { $0.metrics[name] != nil } }
        if let name = preferred.first(where: { count($0) * 2 > runs.count }) { return name }
        let names = Set(runs.flatMap(\.metrics.keys)).filter { $0.hasSuffix("_p50_ns") }
        return names.sorted().max { count($0) < count($1) }
    }
}
