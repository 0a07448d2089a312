import ArgumentTable
import Benchmarking
import Foundation
import IOEngines
import Rating
import ResultStore
import TargetSafety
import Units
import Workloads

/// `tbench run`: a profile on a target.
struct RunCommand {
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
        let request = try RunRequest(command)
        let target = try TargetResolver.resolve(request.target)
        if command.flag("dry-run") {
            return console.output(dryRun(request, target)) ? .success : .failure
        }
        let signals = SignalWatch(console: console)
        try signals.start()
        let measured = try measure(signals.cancellation)
        return try Delivery(command: command, console: console, profile: measured.profile).deliver(
            measured.record,
            failure: measured.failure,
            cancellation: signals.cancellation
        )
    }

    /// One run with its record, judged; nothing is stored or printed but progress.
    func measure(_ cancellation: Cancellation) throws -> MeasuredRun {
        let request = try RunRequest(command)
        let target = try TargetResolver.resolve(request.target)
        let reporter = ProgressReporter(
            console: console,
            isEnabled: !command.flag("quiet") && (command.string("progress") != "false")
        )
        let session = RunSession(
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
            profile: measured.profile
        )
    }

    private func record(
        _ request: RunRequest,
        _ measured: RunSession.Measurement,
        _ cancellation: Cancellation
    ) -> ResultRecord {
        let engines = Set(request.profile.phases.flatMap(\.jobs).map(\.engine.rawValue))
        var record = ResultRecord(
            method: Version.method,
            run: RunInfo.ofThisProcess(
                started: started,
                runStart: runStart,
                arguments: arguments
            ),
            benchmark: BenchmarkInfo(
                name: request.profile.name,
                workload: WorkloadID.of(spec: request.spec),
                spec: request.spec,
                engine: engines.sorted().joined(separator: ", "),
                engineRequested: request.engineRequested,
                engineFallbackReason: request.engineFallbackReason,
                engineFeatures: measured.outcome.features
            ),
            target: measured.facts,
            tags: request.tags,
            host: measured.host,
            noise: measured.noise,
            conditions: measured.conditions,
            phases: measured.outcome.phases,
            warnings: measured.warnings
        )
        record.noteEnd(measured.outcome.failure, cancellation)
        record.metrics = JobMetrics.derive(record)
        record.addHostWarnings()
        record.warnings += JobDoubts.warnings(record)
        record.verdict = JobVerdict.judge(record, request.profile)
        return record
    }

    private func dryRun(_ request: RunRequest, _ target: ResolvedTarget) -> String {
        let writes =
            request.profile.destructive || target.kind == .directory
            ? "Would write \(QuantityText.bytes(UInt64(request.sizeBytes))) of scratch, and within it again."
            : "Would write nothing."
        let points =
            request.sweep.map { UInt64($0.plan.isShare ? $0.plan.values.count + 1 : 1) } ?? 1
        let time =
            request.profile.durationNanoseconds.map { $0 * points }.map {
                "Would take about \(QuantityText.duration(nanoseconds: $0)), and the time to write the scratch."
            } ?? "Would take until every job has moved its size."
        return """
            Would run \(request.profile.name) on \(target.path) (\(target.kind.rawValue)).
            \(writes)
            \(time)

            """
    }
}
