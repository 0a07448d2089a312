import Glibc
import IOEngines

/// A listening stream socket, closed when it goes out of scope.
struct Listener: ~Copyable, Sendable {
    let number: Int32

    deinit { _ = close(number) }

    private init(taking number: Int32) { self.number = number }

    /// Binds and listens at the first address of an endpoint that can be had; port 0 lets the kernel choose.
    ///
    /// - Throws: `ReplicationError` for the last address that was tried.
    /// - Source: socket(7), SO_REUSEADDR: an agent that is started again need not wait for old connections.
    static func open(at endpoint: Endpoint) throws(ReplicationError) -> Listener {
        var failure: Int32 = EADDRNOTAVAIL
        for address in try SocketAddress.resolve(endpoint, passive: true) {
            let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
            let number = socket(address.family, type, 0)
            guard number >= 0 else {
                failure = errno
                continue
            }
            let made = Listener(taking: number)
            var on: Int32 = 1
            setsockopt(
                number,
                SOL_SOCKET,
                SO_REUSEADDR,
                &on,
                socklen_t(MemoryLayout<Int32>.size)
            )
            if address.with({ bind(number, $0, $1) }) == 0, listen(number, 512) == 0 {
                return made
            }
            failure = errno
        }
        throw .socket("bind", endpoint, failure)
    }

    /// Where it listens.
    var local: (host: String, port: UInt16)? {
        SocketAddress.filled { getsockname(number, $0, $1) }?.numeric
    }

    /// Whether nobody outside this machine can reach it.
    var isLoopback: Bool {
        SocketAddress.filled { getsockname(number, $0, $1) }?.isLoopback ?? false
    }

    /// The next connection; nil when nobody came within the time.
    func accept(milliseconds: Int) -> StreamSocket? {
        let deadline = MonotonicClock.now() &+ UInt64(milliseconds) * 1_000_000
        guard SocketIO.wait(number, for: Int16(POLLIN), until: deadline) else { return nil }
        let accepted = Glibc.accept(number, nil, nil)
        guard accepted >= 0 else {
            // Out of descriptors or memory: the connection waits in the queue, and this thread must not spin for it.
            if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM {
                MonotonicClock.sleep(nanoseconds: 20_000_000)
            }
            return nil
        }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        let made = StreamSocket(taking: accepted)
        made.setNoDelay()
        return made
    }
}
