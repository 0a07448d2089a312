import Glibc
import Units

// The wording of every error of this module: one factory per operation.

extension EngineError {
    // See: man 2 open
    static func open(
        _ path: String,
        _ options: FileDescriptor.OpenOptions,
        _ failure: Errno
    ) -> EngineError {
        let (reason, hint, exitCode): (String, String?, ExitCode) =
            switch failure.code {
            case ENOENT where options.contains(.create):
                ("the directory of \(path) does not exist", "create it first", .missing)
            case ENOENT:
                ("\(path) does not exist", nil, .missing)
            case ENOTDIR where options.contains(.directory):
                ("\(path) is not a directory", nil, .usage)
            case ENOTDIR:
                ("a part of \(path) is not a directory", nil, .missing)
            case EACCES, EPERM:
                (
                    "not permitted to open \(path)",
                    "run as root, or name a place this user may \(options.verb)", .refused
                )
            case EEXIST:
                ("\(path) exists already", nil, .refused)
            case EBUSY:
                (
                    "\(path) is in use: mounted, or held by RAID, LVM or another program",
                    "lsblk \(path) shows by what", .refused
                )
            case EISDIR:
                ("\(path) is a directory", "name a file in it", .usage)
            case ELOOP where options.contains(.noFollow):
                ("\(path) is a symbolic link, which is not followed here", nil, .refused)
            case ELOOP:
                ("\(path) leads through symbolic links in a circle", nil, .missing)
            case EINVAL where options.contains(.direct):
                (
                    "the filesystem of \(path) does not support direct I/O",
                    "tmpfs and some overlays cannot; name a path on a disk", .unavailable
                )
            case EROFS:
                ("\(path) is on a read-only filesystem", "mount shows it with ro", .refused)
            case EMFILE:
                (
                    "this process has too many files open to open \(path)",
                    "raise the limit: ulimit -n 65536", .failure
                )
            case ENFILE:
                (
                    "the whole machine has too many files open to open \(path)",
                    "sysctl fs.file-nr shows how many", .failure
                )
            case ENAMETOOLONG:
                ("the path is longer than the filesystem allows: \(path)", nil, .usage)
            case ETXTBSY:
                ("\(path) is a program that is running", nil, .refused)
            default:
                sick(path, doing: "open", failure)
            }
        return EngineError(
            operation: "open",
            subject: path,
            reason: reason,
            cause: SystemCallFailure(call: "openat", errno: failure.code),
            hint: hint,
            exitCode: exitCode
        )
    }

    // See: man 2 read, write, fsync, fallocate, ftruncate, lseek, flock, close
    static func transfer(_ call: String, _ path: String, _ failure: Errno) -> EngineError {
        let (reason, hint, exitCode): (String, String?, ExitCode) =
            switch failure.code {
            case EINVAL where call == "write" || call == "read":
                (
                    "cannot \(call) \(path) at this offset, length or memory address",
                    "direct I/O needs multiples of the block size; try another --bs", .usage
                )
            case EOPNOTSUPP, ENOSYS:
                ("the filesystem of \(path) does not support \(call)", nil, .unavailable)
            case EACCES, EPERM:
                ("not permitted to \(call) \(path)", nil, .refused)
            case EFBIG:
                (
                    "\(path) would grow past the largest file allowed",
                    "ulimit -f shows this user's limit", .failure
                )
            case EAGAIN:
                ("\(path) is not ready to \(call)", nil, .failure)
            case ESPIPE:
                ("\(path) is a pipe or socket, which has no positions", nil, .usage)
            case EISDIR:
                ("\(path) is a directory", "name a file in it", .usage)
            default:
                sick(path, doing: call, failure)
            }
        return EngineError(
            operation: call,
            subject: path,
            reason: reason,
            cause: SystemCallFailure(call: call, errno: failure.code),
            hint: hint,
            exitCode: exitCode
        )
    }

    // See: man 2 mkdir, rename, unlink, rmdir, stat; man 3 statvfs
    static func path(_ call: String, _ path: String, _ failure: Errno) -> EngineError {
        let (reason, hint, exitCode): (String, String?, ExitCode) =
            switch failure.code {
            case ENOENT where call == "mkdir":
                ("the parent directory of \(path) does not exist", "create it first", .missing)
            case ENOENT:
                ("\(path) does not exist", nil, .missing)
            case ENOTDIR:
                ("a part of \(path) is not a directory", nil, .missing)
            case EACCES, EPERM:
                ("not permitted to \(call) \(path)", "run as root or use another place", .refused)
            case EEXIST where call == "mkdir":
                ("\(path) exists already", nil, .refused)
            case ENOTEMPTY, EEXIST:
                ("\(path) is not empty", nil, .refused)
            case EBUSY:
                ("\(path) is in use, such as a mount point", nil, .refused)
            case EISDIR:
                ("\(path) is a directory", nil, .usage)
            case EXDEV:
                ("\(path) cannot be renamed to another filesystem", nil, .failure)
            case ELOOP:
                ("\(path) leads through symbolic links in a circle", nil, .missing)
            case ENAMETOOLONG:
                ("the path is longer than the filesystem allows: \(path)", nil, .usage)
            default:
                sick(path, doing: call, failure)
            }
        return EngineError(
            operation: call,
            subject: path,
            reason: reason,
            cause: SystemCallFailure(call: call, errno: failure.code),
            hint: hint,
            exitCode: exitCode
        )
    }

