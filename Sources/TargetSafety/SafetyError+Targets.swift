import Glibc
import Units

/// What is said about a path that cannot be a target.
extension SafetyError {
    static func emptyPath() -> SafetyError {
        SafetyError(
            operation: "resolve",
            subject: "",
            reason: "the target is empty",
            hint: "give a directory, a file or a block device; without one, the current directory",
            exitCode: .usage
        )
    }

    static func wrongKind(_ path: String, _ kind: String) -> SafetyError {
        SafetyError(
            operation: "resolve",
            subject: path,
            reason: "\(path) is \(kind), which cannot hold benchmark data",
            hint: "give a directory, a file or a block device",
            exitCode: .usage
        )
    }

    static func missingParent(_ path: String, parent: String) -> SafetyError {
        SafetyError(
            operation: "resolve",
            subject: path,
            reason: "\(path) does not exist, and neither does its directory \(parent)",
            hint: "create it: mkdir -p \(parent)",
            exitCode: .missing
        )
    }

    static func missingDirectory(_ path: String) -> SafetyError {
        SafetyError(
            operation: "resolve",
            subject: path,
            reason: "the directory \(path) does not exist",
            hint: "create it: mkdir -p \(path)",
            exitCode: .missing
        )
    }

    static func missingDevice(_ path: String) -> SafetyError {
        SafetyError(
            operation: "resolve",
            subject: path,
            reason: "there is no device \(path) here",
            hint: "list the devices: lsblk; in a container /dev of the host has to be mounted",
            exitCode: .missing
        )
    }

    static func danglingLink(_ path: String) -> SafetyError {
        SafetyError(
            operation: "resolve",
            subject: path,
            reason: "\(path) is a symbolic link to something that does not exist",
            hint: "see where it leads: readlink -f \(path)",
            exitCode: .missing
        )
    }

    static func noAccess(_ path: String, _ verb: String, _ cause: SystemCallFailure) -> SafetyError
    {
        if cause.errno == EROFS {
            return SafetyError(
                operation: "resolve",
                subject: path,
                reason: "\(path) is on a read-only filesystem",
                cause: cause,
                hint: "give a directory on a writable one",
                exitCode: .refused
            )
        }
        return SafetyError(
            operation: "resolve",
            subject: path,
            reason: "this user may not \(verb) \(path)",
            cause: cause,
            hint: "see its owner and mode: ls -ld \(path); or run as a user who may",
            exitCode: .refused
        )
    }

    /// Why stat(2) or realpath(3) failed.
    ///
    /// - Source: path_resolution(7).
    static func unresolvable(_ path: String, _ cause: SystemCallFailure) -> SafetyError {
        let (reason, hint, exitCode): (String, String?, ExitCode) =
            switch cause.errno {
            case ELOOP:
                (
                    "\(path) is a loop of symbolic links",
                    "see where it goes round: namei \(path)", .missing
                )
            case EACCES, EPERM:
                (
                    "this user may not look into a directory on the way to \(path)",
                    "see which one: namei -l \(path); or run as a user who may", .refused
                )
            case ENOTDIR:
                (
                    "a part of \(path) is used as a directory and is not one",
                    "see which one: namei \(path)", .missing
                )
            case ENAMETOOLONG:
                ("the path is longer than the filesystem allows", "give a shorter one", .usage)
            default:
                ("cannot look at \(path)", nil, .failure)
            }
        return SafetyError(
            operation: "resolve",
            subject: path,
            reason: reason,
            cause: cause,
            hint: hint,
            exitCode: exitCode
        )
    }
}
