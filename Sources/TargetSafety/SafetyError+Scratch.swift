import Glibc
import Units

/// What is said about scratch directories and files.
extension SafetyError {
    static func notEnoughSpace(
        _ path: String,
        needed: UInt64,
        reserve: UInt64,
        free: UInt64
    ) -> SafetyError {
        SafetyError(
            operation: "check free space",
            subject: path,
            reason: "\(path) has \(QuantityText.bytes(free)) free, and the run needs "
                + "\(QuantityText.bytes(needed)) plus \(QuantityText.bytes(reserve)) to spare",
            hint: "free some space, or give a directory on a larger filesystem (df -h)",
            exitCode: .missing
        )
    }

    static func noFreeInodes(_ path: String) -> SafetyError {
        SafetyError(
            operation: "check free space",
            subject: path,
            reason: "the filesystem of \(path) has no free inode, so no file can be created on it",
            hint: "remove some files, or give a directory on another filesystem (df -i)",
            exitCode: .missing
        )
    }

    static func scratchNotCreated(_ path: String, _ cause: SystemCallFailure) -> SafetyError {
        switch cause.errno {
        case EROFS, EACCES, EPERM:
            noAccess(path, "write in", cause)
        case ENOENT:
            missingDirectory(path)
        case ENOTDIR:
            SafetyError(
                operation: "create scratch",
                subject: path,
                reason: "\(path) is not a directory",
                cause: cause,
                hint: "give a directory",
                exitCode: .usage
            )
        case ENOSPC, EDQUOT:
            SafetyError(
                operation: "create scratch",
                subject: path,
                reason: "no space is left for a scratch in \(path), or a quota is used up",
                cause: cause,
                hint: "free some space, or give a directory on a larger filesystem (df -h)"
            )
        case EFBIG:
            SafetyError(
                operation: "create scratch",
                subject: path,
                reason: "the filesystem of \(path) does not allow a file this large",
                cause: cause,
                hint: "see the limits: ulimit -f"
            )
        default:
            SafetyError(
                operation: "create scratch",
                subject: path,
                reason: "cannot create a scratch in \(path)",
                cause: cause
            )
        }
    }

    static func notRemoved(_ path: String, _ cause: SystemCallFailure) -> SafetyError {
        let reason =
            cause.errno == ESTALE
            ? "\(path) is no longer the scratch this run created, so it is left alone"
            : "the scratch \(path) could not be removed"
        return SafetyError(
            operation: "remove scratch",
            subject: path,
            reason: reason,
            cause: cause,
            hint: "look at it and remove it by hand: ls -la \(path)"
        )
    }

    static func foreignEntry(_ path: String, _ what: String) -> SafetyError {
        SafetyError(
            operation: "remove scratch",
            subject: path,
            reason: "\(path) is \(what), which tbench did not create, so its scratch is left there",
            hint: "look at it and remove it by hand: ls -la \(path)"
        )
    }

    static func userFile(_ path: String, cause: SystemCallFailure) -> SafetyError {
        let (parent, _) = TargetResolver.split(path)
        // EEXIST only says "not ours" here; no system call failed.
        return SafetyError(
            operation: "open",
            subject: path,
            reason: "\(path) exists and is not tbench's scratch; it was not touched",
            cause: cause.errno == EEXIST ? nil : cause,
            hint: "name a file that does not exist, or use its directory: tbench etcd \(parent)",
            exitCode: .refused
        )
    }

    static func scratchInUse(_ path: String) -> SafetyError {
        SafetyError(
            operation: "open",
            subject: path,
            reason: "\(path) is in use by another tbench",
            hint: "wait for it to end, or name another file",
            exitCode: .refused
        )
    }

    static func scratchFileChanged(_ path: String) -> SafetyError {
        SafetyError(
            operation: "open",
            subject: path,
            reason: "\(path) was replaced while it was being opened; nothing was written",
            hint: "name another file",
            exitCode: .refused
        )
    }

    static func noDirectIO(_ path: String, _ cause: SystemCallFailure) -> SafetyError {
        SafetyError(
            operation: "open",
            subject: path,
            reason: "the filesystem of \(path) does not take O_DIRECT",
            cause: cause,
            hint: "use buffered I/O, or give a file on another filesystem",
            exitCode: .unavailable
        )
    }
}