    /// What a disk or filesystem can do to any call.
    private static func sick(
        _ path: String,
        doing call: String,
        _ failure: Errno
    ) -> (String, String?, ExitCode) {
        switch failure.code {
        case ENOSPC:
            ("the disk is full: \(path)", "free some space or use a smaller --size", .failure)
        case EDQUOT:
            ("the disk quota is used up: \(path)", "quota -s shows it", .failure)
        case EIO, EREMOTEIO, ENODATA, EILSEQ:
            (
                "the disk reported an I/O error: cannot \(call) \(path)",
                "dmesg says which sector; smartctl -a says how the disk is", .failure
            )
        case EROFS:
            (
                "the filesystem became read-only: \(path)",
                "that is how a filesystem answers to disk errors; see dmesg", .failure
            )
        case ENODEV, ENXIO, ENOMEDIUM, ESHUTDOWN:
            (
                "the device vanished: cannot \(call) \(path)",
                "dmesg says when; check cabling, multipath or the volume attachment", .failure
            )
        case ETIMEDOUT, ESTALE, EHOSTDOWN, ENOTCONN:
            ("the storage behind \(path) no longer answers", "dmesg says why", .failure)
        case ENOMEM, ENOBUFS:
            ("the kernel has too little memory to \(call) \(path)", nil, .failure)
        case EBADF, EFAULT:
            ("cannot \(call) \(path): a bug in tbench", "please report it", .failure)
        default:
            ("cannot \(call) \(path)", nil, .failure)
        }
    }

    /// An I/O of a run that failed or moved fewer bytes than asked.
    ///
    /// - Parameters:
    ///   - result: the completion's: a negative errno, or fewer bytes than `expected`.
    ///   - path: the file or device; for the message.
    // See: man 2 read, write, fdatasync
    package static func failedIO(
        _ operation: IOOperation,
        path: String,
        result: Int32,
        expected: Int
    ) -> EngineError {
        if result < 0 { return transfer(operation.systemCall, path, Errno(code: 0 &- result)) }
        let hint: String? =
            switch operation {
            case .read: "the file ended early; it may have been truncated meanwhile"
            case .write: "the disk may be full, or the device smaller than it says"
            case .fdatasync, .fsync: nil
            }
        return EngineError(
            operation: operation.systemCall,
            subject: path,
            reason: "only \(result) of \(expected) bytes could be transferred: "
                + "\(operation.systemCall) \(path)",
            hint: hint
        )
    }

    // See: man 3 posix_memalign
    static func memory(_ byteCount: Int, _ failure: Errno) -> EngineError {
        EngineError(
            operation: "allocate",
            subject: "\(byteCount) bytes",
            reason: "cannot allocate \(byteCount) bytes for I/O buffers",
            cause: SystemCallFailure(call: "posix_memalign", errno: failure.code),
            hint: "use a smaller --bs or --iodepth, or raise the container's memory limit"
        )
    }

    // See: man 3 pthread_create, pthread_attr_setaffinity_np
    static func thread(_ name: String, cpu: Int?, _ failure: Errno) -> EngineError {
        let (reason, hint): (String, String?) =
            switch (failure.code, cpu) {
            case (EINVAL, let cpu?), (ERANGE, let cpu?):
                (
                    "CPU \(cpu) does not exist or is not allowed for thread \(name)",
                    "Cpus_allowed_list in /proc/self/status lists the allowed ones"
                )
            case (EAGAIN, _):
                ("too many threads to start \(name)", "ulimit -u, or pids.max of the container")
            default:
                ("cannot start thread \(name)", nil)
            }
        return EngineError(
            operation: "start thread",
            subject: name,
            reason: reason,
            cause: SystemCallFailure(call: "pthread_create", errno: failure.code),
            hint: hint,
            exitCode: cpu == nil ? .failure : .usage
        )
    }
}

extension FileDescriptor.OpenOptions {
    fileprivate var verb: String {
        isDisjoint(with: [.writeOnly, .readWrite]) ? "read" : "write to"
    }
}

extension IOOperation {
    /// The manual page that describes it, for messages.
    package var systemCall: String {
        switch self {
        case .read: "read"
        case .write: "write"
        case .fdatasync: "fdatasync"
        case .fsync: "fsync"
        }
    }
}
