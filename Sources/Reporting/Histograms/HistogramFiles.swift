package import ResultStore
import Statistics

/// Every histogram of a record as files for other tools.
package enum HistogramFiles {
    /// One log with an interval a round, tagged "job.operation", and a percentile table for each of these.
    ///
    /// - Parameters:
    ///   - record: any.
    ///   - startMilliseconds: when the run began, since 1970.
    /// - Returns: names without a directory, unique, and texts.
    /// - Throws: `HistogramExportError`, for damaged times and without memory.
    package static func files(
        of record: ResultRecord,
        startMilliseconds: Int64
    ) throws(HistogramExportError) -> [(name: String, text: String)] {
        var intervals: [HistogramLog.Interval] = []
        var tables: [(name: String, text: String)] = []
        var names: Set<String> = []
        for phase in record.phases {
            intervals += HistogramLog.intervals(of: phase, prefix: "\(phase.name).")
            let classes = Set(phase.rounds.flatMap(\.latency.keys)).sorted()
            for operation in classes.compactMap(OperationClass.init(rawValue:)) {
                let pooled = phase.pooled([operation])
                guard pooled.count > 0 else { continue }
                var name = FileNames.part("\(phase.name).\(operation.rawValue)")
                while !names.insert(name).inserted { name += "-" }
                tables.append(("\(name).hgrm", PercentileDistribution.text(pooled)))
            }
        }
        let log = try HistogramLog.text(
            intervals,
            startMilliseconds: startMilliseconds,
            comment: "tbench \(record.benchmark.name) on \(record.target.path)"
        )
        return [("intervals.hlog", log)] + tables
    }
}
