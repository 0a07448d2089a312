package import Units

/// One run, as it is written to `Results/`: self-describing, immutable, versioned.
///
/// Property names become snake_case keys. A time is integer nanoseconds (`…_ns`) and a size is
/// bytes (`…_bytes`). Additive changes keep `v`; readers ignore unknown keys and refuse a higher `v`.
package struct ResultRecord: Codable, Sendable, Equatable {
    /// The value of `schema` in every record.
    package static let schemaName = "tbench.result"
    /// The version of the layout this code writes and the highest it reads.
    package static let schemaVersion = 1

    /// Always "tbench.result".
    package var schema: String = ResultRecord.schemaName
    /// The layout's version; additive changes keep it.
    package var v: Int = ResultRecord.schemaVersion
    /// The measuring method's version; a change that moves numbers raises it ("requires a new baseline").
    package var method: Int
    /// Who ran what, when, and how it ended.
    package var run: RunInfo
    /// The workload; two runs are comparable only if `workload` is equal.
    package var benchmark: BenchmarkInfo
    /// What was measured.
    package var target: TargetFacts
    /// What the user declared, such as `format=qcow2`.
    package var tags: [String: String]
    /// The machine it ran on.
    package var host: HostRecord
    /// The noise floor measured before the run; nil if it could not be measured.
    package var noise: NoiseFloor?
    /// What else the machine did while the run went on.
    package var conditions: Conditions?
    /// The phases in the order they ran.
    package var phases: [PhaseRecord]
    /// The ways to other machines that were measured; nil where none was.
    package var network: [NetworkPath]?
    /// Headline numbers by name ("wal_fsync_p99_ns"); all are also derivable from `phases`.
    package var metrics: [String: Metric]
    /// What tbench concluded; nil in a run that ended before it could.
    package var verdict: VerdictRecord?
    /// Every doubt about these numbers.
    package var warnings: [Warning]

    package init(
        method: Int,
        run: RunInfo,
        benchmark: BenchmarkInfo,
        target: TargetFacts,
        tags: [String: String] = [:],
        host: HostRecord,
        noise: NoiseFloor? = nil,
        conditions: Conditions? = nil,
        phases: [PhaseRecord] = [],
        network: [NetworkPath]? = nil,
        metrics: [String: Metric] = [:],
        verdict: VerdictRecord? = nil,
        warnings: [Warning] = []
    ) {
        self.method = method
        self.run = run
        self.benchmark = benchmark
        self.target = target
        self.tags = tags
        self.host = host
        self.noise = noise
        self.conditions = conditions
        self.phases = phases
        self.network = network
        self.metrics = metrics
        self.verdict = verdict
        self.warnings = warnings
    }
}

/// Who ran what, when, and how it ended.
package struct RunInfo: Codable, Sendable, Equatable {
    /// Eight hexadecimal digits.
    package var id: String
    /// UTC, ISO 8601 with seconds: "2026-08-03T10:15:22Z".
    package var started: String
    /// Wall time of the whole command.
    package var durationNs: UInt64
    /// From the start of the command to the verdict.
    package var timeToVerdictNs: UInt64?
    /// "tbench 0.1.0".
    package var toolVersion: String
    /// The short commit it was built from; nil when unknown.
    package var toolCommit: String?
    /// "release-static-x86_64" and the like.
    package var toolBuild: String
    /// The arguments as typed, without the program's name.
    package var arguments: [String]
    /// How it ended.
    package var outcome: Outcome
    /// Why it is partial or failed; nil when complete.
    package var outcomeReason: String?
    /// The largest resident size of the process (VmHWM); nil when unknown.
    package var peakMemoryBytes: UInt64?
    /// Records of equal text were measured in turns: round i of one stands beside round i of the others; nil for a
    /// run by itself.
    package var turns: String?

    /// How a run ended.
    package enum Outcome: String, Codable, Sendable {
        /// All phases ran.
        case complete
        /// Ended early by the user or a limit; what was measured is kept.
        case partial
        /// Ended by an error; what was measured is kept.
        case failed
    }

    package init(
        id: String,
        started: String,
        durationNs: UInt64 = 0,
        timeToVerdictNs: UInt64? = nil,
        toolVersion: String,
        toolCommit: String? = nil,
        toolBuild: String,
        arguments: [String],
        outcome: Outcome = .complete,
        outcomeReason: String? = nil,
        peakMemoryBytes: UInt64? = nil
    ) {
        self.id = id
        self.started = started
        self.durationNs = durationNs
        self.timeToVerdictNs = timeToVerdictNs
        self.toolVersion = toolVersion
        self.toolCommit = toolCommit
        self.toolBuild = toolBuild
        self.arguments = arguments
        self.outcome = outcome
        self.outcomeReason = outcomeReason
        self.peakMemoryBytes = peakMemoryBytes
    }
}

/// The workload and how it was issued.
package struct BenchmarkInfo: Codable, Sendable, Equatable {
    /// "etcd".
    package var name: String
    /// "sha256:" and the digest of the normalised `spec`: the hard comparability key.
    package var workload: String
    /// The normalised specification, flat: "rate_per_second" → "150".
    package var spec: [String: String]
    /// The engine that was used: "sync", "io_uring" or "libaio".
    package var engine: String
    /// The engine that was asked for: one of those or "auto".
    package var engineRequested: String
    /// Why another engine than the one asked for was used; nil when it was not.
    package var engineFallbackReason: String?
    /// What the engine could use: "registered-buffers" and the like.
    package var engineFeatures: [String]

    package init(
        name: String,
        workload: String,
        spec: [String: String],
        engine: String,
        engineRequested: String,
        engineFallbackReason: String? = nil,
        engineFeatures: [String] = []
    ) {
        self.name = name
        self.workload = workload
        self.spec = spec
        self.engine = engine
        self.engineRequested = engineRequested
        self.engineFallbackReason = engineFallbackReason
        self.engineFeatures = engineFeatures
    }
}
