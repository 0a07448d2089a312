import Glibc
import Units

// The wording of what an engine itself, not an I/O, can fail with.

extension EngineError {
    /// A queue depth no engine can have.
    static func capacity(_ capacity: Int, limit: Int) -> EngineError {
        EngineError(
            operation: "create engine",
            subject: "--iodepth \(capacity)",
            reason: "a queue depth of \(capacity) is not possible",
            hint: "use 1 to \(limit)",
            exitCode: .usage
        )
    }

    // See: man 2 io_uring_setup, io_setup
    static func create(_ engine: String, _ call: String, _ failure: Errno) -> EngineError {
        let (reason, hint): (String, String?) =
            switch failure.code {
            case EPERM, EACCES:
                (
                    "not permitted to use \(engine) here",
                    "a sysctl or a container's seccomp profile forbids it; use --ioengine sync"
                )
            case ENOSYS:
                (
                    "\(engine) does not exist here: an old kernel, or a strict seccomp profile",
                    "use --ioengine sync"
                )
            case EAGAIN:
                (
                    "the machine's limit of asynchronous requests is used up",
                    "sysctl -w fs.aio-max-nr=1048576, or a smaller --iodepth"
                )
            case ENOMEM:
                (
                    "no memory for \(engine), or over the limit of locked memory",
                    "ulimit -l shows the limit in KiB; try a smaller --iodepth"
                )
            case EMFILE:
                ("too many files open to create \(engine)", "raise the limit: ulimit -n 65536")
            default:
                ("cannot create \(engine)", "use --ioengine sync")
            }
        return EngineError(
            operation: "create \(engine)",
            subject: engine,
            reason: reason,
            cause: SystemCallFailure(call: call, errno: failure.code),
            hint: hint,
            exitCode: .unavailable
        )
    }

    // See: man 2 io_uring_enter, io_submit, io_getevents
    static func engine(_ engine: String, _ call: String, _ failure: Errno) -> EngineError {
        let (reason, hint): (String, String?) =
            switch failure.code {
            case EAGAIN, ENOMEM, EBUSY:
                ("the kernel has too few resources to go on with \(engine)", "lower --iodepth")
            case EPERM, ENOSYS:
                (
                    "\(engine) was created and may not be used: a seccomp profile in between",
                    "use --ioengine sync"
                )
            case EEXIST:
                ("\(engine) was used from another thread: a bug in tbench", "please report it")
            default:
                ("\(engine) stopped working", "use --ioengine sync")
            }
        return EngineError(
            operation: "submit and wait",
            subject: engine,
            reason: reason,
            cause: SystemCallFailure(call: call, errno: failure.code),
            hint: hint
        )
    }
}

extension EngineError {
    // See: man 2 io_uring_setup; kernel.io_uring_disabled in Documentation/admin-guide/sysctl
    static func ioUringForbidden(
        _ obstacle: IOUringObstacle,
        _ cause: SystemCallFailure
    ) -> EngineError {
        let (reason, hint): (String, String) =
            switch obstacle {
            case .disabledForAll:
                (
                    "io_uring is switched off on this machine: kernel.io_uring_disabled is 2",
                    "on the node: sysctl -w kernel.io_uring_disabled=0; or use --ioengine libaio"
                )
            case .disabledForUnprivileged:
                (
                    "io_uring is for administrators only here: kernel.io_uring_disabled is 1",
                    "run with CAP_SYS_ADMIN, or on the node: sysctl -w kernel.io_uring_disabled=0; "
                        + "or use --ioengine libaio"
                )
            case .seccomp:
                (
                    "a seccomp profile forbids io_uring, as container runtimes do by default",
                    "run the pod with seccompProfile: type: Unconfined "
                        + "(docker: --security-opt seccomp=unconfined), or use --ioengine libaio"
                )
            case .neither where cause.errno == ENOSYS:
                (
                    "this kernel has no io_uring: older than 5.6, or built without it",
                    "use --ioengine libaio"
                )
            case .neither:
                (
                    "io_uring is forbidden here, and neither the sysctl nor seccomp is why",
                    "a security module may be (SELinux, AppArmor); or use --ioengine libaio"
                )
            case .unknown:
                (
                    "io_uring is forbidden here; why is unknown, as /proc cannot be read",
                    "check kernel.io_uring_disabled and the seccomp profile, "
                        + "or use --ioengine libaio"
                )
            }
        return EngineError(
            operation: "create io_uring",
            subject: "io_uring",
            reason: reason,
            cause: cause,
            hint: hint,
            exitCode: .unavailable
        )
    }

    /// The reason with the errno behind it, without the hint, for a record.
    var reasonWithCause: String {
        guard let cause else { return reason }
        return "\(reason) (\(cause.description))"
    }
}

extension EngineError {
    // See: man 7 tcp, epoll
    static func connection(_ call: String, _ failure: Errno) -> EngineError {
        let files = failure.code == EMFILE || failure.code == ENFILE
        return EngineError(
            operation: "connect client and member",
            subject: "loopback",
            reason: files
                ? "too many files open for a connection per client"
                : "no connection between client and member inside this process",
            cause: SystemCallFailure(call: call, errno: failure.code),
            hint: files
                ? "raise the limit: ulimit -n 65536, or ask for fewer --clients"
                : "use --transport memory",
            exitCode: .unavailable
        )
    }
}
