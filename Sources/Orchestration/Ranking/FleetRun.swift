package import ResultStore
import Units

/// What a fleet's ranking needs of one record: a thousand of these are small, a thousand records are not.
package struct FleetRun: Sendable, Equatable {
    /// The file it was read from; "" where there is none.
    package var source: String
    /// The run's id.
    package var id: String
    package var started: String
    /// Nil where the record does not name the machine.
    package var node: String?
    /// "etcd".
    package var benchmark: String
    package var method: Int
    package var workload: String
    package var engine: String
    package var target: String
    /// "directory", "block device".
    package var targetKind: String
    /// The tags that say how a disk was attached, "cache=none"; others belong to a node or to a run.
    package var attachment: [String]
    package var hardware: String
    package var grade: VerdictRecord.Grade?
    /// What the verdict took for the cause.
    package var cause: String
    package var outcome: RunInfo.Outcome
    /// Codes of warnings that say the numbers must not be trusted.
    package var disturbances: [String]
    package var metrics: [String: Metric]

    /// Tags that change what is measured.
    private static let attaching = ["format", "cache", "aio", "controller", "iothread"]

    /// There are not so many kinds.
    private static let mostDisturbances = 20

    /// What is longer was not written by tbench: a name in Kubernetes has at most 253 characters.
    private static func short(_ text: String) -> String { String(text.prefix(253)) }

    /// - Parameters:
    ///   - record: with or without its phases.
    ///   - source: the file it was read from.
    package init(_ record: ResultRecord, source: String = "") {
        self.source = source
        id = record.run.id
        started = record.run.started
        node = record.host.node.flatMap { $0.isEmpty ? nil : Self.short($0) }
        benchmark = Self.short(record.benchmark.name)
        method = record.method
        workload = record.benchmark.workload
        engine = record.benchmark.engine
        target = Self.short(record.target.path)
        targetKind = record.target.kind
        attachment = Self.attaching.compactMap { key in
            record.tags[key].map { "\(key)=\(Self.short($0))" }
        }
        hardware = Self.short(FleetSample.hardware(record))
        grade = record.verdict?.grade
        cause = Self.short(record.verdict?.cause ?? "")
        outcome = record.run.outcome
        disturbances = Set(
            record.warnings.filter { $0.severity == .contaminated }.map { Self.short($0.code) }
        ).sorted().prefix(Self.mostDisturbances).map(\.self)
        metrics = record.metrics
    }
}
