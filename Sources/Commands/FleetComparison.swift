import ArgumentTable
import Foundation
import Orchestration
import Reporting
import ResultStore
import Units

/// `tbench compare --by node` over three nodes or more: not each against the first, but all against their own spread.
struct FleetComparison {
    private let command: ParsedCommand
    private let console: Console

    /// Fewer have no middle that one of them could differ from.
    private static let leastNodes = 3

    init(_ command: ParsedCommand, _ console: Console) {
        self.command = command
        self.console = console
    }

    /// Ranks the nodes; nil where what was asked for is a comparison of pairs.
    ///
    /// That is the case where one node is named as the reference, where thresholds for pairs are given, where there are two
    /// nodes, and where the results hold no figure to rank by.
    func run(_ words: [String], _ files: ReportFiles) throws -> ExitCode? {
        guard command.string("by") == "node", command.string("reference") == nil,
            command.pairs("threshold").isEmpty, command.strings("across").isEmpty
        else { return nil }
        for word in words where !FileManager.default.fileExists(atPath: word) {
            // Missing files and tags are the other way's to explain.
            return nil
        }
        let reading = FleetReading.read(ReportInput.list(words), operation: "compare")
        let fleet = Fleet(reading.runs)
        guard fleet.mostNodes >= Self.leastNodes else { return nil }
        try refuseOthers(files)
        let problems = reading.problems.map(\.description)
        let style = console.textStyle(command)
        let format = command.string("output-format").flatMap(ReportFormat.init(rawValue:)) ?? .text
        let isPrinted = console.output(try text(fleet, problems, format, style))
        let plain = TextStyle(color: false, unicode: true, width: 120)
        var failure: ResultStoreError?
        for (format, path) in files.files {
            let text = try text(fleet, problems, format, plain)
            do throws(ResultStoreError) {
                try ResultFiles.replace(Data(text.utf8), at: path)
            } catch {
                failure = failure ?? error
            }
        }
        for problem in problems { console.message("Error: \(problem)\n") }
        if let failure { throw failure }
        guard isPrinted, problems.isEmpty else { return .failure }
        let isWhole = fleet.unranked.isEmpty && fleet.cases.allSatisfy(\.unranked.isEmpty)
        return command.flag("strict") && !isWhole ? .inconclusive : .success
    }

    private func refuseOthers(_ files: ReportFiles) throws(CommandError) {
        let known: [ReportFormat] = [.text, .markdown, .json, .csv]
        guard let other = files.files.first(where: { !known.contains($0.format) }) else { return }
        throw CommandError(
            operation: "compare",
            subject: "--report \(other.format.rawValue)",
            reason: "a ranking of nodes cannot be written as \(other.format.rawValue)",
            hint:
                "one of \(known.map(\.rawValue).joined(separator: ", ")); or name the node to compare with: --reference NODE"
        )
    }

    private func text(
        _ fleet: Fleet,
        _ problems: [String],
        _ format: ReportFormat,
        _ style: TextStyle
    ) throws -> String {
        let isAlone = fleet.cases.count == 1
        switch format {
        case .json: return try FleetDocument(fleet, problems: problems).json(isPretty: true)
        case .csv: return FleetCSV.render(fleet)
        case .markdown:
            return fleet.cases.map { FleetReport.markdown($0, isAlone: isAlone) }
                .joined(separator: "\n")
        default:
            return fleet.cases.map { FleetReport.render($0, isAlone: isAlone, style: style) }
                .joined(separator: "\n")
        }
    }
}
