import Benchmarking
import Foundation
import HostFacts
import IOEngines
import ResultStore
import Units

// What every command's record says about the run itself.

extension RunInfo {
    /// The run of this process, complete until something else is noted.
    static func ofThisProcess(
        started: Date,
        runStart: UInt64,
        arguments: [String],
        timeToVerdictNs: UInt64? = nil
    ) -> RunInfo {
        RunInfo(
            id: String(format: "%08x", UInt32.random(in: 0 ... .max)),
            started: started.formatted(.iso8601),
            durationNs: MonotonicClock.now() - runStart,
            timeToVerdictNs: timeToVerdictNs,
            toolVersion: "tbench \(Version.number)",
            toolBuild: Version.build,
            arguments: arguments,
            peakMemoryBytes: ProcessFacts.peakMemoryBytes()
        )
    }
}

extension ResultRecord {
    /// Notes an error or a signal that ended the run early.
    mutating func noteEnd(_ failure: BenchmarkError?, _ cancellation: Cancellation) {
        if let failure {
            run.outcome = .failed
            run.outcomeReason = failure.description
        } else if cancellation.isRequested {
            run.outcome = .partial
            run.outcomeReason = "ended by signal \(cancellation.signalNumber)"
        }
    }

    /// Adds the doubts that machine and target raise, and what is not known about them.
    mutating func addHostWarnings() {
        warnings += HonestyAudit.warnings(
            host: host,
            target: target,
            noise: noise,
            conditions: conditions
        )
        warnings += CacheModeHints.hints(target: target, host: host)
        let unknown = target.unknown + host.unknown
        if !unknown.isEmpty {
            warnings.append(
                Warning(
                    code: "unknown-facts",
                    severity: .note,
                    text: "not known here: \(unknown.joined(separator: "; "))"
                )
            )
        }
    }
}
