import CLinuxShims
import Glibc
import Units

/// A scratch file at a path the user named.
///
/// It starts with tbench's own block of `dataOffset` bytes; the data lies behind it. A file that is
/// there already is opened for writing only when it starts with that block, whole and unchanged: a
/// user's file is looked at and left alone. The file is unlinked when its owner goes.
package struct ScratchFile: ~Copyable {
    static let magic = "tbench scratch file v1"
    /// The bytes in front of the data, a multiple of every block size there is.
    package static let dataOffset = UInt64(MarkBlock.byteCount)

    /// The absolute path, without symbolic links.
    package let path: String
    /// The bytes allocated behind `dataOffset`.
    package let byteCount: UInt64
    private let handles: Handles
    private let registration: UInt64

    deinit {
        // As in ScratchDirectory: callers who want the error call `remove()`.
        try? ScratchRegistry.remove(registration)
    }

    private init(path: String, byteCount: UInt64, handles: Handles, registration: UInt64) {
        self.path = path
        self.byteCount = byteCount
        self.handles = handles
        self.registration = registration
    }

    /// The open file, for reading and writing; valid as long as this value lives.
    package var fileDescriptor: Int32 { handles.file.rawValue }

    /// Makes the file, or takes over tbench's own leftover, and allocates its space.
    ///
    /// - Parameters:
    ///   - path: a file that does not exist, or a scratch that no running tbench uses. A last component
    ///     that is a symbolic link is refused.
    ///   - bytes: the size of the data region; allocated with posix_fallocate(3).
    ///   - direct: open with O_DIRECT.
    ///   - roots: where /proc is.
    /// - Returns: the open file, marked, with its space allocated.
    /// - Throws: `SafetyError`: 77 for a user's file or a scratch in use, 66 when too little is free.
    package static func create(
        at path: String,
        bytes: UInt64,
        direct: Bool = false,
        roots: SystemRoots = SystemRoots()
    ) throws(SafetyError) -> ScratchFile {
        let (parentPath, name) = TargetResolver.split(path)
        let realParent: String
        let parent: Descriptor
        do throws(SystemCallFailure) {
            realParent = try Paths.real(parentPath)
            parent = try Descriptor(realParent, O_RDONLY | O_DIRECTORY)
        } catch {
            throw .scratchNotCreated(parentPath, error)
        }
        let realPath = (realParent == "/" ? "" : realParent) + "/" + name
        let file: Descriptor
        if let leftover = try openOwnLeftover(name, in: parent, path: realPath, roots: roots) {
            file = leftover
        } else {
            try FreeSpace.require(bytes, at: realParent)
            do throws(SystemCallFailure) {
                let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW
                file = try Descriptor(name, in: parent, flags)
            } catch {
                if error.errno == EEXIST { throw .scratchFileChanged(realPath) }
                throw .scratchNotCreated(realParent, error)
            }
        }
        let handles = Handles(parent: parent, file: file)
        let registration = ScratchRegistry.enter { () throws(SafetyError) in
            try unlinkOwn(handles, name, path: realPath)
        }
        // From here on a throw removes the file through `deinit`.
        let scratch = ScratchFile(
            path: realPath,
            byteCount: bytes,
            handles: handles,
            registration: registration
        )
        try scratch.prepare(parent: realParent, direct: direct, roots: roots)
        return scratch
    }

    /// Unlinks the file.
    ///
    /// - Throws: `SafetyError` when it cannot be, or when another file has taken its name.
    package consuming func remove() throws(SafetyError) {
        try ScratchRegistry.remove(registration)
    }

    private final class Handles: Sendable {
        let parent: Descriptor
        let file: Descriptor

        init(parent: consuming Descriptor, file: consuming Descriptor) {
            self.parent = parent
            self.file = file
        }
    }

    /// Opens an existing scratch for writing, once reading has shown that it is one.
    ///
    /// - Returns: nil when there is no file of this name.
    private static func openOwnLeftover(
        _ name: String,
        in parent: borrowing Descriptor,
        path: String,
        roots: SystemRoots
    ) throws(SafetyError) -> Descriptor? {
        do throws(SystemCallFailure) {
            // O_NONBLOCK: what stands there may be a FIFO, which would block the open.
            let reader = try Descriptor(name, in: parent, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let status = try reader.status()
            guard status.kind == .regular, try owner(of: reader) != nil else {
                throw SystemCallFailure(call: "read", errno: EEXIST)
            }
            let writer = try Descriptor(name, in: parent, O_RDWR | O_NOFOLLOW | O_NONBLOCK)
            guard try writer.status().isSameFile(as: status) else {
                throw SystemCallFailure(call: "openat", errno: ESTALE)
            }
            guard try lock(writer), let owner = try owner(of: writer),
                !owner.mayBeRunning(roots: roots) || owner.pid == getpid()
            else { throw SystemCallFailure(call: "flock", errno: EBUSY) }
            return writer
        } catch {
            switch error.errno {
            case ENOENT: return nil
            case EEXIST, EACCES, EPERM, ELOOP: throw .userFile(path, cause: error)
            case ESTALE: throw .scratchFileChanged(path)
            case EBUSY: throw .scratchInUse(path)
            default: throw .scratchNotCreated(path, error)
            }
        }
    }

    private static func owner(
        of file: borrowing Descriptor
    ) throws(SystemCallFailure) -> ProcessIdentity? {
        let block = try file.read(count: MarkBlock.byteCount, at: 0)
        return MarkBlock.decode(block, magic: magic)
    }

    /// Takes the lock; without lock support (some network filesystems) the pid has to do.
    private static func lock(_ file: borrowing Descriptor) throws(SystemCallFailure) -> Bool {
        do throws(SystemCallFailure) {
            return try file.tryLock()
        } catch {
            guard error.errno == ENOLCK || error.errno == EOPNOTSUPP else { throw error }
            return true
        }
    }

    private borrowing func prepare(
        parent: String,
        direct: Bool,
        roots: SystemRoots
    ) throws(SafetyError) {
        let number = handles.file.rawValue
        do throws(SystemCallFailure) {
            guard try Self.lock(handles.file) else { throw .init(call: "flock", errno: EBUSY) }
            let identity = ProcessIdentity.current(roots: roots)
            guard let block = MarkBlock.encode(magic: Self.magic, identity) else {
                throw SystemCallFailure(call: "pwrite", errno: EMSGSIZE)
            }
            try handles.file.write(block, at: 0)
            _ = try retrying("ftruncate") { ftruncate(number, off_t(Self.dataOffset)) }
        } catch {
            throw error.errno == EBUSY
                ? .scratchInUse(path) : .scratchNotCreated(parent, error)
        }
        // Again for a leftover, whose old space came back a moment ago.
        try FreeSpace.require(byteCount, at: parent)
        do throws(SystemCallFailure) {
            try allocate()
            if direct {
                _ = try retrying("fcntl") { fcntl(number, F_SETFL, tbench_O_DIRECT) }
            }
        } catch {
            if error.call == "fcntl" { throw .noDirectIO(path, error) }
            throw .scratchNotCreated(parent, error)
        }
    }

    private borrowing func allocate() throws(SystemCallFailure) {
        let number = handles.file.rawValue
        let end = off_t(Self.dataOffset + byteCount)
        do throws(SystemCallFailure) {
            _ = try retrying("fallocate") {
                tbench_safety_allocate(number, Int64(Self.dataOffset), Int64(byteCount))
            }
        } catch {
            // A filesystem without fallocate gets a sparse file; its space was checked above.
            guard error.errno == EOPNOTSUPP || error.errno == ENOSYS else { throw error }
            _ = try retrying("ftruncate") { ftruncate(number, end) }
        }
    }

    private static func unlinkOwn(
        _ handles: Handles,
        _ name: String,
        path: String
    ) throws(SafetyError) {
        do throws(SystemCallFailure) {
            let mine = try handles.file.status()
            guard try Paths.status(name, in: handles.parent).isSameFile(as: mine) else {
                throw SystemCallFailure(call: "fstatat", errno: ESTALE)
            }
            try ScratchRemoval.unlink(name, in: handles.parent, flags: 0)
        } catch {
            if error.errno != ENOENT { throw .notRemoved(path, error) }
        }
    }
}
