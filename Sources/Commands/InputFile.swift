import Glibc
import Units

/// Reads a file that a user named, with a bound and a clear error.
enum InputFile {
    /// More than any configuration; parsers have bounds of their own.
    static let byteLimit = 17 << 20

    /// The bytes of a file, or of a pipe such as <(qm config 101).
    ///
    /// - Throws: `CommandError` when it is missing (66), may not be read (77), is a directory or fails.
    static func read(_ path: String) throws(CommandError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < byteLimit {
            let count = chunk.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(path, errno)
            }
            bytes.append(contentsOf: chunk[..<count])
        }
        return bytes
    }

    private static func failure(_ path: String, _ number: Int32) -> CommandError {
        switch number {
        case ENOENT, ENOTDIR:
            CommandError(
                operation: "read",
                subject: path,
                reason: "\(path) does not exist",
                hint: "check the path; /etc/pve is there on a Proxmox host only",
                exitCode: .missing
            )
        case EACCES, EPERM:
            CommandError(
                operation: "read",
                subject: path,
                reason: "no permission to read \(path)",
                hint: "try again as root, or copy the file",
                exitCode: .refused
            )
        case EISDIR:
            CommandError(
                operation: "read",
                subject: path,
                reason: "\(path) is a directory",
                hint: "name the file in it",
                exitCode: .missing
            )
        default:
            CommandError(
                operation: "read",
                subject: path,
                reason: "\(path) cannot be read (\(ErrnoName.of(number)))",
                exitCode: .failure
            )
        }
    }
}
