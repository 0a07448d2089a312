/// The few bytes of HTTP/2 and gRPC that one call to a replica's control port takes; pure.
///
/// A request is fixed but for its path: no compression, no Huffman code, no dynamic table. Of the answer the frames are
/// read, and headers are not: success is a message, failure is none.
/// - Source: RFC 9113 §3.4, §4.1; RFC 7541 §6.2.2 and appendix A; gRPC over HTTP/2.
enum GRPCMessages {
    /// The largest frame that is accepted: HTTP/2's own limit for who has not raised it.
    static let mostFrameBytes = 16_384
    static let frameHeaderBytes = 9

    enum FrameType: UInt8 {
        case data = 0
        case headers = 1
        case reset = 3
        case settings = 4
        case ping = 6
        case goAway = 7
    }

    static let acknowledgement: UInt8 = 0x1
    static let endStream: UInt8 = 0x1
    static let padded: UInt8 = 0x8

    /// Everything a client sends for one call.
    ///
    /// - Parameters:
    ///   - method: such as "ReplicaOpen"; at most 64 bytes.
    ///   - authority: the host that was asked, at most 100 bytes.
    ///   - message: in protobuf.
    /// - Returns: the bytes, in one piece.
    static func call(_ method: String, authority: String, message: [UInt8] = []) -> [UInt8] {
        var headers: [UInt8] = [0x83, 0x86]  // :method POST and :scheme http, by their index
        headers += literal(index: 4, "/ptypes.ReplicaService/\(method)")  // :path
        headers += literal(index: 1, authority)  // :authority
        headers += [0x00] + string("te") + string("trailers")
        headers += [0x0F, 31 - 15] + string("application/grpc")  // content-type
        let body = [0x00] + big(UInt32(message.count)) + message
        return Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
            + frame(.settings, flags: 0, stream: 0, [])
            + frame(.headers, flags: 0x4 /* END_HEADERS */, stream: 1, headers)
            + frame(.data, flags: endStream, stream: 1, body)
    }

    static func frame(
        _ type: FrameType,
        flags: UInt8,
        stream: UInt32,
        _ payload: [UInt8]
    ) -> [UInt8] {
        let length = Array(big(UInt32(payload.count)).dropFirst())
        return length + [type.rawValue, flags] + big(stream) + payload
    }

    /// A header of the static table with a value of its own, never indexed.
    private static func literal(index: UInt8, _ value: String) -> [UInt8] {
        [index] + string(value)
    }

    private static func string(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8.prefix(126))
        return [UInt8(bytes.count)] + bytes
    }

    static func big(_ number: UInt32) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}

/// The head of an HTTP/2 frame.
struct FrameHead: Equatable {
    var length: Int
    var type: UInt8
    var flags: UInt8
    var stream: UInt32

    /// - Parameter bytes: nine.
    init(_ bytes: [UInt8]) {
        precondition(bytes.count == GRPCMessages.frameHeaderBytes)
        length = Int(bytes[0]) << 16 | Int(bytes[1]) << 8 | Int(bytes[2])
        type = bytes[3]
        flags = bytes[4]
        stream = bytes[5...].reduce(0) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    }
}

/// What a replica says of itself.
///
/// - Source: longhorn/types, protobuf/ptypes/replica.proto, message Replica.
package struct ReplicaStatus: Sendable, Equatable {
    /// "initial", "closed", "open", "dirty", "rebuilding", "error".
    package var state: String
    /// The volume's size; nil when it does not say.
    package var volumeBytes: Int64?

    package init(state: String, volumeBytes: Int64?) {
        self.state = state
        self.volumeBytes = volumeBytes
    }

    /// Reads the answer to ReplicaGet, ReplicaOpen or ReplicaClose; nil for bytes that are none.
    init?(_ message: [UInt8]) {
        guard let outer = ProtobufFields(message), let replica = outer.bytes(1),
            let fields = ProtobufFields(replica)
        else { return nil }
        state = String(decoding: fields.bytes(8) ?? [], as: UTF8.self)
        let size = String(decoding: fields.bytes(5) ?? [], as: UTF8.self)
        volumeBytes = Int64(size).flatMap { $0 > 0 ? $0 : nil }
    }
}

/// The length-delimited fields of a protobuf message; others are stepped over.
///
/// - Source: protobuf.dev, Encoding.
struct ProtobufFields {
    private var fields: [UInt64: [UInt8]] = [:]

    /// Nil for bytes that are no message.
    init?(_ message: [UInt8]) {
        var rest = message[...]
        while !rest.isEmpty {
            guard let key = Self.number(&rest) else { return nil }
            switch key & 7 {
            case 0:
                guard Self.number(&rest) != nil else { return nil }
            case 1, 5:
                let count = key & 7 == 1 ? 8 : 4
                guard rest.count >= count else { return nil }
                rest = rest.dropFirst(count)
            case 2:
                guard let length = Self.number(&rest), length <= UInt64(rest.count) else {
                    return nil
                }
                fields[key >> 3] = Array(rest.prefix(Int(length)))
                rest = rest.dropFirst(Int(length))
            default:
                return nil
            }
        }
    }

    /// A field's bytes, of several of one number the last; nil where there is none.
    func bytes(_ number: UInt64) -> [UInt8]? { fields[number] }

    /// A number in groups of seven bits; nil where it does not end, or is too large.
    private static func number(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 70, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            let bits = UInt64(byte & 0x7F)
            guard shift < 63 || bits <= 1 else { return nil }
            value |= bits << UInt64(shift)
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }
}
