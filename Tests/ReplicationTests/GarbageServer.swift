import Glibc
import IOEngines

/// A server on loopback that answers every connection with bytes of the test's choosing; ended with its owner.
final class GarbageServer: @unchecked Sendable {
    let port: UInt16
    private let listener: Int32
    private var thread: WorkerThread?

    /// - Parameter answer: called with the number of the connection, once something was received; nil closes at once.
    /// - Throws: `EngineError` when there is no thread for it.
    init(answer: @escaping @Sendable (Int) -> [UInt8]?) throws {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = bind(number, pointer, size)
                _ = listen(number, 64)
                _ = getsockname(number, pointer, &size)
            }
        }
        listener = number
        port = UInt16(bigEndian: address.sin_port)
        thread = try WorkerThread(name: "garbage") {
            var count = 0
            while true {
                let socket = accept(number, nil, nil)
                guard socket >= 0 else { return }
                defer { close(socket) }
                guard let bytes = answer(count) else { continue }
                count += 1
                var buffer = [UInt8](repeating: 0, count: 65_536)
                _ = recv(socket, &buffer, buffer.count, 0)
                _ = send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                shutdown(socket, Int32(SHUT_WR))
                // What the client still sends is taken, or its own end would come as a reset.
                var time = timeval(tv_sec: 0, tv_usec: 200_000)
                let length = socklen_t(MemoryLayout<timeval>.size)
                setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, length)
                while recv(socket, &buffer, buffer.count, 0) > 0 {}
            }
        }
    }

    deinit {
        // Closed only when nobody accepts any more: the number may be another test's listener at once.
        shutdown(listener, Int32(SHUT_RDWR))
        thread?.join()
        close(listener)
    }
}
