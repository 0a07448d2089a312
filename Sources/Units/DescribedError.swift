/// The shape of every error in tbench: what failed, on what, the likely cause, and the way forward.
///
/// Each module has one struct that conforms, with its wording in one file.
package protocol DescribedError: Error, Sendable, CustomStringConvertible {
    /// What was being done, as a verb: "open", "claim", "create io_uring".
    var operation: String { get }
    /// What it was done to: a path, a device, a flag.
    var subject: String { get }
    /// What went wrong and the likely cause, one sentence without a final full stop.
    var reason: String { get }
    /// The system call behind it, where there is one.
    var cause: SystemCallFailure? { get }
    /// The way forward, often a command to type, without a final full stop.
    var hint: String? { get }
    /// What the process exits with when this error ends it.
    var exitCode: ExitCode { get }
}

extension DescribedError {
    /// One line: reason, cause and hint, ready to follow "Error: ".
    package var description: String {
        var text = reason
        if let cause { text += " (\(cause.description))" }
        text += "."
        if let hint { text += " Hint: \(hint)." }
        return text
    }
}

/// A system call that returned an error.
package struct SystemCallFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The call, as its manual page is named: "openat".
    package let call: String
    /// The errno it set, always positive.
    package let errno: Int32

    package init(call: String, errno: Int32) {
        self.call = call
        self.errno = errno
    }

    /// "openat: ENOSPC"; the number where the name is not in the table.
    package var description: String { "\(call): \(ErrnoName.of(errno))" }
}
