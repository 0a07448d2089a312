package import Foundation
import Units

/// The files in `Results/`: one immutable JSON file per run.
///
/// `Results/<machine>/<case>/<YYYYMMDDThhmmssZ>_<tag>_<8hex>.json`
package enum ResultFiles {
    /// Writes the record as a new file below `directory`.
    ///
    /// The file appears under its name only when all of it is on the disk: a temporary file in the
    /// same directory is synced, then linked to its name, then the directories are synced.
    /// - Parameters:
    ///   - record: the run; its own fields make the name.
    ///   - directory: `Results/` or another; made if it is missing.
    /// - Returns: the path of the new file, below `directory`.
    /// - Throws: `ResultStoreError` when a file of that name exists, the disk is full, or any step
    ///   fails; nothing half-written is left.
    @discardableResult
    package static func write(
        _ record: ResultRecord,
        into directory: String
    ) throws(ResultStoreError) -> String {
        let data = try RecordCoding.encode(record)
        let parts = pathParts(of: record)
        let folder = ([directory] + parts.dropLast()).joined(separator: "/")
        let path = "\(folder)/\(parts[parts.count - 1])"
        try writeNew(data, at: path)
        var synced = (folder as NSString).deletingLastPathComponent
        for _ in parts.dropLast() {
            try sync(synced)
            synced = (synced as NSString).deletingLastPathComponent
        }
        return path
    }

    /// Writes a file that does not exist yet, whole or not at all; directories on the way are made.
    ///
    /// - Throws: `ResultStoreError` when a file of that name exists, the disk is full, or any step fails.
    package static func writeNew(_ data: Data, at path: String) throws(ResultStoreError) {
        let folder = (path as NSString).deletingLastPathComponent
        try attempt("create", folder, call: "mkdir") {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true
            )
        }
        guard !FileManager.default.fileExists(atPath: path) else { throw .exists(path) }
        let temporary = "\(folder)/.\(UUID().uuidString).tmp"
        do {
            try writeSynced(data, to: temporary, for: path)
            try publish(temporary, as: path)
        } catch {
            // The first error is the one to report; a temporary file is hidden and harmless.
            try? FileManager.default.removeItem(atPath: temporary)
            throw error
        }
        try sync(folder)
    }

    /// Writes a file in one step, whether or not there is one; for what is not a result.
    ///
    /// - Throws: `ResultStoreError`; then the old file is as it was.
    package static func replace(_ data: Data, at path: String) throws(ResultStoreError) {
        let url = URL(fileURLWithPath: path)
        try attempt("write", path, call: "write") { try data.write(to: url, options: .atomic) }
        try attempt("sync", path, call: "fsync") {
            let handle = try FileHandle(forWritingTo: url)
            try handle.synchronize()
            try handle.close()
        }
        try sync((path as NSString).deletingLastPathComponent)
    }

    /// What a run's files are called, without an ending: time, tag and run.
    package static func baseName(of record: ResultRecord) -> String {
        let name = pathParts(of: record).last ?? "record.json"
        return (name as NSString).deletingPathExtension
    }

    /// The file's path below the results directory: machine, case, then time, tag and run.
    package static func relativePath(of record: ResultRecord) -> String {
        pathParts(of: record).joined(separator: "/")
    }

    /// Reads one result file.
    ///
    /// - Throws: `ResultStoreError` when it is missing, no regular file, too large, or not a record.
    package static func read(_ path: String) throws(ResultStoreError) -> ResultRecord {
        try RecordCoding.decode(contents(path))
    }

    /// The bytes of one result file, of which nothing is known yet but that they are few enough.
    ///
    /// - Throws: `ResultStoreError` when it is missing, no regular file, or too large.
    package static func contents(_ path: String) throws(ResultStoreError) -> Data {
        let attributes = try attempt("read", path, call: "stat") {
            try FileManager.default.attributesOfItem(
                atPath: (path as NSString).resolvingSymlinksInPath
            )
        }
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw .notAFile(path)
        }
        let bytes = (attributes[.size] as? NSNumber)?.uint64Value ?? 0
        guard bytes <= RecordCoding.maximumBytes else { throw .tooLarge(path, bytes: bytes) }
        return try attempt("read", path, call: "read") {
            try Data(contentsOf: URL(fileURLWithPath: path))
        }
    }

    private static func pathParts(of record: ResultRecord) -> [String] {
        let time = record.run.started.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        let tags = record.tags.sorted { $0.key < $1.key }.map(\.value)
        let tag = tags.isEmpty ? "untagged" : tags.joined(separator: "-")
        return [
            FileNames.part(machine(of: record)),
            FileNames.part(record.benchmark.name),
            "\(FileNames.part(time, limit: 20))_\(FileNames.part(tag))"
                + "_\(FileNames.part(record.run.id, limit: 16)).json",
        ]
    }

    /// The node and the disk at the bottom of the stack, so that two disks do not share a history.
    private static func machine(of record: ResultRecord) -> String {
        let node = record.host.node ?? "unknown-node"
        let disk = record.target.stack.last
        let name = disk?.serialHash.map { String($0.prefix(8)) } ?? disk?.name
        guard let suffix = name ?? record.target.filesystem?.type else { return node }
        return "\(node)-\(suffix)"
    }

    private static func writeSynced(
        _ data: Data,
        to temporary: String,
        for path: String
    ) throws(ResultStoreError) {
        let url = URL(fileURLWithPath: temporary)
        try attempt("write", path, call: "write") {
            try data.write(to: url, options: .withoutOverwriting)
        }
        try attempt("sync", path, call: "fsync") {
            let handle = try FileHandle(forWritingTo: url)
            try handle.synchronize()
            try handle.close()
        }
    }

    /// Gives the temporary file its name; unlike rename(2), link(2) never replaces a file.
    private static func publish(
        _ temporary: String,
        as path: String
    ) throws(ResultStoreError) {
        do {
            try FileManager.default.linkItem(atPath: temporary, toPath: path)
        } catch {
            if FileManager.default.fileExists(atPath: path) { throw .exists(path) }
            // Filesystems without hard links (vfat, some FUSE): the name was free a moment ago.
            try attempt("rename", path, call: "rename") {
                try FileManager.default.moveItem(atPath: temporary, toPath: path)
            }
            return
        }
        try attempt("remove", temporary, call: "unlink") {
            try FileManager.default.removeItem(atPath: temporary)
        }
    }

    /// Makes a new name in `folder` survive a crash.
    private static func sync(_ folder: String) throws(ResultStoreError) {
        do {
            try attempt("sync", folder, call: "fsync") {
                let url = URL(fileURLWithPath: folder.isEmpty ? "." : folder)
                let handle = try FileHandle(forReadingFrom: url)
                try handle.synchronize()
                try handle.close()
            }
        } catch  where error.cause?.errno == 22 || error.cause?.errno == 95 {
            // EINVAL, EOPNOTSUPP: this filesystem does not sync directories. See: man 2 fsync.
        }
    }

    private static func attempt<Value>(
        _ operation: String,
        _ path: String,
        call: String,
        _ body: () throws -> Value
    ) throws(ResultStoreError) -> Value {
        do {
            return try body()
        } catch {
            throw .file(operation, path, call: call, errno: errno(of: error))
        }
    }

    /// The errno inside an error of Foundation, which may sit some layers deep.
    static func errno(of error: any Error) -> Int32? {
        if let posix = error as? POSIXError { return posix.code.rawValue }
        let bridged = error as NSError
        if bridged.domain == NSPOSIXErrorDomain { return Int32(truncatingIfNeeded: bridged.code) }
        guard let inner = bridged.userInfo[NSUnderlyingErrorKey] as? any Error else { return nil }
        return errno(of: inner)
    }
}

/// Text that is safe as one part of a path.
package enum FileNames {
    /// `text` with everything but A-Z, a-z, 0-9, ".", "_" and "-" replaced by "-".
    ///
    /// - Parameters:
    ///   - text: anything.
    ///   - limit: the most bytes to keep; the whole name must stay below 255.
    /// - Returns: never empty and never beginning with a dot.
    package static func part(_ text: String, limit: Int = 80) -> String {
        let safe = text.unicodeScalars.map { scalar -> Character in
            switch scalar {
            case "A"..."Z", "a"..."z", "0"..."9", ".", "_", "-": Character(scalar)
            default: "-"
            }
        }
        let name = String(safe.drop { $0 == "." }.prefix(limit))
        return name.isEmpty ? "unnamed" : name
    }
}
