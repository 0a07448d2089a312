import ArgumentTable
import Foundation
import Modeling
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

    func run() throws -> ExitCode {
        let output = try destination()
        let found = try ReportInput.read(command.positionals["result"] ?? [], most: Self.mostFiles)
        for problem in found.problems { console.message("Error: \(problem.description)\n") }
        for copy in found.copies {
            console.message("Note: \(copy.path) is the same run as \(copy.first); shown once.\n")
        }
        if found.skipped > 0 {
            let word = found.skipped == 1 ? "file" : "files"
            console.message(
                "Note: \(found.skipped) JSON \(word) that no run of tbench wrote left out.\n"
            )
        }
        guard !found.sources.isEmpty else {
            if let first = found.problems.first { return first.exitCode }
            throw CommandError(
                operation: "report",
                subject: command.positionals["result"]?.first ?? "",
                reason:
                    "there is no result below \((command.positionals["result"] ?? []).joined(separator: ", "))",
                hint: "'tbench etcd TARGET -o DIR' writes one, as do run, longhorn and net",
                exitCode: .missing
            )
        }
        let page = HTMLReport.render(
            found.sources,
            problems: found.problems.map(\.description),
            generator: "tbench \(Version.number)"
        )
        guard try write(page, to: output, count: found.sources.count) else { return .failure }
        return found.problems.first?.exitCode ?? .success
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

    private func write(_ page: String, to path: String?, count: Int) throws -> Bool {
        guard let path else { return console.output(page) }
        try ReportFile.write(Data(page.utf8), to: path)
        let size = QuantityText.bytes(UInt64(page.utf8.count))
        console.message(
            "Report: \(path) (\(count) \(count == 1 ? "result" : "results"), \(size))\n"
        )
        return true
    }
}

/// The records that arguments of `tbench report` name.
struct ReportInput {
    var sources: [SourceRecord] = []
    /// What could not be read, in the order it was met.
    var problems: [CommandError] = []
    /// Files that hold a run which another file, read before, holds too.
    var copies: [(path: String, first: String)] = []
    /// JSON files below a directory that are something else.
    var skipped = 0

    /// Reads files, and every result below directories; one that cannot be read does not keep the others out.
    ///
    /// The same file twice is read once.
    /// - Throws: `CommandError` for more than `most` files.
    static func read(_ paths: [String], most: Int) throws(CommandError) -> ReportInput {
        var input = ReportInput()
        var seen: Set<String> = []
        for path in paths {
            var isDirectory: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            let isFolder = exists && isDirectory.boolValue
            for file in isFolder ? files(below: path) : [path] {
                guard seen.insert((file as NSString).standardizingPath).inserted else { continue }
                guard seen.count <= most else {
                    throw CommandError(
                        operation: "report",
                        subject: path,
                        reason: "more than \(most) result files for one page",
                        hint:
                            "name those that belong together, such as one machine and case below Results/"
                    )
                }
                input.read(file, isSearched: isFolder)
            }
        }
        return input
    }

    private mutating func read(_ path: String, isSearched: Bool) {
        do throws(ResultStoreError) {
            let record = try ResultFiles.read(path)
            // The identity alone is no proof: a file may have been edited.
            let same = sources.first {
                $0.record.run.id == record.run.id && $0.record == record
            }
            if let same {
                copies.append((path, same.file))
            } else {
                sources.append(SourceRecord(file: path, record: record))
            }
        } catch {
            // What is below a directory and is no result was not asked for.
            if isSearched, error.code == .notARecord {
                skipped += 1
                return
            }
            let isNamed = error.reason.contains(path)
            problems.append(
                CommandError(
                    operation: error.operation,
                    subject: path,
                    reason: isNamed ? error.reason : "\(path): \(error.reason)",
                    hint: error.hint,
                    exitCode: error.exitCode
                )
            )
        }
    }

    /// The JSON files below a directory, by name, which for results is by time; hidden ones are half-written.
    private static func files(below directory: String) -> [String] {
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? []
        let root = directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        return names.filter { name in
            name.hasSuffix(".json") && !name.split(separator: "/").contains { $0.hasPrefix(".") }
        }
        .sorted().map { "\(root)/\($0)" }
    }
}
