/// Encodes etcd's write-ahead-log records, byte for byte as etcd frames them.
///
/// A record is an 8-byte little-endian length field (low 56 bits length, top byte 0x80 | padding when
/// padded), a `walpb.Record{type, crc, data}`, and zeros up to a multiple of 8. The CRC is CRC-32C,
/// chained over the data of all records since the log began.
/// - Source: etcd server/storage/wal/encoder.go, walpb/record.proto, raftpb/raft.proto.
package struct WALFraming: Sendable {
    /// The size of `walpb.Record`s is bounded by the largest value plus this.
    package static let overheadBytes = 128

    /// etcd's record types.
    package enum RecordType: UInt8, Sendable {
        case metadata = 1
        case entry = 2
        case state = 3
        case crc = 4
        case snapshot = 5
    }

    private let checksum = CRC32C()
    private var crc: UInt32 = 0
    /// The index of the next raft entry.
    package private(set) var nextIndex: UInt64
    /// The raft term; one member never leaves the term it was elected in.
    private let term: UInt64 = 2
    /// A member id as etcd derives it: 64 bits with the top bit set, a ten-byte varint.
    private let member: UInt64 = 0x8E9E_05C5_2164_694D
    private var requestID: UInt64 = 0xB2E0_5F40_A1C3_0001
    private var payload: PayloadSource

    package init(payload: PayloadSource, firstIndex: UInt64 = 4) {
        self.payload = payload
        self.nextIndex = firstIndex
    }

    /// Appends one put as raft entry record.
    ///
    /// - Parameters:
    ///   - keyBytes: length of the key, at least 1.
    ///   - valueBytes: length of the value.
    ///   - cursor: where to write; needs keyBytes + valueBytes + `overheadBytes` of room.
    package mutating func entry(keyBytes: Int, valueBytes: Int, to cursor: inout ByteCursor) {
        requestID &+= 1
        let put =
            1 + ByteCursor.varintLength(UInt64(keyBytes)) + keyBytes
            + 1 + ByteCursor.varintLength(UInt64(valueBytes)) + valueBytes
        let header = 1 + ByteCursor.varintLength(requestID)
        let request =
            1 + ByteCursor.varintLength(UInt64(put)) + put
            + 2 + ByteCursor.varintLength(UInt64(header)) + header
        let entry =
            2 + 1 + ByteCursor.varintLength(term) + 1 + ByteCursor.varintLength(nextIndex)
            + 1 + ByteCursor.varintLength(UInt64(request)) + request
        let start = begin(.entry, dataBytes: entry, &cursor)
        let dataStart = cursor.count
        cursor.byte(0x08)
        cursor.byte(0)  // EntryNormal
        cursor.byte(0x10)
        cursor.varint(term)
        cursor.byte(0x18)
        cursor.varint(nextIndex)
        cursor.byte(0x22)
        cursor.varint(UInt64(request))
        cursor.byte(0x22)  // InternalRaftRequest.put
        cursor.varint(UInt64(put))
        cursor.byte(0x0A)
        cursor.varint(UInt64(keyBytes))
        cursor.payload(keyBytes, from: &payload)
        cursor.byte(0x12)
        cursor.varint(UInt64(valueBytes))
        cursor.payload(valueBytes, from: &payload)
        cursor.varint(100 << 3 | 2)  // InternalRaftRequest.header
        cursor.varint(UInt64(header))
        cursor.byte(0x08)
        cursor.varint(requestID)
        finish(start, dataStart, &cursor)
        nextIndex += 1
    }

    /// Appends the HardState record that ends each batch: 32 bytes below commit index 128, else 40.
    package mutating func hardState(to cursor: inout ByteCursor) {
        let commit = nextIndex - 1
        let length =
            1 + ByteCursor.varintLength(term) + 1 + ByteCursor.varintLength(member)
            + 1 + ByteCursor.varintLength(commit)
        let start = begin(.state, dataBytes: length, &cursor)
        let dataStart = cursor.count
        cursor.byte(0x08)
        cursor.varint(term)
        cursor.byte(0x10)
        cursor.varint(member)
        cursor.byte(0x18)
        cursor.varint(commit)
        finish(start, dataStart, &cursor)
    }

    /// Appends what every segment begins with: the CRC so far and the member's metadata.
    package mutating func segmentHead(to cursor: inout ByteCursor) {
        let start = begin(.crc, dataBytes: nil, &cursor)
        finish(start, cursor.count, &cursor)
        let length = 2 * (1 + ByteCursor.varintLength(member))
        let metadata = begin(.metadata, dataBytes: length, &cursor)
        let dataStart = cursor.count
        cursor.byte(0x08)
        cursor.varint(member)
        cursor.byte(0x10)
        cursor.varint(member &+ 1)
        finish(metadata, dataStart, &cursor)
    }

    /// Appends the empty snapshot record that a new log holds.
    package mutating func emptySnapshot(to cursor: inout ByteCursor) {
        let start = begin(.snapshot, dataBytes: 4, &cursor)
        let dataStart = cursor.count
        cursor.byte(0x08)
        cursor.byte(0)
        cursor.byte(0x10)
        cursor.byte(0)
        finish(start, dataStart, &cursor)
    }

    /// Appends the record that a snapshot of the newest entry was saved.
    package mutating func snapshot(to cursor: inout ByteCursor) {
        let index = nextIndex - 1
        let length = 1 + ByteCursor.varintLength(index) + 1 + ByteCursor.varintLength(term)
        let start = begin(.snapshot, dataBytes: length, &cursor)
        let dataStart = cursor.count
        cursor.byte(0x08)
        cursor.varint(index)
        cursor.byte(0x10)
        cursor.varint(term)
        finish(start, dataStart, &cursor)
    }

    /// Reserves the length field and writes type, room for the CRC, and the data's length.
    ///
    /// The CRC's varint has 5 bytes for 15 of 16 values. A shorter one is written with continuation
    /// bits, which protobuf readers accept; so a record's length is known before its CRC.
    private mutating func begin(
        _ type: RecordType,
        dataBytes: Int?,
        _ cursor: inout ByteCursor
    ) -> Int {
        let start = cursor.count
        cursor.skip(8)
        cursor.byte(0x08)
        cursor.byte(type.rawValue)
        cursor.byte(0x10)
        cursor.skip(5)
        if let dataBytes {
            cursor.byte(0x1A)
            cursor.varint(UInt64(dataBytes))
        }
        return start
    }

    private mutating func finish(_ start: Int, _ dataStart: Int, _ cursor: inout ByteCursor) {
        crc = checksum.update(crc, cursor.bytes(from: dataStart, to: cursor.count))
        var fixed = UInt64(0)
        for index in 0..<5 {
            let septet = UInt64((crc >> UInt32(7 * index)) & 0x7F)
            fixed |= (septet | (index < 4 ? 0x80 : 0)) << UInt64(8 * index)
        }
        cursor.patch(fixed, byteCount: 5, at: start + 11)
        let length = cursor.count - start - 8
        let padding = (8 - length % 8) % 8
        let field = UInt64(length) | (padding > 0 ? UInt64(0x80 | padding) << 56 : 0)
        cursor.littleEndian(field, at: start)
        cursor.zeros(padding)
    }
}
