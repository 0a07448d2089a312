import ArgumentTable
import Benchmarking
import Foundation
import Regression
import Reporting
import ResultStore
import Units

/// `tbench check`: results against accepted ones and against limits, for CI.
struct CheckCommand {
    private let command: ParsedCommand
    private let console: Console
    private let options: ComparisonOptions
    private let limits: [ServiceLimit]

    init(_ command: ParsedCommand, console: Console) throws {
        self.command = command
        self.console = console
        options = try ComparisonOptions(command)
        limits = try command.pairs("slo").map { try ServiceLimit(measure: $0.key, value: $0.value) }
    }

    func run() throws -> ExitCode {
        let files = try ReportFiles(command, console)
        let words = command.positionals["result"] ?? []
        let measurement = try CheckedMeasurement(words, command, console)
        let given = command.strings("baseline")
        let baselines = given.isEmpty ? ["Results"] : given
        // What has never been accepted anywhere is a beginning, not a mistake; what was named must exist.
        let isMissing = given.isEmpty && !FileManager.default.fileExists(atPath: "Results")
        let search = try BaselineSearch(isMissing ? [] : baselines)
        guard let measurement else {
            SignalWatch.unblock()
            let library = try ResultLibrary.reading(words)
            guard !library.runs.isEmpty else { throw nothing(words, library.sentences) }
            let result = judge(library.runs, search, problems: library.sentences)
            guard try files.deliver(result) else { return .failure }
            return exitCode(result, isUnreadable: !library.problems.isEmpty)
        }
        return try measure(measurement, search, files)
    }

    /// Measures, and measures again before a regression counts.
    private func measure(
        _ measurement: CheckedMeasurement,
        _ search: BaselineSearch,
        _ files: ReportFiles
    ) throws -> ExitCode {
        let first = try measurement.run()
        var result = judge([first.run], search, problems: [])
        var last = first
        let isWorse = result.comparison.counts[.regressed] != nil
        if isWorse, first.failure == nil, !measurement.isCancelled, command.flag("confirm") {
            console.message("tbench: it looks worse; measuring again before that counts\n")
            last = try measurement.run()
            if last.failure == nil, !measurement.isCancelled, let sign = last.disturbance {
                console.message(
                    "tbench: \(sign) disturbed that run, so it says nothing; measuring once more\n"
                )
                last = try measurement.run()
            }
            let second = judge([last.run], search, problems: [])
            if last.failure == nil, !measurement.isCancelled,
                let again = second.comparison.cases.first
            {
                result.comparison.cases = result.comparison.cases.map { $0.confirmed(by: again) }
                result.results.append(last.run)
            }
        }
        guard try files.deliver(result) else { return .failure }
        if let failure = first.failure ?? last.failure {
            console.message("Error: \(failure.description)\n")
            return failure.exitCode
        }
        if measurement.isCancelled { return measurement.signalCode }
        return exitCode(result, isUnreadable: false)
    }

    private func judge(
        _ runs: [StoredRun],
        _ search: BaselineSearch,
        problems: [String]
    ) -> CheckResult {
        var result = CheckResult(
            comparison: Comparison(cases: []),
            results: runs,
            problems: problems + search.problems
        )
        for (_, members) in CaseGroup.grouped(runs) {
            guard let last = members.last else { continue }
            let side = ComparedSide(label: "this run", runs: members)
            switch search.find(for: last.record, across: options.across) {
            case .comparable(let base):
                let others = base.runs.filter { run in
                    !members.contains { $0.record.run.id == run.record.run.id }
                }
                let comparison = CaseComparison(
                    base: ComparedSide(label: base.label, runs: others),
                    new: side,
                    relevance: options.relevance,
                    across: options.across
                )
                if let comparison { result.comparison.cases.append(comparison) }
            case .different(let obstacles):
                result.newCases.append(newCase(last, obstacles))
            case .nothing:
                result.newCases.append(newCase(last, []))
            }
            let records = members.map(\.record)
            result.limits += limits.compactMap { $0.judge(records) }
            if command.flag("verdict"), let verdict = last.record.verdict, verdict.grade == .fail {
                result.brokenVerdicts.append(
                    .init(caseName: last.record.benchmark.name, headline: verdict.headline)
                )
            }
        }
        for limit in limits where !result.limits.contains(where: { $0.limit == limit }) {
            result.problems.append(unknown(limit, runs))
        }
        return result
    }

    private func newCase(_ run: StoredRun, _ obstacles: [KeyDifference]) -> CheckResult.NewCase {
        CheckResult.NewCase(
            caseName: run.record.benchmark.name,
            node: run.record.host.node ?? "unknown node",
            run: RunReference(run),
            obstacles: obstacles
        )
    }

    private func unknown(_ limit: ServiceLimit, _ runs: [StoredRun]) -> String {
        let known = runs.flatMap { RecordMeasures.all(of: $0.record) }.map(\.measure.id)
        let near = Suggestion.nearest(to: limit.measure, among: known)
        let hint =
            near.map { "Did you mean \($0)?" }
            ?? "There is: \(known.prefix(12).joined(separator: ", "))."
        return "The limit \(limit.text) is about something that was not measured. \(hint)"
    }

    private func exitCode(_ result: CheckResult, isUnreadable: Bool) -> ExitCode {
        // A limit that nothing was measured for must not look kept.
        let isUnchecked = limits.contains { limit in
            !result.limits.contains { $0.limit == limit }
        }
        switch result.conclusion {
        case .failed: return .breach
        case .passed where !isUnreadable && !isUnchecked: return .success
        default:
            if isUnreadable || isUnchecked { return .failure }
            return command.flag("strict") ? .inconclusive : .success
        }
    }

    private func nothing(_ words: [String], _ problems: [String]) -> CommandError {
        CommandError(
            operation: "check",
            subject: words.joined(separator: " "),
            reason: problems.isEmpty
                ? "\(words.joined(separator: ", ")) holds no result"
                : problems.joined(separator: " "),
            hint: "'tbench check --baseline Results/ -- etcd DIR' measures one",
            exitCode: problems.isEmpty ? .missing : .failure
        )
    }
}
