import Glibc
import Units

/// What a target is.
package enum TargetKind: String, Sendable, Equatable {
    case directory
    case file
    case blockDevice = "block device"
}

/// A target that exists, or a file that can be created, and what it leads to.
package struct ResolvedTarget: Sendable, Equatable {
    /// The path as it was given.
    package let path: String
    /// The absolute path without symbolic links.
    package let realPath: String
    package let kind: TargetKind
    /// False only for a file that is to be created as scratch.
    package let exists: Bool
    /// Bytes of an existing file; 0 for a directory, a block device and a file to be created.
    package let sizeBytes: UInt64
}

/// Says what a path given by a user is, before anything is opened for writing.
package enum TargetResolver {
    /// Follows a path to a directory, a regular file, a block device or a file that can be created.
    ///
    /// Opens nothing and writes nothing. A file that does not exist is accepted when its parent is a
    /// directory one may write to, except in /dev, where a missing name is a missing device.
    /// - Parameter path: as typed; relative paths start at the current directory.
    /// - Returns: the target, with its real path.
    /// - Throws: `SafetyError`: 64 for an empty path or something that cannot hold data (socket, FIFO,
    ///   character device), 66 for a missing path or a loop of links, 77 for a lack of permission.
    package static func resolve(_ path: String) throws(SafetyError) -> ResolvedTarget {
        guard !path.isEmpty else { throw .emptyPath() }
        let status: FileStatus
        let realPath: String
        do throws(SystemCallFailure) {
            status = try Paths.status(path)
            realPath = try Paths.real(path)
        } catch {
            guard error.errno == ENOENT else { throw .unresolvable(path, error) }
            return try resolveMissing(path)
        }
        switch status.kind {
        case .directory:
            try requireAccess(realPath, W_OK | X_OK, as: path)
            return target(path, realPath, .directory)
        case .regular:
            try requireAccess(realPath, R_OK, as: path)
            return target(path, realPath, .file, sizeBytes: status.sizeBytes)
        case .blockDevice:
            return target(path, realPath, .blockDevice)
        case .characterDevice: throw .wrongKind(path, "a character device")
        case .fifo: throw .wrongKind(path, "a FIFO (named pipe)")
        case .socket: throw .wrongKind(path, "a socket")
        case .link: throw .wrongKind(path, "a symbolic link")
        }
    }

    /// A file that does not exist yet, in a directory that does.
    private static func resolveMissing(_ path: String) throws(SafetyError) -> ResolvedTarget {
        let (parent, name) = split(path)
        guard !name.isEmpty else { throw .missingDirectory(path) }
        if name == "." || name == ".." { throw .missingDirectory(path) }
        // A dangling link: creating the file behind it would write where nobody pointed.
        if isLink(path) { throw .danglingLink(path) }
        let realParent: String
        do throws(SystemCallFailure) {
            realParent = try Paths.real(parent)
            guard try Paths.status(realParent).kind == .directory else {
                throw SystemCallFailure(call: "stat", errno: ENOTDIR)
            }
        } catch {
            if error.errno == ENOENT { throw .missingParent(path, parent: parent) }
            throw .unresolvable(path, error)
        }
        let inDevices = realParent == "/dev" || realParent.hasPrefix("/dev/")
        if inDevices, !realParent.hasPrefix("/dev/shm") { throw .missingDevice(path) }
        try requireAccess(realParent, W_OK | X_OK, as: parent)
        let separator = realParent == "/" ? "" : "/"
        return ResolvedTarget(
            path: path,
            realPath: realParent + separator + name,
            kind: .file,
            exists: false,
            sizeBytes: 0
        )
    }

    private static func target(
        _ path: String,
        _ realPath: String,
        _ kind: TargetKind,
        sizeBytes: UInt64 = 0
    ) -> ResolvedTarget {
        ResolvedTarget(
            path: path,
            realPath: realPath,
            kind: kind,
            exists: true,
            sizeBytes: sizeBytes
        )
    }

    private static func requireAccess(
        _ realPath: String,
        _ mode: Int32,
        as path: String
    ) throws(SafetyError) {
        do throws(SystemCallFailure) {
            // AT_EACCESS: the effective user is the one who will open it.
            _ = try retrying("faccessat") { faccessat(AT_FDCWD, realPath, mode, AT_EACCESS) }
        } catch {
            throw .noAccess(path, mode & W_OK == 0 ? "read" : "write in", error)
        }
    }

    private static func isLink(_ path: String) -> Bool {
        var buffer = stat()
        return lstat(path, &buffer) == 0 && FileStatus(buffer).kind == .link
    }

    /// The parent directory and the last component; the name is empty after a trailing slash.
    static func split(_ path: String) -> (parent: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let parent = path[..<slash]
        return (parent.isEmpty ? "/" : String(parent), String(path[path.index(after: slash)...]))
    }
}
