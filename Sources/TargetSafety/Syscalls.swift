import CLinuxShims
import Glibc
import Units

/// An open file, closed when its owner goes.
struct Descriptor: ~Copyable {
    let rawValue: Int32

    deinit { close(rawValue) }

    init(owning rawValue: Int32) { self.rawValue = rawValue }

    /// Gives the number to a new owner, who has to close it.
    consuming func release() -> Int32 {
        let number = rawValue
        discard self
        return number
    }

    /// Opens a path, always O_CLOEXEC; EINTR is retried.
    ///
    /// - Source: open(2).
    init(
        _ path: String,
        _ flags: Int32,
        mode: mode_t = 0o600
    ) throws(SystemCallFailure) {
        rawValue = try retrying("open") { Glibc.open(path, flags | O_CLOEXEC, mode) }
    }

    /// Opens a name inside a directory, always O_CLOEXEC; EINTR is retried.
    ///
    /// - Source: openat(2).
    init(
        _ name: String,
        in directory: borrowing Descriptor,
        _ flags: Int32,
        mode: mode_t = 0o600
    ) throws(SystemCallFailure) {
        let directory = directory.rawValue
        rawValue = try retrying("openat") { openat(directory, name, flags | O_CLOEXEC, mode) }
    }

    func status() throws(SystemCallFailure) -> FileStatus {
        var buffer = stat()
        _ = try retrying("fstat") { fstat(rawValue, &buffer) }
        return FileStatus(buffer)
    }

    /// Reads until `count` bytes or the end of the file.
    func read(count: Int, at offset: UInt64) throws(SystemCallFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let moved = try retrying("pread") {
                bytes.withUnsafeMutableBytes { buffer in
                    pread(
                        rawValue,
                        buffer.baseAddress?.advanced(by: done),
                        count - done,
                        off_t(offset) + off_t(done)
                    )
                }
            }
            if moved == 0 { break }
            done += moved
        }
        bytes.removeLast(count - done)
        return bytes
    }

    /// Writes all the bytes; a short write is continued.
    func write(_ bytes: [UInt8], at offset: UInt64) throws(SystemCallFailure) {
        var done = 0
        while done < bytes.count {
            let moved = try retrying("pwrite") {
                bytes.withUnsafeBytes { buffer in
                    pwrite(
                        rawValue,
                        buffer.baseAddress?.advanced(by: done),
                        bytes.count - done,
                        off_t(offset) + off_t(done)
                    )
                }
            }
            // A device that takes nothing and says nothing would spin here for ever.
            guard moved > 0 else { throw SystemCallFailure(call: "pwrite", errno: EIO) }
            done += moved
        }
    }

    func sync() throws(SystemCallFailure) {
        _ = try retrying("fsync") { fsync(rawValue) }
    }

    /// Takes the exclusive advisory lock without waiting; false when another process has it.
    ///
    /// - Source: flock(2); it works across PID namespaces, where a pid says nothing.
    func tryLock() throws(SystemCallFailure) -> Bool {
        do throws(SystemCallFailure) {
            _ = try retrying("flock") { flock(rawValue, LOCK_EX | LOCK_NB) }
            return true
        } catch {
            guard error.errno == EWOULDBLOCK else { throw error }
            return false
        }
    }
}

/// What stat(2) says about a file, in Swift types.
struct FileStatus: Equatable {
    enum Kind: Equatable {
        case regular, directory, blockDevice, characterDevice, fifo, socket, link
    }

    let kind: Kind
    let device: UInt64
    let inode: UInt64
    let specialDevice: UInt64
    let owner: UInt32
    let sizeBytes: UInt64

    init(_ buffer: stat) {
        kind =
            switch buffer.st_mode & S_IFMT {
            case S_IFDIR: .directory
            case S_IFBLK: .blockDevice
            case S_IFCHR: .characterDevice
            case S_IFIFO: .fifo
            case S_IFSOCK: .socket
            case S_IFLNK: .link
            default: .regular
            }
        device = UInt64(buffer.st_dev)
        inode = UInt64(buffer.st_ino)
        specialDevice = UInt64(buffer.st_rdev)
        owner = buffer.st_uid
        sizeBytes = UInt64(max(0, buffer.st_size))
    }

