import ArgumentTable
import Foundation
import Orchestration
import Reporting
import ResultStore
import Units

/// `tbench report`: result files in, one HTML page out.
struct ReportCommand {
    private let command: ParsedCommand
    private let console: Console

    /// More than a page can show, and more than anybody would read.
    private static let mostFiles = 500

    init(_ command: ParsedCommand, console: Console) {
        self.command = command
        self.console = console
    }

    /// From so many nodes in one case on, their ranking says more than a picture of each.
    private static let fleetNodes = 8

    func run() throws -> ExitCode {
        let output = try destination()
        let files = ReportInput.list(command.positionals["result"] ?? [])
        let view = command.string("view") ?? "auto"
        if view == "fleet" || (view == "auto" && files.count >= Self.fleetNodes) {
            var reading = FleetReading.read(files, operation: "report")
            let fleet = Fleet(reading.runs)
            if view == "fleet" || fleet.mostNodes >= Self.fleetNodes {
                return try showFleet(fleet, &reading, output)
            }
        }
        let found = try ReportInput.read(files, most: Self.mostFiles)
        say(found.problems, found.copies, found.skipped)
        guard !found.sources.isEmpty else {
            if let first = found.problems.first { return first.exitCode }
            throw nothing
        }
        let page = HTMLReport.render(
            found.sources,
            problems: found.problems.map(\.description),
            generator: "tbench \(Version.number)"
        )
        let count = found.sources.count
        guard try write(page, to: output, "\(count) \(count == 1 ? "result" : "results")") else {
            return .failure
        }
        return found.problems.first?.exitCode ?? .success
    }

    /// The page of many nodes: of each record only what the ranking needs is kept, and the rounds of the worst.
    private func showFleet(
        _ fleet: Fleet,
        _ reading: inout FleetReading,
        _ output: String?
    ) throws -> ExitCode {
        let rounds = reading.rounds(of: FleetPage.pictured(fleet))
        say(reading.problems, reading.copies, reading.skipped)
        guard fleet.mostNodes > 0 else {
            if let first = reading.problems.first { return first.exitCode }
            guard !reading.runs.isEmpty else { throw nothing }
            throw CommandError(
                operation: "report",
                subject: "--view fleet",
                reason: "no result has both a node's name and a figure to rank it by",
                hint: "leave out --view fleet for a page of the results themselves",
                exitCode: .missing
            )
        }
        let page = FleetPage.render(
            fleet,
            rounds: rounds,
            problems: reading.problems.map(\.description),
            generator: "tbench \(Version.number)"
        )
        let nodes = Set(fleet.cases.flatMap { $0.ranking.rows.map(\.node) }).count
        let words =
            "\(nodes) \(nodes == 1 ? "node" : "nodes"), \(reading.runs.count) \(reading.runs.count == 1 ? "result" : "results")"
        guard try write(page, to: output, words) else { return .failure }
        return reading.problems.first?.exitCode ?? .success
    }

    private var nothing: CommandError {
        CommandError(
            operation: "report",
            subject: command.positionals["result"]?.first ?? "",
            reason:
                "there is no result below \((command.positionals["result"] ?? []).joined(separator: ", "))",
            hint: "'tbench etcd TARGET -o DIR' writes one, as do run, longhorn and net",
            exitCode: .missing
        )
    }

    /// What was left out, and why.
    private func say(
        _ problems: [CommandError],
        _ copies: [(path: String, first: String)],
        _ skipped: Int
    ) {
        for problem in problems { console.message("Error: \(problem.description)\n") }
        for copy in copies {
            console.message("Note: \(copy.path) is the same run as \(copy.first); shown once.\n")
        }
        if skipped > 0 {
            let word = skipped == 1 ? "file" : "files"
            console.message("Note: \(skipped) JSON \(word) that no run of tbench wrote left out.\n")
        }
    }

    /// The file to write, nil for stdout; refused before anything is computed.
    private func destination() throws -> String? {
        guard let path = command.string("output") else {
            guard console.standardOutputIsTerminal else { return nil }
            throw CommandError(
                operation: "report",
                subject: "--output",
                reason: "a page of HTML is not for a terminal",
                hint: "name a file with -o report.html, or say -o - for stdout"
            )
        }
        guard path != "-" else { return nil }
        try ReportFile.check(path, isForced: command.flag("force"))
        return path
    }

    private func write(_ page: String, to path: String?, _ what: String) throws -> Bool {
        guard let path else { return console.output(page) }
        try ReportFile.write(Data(page.utf8), to: path)
        let size = QuantityText.bytes(UInt64(page.utf8.count))
        console.message("Report: \(path) (\(what), \(size))\n")
        return true
    }
}
