/// Reads etcd's WAL format independently of the code that writes it: bit by bit CRC, plain protobuf.
enum WALDecoder {
    struct Corrupt: Error { var at: Int }

    struct Record {
        var type: Int
        var data: [UInt8]

        /// The varint in this field of the data; nil when there is none.
        func varint(field: Int) -> UInt64? {
            (try? WALDecoder.fields(data))?.first { $0.number == field }?.value
        }
    }

    /// The records of one segment, or what precedes the zeros of its preallocated rest.
    static func records(_ log: [UInt8], crc initial: UInt32 = 0) throws -> [Record] {
        var records: [Record] = []
        var crc = initial
        var position = 0
        while position + 8 <= log.count {
            var field = UInt64(0)
            for index in (0..<8).reversed() { field = field << 8 | UInt64(log[position + index]) }
            if field == 0 { break }
            let length = Int(field & 0x00FF_FFFF_FFFF_FFFF)
            let top = Int(field >> 56)
            let padding = top & 0x80 == 0x80 ? top & 7 : 0
            guard top == 0 || top & 0x78 == 0x00 || top & 0x80 == 0x80,
                (length + padding).isMultiple(of: 8), position + 8 + length + padding <= log.count
            else { throw Corrupt(at: position) }
            let body = Array(log[(position + 8)..<(position + 8 + length)])
            let parts = try fields(body)
            guard let type = parts.first(where: { $0.number == 1 })?.value,
                let sum = parts.first(where: { $0.number == 2 })?.value
            else { throw Corrupt(at: position) }
            let data = parts.first { $0.number == 3 }?.bytes ?? []
            // A crc record of a later segment begins the chain with its own value.
            if type == 4, records.isEmpty { crc = UInt32(truncatingIfNeeded: sum) }
            for byte in data { crc = step(crc, byte) }
            guard UInt64(crc) == sum else { throw Corrupt(at: position) }
            records.append(Record(type: Int(type), data: data))
            position += 8 + length + padding
        }
        return records
    }

    /// One byte more in a CRC-32C, computed bit by bit.
    private static func step(_ crc: UInt32, _ byte: UInt8) -> UInt32 {
        var value = ~crc ^ UInt32(byte)
        for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0x82F6_3B78 : value >> 1 }
        return ~value
    }

    struct Field {
        var number: Int
        var value: UInt64?
        var bytes: [UInt8]?
    }

    static func fields(_ body: [UInt8]) throws -> [Field] {
        var result: [Field] = []
        var position = 0
        while position < body.count {
            let tag = try varint(body, &position)
            switch tag & 7 {
            case 0:
                let value = try varint(body, &position)
                result.append(Field(number: Int(tag >> 3), value: value, bytes: nil))
            case 2:
                let length = Int(try varint(body, &position))
                guard position + length <= body.count else { throw Corrupt(at: position) }
                let bytes = Array(body[position..<(position + length)])
                result.append(Field(number: Int(tag >> 3), value: nil, bytes: bytes))
                position += length
            default:
                throw Corrupt(at: position)
            }
        }
        return result
    }

    private static func varint(_ body: [UInt8], _ position: inout Int) throws -> UInt64 {
        var value = UInt64(0)
        for shift in 0..<10 {
            guard position < body.count else { throw Corrupt(at: position) }
            let byte = body[position]
            position += 1
            value |= UInt64(byte & 0x7F) << UInt64(7 * shift)
            if byte & 0x80 == 0 { return value }
        }
        throw Corrupt(at: position)
    }
}
