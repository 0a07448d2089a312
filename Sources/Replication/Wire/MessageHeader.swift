/// What stands before every message between Longhorn's engine and a replica: 26 bytes, little-endian, unpadded.
///
/// | bytes | field |
/// |---|---|
/// | 0–1 | magic and version, 0x1b01 |
/// | 2–5 | sequence |
/// | 6–9 | kind |
/// | 10–17 | offset |
/// | 18–21 | size |
/// | 22–25 | data length |
/// - Source: longhorn-engine, pkg/dataconn/types.go and wire.go; liblonghorn, longhorn_rpc_protocol.h.
package struct MessageHeader: Sendable, Equatable {
    /// Its length on the wire.
    package static let byteCount = 26
    /// Magic and version: the same from 1.0 to 1.12.
    package static let magic: UInt16 = 0x1B01
    /// The most data of one message that tbench sends or accepts: the kernel's largest bio is far below.
    package static let largestData: UInt32 = 16 << 20

    /// The client's number of the request, from 1; a reply carries that of its request and may come in any order.
    package var sequence: UInt32
    package var kind: MessageKind
    /// Where on the volume, in bytes.
    package var offset: Int64
    /// How many bytes the request is about.
    package var size: UInt32
    /// How many bytes follow: the data of a write, of a read's reply, or the text of an error.
    package var dataLength: UInt32

    package init(
        sequence: UInt32,
        kind: MessageKind,
        offset: Int64 = 0,
        size: UInt32 = 0,
        dataLength: UInt32 = 0
    ) {
        self.sequence = sequence
        self.kind = kind
        self.offset = offset
        self.size = size
        self.dataLength = dataLength
    }

    /// Reads a header.
    ///
    /// - Parameter bytes: 26 bytes at least.
    /// - Throws: `WireError` for another magic, an unknown kind, more data than any message has, a place before the volume's
    ///   first byte or behind what 63 bits can say.
    package init(_ bytes: UnsafeRawPointer) throws(WireError) {
        func load<Value: FixedWidthInteger>(_ offset: Int, as type: Value.Type) -> Value {
            Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
        }
        let magic = load(0, as: UInt16.self)
        guard magic == Self.magic else { throw .magic(magic) }
        let number = load(6, as: UInt32.self)
        guard let kind = MessageKind(rawValue: number) else { throw .kind(number) }
        sequence = load(2, as: UInt32.self)
        self.kind = kind
        offset = load(10, as: Int64.self)
        size = load(18, as: UInt32.self)
        dataLength = load(22, as: UInt32.self)
        guard dataLength <= Self.largestData else { throw .tooLong(kind, dataLength) }
        guard offset >= 0, !offset.addingReportingOverflow(Int64(size)).overflow else {
            throw .place(kind, offset, size)
        }
    }

    /// Writes the 26 bytes.
    package func write(to bytes: UnsafeMutableRawPointer) {
        func store(_ value: some FixedWidthInteger, _ offset: Int) {
            bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: type(of: value))
        }
        store(Self.magic, 0)
        store(sequence, 2)
        store(kind.rawValue, 6)
        store(offset, 10)
        store(size, 18)
        store(dataLength, 22)
    }

    /// Header and data together.
    package var wireBytes: Int { Self.byteCount + Int(dataLength) }
}

/// What a message is.
///
/// - Source: longhorn-engine, pkg/dataconn/types.go.
package enum MessageKind: UInt32, Sendable, CaseIterable {
    case read = 0
    case write
    /// The answer to a request that succeeded.
    case response
    /// The answer to one that did not; the data is a text.
    case error
    /// The other side has nothing more to say.
    case endOfFile
    case close
    /// Asks whether the replica is open; touches no data.
    case ping
    /// Punches a hole; since 1.4.
    case unmap
    /// The answer to a write on a full disk; since 1.10.
    case noSpace
    /// tbench's own, never sent to a Longhorn replica: asks an agent to time its own file, as the data of the request says.
    case measure = 0x7462_0001

    /// Whether a client sends it.
    package var isRequest: Bool {
        switch self {
        case .read, .write, .ping, .unmap, .close, .measure: true
        case .response, .error, .endOfFile, .noSpace: false
        }
    }
}

/// Why bytes from the network are not Longhorn's protocol.
package enum WireError: Error, Sendable, Equatable {
    /// The first two bytes of a message.
    case magic(UInt16)
    case kind(UInt32)
    /// More data announced than any message has.
    case tooLong(MessageKind, UInt32)
    /// A negative offset, or an end beyond 2^63.
    case place(MessageKind, Int64, UInt32)
    /// A message larger than the reader's buffer.
    case noRoom(needed: Int, capacity: Int)
    /// The connection ended within a message.
    case truncated(missing: Int)

    /// One sentence without a final full stop.
    package var reason: String {
        switch self {
        case .magic(let found):
            "the other side does not speak Longhorn's data protocol: a message begins with 0x\(Self.hex(found)) instead of 0x1b01"
        case .kind(let number):
            "the other side sent a message of kind \(number), which no release of Longhorn has"
        case .tooLong(let kind, let length):
            "a message (\(kind)) announces \(length) bytes of data, and the largest has \(MessageHeader.largestData)"
        case .place(let kind, let offset, let size):
            "a message (\(kind)) is about \(size) bytes at offset \(offset), which no volume has"
        case .noRoom(let needed, let capacity):
            "a message of \(needed) bytes does not fit into \(capacity)"
        case .truncated(let missing):
            "the connection ended \(missing) bytes before the end of a message"
        }
    }

    private static func hex(_ number: UInt16) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
