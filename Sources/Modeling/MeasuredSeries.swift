package import ResultStore
package import Statistics

/// The rounds of one phase and one operation, and where they were written down.
package struct MeasuredSeries: Sendable, Equatable {
    /// One histogram per round, in order; a round may be empty, all of them are not.
    package let rounds: [HistogramSnapshot]
    /// All rounds together.
    package let pooled: HistogramSnapshot
    /// How long each round took, in nanoseconds.
    package var durations: [Double]
    /// The file as the user named it, or "this run".
    package var file: String
    /// The phase's name.
    package var phase: String
    /// What tells runs apart: rounds of one run were interleaved in time, those of two have nothing to do with each other.
    package var run: String
    /// The operations, as the record names them.
    package var operation: String
    /// The phase's counters.
    package var counters: [String: Double]

    /// The operations of these classes in a phase; nil when there were none.
    package init?(
        _ phase: PhaseRecord,
        _ classes: [OperationClass],
        of record: SourceRecord
    ) {
        rounds = phase.rounds.map { round in
            let parts = classes.compactMap { round.latency[$0.rawValue]?.snapshot }
            // Merging one goes through every bucket there is, and a long run has thousands of rounds.
            return parts.count > 1 ? .merged(parts) : parts.first ?? .empty
        }
        pooled = .merged(rounds)
        guard pooled.count > 0 else { return nil }
        durations = phase.rounds.map { Double($0.durationNs) }
        file = record.file
        self.phase = phase.name
        run = record.key
        operation = classes.map(\.rawValue).joined(separator: "+")
        counters = phase.counters
    }

    /// Equal for two readings of the same measurement.
    var key: String { "\(file)|\(identity)" }

    /// What intervals are seeded from: a file that is moved keeps its intervals.
    var identity: String { "\(run)|\(phase)|\(operation)" }

    /// "disk.json, phase 'write-1'".
    package var source: String { "\(file), phase '\(phase)'" }

    /// How a call's time divides between the device and what is above it; nil where the block layer was not asked.
    var deviceShare: DeviceRequests.Share? {
        DeviceRequests(counters)?.share(of: pooled)
    }

    /// Operations in a second of measured time; nil when no time passed.
    package var perSecond: Double? {
        let seconds = durations.reduce(0, +) / 1e9
        return seconds > 0 ? Double(pooled.count) / seconds : nil
    }
}

/// A record and the name of its file.
package struct SourceRecord: Sendable {
    /// As the user gave it, or "this run" for a record in memory.
    package var file: String
    package var record: ResultRecord

    package init(file: String = "this run", record: ResultRecord) {
        self.file = file
        self.record = record
    }

    /// The same for two readings of one run, and different for two runs.
    var key: String { "\(record.run.id) \(record.run.started)" }
}
