import ArgumentTable
import Foundation
import Rating
import Reporting
import ResultStore
import Units
import Workloads

/// `tbench rate`: results of disk combinations, graded; reads only.
struct RateCommand {
    private let command: ParsedCommand
    private let console: Console

    init(_ command: ParsedCommand, console: Console) {
        self.command = command
        self.console = console
    }

    func run() throws -> ExitCode {
        let rubric = try MatrixRequest.rubric(command)
        let cells = try (command.positionals["file"] ?? []).map(Self.cell)
        let document = MatrixRating(cells: cells, rubric: rubric)
            .document(method: "from \(cells.count) result\(cells.count == 1 ? "" : "s")")
        let text = try MatrixOutput(command: command, console: console).text(document)
        return console.output(text) ? .success : .failure
    }

    /// One result as a cell; the error names the file.
    private static func cell(_ path: String) throws -> MatrixRating.Cell {
        let record: ResultRecord
        do throws(ResultStoreError) {
            record = try ResultFiles.read(path)
        } catch {
            let isNamed = error.reason.contains(path)
            throw CommandError(
                operation: error.operation,
                subject: path,
                reason: isNamed ? error.reason : "\(path): \(error.reason)",
                hint: error.hint,
                exitCode: error.exitCode
            )
        }
        guard let combination = DiskCombination(tags: record.tags) else {
            throw CommandError(
                operation: "rate",
                subject: path,
                reason: "\(path) does not say which disk format and cache mode it was measured on",
                hint:
                    "measure with 'tbench matrix', or declare both: --tag format=raw --tag cache=none",
                exitCode: .missing
            )
        }
        return MatrixRating.Cell(
            combination: combination,
            record: record,
            failure: record.run.outcome == .complete ? nil : record.run.outcomeReason
        )
    }
}
