import Glibc
import Units

/// What is said about making and mounting a filesystem.
extension SafetyError {
    static func missingTool(_ name: String, package: String) -> SafetyError {
        SafetyError(
            operation: "make filesystem",
            subject: name,
            reason: "\(name) is not installed",
            hint: "install it: apt-get install \(package)",
            exitCode: .unavailable
        )
    }

    static func toolFailed(
        _ name: String,
        device: String,
        output: String,
        _ cause: SystemCallFailure?
    ) -> SafetyError {
        let lines = output.split(whereSeparator: \.isNewline).map { line in
            String(line.drop { $0.isWhitespace })
        }
        let said = lines.last { !$0.isEmpty }
        return SafetyError(
            operation: "make filesystem",
            subject: device,
            reason: "\(name) failed on \(device)" + (said.map { ": \($0)" } ?? ""),
            cause: cause
        )
    }

    /// - Source: mount(2), unshare(2).
    static func mountFailed(
        _ path: String,
        _ filesystem: ScratchFilesystem,
        _ cause: SystemCallFailure
    ) -> SafetyError {
        let (reason, hint, exitCode): (String, String?, ExitCode) =
            switch cause.errno {
            case EPERM, EACCES:
                (
                    "this process may not mount \(path)",
                    "it needs CAP_SYS_ADMIN: run as root; in Kubernetes, in a privileged pod",
                    .refused
                )
            case ENODEV:
                (
                    "this kernel has no \(filesystem.rawValue)",
                    "load it: modprobe \(filesystem.rawValue)", .unavailable
                )
            case EBUSY:
                (
                    "something claimed \(path) before it could be mounted",
                    "see by whom: lsblk \(path)", .refused
                )
            default:
                ("cannot mount \(path)", "see what the kernel says: dmesg | tail", .failure)
            }
        return SafetyError(
            operation: "mount",
            subject: path,
            reason: reason,
            cause: cause,
            hint: hint,
            exitCode: exitCode
        )
    }

    static func noMountPoint(_ cause: SystemCallFailure) -> SafetyError {
        SafetyError(
            operation: "mount",
            subject: "TMPDIR",
            reason: "there is no directory to make a mount point in",
            cause: cause,
            hint: "name a writable one: TMPDIR=/some/directory"
        )
    }

    static func unmountFailed(_ path: String, _ cause: SystemCallFailure) -> SafetyError {
        SafetyError(
            operation: "unmount",
            subject: path,
            reason: cause.errno == EBUSY
                ? "a file in \(path) is still open, so it cannot be unmounted yet"
                : "cannot unmount \(path)",
            cause: cause,
            hint: "it goes away with this process; the next run recognises the device as its own"
        )
    }

    /// The same error with more said in its reason.
    func adding(_ text: String) -> SafetyError {
        SafetyError(
            operation: operation,
            subject: subject,
            reason: reason + text,
            cause: cause,
            hint: hint,
            exitCode: exitCode
        )
    }
}
