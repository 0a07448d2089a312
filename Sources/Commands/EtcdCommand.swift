import ArgumentTable
import Benchmarking
import Foundation
import HostFacts
import IOEngines
import Rating
import Reporting
import ResultStore
import TargetSafety
import Units
import Workloads

/// `tbench etcd`: check, prepare, measure, judge, store, print, clean up.
struct EtcdCommand {
    private let command: ParsedCommand
    private let arguments: [String]
    private let console: Console
    private let started: Date
    private let runStart: UInt64

    init(_ command: ParsedCommand, arguments: [String], console: Console) {
        self.command = command
        self.arguments = arguments
        self.console = console
        started = Date()
        runStart = MonotonicClock.now()
    }

    func run() throws -> ExitCode {
        let request = try EtcdRequest(command)
        let target = try TargetResolver.resolve(request.target)
        if command.flag("dry-run") {
            return console.output(DryRun.text(request, target)) ? .success : .failure
        }
        let signals = SignalWatch(console: console)
        try signals.start()
        let reporter = ProgressReporter(
            console: console,
            isEnabled: !command.flag("quiet") && (command.string("progress") != "false")
        )
        let session = EtcdSession(
            request: request,
            target: target,
            cancellation: signals.cancellation,
            runStart: runStart,
            progress: reporter
        )
        let measured = try session.run()
        reporter.finish()
        let record = record(request, measured, signals.cancellation)
        return try finish(record, measured, request, signals.cancellation)
    }

    /// The record with everything derived: metrics, warnings, verdict.
    private func record(
        _ request: EtcdRequest,
        _ measured: EtcdSession.Measurement,
        _ cancellation: Cancellation
    ) -> ResultRecord {
        var record = ResultRecord(
            method: Version.method,
            run: RunInfo(
                id: String(format: "%08x", UInt32.random(in: 0 ... .max)),
                started: started.formatted(.iso8601),
                durationNs: MonotonicClock.now() - runStart,
                timeToVerdictNs: measured.outcome.timeToVerdictNanoseconds,
                toolVersion: "tbench \(Version.number)",
                toolBuild: Version.build,
                arguments: arguments,
                peakMemoryBytes: ProcessFacts.peakMemoryBytes()
            ),
            benchmark: BenchmarkInfo(
                name: "etcd",
                workload: WorkloadID.of(spec: request.spec),
                spec: request.spec,
                engine: request.options.engine.rawValue,
                engineRequested: request.engineRequested.rawValue,
                engineFallbackReason: request.engineFallbackReason
            ),
            target: measured.facts,
            tags: request.tags,
            host: measured.host,
            noise: measured.noise,
            conditions: measured.conditions,
            phases: measured.outcome.phases,
            warnings: measured.outcome.warnings + measured.warnings
        )
        if let failure = measured.outcome.failure {
            record.run.outcome = .failed
            record.run.outcomeReason = failure.description
        } else if cancellation.isRequested {
            record.run.outcome = .partial
            record.run.outcomeReason = "ended by signal \(cancellation.signalNumber)"
        }
        record.metrics = EtcdMetrics.derive(record)
        record.warnings += HonestyAudit.warnings(
            host: measured.host,
            target: measured.facts,
            noise: measured.noise,
            conditions: measured.conditions
        )
        record.warnings += CacheModeHints.hints(target: measured.facts, host: measured.host)
        record.warnings += EtcdDoubts.warnings(record)
        let unknown = measured.facts.unknown + measured.host.unknown
        if !unknown.isEmpty {
            record.warnings.append(
                Warning(
                    code: "unknown-facts",
                    severity: .note,
                    text: "not known here: \(unknown.joined(separator: "; "))"
                )
            )
        }
        record.verdict = EtcdVerdict.judge(record)
        return record
    }

    /// Stores and prints; the exit code is the most important thing that happened.
    private func finish(
        _ record: ResultRecord,
        _ measured: EtcdSession.Measurement,
        _ request: EtcdRequest,
        _ cancellation: Cancellation
    ) throws -> ExitCode {
        var storeFailure: ResultStoreError?
        if let directory = request.outputDirectory {
            do throws(ResultStoreError) {
                let path = try ResultFiles.write(record, into: directory)
                console.message("Record: \(path)\n")
            } catch {
                storeFailure = error
            }
        }
        let printed = console.output(try text(record, request.format))
        if let failure = measured.outcome.failure {
            console.message("Error: \(failure.description)\n")
            return failure.exitCode
        }
        if let storeFailure { throw storeFailure }
        if !printed { return .failure }
        if cancellation.isRequested { return .signal(cancellation.signalNumber) }
        switch record.verdict?.grade {
        case .fail: return .breach
        case .inconclusive, nil: return command.flag("strict") ? .inconclusive : .success
        case .pass, .borderline: return .success
        }
    }

    /// The verdict alone, for scripts and people in a hurry.
    private func quietLine(_ record: ResultRecord) -> String {
        guard let verdict = record.verdict else { return "NO VERDICT\n" }
        return "\(verdict.grade.rawValue.uppercased()): \(verdict.headline)\n"
    }

    private func text(_ record: ResultRecord, _ format: String) throws -> String {
        switch format {
        case "json":
            return String(decoding: try RecordCoding.encode(record), as: UTF8.self) + "\n"
        case "markdown":
            return MarkdownReport.render(record)
        default:
            let style = TextStyle(
                color: console.color(isTerminal: console.standardOutputIsTerminal)
                    && command.string("color") != "false",
                unicode: console.unicode,
                width: console.width
            )
            if command.flag("quiet") { return quietLine(record) }
            return TextReport.render(record, style: style)
        }
    }
}
