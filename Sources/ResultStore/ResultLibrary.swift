import Foundation
import Units

/// Results found in files and directories, and what could not be read.
package struct ResultLibrary: Sendable {
    /// A file that is left out, and why.
    package struct Problem: Sendable, Equatable {
        package var file: String
        /// With the file's name in its reason.
        package var error: ResultStoreError
    }

    /// In the order they were found.
    package var runs: [StoredRun] = []
    package var problems: [Problem] = []
    /// Content by run, to tell a copy from an impostor.
    private var seen: [String: StoredRun] = [:]

    package init() {}

    /// Reads a file, or every result below a directory.
    ///
    /// A file that cannot be read becomes a problem and the rest is read. Below a directory JSON of another
    /// schema is passed over; a file that was named must be a result.
    /// - Parameter path: a file or a directory.
    package mutating func add(_ path: String) {
        do throws(ResultStoreError) {
            let files = try Self.files(below: path)
            for file in files { add(file: file, wasNamed: file == path) }
        } catch {
            problems.append(Problem(file: path, error: error.naming(path)))
        }
    }

    /// Reads one file.
    package mutating func add(file: String, wasNamed: Bool) {
        do throws(ResultStoreError) {
            add(StoredRun(file: file, record: try ResultFiles.read(file)))
        } catch {
            guard wasNamed || !Self.isForeign(file, error) else { return }
            problems.append(Problem(file: file, error: error.naming(file)))
        }
    }

    /// Keeps a run unless it is there already; two different ones of the same id are a problem.
    package mutating func add(_ run: StoredRun) {
        guard let other = seen[run.record.run.id] else {
            seen[run.record.run.id] = run
            runs.append(run)
            return
        }
        guard other.record != run.record else { return }
        // Eight digits repeat by chance now and then; the same id at the same second does not.
        if other.record.run.started == run.record.run.started {
            problems.append(
                Problem(file: run.file, error: .duplicate(run.file, other.file, run.record.run.id))
            )
        } else {
            runs.append(run)
        }
    }

    /// Whether a file that is no result is whole JSON of some other kind; one that is not even JSON was damaged.
    package static func isForeign(_ file: String, _ error: ResultStoreError) -> Bool {
        guard error.code == .notARecord, let data = FileManager.default.contents(atPath: file),
            data.count <= RecordCoding.maximumBytes
        else { return false }
        return (try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)) != nil
    }

    /// The result files below a path, sorted; the path itself where it is a file.
    ///
    /// Hidden files, baselines and the index are none. Links to directories are not followed.
    /// - Throws: `ResultStoreError` where the path is missing or cannot be listed.
    package static func files(below path: String) throws(ResultStoreError) -> [String] {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw .file("read", path, call: "stat", errno: 2)
        }
        guard isDirectory.boolValue else { return [path] }
        guard let names = FileManager.default.enumerator(atPath: path) else {
            throw .file("list", path, call: "opendir", errno: 13)
        }
        var files: [String] = []
        let base = path.hasSuffix("/") ? String(path.dropLast()) : path
        for case let name as String in names {
            let last = (name as NSString).lastPathComponent
            guard last.hasSuffix(".json"), !name.split(separator: "/").contains(where: isHidden),
                last != BaselineFile.name
            else { continue }
            files.append("\(base)/\(name)")
        }
        return files.sorted()
    }

    private static func isHidden(_ part: Substring) -> Bool { part.hasPrefix(".") }
}

extension ResultStoreError {
    /// The same error with the file in its reason.
    package func naming(_ file: String) -> ResultStoreError {
        guard !reason.contains(file) else { return self }
        return ResultStoreError(
            code: code,
            operation: operation,
            subject: file,
            reason: "\(file): \(reason)",
            cause: cause,
            hint: hint
        )
    }

    static func duplicate(_ file: String, _ other: String, _ id: String) -> Self {
        Self(
            code: .malformed,
            operation: "read",
            subject: file,
            reason: "\(file) and \(other) differ and both claim to be run \(id)",
            cause: nil,
            hint: "one of them was edited; it is left out until that is settled"
        )
    }

    static func busy(_ path: String) -> Self {
        Self(
            code: .fileSystem,
            operation: "write",
            subject: path,
            reason: "another tbench is changing \(path)",
            cause: nil,
            hint: "try again; if none is running, remove \(path)"
        )
    }
}
