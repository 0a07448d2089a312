import ArgumentTable
import Benchmarking
import Reporting
import ResultStore
import Units
import Workloads

/// The end of a run: the record is stored and printed, and the exit code found.
struct Delivery {
    let command: ParsedCommand
    let console: Console
    /// The jobs of the run, for fio's format; nil where there are none.
    var profile: Profile?

    /// Stores and prints, and tells the cluster; the exit code is the most important thing that happened.
    func deliver(
        _ record: ResultRecord,
        failure: BenchmarkError?,
        cancellation: Cancellation
    ) throws -> ExitCode {
        let code = try conclude(record, failure: failure, cancellation: cancellation)
        PodReport(command, console: console).summarize(record, code)
        return code
    }

    private func conclude(
        _ record: ResultRecord,
        failure: BenchmarkError?,
        cancellation: Cancellation
    ) throws -> ExitCode {
        var storeFailure: (any DescribedError)?
        if let directory = command.string("output-dir") {
            do throws(ResultStoreError) {
                let path = try ResultFiles.write(record, into: directory)
                console.message("Record: \(path)\n")
            } catch {
                storeFailure = error
            }
        }
        if let directory = command.string("histograms") {
            do {
                let path = try HistogramExport.write(record, into: directory)
                console.message("Histograms: \(path)\n")
            } catch {
                storeFailure = storeFailure ?? error
            }
        }
        let report = try text(record, command.string("output-format") ?? "text")
        let pod = PodReport(command, console: console)
        let printed: Bool
        if pod.writesLines {
            console.message(report)
            printed = try pod.write(record)
        } else {
            printed = console.output(report)
        }
        if let failure {
            console.message("Error: \(failure.description)\n")
            return failure.exitCode
        }
        if let storeFailure { throw storeFailure }
        if !printed { return .failure }
        if cancellation.isRequested { return .signal(cancellation.signalNumber) }
        switch record.verdict?.grade {
        case .fail: return .breach
        case .inconclusive, nil: return command.flag("strict") ? .inconclusive : .success
        case .pass, .borderline: return .success
        }
    }

    /// The verdict alone, for scripts and people in a hurry.
    private func quietLine(_ record: ResultRecord) -> String {
        guard let verdict = record.verdict else { return TextReport.summary(record) }
        return "\(verdict.grade.rawValue.uppercased()): \(verdict.headline)\n"
    }

    private func text(_ record: ResultRecord, _ format: String) throws -> String {
        switch format {
        case "json":
            return String(decoding: try RecordCoding.encode(record), as: UTF8.self) + "\n"
        case "markdown":
            return MarkdownReport.render(record)
        case "fio-json":
            return FioReport(record, profile).text()
        default:
            let style = console.textStyle(command)
            if command.flag("quiet") { return quietLine(record) }
            return TextReport.render(record, style: style)
        }
    }
}
