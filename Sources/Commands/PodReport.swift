import ArgumentTable
import Foundation
import Orchestration
import ResultStore
import Units

/// What a run tells the cluster it runs in: lines in the log, a summary in the termination message.
struct PodReport {
    private let command: ParsedCommand
    private let console: Console

    init(_ command: ParsedCommand, console: Console) {
        self.command = command
        self.console = console
    }

    /// Chosen once a process: it ties the process's lines together.
    private static let stream: String = {
        let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }()

    var writesLines: Bool { command.declares("log-lines") && command.flag("log-lines") }

    private var summaryPath: String? {
        command.declares("summary") ? command.string("summary") : nil
    }

    private var node: String {
        console.environment["NODE_NAME"] ?? ProcessInfo.processInfo.hostName
    }

    /// Says that a run began, so that one that never delivers anything has a name.
    func begin(_ arguments: [String]) {
        guard writesLines else { return }
        let pod = console.environment["POD_NAME"] ?? ""
        put(.start(pod: pod, arguments: arguments.joined(separator: " ")))
    }

    /// Writes the record's lines.
    ///
    /// - Returns: false when stdout is gone.
    func write(_ record: ResultRecord) throws -> Bool {
        let packed = try PackedRecord(Array(try RecordCoding.encode(record)))
        let lines = packed.lines(stream: Self.stream, node: record.host.node ?? node)
        return console.output(lines.map(\.text).joined())
    }

    /// Says how the run ended.
    func end(_ code: ExitCode, note: String = "") {
        guard writesLines else { return }
        put(.end(exit: Int(code.rawValue), note: note))
    }

    /// Leaves the summary of a run that has a record.
    func summarize(_ record: ResultRecord, _ code: ExitCode) {
        store(RunSummary(record, exit: Int(code.rawValue)))
    }

    /// Leaves the summary of a run that ended before it had one.
    func summarize(_ error: String, _ code: ExitCode) {
        store(
            RunSummary(
                error: error,
                node: node,
                command: command.command,
                exit: Int(code.rawValue)
            )
        )
    }

    /// A summary that cannot be written takes nothing from the run; it is said and the exit code stays.
    private func store(_ summary: RunSummary) {
        guard let path = summaryPath else { return }
        do {
            // Not atomically: the termination log is a mount, and nothing can be renamed onto it.
            try Data(summary.text.utf8).write(to: URL(fileURLWithPath: path))
        } catch {
            console.message("tbench: cannot write the summary to \(path)\n")
        }
    }

    private func put(_ content: LogLine.Content) {
        console.output(LogLine(stream: Self.stream, node: node, content: content).text)
    }
}
