import ArgumentTable
import Foundation
import ResultStore
import Units

/// `tbench accept`: the only way a baseline moves.
struct AcceptCommand {
    private let command: ParsedCommand
    private let console: Console
    private let directory: String

    init(_ command: ParsedCommand, console: Console) {
        self.command = command
        self.console = console
        directory = command.string("results") ?? "Results"
    }

    func run() throws -> ExitCode {
        let words = command.positionals["result"] ?? []
        // All are looked at before the first is accepted.
        let runs = try words.map { try ResultSearch(directory).find($0) }
        if !command.flag("withdraw"), !command.flag("force") { try runs.forEach(refuse) }
        var replaced: Set<String> = []
        for run in runs {
            let text = command.flag("withdraw") ? try withdraw(run) : try accept(run, &replaced)
            guard console.output(text) else { return .failure }
        }
        return .success
    }

    /// A run that says nothing must not become what others are held against.
    private func refuse(_ run: StoredRun) throws {
        let doubt =
            run.record.run.outcome != .complete
            ? "it is \(run.record.run.outcome.rawValue)"
            : run.record.warnings.first { $0.severity == .contaminated }
                .map { "it was disturbed (\($0.code))" }
        guard let doubt else { return }
        throw CommandError(
            operation: "accept",
            subject: run.file,
            reason: "\(run.file) is no baseline: \(doubt)",
            hint: "measure again, or say --force"
        )
    }

    private func accept(_ run: StoredRun, _ replaced: inout Set<String>) throws -> String {
        let path = try kept(run)
        let folder = (path as NSString).deletingLastPathComponent
        let entry = AcceptedRuns.Entry(
            run: run.record.run.id,
            file: (path as NSString).lastPathComponent,
            accepted: Date().formatted(.iso8601),
            reason: command.string("reason")
        )
        let isFirst = command.flag("replace") && replaced.insert(folder).inserted
        var isNew = false
        var count = 0
        try BaselineFile.update(in: folder) { accepted in
            if isFirst { accepted.runs = [] }
            isNew = accepted.accept(entry)
            count = accepted.runs.count
        }
        let what = isNew ? "Accepted" : "Was accepted already:"
        return "\(what) \(path) (\(count) accepted run\(count == 1 ? "" : "s") of this case)\n"
    }

    private func withdraw(_ run: StoredRun) throws -> String {
        let folder = (run.file as NSString).deletingLastPathComponent
        var wasThere = false
        try BaselineFile.update(in: folder.isEmpty ? "." : folder) { accepted in
            wasThere = accepted.withdraw(run: run.record.run.id)
        }
        return wasThere ? "Withdrawn: \(run.file)\n" : "Was not accepted: \(run.file)\n"
    }

    /// The file below the results directory, where it is copied to if it lies elsewhere.
    private func kept(_ run: StoredRun) throws -> String {
        func absolute(_ path: String) -> String {
            URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
        }
        if absolute(run.file).hasPrefix(absolute(directory) + "/") { return run.file }
        let path = "\(directory)/\(ResultFiles.relativePath(of: run.record))"
        do throws(ResultStoreError) {
            try ResultFiles.writeNew(try RecordCoding.encode(run.record), at: path)
        } catch {
            // The same run was copied before.
            guard error.code == .exists, try ResultFiles.read(path) == run.record else {
                throw error
            }
        }
        return path
    }
}

/// Results by file or by the id of their run.
struct ResultSearch {
    private let directory: String

    init(_ directory: String) {
        self.directory = directory
    }

    /// - Parameter word: a path, or the id of a run below the results directory.
    /// - Returns: the result and its file.
    /// - Throws: `ResultStoreError` where the file cannot be read; `CommandError` where no run or several have this id.
    func find(_ word: String) throws -> StoredRun {
        if FileManager.default.fileExists(atPath: word) || word.contains("/") || word.contains(".")
        {
            do throws(ResultStoreError) {
                return StoredRun(file: word, record: try ResultFiles.read(word))
            } catch {
                throw error.naming(word)
            }
        }
        let entries = try ResultIndex.list(directory).entries
        let found = entries.filter { $0.run == word }
        guard found.count == 1 else {
            throw CommandError(
                operation: "find",
                subject: word,
                reason: found.isEmpty
                    ? "there is no run \(word) in \(directory)"
                    : "\(found.count) results in \(directory) are called \(word)",
                hint: found.isEmpty
                    ? "'tbench results list' shows the runs; --results names another directory"
                    : "name the file: \(found.map(\.path).joined(separator: " or "))",
                exitCode: .missing
            )
        }
        let path = "\(directory)/\(found[0].path)"
        return StoredRun(file: path, record: try ResultFiles.read(path))
    }
}
