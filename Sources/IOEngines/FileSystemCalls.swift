import Glibc

/// System calls on paths, one function each.
///
/// Symbolic links are followed unless said otherwise.
package enum FileSystemCalls {
    /// Makes one directory, whose parent must exist, with these permissions less the umask.
    ///
    /// - Source: mkdir(2).
    package static func makeDirectory(
        _ path: String,
        permissions: UInt32 = 0o700
    ) throws(EngineError) {
        guard mkdir(path, permissions) == 0 else { throw .path("mkdir", path, .last) }
    }

    /// Gives a file another name, replacing what has it, in one step.
    ///
    /// - Source: rename(2).
    package static func rename(_ path: String, to newPath: String) throws(EngineError) {
        guard Glibc.rename(path, newPath) == 0 else { throw .path("rename", path, .last) }
    }

    /// Removes a name that is not a directory; a symbolic link itself, not what it leads to.
    ///
    /// - Source: unlink(2).
    package static func unlink(_ path: String) throws(EngineError) {
        guard Glibc.unlink(path) == 0 else { throw .path("unlink", path, .last) }
    }

    /// Removes an empty directory.
    ///
    /// - Source: rmdir(2).
    package static func removeDirectory(_ path: String) throws(EngineError) {
        guard rmdir(path) == 0 else { throw .path("rmdir", path, .last) }
    }

    /// Makes the names in a directory durable: a created or renamed file survives a power cut.
    ///
    /// - Source: fsync(2), "fsync() … directory containing the file".
    package static func syncDirectory(_ path: String) throws(EngineError) {
        let directory = try FileDescriptor.open(path, [.readOnly, .directory])
        try directory.fsync()
    }

    /// The bytes an unprivileged user may still write to the filesystem that holds this path.
    ///
    /// - Source: statvfs(3): f_bavail × f_frsize.
    package static func freeBytes(_ path: String) throws(EngineError) -> UInt64 {
        var status = statvfs()
        while statvfs(path, &status) != 0 {
            if errno != EINTR { throw .path("statvfs", path, .last) }
        }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }

    /// What a path leads to, links followed.
    ///
    /// - Throws: `EngineError` where it cannot be told, for lack of permission or on a sick disk.
    /// - Source: stat(2).
    package static func kind(_ path: String) throws(EngineError) -> PathKind {
        var status = stat()
        if stat(path, &status) != 0 {
            switch errno {
            case ENOENT, ENOTDIR: return .missing
            case ELOOP: return .symlinkLoop
            default: throw .path("stat", path, .last)
            }
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .directory
        case S_IFBLK: return .blockDevice
        case S_IFCHR: return .characterDevice
        case S_IFSOCK: return .socket
        case S_IFIFO: return .fifo
        default: return .regularFile
        }
    }
}

/// What a path leads to.
package enum PathKind: Sendable, Equatable, CaseIterable {
    /// Nothing there, or a dangling link.
    case missing
    case directory
    case regularFile
    case blockDevice
    case characterDevice
    case socket
    case fifo
    /// Symbolic links that lead to each other, or too many in a row.
    case symlinkLoop
}
