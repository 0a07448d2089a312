import ArgumentTable
import Foundation
import Reporting
import ResultStore
import Units

/// `tbench results`: what is kept, one of it, less of it.
struct ResultsCommand {
    private let command: ParsedCommand
    private let console: Console
    private let directory: String

    init(_ command: ParsedCommand, console: Console) {
        self.command = command
        self.console = console
        directory = command.string("results") ?? "Results"
    }

    func run() throws -> ExitCode {
        switch command.positional("action") {
        case "show": return try show()
        case "prune": return try prune()
        default: return try list()
        }
    }

    private func listing() throws -> ResultIndex.Listing {
        let listing = try ResultIndex.list(directory)
        for problem in listing.problems {
            console.message("Warning: \(problem.error.description)\n")
        }
        return listing
    }

    private func list() throws -> ExitCode {
        SignalWatch.unblock()
        let listing = try listing()
        let accepted = accepted(listing.entries)
        let text =
            switch command.string("output-format") {
            case "json": try Self.json(listing.entries)
            case "markdown": ResultListing.markdown(listing.entries, accepted: accepted)
            default:
                ResultListing.render(listing.entries, accepted: accepted, style: style)
            }
        guard console.output(text) else { return .failure }
        return listing.problems.isEmpty ? .success : .failure
    }

    private static func json(_ entries: [IndexEntry]) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(entries), as: UTF8.self) + "\n"
    }

    private func show() throws -> ExitCode {
        let words = command.positionals["run"] ?? []
        guard !words.isEmpty else {
            throw CommandError(
                operation: "show",
                subject: directory,
                reason: "no run was named",
                hint: "tbench results show ID; 'tbench results list' shows the ids"
            )
        }
        for word in words {
            let record = try ResultSearch(directory).find(word).record
            let text =
                switch command.string("output-format") {
                case "json": String(decoding: try RecordCoding.encode(record), as: UTF8.self)
                case "markdown": MarkdownReport.render(record)
                default: TextReport.render(record, style: style)
                }
            guard console.output(text) else { return .failure }
        }
        return .success
    }

    /// Names, and with --yes removes, the oldest results beyond what is to be kept.
    private func prune() throws -> ExitCode {
        let listing = try listing()
        let accepted = accepted(listing.entries)
        let keep = command.integer("keep") ?? 100
        let cases = Dictionary(grouping: listing.entries) { entry in
            [entry.node, entry.disk, entry.caseName, "\(entry.tags.sorted { $0.key < $1.key })"]
        }
        let old = cases.values.flatMap { entries in
            entries.dropLast(keep).filter { !accepted.contains($0.path) }
        }.sorted { $0.path < $1.path }
        guard !old.isEmpty else {
            return console.output("Nothing to remove.\n") ? .success : .failure
        }
        let isDone = command.flag("yes")
        for entry in old {
            if isDone { try FileManager.default.removeItem(atPath: "\(directory)/\(entry.path)") }
            guard console.output("\(isDone ? "removed" : "would remove") \(entry.path)\n") else {
                return .failure
            }
        }
        if !isDone { console.message("Nothing was removed; --yes removes them.\n") }
        return .success
    }

    /// The paths of accepted results, below the directory.
    private func accepted(_ entries: [IndexEntry]) -> Set<String> {
        let folders = Set(entries.map { ($0.path as NSString).deletingLastPathComponent })
        return folders.reduce(into: []) { paths, folder in
            do throws(ResultStoreError) {
                let list = try BaselineFile.read(
                    in: folder.isEmpty ? directory : "\(directory)/\(folder)"
                )
                paths.formUnion(list.runs.map { folder.isEmpty ? $0.file : "\(folder)/\($0.file)" })
            } catch {
                console.message("Warning: \(error.description)\n")
                // What may be accepted must not be removed.
                paths.formUnion(
                    entries.map(\.path).filter {
                        ($0 as NSString).deletingLastPathComponent == folder
                    }
                )
            }
        }
    }

    private var style: TextStyle {
        console.textStyle(command)
    }
}
