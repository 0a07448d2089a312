import Foundation

/// `baseline.json` beside the results of a case: the only file in `Results/` that ever changes.
package enum BaselineFile {
    package static let name = "baseline.json"
    private static let lockName = ".baseline.lock"
    private static let largestBytes = 4 << 20

    /// The accepted runs of a directory; none where there is no such file.
    ///
    /// - Parameter directory: where results of one case lie.
    /// - Returns: in the order they were accepted.
    /// - Throws: `ResultStoreError` where the file cannot be read, is no baseline, or of a newer layout.
    package static func read(in directory: String) throws(ResultStoreError) -> AcceptedRuns {
        let path = "\(directory)/\(name)"
        guard FileManager.default.fileExists(atPath: path) else { return AcceptedRuns() }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw .file("read", path, call: "open", errno: 13)
        }
        guard data.count <= largestBytes else { throw .damaged(path, "it is far too large") }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let accepted: AcceptedRuns
        do {
            accepted = try decoder.decode(AcceptedRuns.self, from: data)
        } catch {
            throw .damaged(path, "it is not a list of accepted runs")
        }
        guard accepted.schema == AcceptedRuns.schemaName else {
            throw .damaged(path, "its schema is '\(accepted.schema.prefix(64))'")
        }
        guard accepted.v <= AcceptedRuns.schemaVersion else {
            throw ResultStoreError.newerVersion(accepted.v).naming(path)
        }
        return accepted
    }

    /// Changes the accepted runs of a directory.
    ///
    /// Two writers take turns: a lock file is made, at most five seconds after it was first tried, and removed; one that
    /// is older than a minute belonged to a process that is gone. The new file replaces the old one in one step.
    /// - Parameters:
    ///   - directory: where results of one case lie.
    ///   - change: what to do with what is there.
    /// - Throws: `ResultStoreError`; then the file is as it was.
    package static func update(
        in directory: String,
        _ change: (inout AcceptedRuns) -> Void
    ) throws(ResultStoreError) {
        let lock = "\(directory)/\(lockName)"
        try take(lock)
        defer { try? FileManager.default.removeItem(atPath: lock) }
        var accepted = try read(in: directory)
        change(&accepted)
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            let data = try encoder.encode(accepted) + Data("\n".utf8)
            try ResultFiles.replace(data, at: "\(directory)/\(name)")
        } catch let error as ResultStoreError {
            throw error
        } catch {
            throw .file("write", "\(directory)/\(name)", call: "write", errno: nil)
        }
    }

    private static func take(_ lock: String) throws(ResultStoreError) {
        for _ in 0..<100 {
            do {
                try Data().write(to: URL(fileURLWithPath: lock), options: .withoutOverwriting)
                return
            } catch {
                guard FileManager.default.fileExists(atPath: lock) else {
                    throw .file("create", lock, call: "open", errno: ResultFiles.errno(of: error))
                }
            }
            let made = try? FileManager.default.attributesOfItem(atPath: lock)[.modificationDate]
            if let made = made as? Date, made.timeIntervalSinceNow < -60 {
                try? FileManager.default.removeItem(atPath: lock)
            }
            Thread.sleep(forTimeInterval: 0.05)
        }
        throw .busy(lock)
    }
}

extension ResultStoreError {
    static func damaged(_ path: String, _ detail: String) -> Self {
        Self(
            code: .malformed,
            operation: "read",
            subject: path,
            reason: "\(path) is damaged: \(detail)",
            cause: nil,
            hint: "restore it from where it was copied, or remove it and accept the runs again"
        )
    }
}
