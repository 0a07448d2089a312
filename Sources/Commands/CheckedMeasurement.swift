import ArgumentTable
import Benchmarking
import Foundation
import ResultStore
import Units

/// The measurement that a check makes by itself: `-- etcd …` or `-- run …`.
struct CheckedMeasurement {
    /// One result, kept where that was asked for.
    struct Outcome {
        var run: StoredRun
        var failure: BenchmarkError?

        /// The code of a warning that forbids a verdict on the run; nil where it may count.
        var disturbance: String? {
            run.record.warnings.first { $0.severity == .contaminated }?.code
        }
    }

    private let arguments: [String]
    private let inner: ParsedCommand
    private let directory: String?
    private let console: Console
    private let signals: SignalWatch

    /// Nil where the words name results.
    ///
    /// - Throws: `UsageError` for a command line that is wrong, before anything is measured.
    init?(_ words: [String], _ command: ParsedCommand, _ console: Console) throws {
        guard let name = words.first, ["etcd", "run"].contains(name),
            !FileManager.default.fileExists(atPath: name)
        else { return nil }
        arguments = Self.completed(words)
        let parser = ArgumentParser(table: TbenchTable.table)
        let outcome = try parser.parse(
            arguments,
            terminalWidth: console.width,
            environment: console.environment
        )
        guard case .run(let inner) = outcome else {
            throw CommandError(
                operation: "check",
                subject: words.joined(separator: " "),
                reason: "'\(words.joined(separator: " "))' measures nothing",
                hint: "give a command that runs, such as: tbench check -- etcd ."
            )
        }
        let foreign = ["output-dir", "output-format", "dry-run", "strict"]
            .first { inner.wasGiven($0) }
        if let foreign {
            throw CommandError(
                operation: "check",
                subject: "--\(foreign)",
                reason: "--\(foreign) belongs before '--': it is the check that prints and keeps",
                hint: "tbench check -o DIR --output-format markdown -- \(name) …"
            )
        }
        self.inner = inner
        self.console = console
        directory = command.string("output-dir")
        signals = SignalWatch(console: console)
        try signals.start()
    }

    /// Enough rounds for a verdict, where the words do not say how many.
    private static func completed(_ words: [String]) -> [String] {
        guard words.first == "etcd" else { return words }
        func has(_ flags: String...) -> Bool {
            words.contains { word in flags.contains { word == $0 || word.hasPrefix("\($0)=") } }
        }
        var words = words
        // 36 rounds of two seconds at 150 puts a second hold the 10 000 syncs that a verdict on p99 takes.
        if !has("--rounds") { words += ["--rounds", "36"] }
        if !has("--max-time") { words += ["--max-time", "120s"] }
        if !has("--early-stop", "--no-early-stop") { words.append("--no-early-stop") }
        if !has("--only-load") { words.append("--only-load") }
        return words
    }

    var isCancelled: Bool { signals.cancellation.isRequested }
    var signalCode: ExitCode { .signal(signals.cancellation.signalNumber) }

    /// Measures once more.
    func run() throws -> Outcome {
        let measured =
            inner.command == "etcd"
            ? try EtcdCommand(inner, arguments: arguments, console: console)
                .measure(signals.cancellation)
            : try RunCommand(inner, arguments: arguments, console: console)
                .measure(signals.cancellation)
        var file = "this run"
        if let directory {
            file = try ResultFiles.write(measured.record, into: directory)
            console.message("Record: \(file)\n")
        }
        return Outcome(
            run: StoredRun(file: file, record: measured.record),
            failure: measured.failure
        )
    }
}
