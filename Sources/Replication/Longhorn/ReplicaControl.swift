import IOEngines
import Units

/// The control port of a real `longhorn replica`: three calls of its gRPC service.
///
/// - Source: longhorn-engine, pkg/replica/rpc/server.go; longhorn/types, replica.proto. An anonymous client is accepted.
package struct ReplicaControl: Sendable {
    /// What may be asked of it.
    enum Call: String {
        case get = "ReplicaGet"
        case open = "ReplicaOpen"
        case close = "ReplicaClose"
    }

    package let endpoint: Endpoint
    private let timeout: UInt64

    /// - Parameters:
    ///   - endpoint: the control port.
    ///   - timeout: nanoseconds for each call.
    package init(_ endpoint: Endpoint, timeout: UInt64 = 10_000_000_000) {
        self.endpoint = endpoint
        self.timeout = timeout
    }

    /// Where the replica's data port is.
    package var dataEndpoint: Endpoint { endpoint.withPort(endpoint.port &+ 1) }

    /// What the replica says of itself; changes nothing.
    package func status() throws(ReplicationError) -> ReplicaStatus { try call(.get) }

    /// Opens a closed replica; undo it with `close`.
    package func open() throws(ReplicationError) -> ReplicaStatus { try call(.open) }

    package func close() throws(ReplicationError) -> ReplicaStatus { try call(.close) }

    private func call(_ call: Call) throws(ReplicationError) -> ReplicaStatus {
        let socket = try StreamSocket.connect(to: endpoint, timeout: timeout)
        let deadline = MonotonicClock.now() &+ timeout
        let request = GRPCMessages.call(
            call.rawValue,
            authority: "\(endpoint.host):\(endpoint.port)"
        )
        let code = request.withUnsafeBytes { SocketIO.send(socket.number, $0, until: deadline) }
        guard code == 0 else { throw .socket("send", endpoint, code) }
        let body = try answer(to: call, on: socket.number, deadline)
        // A flag, four bytes of length, the message.
        guard body.count >= 5, body[0] == 0,
            Int(body[1..<5].reduce(0) { $0 << 8 | UInt32($1) }) == body.count - 5,
            let status = ReplicaStatus(Array(body[5...]))
        else { throw .control(endpoint, "its answer to \(call.rawValue) makes no sense") }
        return status
    }

    /// The data of the answer, frame by frame.
    private func answer(
        to call: Call,
        on socket: Int32,
        _ deadline: UInt64
    ) throws(ReplicationError) -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let head = FrameHead(
                try receive(socket, GRPCMessages.frameHeaderBytes, deadline)
            )
            guard head.length <= GRPCMessages.mostFrameBytes else {
                throw .control(endpoint, "what listens there does not speak gRPC")
            }
            let payload = try receive(socket, head.length, deadline)
            let type = GRPCMessages.FrameType(rawValue: head.type)
            switch type {
            case .settings where head.flags & GRPCMessages.acknowledgement == 0:
                try send(socket, .settings, [], deadline)
            case .ping where head.flags & GRPCMessages.acknowledgement == 0:
                try send(socket, .ping, payload, deadline)
            case .data where head.stream == 1:
                body += head.flags & GRPCMessages.padded != 0 ? Self.unpadded(payload) : payload
                guard body.count <= 1 << 20 else {
                    throw .control(endpoint, "its answer to \(call.rawValue) does not end")
                }
            case .reset, .goAway:
                throw .control(endpoint, "it broke \(call.rawValue) off")
            default: break
            }
            let mayEnd = type == .data || type == .headers
            guard mayEnd, head.stream == 1, head.flags & GRPCMessages.endStream != 0 else {
                continue
            }
            guard !body.isEmpty else {
                throw .control(endpoint, "it refused \(call.rawValue)")
            }
            return body
        }
    }

    /// - Source: RFC 9113 §6.1: the first byte says how many at the end are no data.
    private static func unpadded(_ payload: [UInt8]) -> [UInt8] {
        guard let count = payload.first, Int(count) < payload.count else { return [] }
        return Array(payload.dropFirst().dropLast(Int(count)))
    }

    private func send(
        _ socket: Int32,
        _ type: GRPCMessages.FrameType,
        _ payload: [UInt8],
        _ deadline: UInt64
    ) throws(ReplicationError) {
        let frame = GRPCMessages.frame(
            type,
            flags: GRPCMessages.acknowledgement,
            stream: 0,
            payload
        )
        let code = frame.withUnsafeBytes { SocketIO.send(socket, $0, until: deadline) }
        if code != 0 { throw .socket("send", endpoint, code) }
    }

    private func receive(
        _ socket: Int32,
        _ count: Int,
        _ deadline: UInt64
    ) throws(ReplicationError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let code = bytes.withUnsafeMutableBytes {
            SocketIO.receive(socket, into: $0, until: deadline)
        }
        guard code != 0 else { return bytes }
        switch ErrnoName.of(code) {
        case "ETIMEDOUT": throw .control(endpoint, "it does not answer")
        case "EPIPE": throw .control(endpoint, "it closed the connection")
        default: throw .socket("recv", endpoint, code)
        }
    }
}

extension ReplicationError {
    /// A control port that does not do what a replica's does.
    static func control(_ endpoint: Endpoint, _ reason: String) -> ReplicationError {
        ReplicationError(
            operation: "call",
            subject: endpoint.description,
            reason: "\(endpoint) is no replica that can be used: \(reason)",
            hint:
                "give the control port of a 'longhorn replica' (9502, or as the instance manager lists it); tbench's own agent is written without longhorn://"
        )
    }
}
