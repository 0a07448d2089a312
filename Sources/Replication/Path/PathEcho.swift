import CLinuxShims
import Glibc
import IOEngines
import Synchronization
import Units

/// Answers the datagrams by which a client finds the path MTU; one thread, on the agent's own address and port.
///
/// Answers only who knows the cookie, which the agent hands out over TCP, and never with more bytes than it got, so that it
/// amplifies nothing. Everything else is dropped without a word.
package final class PathEcho: @unchecked Sendable {
    /// The largest datagram there is.
    private static let most = 65_535
    /// Room for one in_pktinfo or in6_pktinfo and its header.
    private static let controlBytes = 128

    private let cookie: UInt64
    private let socket: DatagramSocket
    private let isStopping = Atomic<Bool>(false)
    private let memory: UnsafeMutableRawBufferPointer
    private let control: UnsafeMutableRawBufferPointer
    private var thread: WorkerThread?

    /// Binds, and does not answer yet.
    ///
    /// - Parameters:
    ///   - endpoint: the address and the port where the agent listens.
    ///   - cookie: what a datagram must carry.
    /// - Throws: `ReplicationError` when the port is somebody else's.
    package init(at endpoint: Endpoint, cookie: UInt64) throws(ReplicationError) {
        self.cookie = cookie
        socket = try DatagramSocket.bound(to: endpoint)
        memory = .allocate(byteCount: Self.most, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        control = .allocate(byteCount: Self.controlBytes, alignment: 16)
        control.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        memory.deallocate()
        control.deallocate()
    }

    /// The port, which the kernel chose if it was told 0.
    package var port: UInt16 { socket.localPort ?? 0 }

    /// Begins to answer, in a thread of its own.
    package func start() throws(ReplicationError) {
        do throws(EngineError) {
            thread = try WorkerThread(name: "path-echo") { self.answerAll() }
        } catch {
            throw ReplicationError(error)
        }
    }

    /// Ends the thread; takes a fifth of a second at most.
    package func stop() {
        isStopping.store(true, ordering: .releasing)
        thread?.join()
        thread = nil
    }

    private func answerAll() {
        while !isStopping.load(ordering: .acquiring) {
            let deadline = MonotonicClock.now() &+ 200_000_000
            guard SocketIO.wait(socket.number, for: Int16(POLLIN), until: deadline) else {
                continue
            }
            answerOne()
        }
    }

    private func answerOne() {
        var peer = sockaddr_storage()
        withUnsafeMutablePointer(to: &peer) { peer in
            var part = iovec(iov_base: memory.baseAddress, iov_len: memory.count)
            withUnsafeMutablePointer(to: &part) { part in
                var message = msghdr()
                message.msg_name = UnsafeMutableRawPointer(peer)
                message.msg_namelen = socklen_t(MemoryLayout<sockaddr_storage>.size)
                message.msg_iov = part
                message.msg_iovlen = 1
                message.msg_control = control.baseAddress
                message.msg_controllen = .init(control.count)
                let received = recvmsg(socket.number, &message, Int32(MSG_DONTWAIT))
                guard received > 0 else { return }
                let bytes = UnsafeRawBufferPointer(rebasing: memory[..<received])
                guard let question = PathDatagram.Question(bytes), question.cookie == cookie else {
                    return
                }
                let answer = PathDatagram.Answer(
                    cookie: cookie,
                    sequence: question.sequence,
                    received: UInt32(received)
                )
                memory.copyBytes(from: answer.bytes)
                part.pointee.iov_len =
                    question.reply == .whole ? received : PathDatagram.byteCount
                // The control data says which of our addresses the question went to: the answer comes from there.
                message.msg_flags = 0
                _ = sendmsg(socket.number, &message, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
        }
    }
}
