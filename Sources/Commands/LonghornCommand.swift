import ArgumentTable
import Benchmarking
import Foundation
import IOEngines
import Rating
import ResultStore
import TargetSafety
import Units
import Workloads

/// `tbench longhorn TARGET`: what a Longhorn replica asks of a disk; with `--replica`, the ladder to a replicated volume.
struct LonghornCommand {
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
        guard !command.wasGiven("replica"), !command.wasGiven("volume") else {
            try refuse(LonghornTable.diskOnly, "is about a disk alone", "leave it or --replica out")
            return try LadderCommand(command, arguments: arguments, console: console).run()
        }
        try refuse(LonghornTable.ladderOnly, "is about replicas", "name one with --replica")
        return try measureDisk()
    }

    /// Refuses flags that would be without effect.
    private func refuse(_ flags: [String], _ reason: String, _ hint: String) throws {
        guard let flag = flags.first(where: command.wasGiven) else { return }
        throw CommandError(
            operation: "longhorn",
            subject: "--\(flag)",
            reason: "--\(flag) \(reason)",
            hint: hint
        )
    }

    private func measureDisk() throws -> ExitCode {
        let request = try LonghornRequest(command)
        if command.flag("dry-run") { return console.output(dryRun(request)) ? .success : .failure }
        let signals = SignalWatch(console: console)
        try signals.start()
        let reporter = ProgressReporter(
            console: console,
            isEnabled: !command.flag("quiet") && (command.string("progress") != "false")
        )
        let session = LonghornSession(
            request: request,
            cancellation: signals.cancellation,
            runStart: runStart,
            progress: reporter
        )
        let measured = try session.run()
        reporter.finish()
        return try Delivery(command: command, console: console, profile: request.kbench).deliver(
            record(request, measured, signals.cancellation),
            failure: measured.failure,
            cancellation: signals.cancellation
        )
    }

    private func record(
        _ request: LonghornRequest,
        _ measured: LonghornSession.Measurement,
        _ cancellation: Cancellation
    ) -> ResultRecord {
        let spec = request.spec(measured.plan, isDirect: measured.isDirect)
        let usesQueues = request.dataEngine == .v2 || request.kbench != nil
        var record = ResultRecord(
            method: Version.method,
            run: RunInfo.ofThisProcess(
                started: started,
                runStart: runStart,
                arguments: arguments
            ),
            benchmark: BenchmarkInfo(
                name: "longhorn",
                workload: WorkloadID.of(spec: spec),
                spec: spec,
                engine: usesQueues && request.engine != .sync
                    ? "\(request.engine.rawValue), sync" : "sync",
                engineRequested: "auto",
                engineFallbackReason: request.engineFallbackReason,
                engineFeatures: measured.features
            ),
            target: measured.facts,
            tags: request.tags,
            host: measured.host,
            noise: measured.noise,
            conditions: measured.conditions,
            phases: measured.phases,
            warnings: measured.warnings
        )
        record.noteEnd(measured.failure, cancellation)
        record.metrics = LonghornMetrics.derive(record)
            .merging(JobMetrics.derive(record)) { own, _ in own }
        record.addHostWarnings()
        record.warnings += LonghornDoubts.warnings(record)
        record.verdict = LonghornVerdict.judge(record)
        return record
    }

    private func dryRun(_ request: LonghornRequest) -> String {
        let plan = request.plan()
        let cases = plan.groups.flatMap(\.cases).count
        let kbench = request.kbench?.durationNanoseconds ?? 0
        let time = QuantityText.duration(nanoseconds: plan.durationNanoseconds + kbench)
        let most = request.target.kind == .blockDevice ? "at most " : ""
        return """
            Would measure \(request.target.path) (\(request.target.kind.rawValue)) as a \
            \(request.dataEngine.rawValue.uppercased()) replica's disk: \(cases) cases.
            Would write \(most)\(QuantityText.bytes(plan.bytesNeeded)) of scratch, and within it again.
            Would take about \(time), and the time to write the scratch.

            """
    }
}
