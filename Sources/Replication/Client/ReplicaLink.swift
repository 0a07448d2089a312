import Glibc
import IOEngines

/// One TCP connection of a client, with what is on its way in both directions; of one thread.
final class ReplicaLink {
    /// Go's bufio writer: a message that does not fit leaves in two pieces.
    ///
    /// - Source: longhorn-engine, pkg/dataconn/wire.go (writeBufferSize 8096).
    private static let firstPiece = 8096

    let endpoint: Endpoint
    let number: Int32
    private let socket: StreamSocket
    var reader: MessageReader
    /// Requests sent or queued and not answered.
    var outstanding = 0
    /// What waits to be sent; pieces of slots that stay as they are until they are answered.
    private let queue: UnsafeMutablePointer<iovec>
    private let capacity: Int
    private var first = 0
    private var count = 0

    /// - Parameters:
    ///   - connection: made and ready.
    ///   - dataBytes: the most data in one answer.
    ///   - pieces: parts of messages that may wait to be sent.
    init(_ connection: consuming ReplicaConnection, dataBytes: Int, pieces: Int) {
        endpoint = connection.endpoint
        socket = connection.socket
        number = socket.number
        reader = MessageReader(capacity: MessageHeader.byteCount + dataBytes + (64 << 10))
        capacity = pieces
        queue = .allocate(capacity: pieces)
        queue.initialize(repeating: iovec(), count: pieces)
        SocketIO.setTimeouts(number, receive: 1_000_000_000, send: 1_000_000_000)
    }

    deinit { queue.deallocate() }

    /// Whether something waits to be sent.
    var isClogged: Bool { count > 0 }

    /// Queues a piece; the memory stays as it is until it is sent.
    func push(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        precondition(count < capacity, "as many pieces as all slots have")
        queue[(first + count) % capacity] = iovec(
            iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress),
            iov_len: bytes.count
        )
        count += 1
    }

    /// Sends what waits, as far as the socket takes it.
    ///
    /// - Parameter isBatched: all in one call; otherwise message by message, as Longhorn's engine does.
    /// - Returns: 0, or the error number.
    func flush(isBatched: Bool) -> Int32 {
        while count > 0 {
            let sent = isBatched ? sendAll() : sendMessage()
            if sent < 0 {
                if errno == EINTR { continue }
                return errno == EAGAIN ? 0 : errno
            }
            drop(sent)
        }
        return 0
    }

    private func sendAll() -> Int {
        let parts = min(count, capacity - first, 256)
        var message = msghdr()
        message.msg_iov = queue + first
        message.msg_iovlen = parts
        return sendmsg(number, &message, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    }

    /// A header and as much of its data as Go's buffer holds, or the rest of a message.
    private func sendMessage() -> Int {
        let head = queue[first]
        // A header is the only piece of its size, and its data is the next piece.
        guard head.iov_len == MessageHeader.byteCount, count > 1 else {
            return send(number, head.iov_base, head.iov_len, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        }
        let data = queue[(first + 1) % capacity]
        guard data.iov_len != MessageHeader.byteCount else {
            return send(number, head.iov_base, head.iov_len, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        }
        let room = Self.firstPiece - MessageHeader.byteCount
        var parts = (head, data)
        parts.1.iov_len = min(data.iov_len, room)
        return withUnsafeMutableBytes(of: &parts) { bytes in
            var message = msghdr()
            message.msg_iov = bytes.baseAddress?.assumingMemoryBound(to: iovec.self)
            message.msg_iovlen = 2
            return sendmsg(number, &message, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        }
    }

    private func drop(_ bytes: Int) {
        var left = bytes
        while left > 0, count > 0 {
            let part = min(left, queue[first].iov_len)
            left -= part
            if part == queue[first].iov_len {
                first = (first + 1) % capacity
                count -= 1
            } else {
                queue[first].iov_base += part
                queue[first].iov_len -= part
            }
        }
    }

    /// Receives what has come.
    ///
    /// - Parameter isWaiting: waits for it, a second at most.
    /// - Returns: bytes; 0 at the end of the stream, or the negative error number.
    func receive(isWaiting: Bool) -> Int {
        reader.makeSpace()
        let space = reader.space
        while true {
            let result = recv(
                number,
                space.baseAddress,
                space.count,
                isWaiting ? 0 : Int32(MSG_DONTWAIT)
            )
            if result > 0 { reader.advance(by: result) }
            if result >= 0 { return result }
            if errno != EINTR { return -Int(errno) }
        }
    }
}
