// struct iovec is found by way of this module's headers.
import CLibURing
import Glibc

/// Stream sockets at a path, however long the path is.
package enum UnixSocket {
    /// Makes a listening socket at a path that does not exist yet, for this user alone.
    ///
    /// - Returns: The listener, for a program that is started with it.
    /// - Throws: `EngineError` when the directory is missing or not ours to write.
    /// - Source: unix(7).
    package static func listen(at path: String) throws(EngineError) -> OwnedSocket {
        let number = try open(path)
        let listener = OwnedSocket(number)
        try withAddress(of: path) { pointer, size in
            let mask = umask(0o177)
            defer { umask(mask) }
            return bind(number, pointer, size)
        }
        guard Glibc.listen(number, 16) == 0 else { throw .unixSocket("listen", path, .last) }
        return listener
    }

    /// Connects to the listener at a path.
    ///
    /// - Throws: `EngineError`; its `cause` is ECONNREFUSED where nobody listens any more.
    package static func connect(to path: String) throws(EngineError) -> OwnedSocket {
        let number = try open(path)
        let client = OwnedSocket(number)
        try withAddress(of: path) { pointer, size in
            while true {
                let result = Glibc.connect(number, pointer, size)
                if result == 0 || errno != EINTR { return result }
            }
        }
        return client
    }

    private static func open(_ path: String) throws(EngineError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let number = socket(AF_UNIX, type, 0)
        guard number >= 0 else { throw .unixSocket("socket", path, .last) }
        return number
    }

    /// An address holds 107 bytes; a longer path goes through its directory's descriptor in /proc.
    private static func withAddress(
        of path: String,
        _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(EngineError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path) - 1
        var directory: Int32 = -1
        defer { if directory >= 0 { close(directory) } }
        var short = path
        if path.utf8.count > room, let slash = path.lastIndex(of: "/") {
            directory = Glibc.open(String(path[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard directory >= 0 else { throw .unixSocket("open", path, .last) }
            short = "/proc/self/fd/\(directory)\(path[slash...])"
        }
        guard short.utf8.count <= room else {
            throw .unixSocket("bind", path, Errno(code: ENAMETOOLONG))
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: short.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, size) }
        }
        guard result == 0 else { throw .unixSocket("connect", path, .last) }
    }
}

/// A socket, closed when it goes out of scope.
package struct OwnedSocket: ~Copyable, Sendable {
    /// The number the kernel knows it by; valid as long as this value lives.
    package let rawValue: Int32

    init(_ rawValue: Int32) { self.rawValue = rawValue }

    deinit { close(rawValue) }

    /// Sends all the bytes.
    ///
    /// - Returns: nil, or why not.
    borrowing func send(_ bytes: UnsafeRawBufferPointer) -> Errno? {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            // The process ignores SIGPIPE, but a library should not count on it.
            let moved = retryingInterrupts {
                Glibc.send(rawValue, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            switch moved {
            case .success(let count): done += count
            case .failure(let failure): return failure
            }
        }
        return nil
    }

    /// Sends a header and what follows it by one call where the socket has room.
    ///
    /// - Returns: nil, or why not.
    borrowing func send(
        _ header: UnsafeRawBufferPointer,
        _ payload: UnsafeRawBufferPointer
    ) -> Errno? {
        var parts = (
            iovec(
                iov_base: UnsafeMutableRawPointer(mutating: header.baseAddress),
                iov_len: header.count
            ),
            iovec(
                iov_base: UnsafeMutableRawPointer(mutating: payload.baseAddress),
                iov_len: payload.count
            )
        )
        let moved = withUnsafeMutablePointer(to: &parts) { pointer in
            pointer.withMemoryRebound(to: iovec.self, capacity: 2) { vector in
                var message = msghdr()
                message.msg_iov = vector
                message.msg_iovlen = 2
                return retryingInterrupts { sendmsg(rawValue, &message, Int32(MSG_NOSIGNAL)) }
            }
        }
        switch moved {
        case .failure(let failure): return failure
        case .success(let count) where count >= header.count:
            return send(UnsafeRawBufferPointer(rebasing: payload[(count - header.count)...]))
        case .success(let count):
            return send(UnsafeRawBufferPointer(rebasing: header[count...])) ?? send(payload)
        }
    }

    /// Receives until the buffer is full.
    ///
    /// - Returns: nil, or why not; ECONNRESET where the other side has gone.
    borrowing func receive(into buffer: UnsafeMutableRawBufferPointer) -> Errno? {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let moved = retryingInterrupts { recv(rawValue, rest.baseAddress, rest.count, 0) }
            switch moved {
            case .success(0): return Errno(code: ECONNRESET)
            case .success(let count): done += count
            case .failure(let failure): return failure
            }
        }
        return nil
    }

    /// Gives up on an answer after so long; 0 waits for ever.
    borrowing func setTimeout(seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(
            rawValue,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &time,
            socklen_t(MemoryLayout<timeval>.size)
        )
    }
}
