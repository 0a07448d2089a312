import CLinuxShims
import Glibc

/// An open file, device or directory, closed when it goes out of scope.
///
/// Use `close()` after writes, where a failure to close matters; otherwise leave it to `deinit`.
package struct FileDescriptor: ~Copyable, Sendable {
    /// The number the kernel knows it by; valid as long as this value lives.
    package private(set) var rawValue: Int32
    /// What it was opened as; for messages.
    package let path: String

    private init(rawValue: Int32, path: String) {
        self.rawValue = rawValue
        self.path = path
    }

    deinit {
        // A close that fails here has nobody to tell; who cares about the failure calls close().
        if rawValue >= 0 { _ = Glibc.close(rawValue) }
    }

    /// How a file is opened; O_CLOEXEC is always added.
    ///
    /// - Source: openat(2).
    package struct OpenOptions: OptionSet, Sendable {
        package let rawValue: Int32

        package init(rawValue: Int32) { self.rawValue = rawValue }

        package static let readOnly = OpenOptions(rawValue: O_RDONLY)
        package static let writeOnly = OpenOptions(rawValue: O_WRONLY)
        package static let readWrite = OpenOptions(rawValue: O_RDWR)
        /// Past the page cache; offset, length and memory must be aligned to the device's block.
        package static let direct = OpenOptions(rawValue: tbench_O_DIRECT)
        /// Fail when it exists (with `create`); on a block device, claim it or fail when it is in use.
        package static let exclusive = OpenOptions(rawValue: O_EXCL)
        package static let create = OpenOptions(rawValue: O_CREAT)
        package static let truncate = OpenOptions(rawValue: O_TRUNC)
        package static let directory = OpenOptions(rawValue: O_DIRECTORY)
        package static let append = OpenOptions(rawValue: O_APPEND)
        /// Fail when the last component is a symbolic link.
        package static let noFollow = OpenOptions(rawValue: O_NOFOLLOW)
        package static let nonBlocking = OpenOptions(rawValue: O_NONBLOCK)
        /// Every write returns once its data is durable, as after fdatasync.
        package static let dataSync = OpenOptions(rawValue: O_DSYNC)
    }

    /// Opens a path; a file that `create` makes gets these permissions less the umask.
    ///
    /// - Throws: `EngineError`, whose message names the likely cause.
    package static func open(
        _ path: String,
        _ options: OpenOptions,
        permissions: UInt32 = 0o600
    ) throws(EngineError) -> FileDescriptor {
        try open(path, options, permissions: permissions, directory: AT_FDCWD, subject: path)
    }

    /// Opens a name inside an open directory, which cannot be swapped for another in between.
    ///
    /// - Throws: `EngineError`, whose message names the likely cause.
    package static func open(
        _ name: String,
        _ options: OpenOptions,
        permissions: UInt32 = 0o600,
        in directory: borrowing FileDescriptor
    ) throws(EngineError) -> FileDescriptor {
        try open(
            name,
            options,
            permissions: permissions,
            directory: directory.rawValue,
            subject: "\(directory.path)/\(name)"
        )
    }

    private static func open(
        _ path: String,
        _ options: OpenOptions,
        permissions: UInt32,
        directory: Int32,
        subject: String
    ) throws(EngineError) -> FileDescriptor {
        let flags = options.rawValue | O_CLOEXEC
        let opened = retryingInterrupts { tbench_openat(directory, path, flags, permissions) }
        switch opened {
        case .success(let number): return FileDescriptor(rawValue: number, path: subject)
        case .failure(let failure): throw .open(subject, options, failure)
        }
    }

    /// Makes a file that exists in memory only, for probes.
    static func memory(named name: String) throws(EngineError) -> FileDescriptor {
        switch retryingInterrupts({ tbench_memfd_create(name, 1 /* MFD_CLOEXEC */) }) {
        case .success(let number): return FileDescriptor(rawValue: number, path: "memfd:\(name)")
        case .failure(let failure): throw .open("memfd:\(name)", [.readWrite, .create], failure)
        }
    }

    /// Closes it and reports what a delayed write had to say, such as EIO or ENOSPC on NFS.
    ///
    /// Not retried after EINTR: Linux has closed the number by then.
    /// - Throws: `EngineError`; it is closed in any case.
    package consuming func close() throws(EngineError) {
        let number = rawValue
        let name = path
        // `discard self` needs trivial fields, and the path is a String; the mark does the same.
        rawValue = -1
        if Glibc.close(number) != 0, errno != EINTR { throw .transfer("close", name, .last) }
    }
}
