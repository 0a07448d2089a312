import CLinuxShims
import Glibc
import Units

/// The few system calls this module makes; nothing else here imports Glibc.
enum SystemCalls {
    /// More than any file of `/proc` or `/sys` that is read here; bounds a hostile one.
    static let byteLimit = 4 << 20

    /// Reads a whole file, at most `byteLimit` bytes.
    ///
    /// O_NONBLOCK, so that a FIFO in place of a file cannot hang us. EINTR is retried.
    /// - Source: openat(2), read(2).
    static func contents(of path: String) -> Result<[UInt8], SystemCallFailure> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .failure(.init(call: "open", errno: errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count < byteLimit {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                return .failure(.init(call: "read", errno: errno))
            }
            bytes.append(contentsOf: chunk[..<count])
        }
        return .success(bytes)
    }

    /// The names in a directory without "." and "..", sorted.
    ///
    /// - Source: opendir(3), readdir(3).
    static func names(in path: String) -> Result<[String], SystemCallFailure> {
        guard let directory = opendir(path) else {
            return .failure(.init(call: "opendir", errno: errno))
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return .success(names.sorted())
    }

    /// The text of a symbolic link, at most 4095 bytes.
    ///
    /// - Source: readlink(2).
    static func target(ofLink path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink(path, $0, text.count) } ?? -1
            }
        }
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// Whether something exists at `path`.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// What stat(2), realpath(3) and statvfs(3) say about `path`.
    static func status(of path: String) -> Result<PathStatus, SystemCallFailure> {
        var information = stat()
        guard stat(path, &information) == 0 else {
            return .failure(.init(call: "stat", errno: errno))
        }
        var status = PathStatus(
            kind: kind(mode: information.st_mode),
            device: DeviceNumber(encoded: UInt64(information.st_dev))
        )
        if status.kind == .blockDevice {
            status.represents = DeviceNumber(encoded: UInt64(information.st_rdev))
        }
        if let resolved = realpath(path, nil) {
            status.realPath = String(cString: resolved)
            free(resolved)
        }
        var volume = statfs()
        if statfs(path, &volume) == 0 {
            // Signed or unsigned and of several widths by architecture: keep the bits.
            status.magic = UInt64(truncatingIfNeeded: volume.f_type) & 0xFFFF_FFFF
            let unit = UInt64(clamping: volume.f_frsize > 0 ? volume.f_frsize : volume.f_bsize)
            status.blockSizeBytes = UInt64(clamping: volume.f_bsize)
            status.sizeBytes = Quantity.product(UInt64(volume.f_blocks), unit)
            status.freeBytes = Quantity.product(UInt64(volume.f_bavail), unit)
        }
        return .success(status)
    }

    private static func kind(mode: mode_t) -> PathStatus.Kind {
        switch mode & S_IFMT {
        case S_IFDIR: .directory
        case S_IFREG: .file
        case S_IFBLK: .blockDevice
        case S_IFCHR: .characterDevice
        case S_IFIFO: .fifo
        case S_IFSOCK: .socket
        default: .other
        }
    }

    /// The kernel's release and the machine's architecture.
    ///
    /// - Source: uname(2).
    static func kernelName() -> (release: String, machine: String)? {
        var name = utsname()
        guard uname(&name) == 0 else { return nil }
        let release = withUnsafeBytes(of: &name.release) { text($0) }
        let machine = withUnsafeBytes(of: &name.machine) { text($0) }
        return (release, machine)
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// An environment variable; nil when it is not set.
    static func environment(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        return String(cString: value)
    }

    /// CLOCK_MONOTONIC in nanoseconds.
    static func monotonicNow() -> UInt64 { clock(CLOCK_MONOTONIC) }

    /// CLOCK_REALTIME in nanoseconds since 1970.
    static func realtimeNow() -> UInt64 { clock(CLOCK_REALTIME) }

    /// Sleeps until `deadline` on CLOCK_MONOTONIC; EINTR is retried.
    ///
    /// - Source: clock_nanosleep(2).
    static func sleep(until deadline: UInt64) {
        var time = timespec()
        time.tv_sec = time_t(deadline / 1_000_000_000)
        time.tv_nsec = Int(deadline % 1_000_000_000)
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
    }

    @inline(__always)
    private static func clock(_ identifier: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(identifier, &time)
        return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
    }
}
