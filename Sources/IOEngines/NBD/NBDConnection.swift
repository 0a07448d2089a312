import Glibc
import Units

/// A connection to one export of an NBD server, past the handshake.
///
/// One thread uses it. `perform` does one thing at a time; `NBDEngine` keeps several in flight.
/// - Source: NetworkBlockDevice/nbd, doc/proto.md; fixed newstyle, NBD_OPT_GO, simple replies.
package struct NBDConnection: ~Copyable, Sendable {
    let socket: OwnedSocket
    /// Where the server listens; for messages.
    package let path: String
    /// The export's size.
    package let byteCount: UInt64

    /// The name of a server's only export.
    package static let exportName = "tbench"
    /// How long a server may take to answer the handshake.
    private static let handshakeSeconds = 20

    /// Connects and agrees on the export.
    ///
    /// - Parameters:
    ///   - path: a Unix socket.
    ///   - name: the server's name for the export.
    /// - Throws: `EngineError` when nobody listens, the export is not there, or what answers is no NBD server.
    package init(
        connecting path: String,
        export name: String = exportName
    ) throws(EngineError) {
        let socket = try UnixSocket.connect(to: path)
        socket.setTimeout(seconds: Self.handshakeSeconds)
        let byteCount = try Self.negotiate(socket, path, name)
        socket.setTimeout(seconds: 0)
        self.socket = socket
        self.path = path
        self.byteCount = byteCount
    }

    /// Sends one request and waits for its answer.
    ///
    /// - Parameters:
    ///   - command: what to do.
    ///   - offset: in bytes.
    ///   - length: in bytes; at most 32 MiB for a read or write.
    ///   - memory: what is written, or where what is read goes; `length` bytes of it; nil for the rest.
    /// - Throws: `EngineError` when the server refuses it or has gone.
    package borrowing func perform(
        _ command: NBDCommand,
        offset: UInt64,
        length: Int,
        memory: UnsafeMutableRawPointer? = nil
    ) throws(EngineError) {
        if let failure = send(command, cookie: 0, offset, length, memory) {
            throw .unixSocket("send", path, failure)
        }
        let reply = try receiveReply()
        guard reply.error == 0 else {
            throw EngineError.failedIO(
                command == .read ? .read : command == .write ? .write : .fdatasync,
                path: path,
                result: 0 &- Int32(clamping: reply.error),
                expected: length
            )
        }
        guard command == .read, let memory else { return }
        let bytes = UnsafeMutableRawBufferPointer(start: memory, count: length)
        if let failure = socket.receive(into: bytes) { throw .unixSocket("recv", path, failure) }
    }

    /// Sends a request; its answer carries the cookie.
    borrowing func send(
        _ command: NBDCommand,
        cookie: UInt64,
        _ offset: UInt64,
        _ length: Int,
        _ memory: UnsafeMutableRawPointer?
    ) -> Errno? {
        withUnsafeTemporaryAllocation(byteCount: NBDProtocol.requestBytes, alignment: 8) { header in
            header.store(NBDProtocol.requestMagic, at: 0)
            header.store(UInt16(0), at: 4)
            header.store(command.rawValue, at: 6)
            header.storeBytes(of: cookie.bigEndian, toByteOffset: 8, as: UInt64.self)
            header.storeBytes(of: offset.bigEndian, toByteOffset: 16, as: UInt64.self)
            header.store(UInt32(length), at: 24)
            let header = UnsafeRawBufferPointer(header)
            guard command == .write, let memory else { return socket.send(header) }
            return socket.send(header, UnsafeRawBufferPointer(start: memory, count: length))
        }
    }

    /// Waits for the next answer; the data of a read follows it.
    borrowing func receiveReply() throws(EngineError) -> (cookie: UInt64, error: UInt32) {
        let result: Result<(UInt32, UInt64, UInt32), Errno> = withUnsafeTemporaryAllocation(
            byteCount: NBDProtocol.replyBytes,
            alignment: 8
        ) { buffer in
            if let failure = socket.receive(into: buffer) { return .failure(failure) }
            let bytes = UnsafeRawBufferPointer(buffer)
            return .success(
                (
                    bytes.number(at: 0, as: UInt32.self), bytes.number(at: 8, as: UInt64.self),
                    bytes.number(at: 4, as: UInt32.self)
                )
            )
        }
        switch result {
        case .failure(let failure): throw .unixSocket("recv", path, failure)
        case .success(let (magic, cookie, error)):
            guard magic == NBDProtocol.replyMagic else { throw .notNBD(path) }
            return (cookie, error)
        }
    }

    private static func negotiate(
        _ socket: borrowing OwnedSocket,
        _ path: String,
        _ exportName: String
    ) throws(EngineError) -> UInt64 {
        let greeting = try receive(18, socket, path)
        let (magic, option) = greeting.withUnsafeBytes {
            ($0.number(at: 0, as: UInt64.self), $0.number(at: 8, as: UInt64.self))
        }
        guard magic == NBDProtocol.serverMagic, option == NBDProtocol.optionMagic else {
            throw .notNBD(path)
        }
        let name = Array(exportName.utf8)
        var words: [UInt8] = []
        append(NBDProtocol.clientFlags, to: &words)
        append(NBDProtocol.optionMagic, to: &words)
        append(NBDProtocol.optionGo, to: &words)
        append(UInt32(4 + name.count + 2), to: &words)
        append(UInt32(name.count), to: &words)
        words += name
        append(UInt16(0), to: &words)
        if let failure = words.withUnsafeBytes({ socket.send($0) }) {
            throw .unixSocket("send", path, failure)
        }
        return try exportSize(socket, path)
    }

    /// Reads the answers to NBD_OPT_GO up to the last.
    private static func exportSize(
        _ socket: borrowing OwnedSocket,
        _ path: String
    ) throws(EngineError) -> UInt64 {
        var size: UInt64?
        // A server may send any number of things to know; a hundred are enough for an honest one.
        for _ in 0..<100 {
            let head = try receive(20, socket, path)
            let (magic, type, length) = head.withUnsafeBytes {
                (
                    $0.number(at: 0, as: UInt64.self), $0.number(at: 12, as: UInt32.self),
                    Int($0.number(at: 16, as: UInt32.self))
                )
            }
            guard magic == NBDProtocol.optionReplyMagic, length <= NBDProtocol.optionReplyBytes
            else { throw .notNBD(path) }
            let data = try receive(length, socket, path)
            if type & NBDProtocol.replyErrorBit != 0 { throw .noExport(path) }
            if type == NBDProtocol.replyAcknowledged, let size { return size }
            guard type == NBDProtocol.replyInformation else { continue }
            data.withUnsafeBytes { bytes in
                guard bytes.count >= 12, bytes.number(at: 0, as: UInt16.self) == 0 else { return }
                size = bytes.number(at: 2, as: UInt64.self)
            }
        }
        throw .notNBD(path)
    }

    private static func receive(
        _ count: Int,
        _ socket: borrowing OwnedSocket,
        _ path: String
    ) throws(EngineError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        if let failure = bytes.withUnsafeMutableBytes({ socket.receive(into: $0) }) {
            throw .unixSocket("recv", path, failure)
        }
        return bytes
    }

    private static func append<Number: FixedWidthInteger>(
        _ number: Number,
        to bytes: inout [UInt8]
    ) {
        withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
    }
}

extension EngineError {
    // See: man 7 unix
    static func unixSocket(_ call: String, _ path: String, _ failure: Errno) -> EngineError {
        let gone = [ECONNREFUSED, ECONNRESET, EPIPE, ENOENT].contains(failure.code)
        let isSilent = failure.code == EAGAIN
        return EngineError(
            operation: "talk to a disk server",
            subject: path,
            reason: gone
                ? "the program that serves \(path) has ended"
                : isSilent
                    ? "the program that serves \(path) does not answer"
                    : "the socket \(path) cannot be used",
            cause: SystemCallFailure(call: call, errno: failure.code)
        )
    }

    static func notNBD(_ path: String) -> EngineError {
        EngineError(
            operation: "talk to a disk server",
            subject: path,
            reason: "what answers at \(path) does not speak the NBD protocol"
        )
    }

    static func noExport(_ path: String) -> EngineError {
        EngineError(
            operation: "talk to a disk server",
            subject: path,
            reason: "the server at \(path) has no export '\(NBDConnection.exportName)'",
            exitCode: .missing
        )
    }
}