    func isSameFile(as other: FileStatus) -> Bool {
        device == other.device && inode == other.inode
    }
}

/// The calls on paths.
enum Paths {
    /// The status of what a path leads to, links followed.
    static func status(_ path: String) throws(SystemCallFailure) -> FileStatus {
        var buffer = stat()
        _ = try retrying("stat") { stat(path, &buffer) }
        return FileStatus(buffer)
    }

    /// The status of a name inside a directory, links not followed.
    static func status(
        _ name: String,
        in directory: borrowing Descriptor
    ) throws(SystemCallFailure) -> FileStatus {
        var buffer = stat()
        let directory = directory.rawValue
        _ = try retrying("fstatat") { fstatat(directory, name, &buffer, AT_SYMLINK_NOFOLLOW) }
        return FileStatus(buffer)
    }

    static func real(_ path: String) throws(SystemCallFailure) -> String {
        guard let resolved = realpath(path, nil) else {
            throw SystemCallFailure(call: "realpath", errno: errno)
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    static func linkTarget(_ path: String) throws(SystemCallFailure) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let length = try retrying("readlink") {
            buffer.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress else { return 0 }
                return readlink(path, base.assumingMemoryBound(to: CChar.self), bytes.count)
            }
        }
        return String(decoding: buffer[..<length], as: UTF8.self)
    }

    /// The names in a directory, sorted, without "." and "..".
    static func names(in path: String) throws(SystemCallFailure) -> [String] {
        try names(in: try Descriptor(path, O_RDONLY | O_DIRECTORY))
    }

    static func names(in directory: borrowing Descriptor) throws(SystemCallFailure) -> [String] {
        // fdopendir takes the descriptor over and moves its position, so it gets one of its own.
        let copy = try Descriptor(".", in: directory, O_RDONLY | O_DIRECTORY).release()
        guard let stream = fdopendir(copy) else {
            let failure = SystemCallFailure(call: "fdopendir", errno: errno)
            close(copy)
            throw failure
        }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw SystemCallFailure(call: "readdir", errno: errno) }
        return names.sorted()
    }

    /// The whole text of a small file such as those in /proc and /sys.
    static func text(_ path: String) throws(SystemCallFailure) -> String {
        let file = try Descriptor(path, O_RDONLY)
        var bytes: [UInt8] = []
        while true {
            // Files in /proc have no size; a short read is not their end, an empty one is.
            let part = try file.read(count: 1 << 16, at: UInt64(bytes.count))
            if part.isEmpty { break }
            bytes += part
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Bytes an ordinary user may still write, and free inodes (nil where the filesystem has no limit).
    ///
    /// - Source: statvfs(3), `f_bavail` and `f_favail`.
    static func freeSpace(
        _ path: String
    ) throws(SystemCallFailure) -> (bytes: UInt64, inodes: UInt64?) {
        var buffer = statvfs()
        _ = try retrying("statvfs") { statvfs(path, &buffer) }
        let (bytes, overflow) = UInt64(buffer.f_bavail)
            .multipliedReportingOverflow(by: UInt64(buffer.f_frsize))
        let inodes = buffer.f_files == 0 ? nil : UInt64(buffer.f_favail)
        return (overflow ? .max : bytes, inodes)
    }
}

/// Repeats a call while it is interrupted and turns −1 into its errno.
func retrying<Result: BinaryInteger>(
    _ call: String,
    _ body: () -> Result
) throws(SystemCallFailure) -> Result {
    while true {
        let result = body()
        if result >= 0 { return result }
        let number = errno
        if number != EINTR { throw SystemCallFailure(call: call, errno: number) }
    }
}
