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
import VirtualDisks
import Workloads

/// `tbench matrix`: every combination in turns, then compared, rated, stored and printed.
struct MatrixCommand {
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
        if let socket = command.string("qmp") {
            return try MonitorCommand(command, console: console).run(socket)
        }
        let request = try MatrixRequest(command)
        let target = try TargetResolver.resolve(request.directory)
        guard target.kind == .directory else {
            throw CommandError(
                operation: "matrix",
                subject: target.path,
                reason:
                    "\(target.path) is a \(target.kind.rawValue), and images are made in a directory",
                hint:
                    "name a directory on the storage to measure; images of guests are never opened"
            )
        }
        if command.flag("dry-run") {
            return console.output(request.dryRun) ? .success : .failure
        }
        let tools = try QemuTools.find()
        let signals = SignalWatch(console: console)
        try signals.start()
        let measured = try measure(request, target, tools, signals.cancellation)
        let records = records(request, measured, tools, signals.cancellation)
        let storeFailure = store(records, request)
        return try deliver(records, measured, request, signals.cancellation, storeFailure)
    }

    private struct Measurement {
        var outcome: MatrixRun.Outcome
        var facts: TargetFacts
        var host: HostRecord
        var noise: NoiseFloor?
        var conditions: Conditions
        var warnings: [Warning]
    }

    private func measure(
        _ request: MatrixRequest,
        _ target: ResolvedTarget,
        _ tools: QemuTools,
        _ cancellation: Cancellation
    ) throws -> Measurement {
        let leftovers = try Leftovers.remove(target.realPath)
        let scratch = try ScratchDirectory.create(
            in: target.realPath,
            needing: request.settings.bytesNeeded
        )
        // Closures take paths, not scratch: capturing a noncopyable value that is consumed later crashes
        // the 6.3.1 compiler.
        let path = scratch.path
        let facts = HostProbe().target(path: target.realPath)
        let isShown = !command.flag("quiet") && command.string("progress") != "false"
        let table = MatrixProgress(
            console: console,
            isEnabled: isShown,
            settings: request.settings,
            runStart: runStart
        )
        let combinations = request.settings.combinations
        let reporter = ProgressReporter(console: console, isEnabled: isShown)
        let surroundings = Surroundings(facts: facts, progress: reporter, runStart: runStart)
        let runStart = runStart
        let (result, noise, conditions) = surroundings.observe {
            reporter.finish()
            return Self.outcome(
                request,
                in: path,
                facts,
                tools,
                cancellation,
                runStart,
                report: { table.note($0, combinations) }
            )
        }
        table.finish()
        let failure = Cleanup.error(scratch)
        let outcome = try result.get()
        if let failure { throw failure }
        return Measurement(
            outcome: outcome,
            facts: facts,
            host: HostProbe().host(),
            noise: noise,
            conditions: conditions,
            warnings: leftovers
        )
    }

    private static func outcome(
        _ request: MatrixRequest,
        in scratch: String,
        _ facts: TargetFacts,
        _ tools: QemuTools,
        _ cancellation: Cancellation,
        _ runStart: UInt64,
        report: @escaping (MatrixEvent) -> Void
    ) -> Result<MatrixRun.Outcome, VirtualDiskError> {
        guard let guest = request.guest else {
            let run = MatrixRun(
                settings: request.settings,
                tools: tools,
                target: facts,
                cancellation: cancellation,
                runStart: runStart,
                report: report
            )
            return .success(run.run(in: scratch))
        }
        let run = GuestMatrixRun(
            settings: request.settings,
            guest: guest,
            tools: tools,
            cancellation: cancellation,
            runStart: runStart,
            report: report
        )
        return Result { () throws(VirtualDiskError) in try run.run(in: scratch) }
    }

    /// One record a cell that was measured, at the cell's index.
    private func records(
        _ request: MatrixRequest,
        _ measured: Measurement,
        _ tools: QemuTools,
        _ cancellation: Cancellation
    ) -> [ResultRecord?] {
        let run = String(format: "%08x", UInt32.random(in: 0 ... .max))
        return measured.outcome.cells.map { cell in
            guard let phase = cell.phase else { return nil }
            var spec = request.spec
            spec["qemu"] = tools.version
            var record = ResultRecord(
                method: Version.method,
                run: .ofThisProcess(started: started, runStart: runStart, arguments: arguments),
                benchmark: BenchmarkInfo(
                    name: request.settings.profile?.name ?? "etcd",
                    workload: WorkloadID.of(spec: request.spec),
                    spec: spec,
                    engine: request.guest == nil && request.settings.client == .nbd
                        ? "nbd" : "sync",
                    engineRequested: request.guest == nil
                        ? request.settings.client.rawValue : "sync"
                ),
                target: measured.facts,
                tags: request.tags.merging(cell.tags) { _, own in own }
                    .merging(cell.combination.tags) { _, own in own }
                    .merging([MatrixRating.runTag: run]) { _, own in own },
                host: measured.host,
                noise: measured.noise,
                conditions: measured.conditions,
                phases: (cell.jobs.isEmpty ? [phase] : cell.jobs) + [cell.host].compactMap(\.self),
                warnings: measured.warnings
            )
            // The cells took turns, round by round: 'tbench compare' pairs them.
            record.run.turns = run
            record.noteEnd(
                cell.failure.map {
                    BenchmarkError(operation: "matrix", subject: cell.combination.name, reason: $0)
                },
                cancellation
            )
            record.metrics =
                cell.jobs.isEmpty ? EtcdMetrics.derive(record) : JobMetrics.derive(record)
            record.addHostWarnings()
            return record
        }
    }

    private func store(_ records: [ResultRecord?], _ request: MatrixRequest) -> ResultStoreError? {
        guard let directory = request.outputDirectory else { return nil }
        for record in records.compactMap(\.self) {
            do throws(ResultStoreError) {
                let path = try ResultFiles.write(record, into: directory)
                console.message("Record: \(path)\n")
            } catch {
                return error
            }
        }
        return nil
    }

    private func deliver(
        _ records: [ResultRecord?],
        _ measured: Measurement,
        _ request: MatrixRequest,
        _ cancellation: Cancellation,
        _ storeFailure: ResultStoreError?
    ) throws -> ExitCode {
        let cells = zip(measured.outcome.cells, records).map { cell, record in
            MatrixRating.Cell(
                combination: cell.combination,
                record: record,
                failure: cell.failure
            )
        }
        var document = MatrixRating(cells: cells, rubric: request.rubric)
            .document(method: "\(request.method); ended: \(measured.outcome.stopReason)")
        document.notes =
            request.notes + measured.outcome.notes + measured.warnings.map(\.text) + document.notes
        if cancellation.isRequested {
            document.notes.insert("Ended by a signal: this is what was measured until then.", at: 0)
        }
        let output = MatrixOutput(command: command, console: console)
        let printed = console.output(try output.text(document))
        if let storeFailure { throw storeFailure }
        if !printed { return .failure }
        if cancellation.isRequested { return .signal(cancellation.signalNumber) }
        let isAnyMeasured = records.contains { $0 != nil }
        let isAnyBroken = zip(measured.outcome.cells, request.settings.combinations).contains {
            $0.failure != nil && $1.invalidReason == nil
        }
        return isAnyMeasured && !isAnyBroken ? .success : .failure
    }
}

/// A matrix in the format that was asked for.
struct MatrixOutput {
    let command: ParsedCommand
    let console: Console

    func text(_ document: MatrixDocument) throws -> String {
        switch command.string("output-format") {
        case "json":
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
        case "csv": return MatrixCSV.render(document)
        case "markdown": return MatrixMarkdown.render(document)
        default:
            let style = console.textStyle(command)
            return MatrixReport.render(document, style: style)
        }
    }
}
