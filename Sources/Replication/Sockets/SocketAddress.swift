import Glibc

/// A socket address of any family, as the system calls take it.
struct SocketAddress: Equatable {
    private var storage = sockaddr_storage()
    private(set) var length: socklen_t
    let family: Int32

    private init(family: Int32, length: socklen_t) {
        self.family = family
        self.length = length
    }

    /// Every address of an endpoint, in the resolver's order.
    ///
    /// - Throws: `ReplicationError` when the name has none.
    /// - Source: getaddrinfo(3), unix(7).
    static func resolve(
        _ endpoint: Endpoint,
        passive: Bool = false
    ) throws(ReplicationError) -> [SocketAddress] {
        if endpoint.kind == .unix { return [unix(endpoint.host)] }
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = passive ? AI_PASSIVE : 0
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(endpoint.host, String(endpoint.port), &hints, &list)
        guard code == 0 else {
            throw .unresolved(endpoint, String(cString: gai_strerror(code)))
        }
        defer { freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let address = entry.ai_addr,
                Int(entry.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size
            else { continue }
            var one = SocketAddress(family: entry.ai_family, length: entry.ai_addrlen)
            withUnsafeMutableBytes(of: &one.storage) { bytes in
                bytes.copyMemory(
                    from: UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))
                )
            }
            found.append(one)
        }
        guard !found.isEmpty else { throw .unresolved(endpoint, "the resolver named none") }
        return found
    }

    private static func unix(_ path: String) -> SocketAddress {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        var one = SocketAddress(
            family: AF_UNIX,
            length: socklen_t(MemoryLayout<sockaddr_un>.size)
        )
        withUnsafeBytes(of: &address) { source in
            withUnsafeMutableBytes(of: &one.storage) { $0.copyMemory(from: source) }
        }
        return one
    }

    static func == (left: SocketAddress, right: SocketAddress) -> Bool {
        guard left.family == right.family, left.length == right.length else { return false }
        return left.withBytes { one in right.withBytes { other in one.elementsEqual(other) } }
    }

    private func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: storage) { body(UnsafeRawBufferPointer(rebasing: $0[..<Int(length)])) }
    }

    /// Runs a system call that takes this address.
    func with<Result>(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, length) }
        }
    }

    /// The address a call such as getsockname(2) fills in; nil when it fails.
    static func filled(
        _ call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, &length) }
        }
        guard result == 0 else { return nil }
        var one = SocketAddress(family: Int32(storage.ss_family), length: length)
        one.storage = storage
        return one
    }

    /// The numeric host and the port; "?" where there is none to tell, as for a Unix socket.
    var numeric: (host: String, port: UInt16) {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var port = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let code = with { pointer, length in
            getnameinfo(
                pointer,
                length,
                &host,
                socklen_t(host.count),
                &port,
                socklen_t(port.count),
                NI_NUMERICHOST | NI_NUMERICSERV
            )
        }
        guard code == 0 else { return ("?", 0) }
        func text(_ bytes: [CChar]) -> String {
            String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        return (text(host), UInt16(text(port)) ?? 0)
    }

    /// Whether nobody outside this machine can reach it.
    var isLoopback: Bool {
        switch family {
        case AF_UNIX: true
        case AF_INET: numeric.host.hasPrefix("127.")
        case AF_INET6: numeric.host == "::1" || numeric.host.hasPrefix("::ffff:127.")
        default: false
        }
    }
}
