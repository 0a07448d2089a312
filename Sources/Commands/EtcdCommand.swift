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
        let measured = try measure(signals.cancellation)
        return try Delivery(command: command, console: console).deliver(
            measured.record,
            failure: measured.failure,
            cancellation: signals.cancellation
        )
    }

    /// One run with its record, judged; nothing is stored or printed but progress.
    func measure(_ cancellation: Cancellation) throws -> MeasuredRun {
        let request = try EtcdRequest(command)
        let target = try TargetResolver.resolve(request.target)
        let reporter = ProgressReporter(
            console: console,
            isEnabled: !command.flag("quiet") && (command.string("progress") != "false")
        )
        let session = EtcdSession(
            request: request,
            target: target,
            cancellation: cancellation,
            runStart: runStart,
            progress: reporter
        )
        let measured = try session.run()
        reporter.finish()
        return MeasuredRun(
            record: record(request, measured, cancellation),
            failure: measured.outcome.failure,
            profile: nil
        )
    }

    /// The record with everything derived: metrics, warnings, verdict.
    private func record(
        _ request: EtcdRequest,
        _ measured: EtcdSession.Measurement,
        _ cancellation: Cancellation
    ) -> ResultRecord {
        var record = ResultRecord(
            method: Version.method,
            run: RunInfo.ofThisProcess(
                started: started,
                runStart: runStart,
                arguments: arguments,
                timeToVerdictNs: measured.outcome.timeToVerdictNanoseconds
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
        record.noteEnd(measured.outcome.failure, cancellation)
        record.metrics = EtcdMetrics.derive(record)
        record.addHostWarnings()
        record.warnings += EtcdDoubts.warnings(record)
        record.verdict = EtcdVerdict.judge(record)
        return record
    }
}
