import Glibc

/// Two connected stream sockets.
enum LoopbackPair {
    /// A TCP connection over 127.0.0.1, small writes sent at once.
    ///
    /// - Source: tcp(7), TCP_NODELAY; Go's net package sets it on every connection.
    static func tcp() throws(Errno) -> (client: Int32, server: Int32) {
        let listener = try stream(AF_INET)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        try withSocketAddress(&address) { pointer, size in bind(listener, pointer, size) }
        guard listen(listener, 16) == 0 else { throw .last }
        try name(&address) { pointer, size in getsockname(listener, pointer, size) }

        let client = try stream(AF_INET)
        do throws(Errno) {
            try withSocketAddress(&address) { pointer, size in connect(client, pointer, size) }
            let server = try accept(listener, from: client)
            var on: Int32 = 1
            let size = socklen_t(MemoryLayout<Int32>.size)
            for end in [client, server] {
                setsockopt(end, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
            }
            return (client, server)
        } catch {
            close(client)
            throw error
        }
    }

    /// A Unix socket pair, where there is no loopback.
    static func unix() throws(Errno) -> (client: Int32, server: Int32) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw .last }
        return (ends[0], ends[1])
    }

    private static func stream(_ family: Int32) throws(Errno) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let result = socket(family, type, 0)
        guard result >= 0 else { throw .last }
        return result
    }

    /// Accepts our own client; another process that was quicker is turned away.
    private static func accept(_ listener: Int32, from client: Int32) throws(Errno) -> Int32 {
        var expected = sockaddr_in()
        try name(&expected) { pointer, size in getsockname(client, pointer, size) }
        for _ in 0..<16 {
            let server = Glibc.accept(listener, nil, nil)
            if server < 0 {
                if errno == EINTR { continue }
                throw .last
            }
            _ = fcntl(server, F_SETFD, FD_CLOEXEC)
            var peer = sockaddr_in()
            try name(&peer) { pointer, size in getpeername(server, pointer, size) }
            if peer.sin_port == expected.sin_port { return server }
            close(server)
        }
        throw Errno(code: ECONNREFUSED)
    }

    private static func withSocketAddress(
        _ address: inout sockaddr_in,
        _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(Errno) {
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, size) }
        }
        guard result == 0 else { throw .last }
    }

    private static func name(
        _ address: inout sockaddr_in,
        _ call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) throws(Errno) {
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, &size) }
        }
        guard result == 0 else { throw .last }
    }
}
