import Foundation
import Modeling
import ResultStore
import Units

/// The records that arguments of `tbench report` name.
struct ReportInput {
    var sources: [SourceRecord] = []
    /// What could not be read, in the order it was met.
    var problems: [CommandError] = []
    /// Files that hold a run which another file, read before, holds too.
    var copies: [(path: String, first: String)] = []
    /// JSON files below a directory that are something else.
    var skipped = 0

    /// The files that paths stand for, each once: what is below a directory, by name.
    static func list(_ paths: [String]) -> [ListedFile] {
        var listed: [ListedFile] = []
        var seen: Set<String> = []
        for path in paths {
            // What cannot be listed is read as a file, which says why.
            let files = (try? ResultLibrary.files(below: path)) ?? [path]
            for file in files
            where seen.insert((file as NSString).standardizingPath).inserted {
                listed.append(ListedFile(path: file, isSearched: file != path))
            }
        }
        return listed
    }

    /// Reads results; one that cannot be read does not keep the others out.
    ///
    /// - Throws: `CommandError` for more than `most` files.
    static func read(_ files: [ListedFile], most: Int) throws(CommandError) -> ReportInput {
        guard files.count <= most else {
            throw CommandError(
                operation: "report",
                subject: files[0].path,
                reason:
                    "more than \(most) result files for one page, of too few nodes for a ranking",
                hint:
                    "name those that belong together, such as one machine and case below Results/"
            )
        }
        var input = ReportInput()
        for file in files { input.read(file.path, isSearched: file.isSearched) }
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
            if isSearched, ResultLibrary.isForeign(path, error) {
                skipped += 1
                return
            }
            problems.append(CommandError(error.naming(path)))
        }
    }
}
