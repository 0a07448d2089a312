import Foundation
import Glibc
import Reporting
import Units

/// The file that a report is written to: never anybody else's, and never half of it.
enum ReportFile {
    /// Refuses a path at which something else is.
    ///
    /// - Throws: `CommandError` for a directory or a device, a file that is no report unless `isForced`, and a directory that is missing.
    static func check(_ path: String, isForced: Bool) throws(CommandError) {
        let target = resolved(path)
        var facts = stat()
        guard stat(target, &facts) == 0 else {
            guard errno == ENOENT else { throw failed("look at", path, errno) }
            let folder = folder(of: target)
            guard access(folder, F_OK) == 0 else {
                throw CommandError(
                    operation: "write",
                    subject: path,
                    reason: "cannot write \(path): there is no directory \(folder)",
                    hint: "mkdir -p \(folder)",
                    exitCode: .missing
                )
            }
            return
        }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw CommandError(
                operation: "write",
                subject: path,
                reason: "\(path) is not a regular file",
                hint: "name a file, or say -o - for stdout",
                exitCode: .refused
            )
        }
        guard !isForced, facts.st_size > 0, !isReport(target) else { return }
        throw CommandError(
            operation: "write",
            subject: path,
            reason: "\(path) is there already and is no report of tbench's",
            hint: "give another name, or --force to replace it",
            exitCode: .refused
        )
    }

    /// Writes all of it under another name in the same directory, then gives it its own.
    ///
    /// - Throws: `CommandError`; nothing half-written is left.
    static func write(_ data: Data, to path: String) throws(CommandError) {
        let target = resolved(path)
        let temporary = "\(folder(of: target))/.\(UUID().uuidString).tmp"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw failed("create", path, errno) }
        var number = put(data, file)
        if number == 0, fsync(file) != 0 { number = errno }
        if Glibc.close(file) != 0, number == 0 { number = errno }
        if number == 0, rename(temporary, target) != 0 { number = errno }
        guard number == 0 else {
            unlink(temporary)
            throw failed("write", path, number)
        }
    }

    /// 0, or the errno of what went wrong.
    private static func put(_ data: Data, _ file: Int32) -> Int32 {
        let bytes = Array(data)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(file, buffer.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return count < 0 ? errno : EIO }
            done += count
        }
        return 0
    }

    /// A report is written over again at the place a link points to, which stays a link.
    private static func resolved(_ path: String) -> String {
        (path as NSString).resolvingSymlinksInPath
    }

    private static func folder(of path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }

    /// Whether the beginning of a file says that tbench made it.
    private static func isReport(_ path: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: path) else { return false }
        let beginning = (try? handle.read(upToCount: 4096)) ?? Data()
        try? handle.close()
        return HTMLReport.isReport(String(decoding: beginning, as: UTF8.self))
    }

    private static func failed(_ what: String, _ path: String, _ number: Int32) -> CommandError {
        let (likely, code): (String, ExitCode) =
            switch number {
            case EACCES, EPERM: ("permission denied", .refused)
            case EROFS: ("the filesystem is read-only", .refused)
            case ENOSPC, EDQUOT: ("the filesystem is full", .failure)
            case ENOENT, ENOTDIR: ("there is no such directory", .missing)
            default: (ErrnoName.of(number), .failure)
            }
        return CommandError(
            operation: what,
            subject: path,
            reason: "cannot \(what) \(path): \(likely)",
            hint: "give another name with -o, or -o - for stdout; nothing half-written was left",
            exitCode: code
        )
    }
}
