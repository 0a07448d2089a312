import Glibc
import IOEngines

/// A connected stream socket, closed when it goes out of scope.
///
/// Small writes leave at once (TCP_NODELAY), as Go's do.
/// - Source: tcp(7), socket(7).
package struct StreamSocket: ~Copyable, Sendable {
    /// The number the kernel knows it by; valid as long as this value lives.
    package let number: Int32

    /// Takes over an open descriptor.
    init(taking number: Int32) { self.number = number }

    deinit { _ = close(number) }

    /// Connects to the first address that answers.
    ///
    /// - Parameters:
    ///   - endpoint: where.
    ///   - timeout: nanoseconds for each address.
    /// - Returns: the connection.
    /// - Throws: `ReplicationError` for the last address that was tried.
    package static func connect(
        to endpoint: Endpoint,
        timeout: UInt64
    ) throws(ReplicationError) -> StreamSocket {
        var failure: Int32 = ECONNREFUSED
        for address in try SocketAddress.resolve(endpoint) {
            let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
            let number = socket(address.family, type, 0)
            guard number >= 0 else {
                failure = errno
                continue
            }
            let made = StreamSocket(taking: number)
            failure = made.connect(to: address, deadline: MonotonicClock.now() &+ timeout)
            if failure == 0 {
                made.setBlocking(true)
                made.setNoDelay()
                return made
            }
        }
        throw .socket("connect", endpoint, failure)
    }

    /// - Returns: 0, or the error number.
    private borrowing func connect(to address: SocketAddress, deadline: UInt64) -> Int32 {
        let number = number
        if address.with({ Glibc.connect(number, $0, $1) }) == 0 { return 0 }
        guard errno == EINPROGRESS || errno == EINTR else { return errno }
        guard SocketIO.wait(number, for: Int16(POLLOUT), until: deadline) else { return ETIMEDOUT }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else { return errno }
        return code
    }

    package borrowing func setBlocking(_ isBlocking: Bool) {
        let flags = fcntl(number, F_GETFL)
        guard flags >= 0 else { return }
        _ = fcntl(number, F_SETFL, isBlocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK)
    }

    package borrowing func setNoDelay() { SocketIO.setNoDelay(number) }

    /// The address at the other end; nil once that is gone.
    package var peer: (host: String, port: UInt16)? {
        SocketAddress.filled { getpeername(number, $0, $1) }?.numeric
    }

    /// The address at this end.
    package var local: (host: String, port: UInt16)? {
        SocketAddress.filled { getsockname(number, $0, $1) }?.numeric
    }
}
