import ArgumentTable
import Foundation
import Regression
import Reporting
import ResultStore
import Units

/// `tbench compare`: sides of results against the first; reads only.
struct CompareCommand {
    private let command: ParsedCommand
    private let console: Console

    init(_ command: ParsedCommand, console: Console) {
        self.command = command
        self.console = console
    }

    func run() throws -> ExitCode {
        SignalWatch.unblock()
        let options = try ComparisonOptions(command)
        let files = try ReportFiles(command, console)
        let words = command.positionals["side"] ?? []
        if let code = try FleetComparison(command, console).run(words, files) { return code }
        let (sides, problems) =
            try command.string("by").map { try grouped(words, by: $0) } ?? named(words)
        var result = CheckResult(
            comparison: Comparison(cases: []),
            results: sides.flatMap(\.runs),
            problems: problems
        )
        let by = command.string("by")
        let across = options.across.union(by == "node" ? ComparisonKey.ofMachines : [])
        for side in sides.dropFirst() {
            let matched = CaseMatching.match(
                base: sides[0],
                new: side,
                ignoring: by.map { [$0] } ?? []
            )
            result.comparison.cases += matched.pairs.compactMap { pair in
                CaseComparison(
                    base: pair.base,
                    new: pair.new,
                    relevance: options.relevance,
                    across: across
                )
            }
            result.problems += Self.lonely(matched.lonely)
        }
        guard !result.comparison.cases.isEmpty else { throw nothing(sides, problems) }
        guard try files.deliver(result) else { return .failure }
        if !problems.isEmpty { return .failure }
        return result.conclusion == .inconclusive && command.flag("strict")
            ? .inconclusive : .success
    }

    /// Each argument is a side.
    private func named(_ words: [String]) throws -> ([ComparedSide], [String]) {
        guard words.count >= 2 else {
            throw CommandError(
                operation: "compare",
                subject: words.first ?? "",
                reason: "one side alone cannot be compared",
                hint: "name a second one, or group the first with --by cache"
            )
        }
        var problems: [String] = []
        var sides: [ComparedSide] = []
        for word in words {
            let library: ResultLibrary
            var label = (word as NSString).lastPathComponent
            if let tag = tag(word) {
                library = try ResultLibrary.reading([command.string("results") ?? "Results"])
                let runs = library.runs.filter { $0.record.tags[tag.key] == tag.value }
                sides.append(ComparedSide(label: word, runs: runs))
                problems += library.sentences
                continue
            }
            library = try ResultLibrary.reading([word])
            // Names of results are long and alike; the run's id tells them apart.
            if library.runs.count == 1, let run = library.runs.first?.record.run,
                label.contains(run.id)
            {
                label = run.id
            }
            sides.append(ComparedSide(label: label, runs: library.runs))
            problems += library.sentences
        }
        return (sides, problems)
    }

    /// "cache=none" where there is no file of that name.
    private func tag(_ word: String) -> (key: String, value: String)? {
        guard !FileManager.default.fileExists(atPath: word), let sign = word.firstIndex(of: "="),
            sign > word.startIndex, !word.contains("/")
        else { return nil }
        return (String(word[..<sign]), String(word[word.index(after: sign)...]))
    }

    /// All results in groups by a tag or by node, the reference first.
    private func grouped(
        _ words: [String],
        by key: String
    ) throws -> ([ComparedSide], [String]) {
        let library = try ResultLibrary.reading(words)
        var groups: [String: [StoredRun]] = [:]
        for run in library.runs {
            let value = key == "node" ? run.record.host.node : run.record.tags[key]
            if let value { groups[value, default: []].append(run) }
        }
        guard groups.count >= 2 else {
            let known = Set(library.runs.flatMap { $0.record.tags.keys }).sorted()
            throw CommandError(
                operation: "compare",
                subject: "--by \(key)",
                reason: groups.isEmpty
                    ? "no result has the tag '\(key)'" : "all results have the same \(key)",
                hint: known.isEmpty
                    ? "tags are given when a result is made: --tag cache=none"
                    : "these tags occur: \(known.joined(separator: ", "))",
                exitCode: .missing
            )
        }
        var values = groups.keys.sorted()
        if let reference = command.string("reference") {
            guard let index = values.firstIndex(of: reference) else {
                throw CommandError(
                    operation: "compare",
                    subject: "--reference \(reference)",
                    reason: "no result has \(key)=\(reference)",
                    hint: "these occur: \(values.joined(separator: ", "))",
                    exitCode: .missing
                )
            }
            values.insert(values.remove(at: index), at: 0)
        }
        let sides = values.map { ComparedSide(label: "\(key)=\($0)", runs: groups[$0] ?? []) }
        return (sides, library.sentences)
    }

    private static func lonely(_ runs: [StoredRun]) -> [String] {
        let cases = Set(runs.map { $0.record.benchmark.name }).sorted()
        guard !runs.isEmpty else { return [] }
        return [
            "\(runs.count) result\(runs.count == 1 ? "" : "s") (\(cases.joined(separator: ", "))) \(runs.count == 1 ? "has" : "have") no partner on the other side"
        ]
    }

    private func nothing(_ sides: [ComparedSide], _ problems: [String]) -> CommandError {
        let empty = sides.first { $0.runs.isEmpty }
        let reason =
            empty.map { "\($0.label) holds no result" } ?? "no case occurs on both sides"
        return CommandError(
            operation: "compare",
            subject: empty?.label ?? "",
            reason: problems.isEmpty ? reason : "\(reason); \(problems.joined(separator: " "))",
            hint: "'tbench etcd DIR -o Results/' keeps results; 'tbench results list' shows them",
            exitCode: problems.isEmpty ? .missing : .failure
        )
    }
}
