import ArgumentTable
import Foundation
import Regression
import Reporting
import ResultStore
import Units

/// What a comparison or a check can be written as.
enum ReportFormat: String, CaseIterable {
    case text
    case markdown
    case json
    case csv
    case junit
    case openmetrics
    case prometheus
    case githubBenchmark = "github-benchmark"
    case bencher
    case annotations

    /// The whole text, with a final newline.
    func render(_ result: CheckResult, _ style: TextStyle) throws -> String {
        switch self {
        case .text: return ComparisonReport.render(result, style: style)
        case .markdown: return ComparisonMarkdown.render(result)
        case .json:
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let data = try encoder.encode(ComparisonDocument(result))
            return String(decoding: data, as: UTF8.self) + "\n"
        case .csv: return ComparisonCSV.render(result.comparison)
        case .junit: return JUnitReport.render(result)
        case .openmetrics: return MetricsExposition.render(result, .openMetrics)
        case .prometheus: return MetricsExposition.render(result, .prometheus)
        case .githubBenchmark: return BenchmarkJSON.gitHubActionBenchmark(result.results)
        case .bencher: return BenchmarkJSON.bencher(result.results)
        case .annotations: return GitHubAnnotations.render(result)
        }
    }
}

/// Where a comparison goes: stdout, files, and what a CI system reads.
struct ReportFiles {
    let command: ParsedCommand
    let console: Console
    let files: [(format: ReportFormat, path: String)]

    /// - Throws: `CommandError` for a format that there is not; before anything is measured.
    init(_ command: ParsedCommand, _ console: Console) throws {
        self.command = command
        self.console = console
        files = try command.pairs("report").map { name, path in
            guard let format = ReportFormat(rawValue: name), !path.isEmpty else {
                let known = ReportFormat.allCases.map(\.rawValue)
                let near = Suggestion.nearest(to: name, among: known)
                throw CommandError(
                    operation: command.command,
                    subject: "--report \(name)",
                    reason: path.isEmpty
                        ? "--report \(name)= names no file" : "there is no report format '\(name)'",
                    hint: near.map { "did you mean \($0)=\(path)" }
                        ?? "one of \(known.joined(separator: ", ")), as in junit=tbench.xml"
                )
            }
            return (format, path)
        }
    }

    /// Prints and writes; false where stdout is gone.
    func deliver(_ result: CheckResult) throws -> Bool {
        let style = console.textStyle(command)
        let format = command.string("output-format").flatMap(ReportFormat.init(rawValue:)) ?? .text
        let isPrinted = console.output(try format.render(result, style))
        let plain = TextStyle(color: false, unicode: true, width: 120)
        var failure: ResultStoreError?
        for (format, path) in files {
            let text = try format.render(result, plain)
            do throws(ResultStoreError) {
                try ResultFiles.replace(Data(text.utf8), at: path)
            } catch {
                // The others are written all the same; the first failure is the one to report.
                failure = failure ?? error
            }
        }
        if isGitHub { try gitHub(result) }
        if let failure { throw failure }
        return isPrinted
    }

    private var isGitHub: Bool {
        guard command.declares("ci") else { return false }
        switch command.string("ci") {
        case "github": return true
        case "none": return false
        default: return console.environment["GITHUB_ACTIONS"] == "true"
        }
    }

    /// Annotations on stderr, where the runner reads them too, and a step summary.
    private func gitHub(_ result: CheckResult) throws {
        console.message(GitHubAnnotations.render(result))
        guard let path = console.environment["GITHUB_STEP_SUMMARY"], !path.isEmpty else { return }
        let existing = FileManager.default.contents(atPath: path) ?? Data()
        // More than 1 MiB in all and the whole summary is dropped.
        let room = (1 << 20) - existing.count - 1024
        guard room > 4096 else {
            console.message("tbench: the step summary is full; ours is left out\n")
            return
        }
        let text = ComparisonMarkdown.render(
            result,
            limit: min(room, ComparisonMarkdown.stepSummaryBytes)
        )
        try ResultFiles.replace(existing + Data(text.utf8), at: path)
    }
}
