import Foundation
import Regression
import ResultStore
import Units

/// The accepted runs that a result is to be compared with.
struct BaselineSearch {
    /// What was found for one result.
    enum Finding {
        case comparable(ComparedSide)
        /// The nearest accepted run differs in what must be equal.
        case different([KeyDifference])
        case nothing
    }

    /// What could not be read, as sentences.
    private(set) var problems: [String] = []
    /// Result files that were named: each is a baseline whatever was accepted.
    private var named: [StoredRun] = []
    /// Accepted runs that have been read, oldest acceptance first.
    private var accepted: [StoredRun] = []

    /// Reads what is accepted below some paths.
    ///
    /// - Parameter paths: directories, or result files to compare with.
    /// - Throws: `ResultStoreError` where a path is missing or a named file is no result.
    init(_ paths: [String]) throws {
        for path in paths {
            var isDirectory: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            guard exists, isDirectory.boolValue else {
                named.append(
                    StoredRun(file: path, record: try Self.read(path))
                )
                continue
            }
            for directory in Self.directories(path) { read(directory) }
        }
    }

    private static func read(_ path: String) throws(ResultStoreError) -> ResultRecord {
        do throws(ResultStoreError) {
            return try ResultFiles.read(path)
        } catch {
            throw error.naming(path)
        }
    }

    /// The directories that hold a baseline.
    private static func directories(_ path: String) -> [String] {
        let names = (FileManager.default.enumerator(atPath: path)?.allObjects ?? [])
            .compactMap { $0 as? String }
            .filter { ($0 as NSString).lastPathComponent == BaselineFile.name }
        return names.sorted().map { name in
            let directory = (name as NSString).deletingLastPathComponent
            return directory.isEmpty ? path : "\(path)/\(directory)"
        }
    }

    private mutating func read(_ directory: String) {
        do throws(ResultStoreError) {
            let list = try BaselineFile.read(in: directory)
            // A name cannot lead out of the directory.
            for entry in list.runs where !entry.file.contains("/") {
                let path = "\(directory)/\(entry.file)"
                do throws(ResultStoreError) {
                    accepted.append(StoredRun(file: path, record: try ResultFiles.read(path)))
                } catch {
                    problems.append(
                        "Accepted run \(entry.run) is left out: \(error.naming(path).description)"
                    )
                }
            }
        } catch {
            problems.append(error.naming(directory).description)
        }
    }

    /// The accepted runs of the same machine, case and tags, apart from the result itself.
    ///
    /// - Parameters:
    ///   - record: the result.
    ///   - across: keys that are expected to differ; "node" takes accepted runs of any machine.
    /// - Returns: at least one run where something is comparable.
    func find(for record: ResultRecord, across: Set<String>) -> Finding {
        let own = CaseGroup(record)
        if !named.isEmpty {
            let alike = named.filter { $0.record.benchmark.name == own.caseName }
            return alike.isEmpty
                ? .nothing : .comparable(ComparedSide(label: "base", runs: alike))
        }
        let candidates = accepted.filter { run in
            let group = CaseGroup(run.record)
            return run.record.run.id != record.run.id && group.caseName == own.caseName
                && group.tags == own.tags
        }
        let here = candidates.filter { run in
            across.contains("node") || CaseGroup(run.record).machine == own.machine
        }
        let comparable = here.filter {
            KeyDifferences($0.record, record, across: across).obstacles.isEmpty
        }
        if !comparable.isEmpty {
            return .comparable(
                ComparedSide(label: "base", runs: CaseGroup.oldestFirst(comparable))
            )
        }
        guard let nearest = here.last ?? candidates.last else { return .nothing }
        let differences = KeyDifferences(nearest.record, record, across: across)
        let machine = differences.others.filter { ["node", "serial"].contains($0.name) }
        return .different(differences.obstacles.isEmpty ? machine : differences.obstacles)
    }
}
