import ArgumentTable
import Foundation
import Regression
import Reporting
import ResultStore
import Units

/// `tbench history`: every run of a case, and where its level changed; reads only.
struct HistoryCommand {
    private let command: ParsedCommand
    private let console: Console

    init(_ command: ParsedCommand, console: Console) {
        self.command = command
        self.console = console
    }

    func run() throws -> ExitCode {
        SignalWatch.unblock()
        let options = try ComparisonOptions(command)
        let paths = command.positionals["path"] ?? ["Results"]
        let library = try ResultLibrary.reading(paths)
        for problem in library.sentences { console.message("Warning: \(problem)\n") }
        let runs = library.runs.filter { run in
            let isCase = command.string("case").map { $0 == run.record.benchmark.name } ?? true
            let isNode = command.string("node").map { $0 == run.record.host.node } ?? true
            return isCase && isNode
        }
        guard !runs.isEmpty else {
            let cases = Set(library.runs.map { $0.record.benchmark.name }).sorted()
            throw CommandError(
                operation: "history",
                subject: paths.joined(separator: " "),
                reason: "\(paths.joined(separator: ", ")) holds no such result",
                hint: cases.isEmpty
                    ? "'tbench etcd DIR -o Results/' keeps one"
                    : "cases there: \(cases.joined(separator: ", "))",
                exitCode: .missing
            )
        }
        try requireMeasured(command.strings("measure"), runs)
        let histories = History.all(
            of: runs,
            accepted: accepted(runs),
            relevance: options.relevance,
            only: Set(command.strings("measure"))
        )
        guard console.output(text(histories)) else { return .failure }
        return library.problems.isEmpty ? .success : .failure
    }

    /// Refuses a measure that no run has: an empty table would look like a steady one.
    private func requireMeasured(_ asked: [String], _ runs: [StoredRun]) throws {
        guard !asked.isEmpty else { return }
        let measures = runs.flatMap { RecordMeasures.all(of: $0.record) }.map(\.measure)
        let known = Set(measures.flatMap { [$0.statisticName, $0.id] }).sorted()
        guard let unknown = asked.first(where: { !known.contains($0) }) else { return }
        let near = Suggestion.nearest(to: unknown, among: known).map { "did you mean \($0)?" }
        throw CommandError(
            operation: "history",
            subject: "--measure \(unknown)",
            reason: "no result there measured \(unknown)",
            hint: near ?? "there is: \(known.prefix(12).joined(separator: ", "))",
            exitCode: .missing
        )
    }

    private func accepted(_ runs: [StoredRun]) -> Set<String> {
        let folders = Set(runs.map { ($0.file as NSString).deletingLastPathComponent })
        return folders.reduce(into: []) { ids, folder in
            // A damaged baseline only costs the marks.
            let list = try? BaselineFile.read(in: folder)
            ids.formUnion(list?.runs.map(\.run) ?? [])
        }
    }

    private func text(_ histories: [History]) -> String {
        switch command.string("output-format") {
        case "json": return HistoryReport.json(histories)
        case "markdown": return HistoryReport.markdown(histories)
        case "csv": return HistoryReport.csv(histories)
        default:
            let style = console.textStyle(command)
            return HistoryReport.render(histories, style: style)
        }
    }
}
