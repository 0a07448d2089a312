/// A write position in a fixed buffer: the protobuf primitives that raft and WAL messages need.
///
/// The caller sizes the buffer; writing past its end is a programming error and traps.
package struct ByteCursor {
    private let base: UnsafeMutableRawPointer
    private let capacity: Int
    /// Bytes written so far.
    package private(set) var count: Int

    package init(_ buffer: UnsafeMutableRawBufferPointer, at count: Int = 0) {
        guard let base = buffer.baseAddress else {
            preconditionFailure("a cursor needs a buffer")
        }
        self.base = base
        self.capacity = buffer.count
        self.count = count
    }

    /// How many bytes a value takes as a protobuf varint, from 1 to 10.
    package static func varintLength(_ value: UInt64) -> Int {
        max(1, (64 - value.leadingZeroBitCount + 6) / 7)
    }

    package mutating func byte(_ value: UInt8) {
        precondition(count < capacity, "record buffer too small")
        base.storeBytes(of: value, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    package mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            byte(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        byte(UInt8(rest))
    }

    package mutating func littleEndian(_ value: UInt64, at position: Int) {
        precondition(position + 8 <= capacity, "record buffer too small")
        base.storeBytes(of: value.littleEndian, toByteOffset: position, as: UInt64.self)
    }

    /// Overwrites up to 8 bytes at a position already passed with the low bytes of a value.
    package mutating func patch(_ value: UInt64, byteCount: Int, at position: Int) {
        precondition(position + byteCount <= count && byteCount <= 8, "outside what was written")
        for index in 0..<byteCount {
            let byte = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
            base.storeBytes(of: byte, toByteOffset: position + index, as: UInt8.self)
        }
    }

    package mutating func skip(_ byteCount: Int) {
        precondition(count + byteCount <= capacity, "record buffer too small")
        count += byteCount
    }

    package mutating func zeros(_ byteCount: Int) {
        precondition(count + byteCount <= capacity, "record buffer too small")
        (base + count).initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        count += byteCount
    }

    package mutating func payload(_ byteCount: Int, from source: inout PayloadSource) {
        precondition(count + byteCount <= capacity, "record buffer too small")
        source.fill(UnsafeMutableRawBufferPointer(start: base + count, count: byteCount))
        count += byteCount
    }

    /// The bytes between two positions already written.
    package func bytes(from start: Int, to end: Int) -> UnsafeRawBufferPointer {
        precondition(start >= 0 && end >= start && end <= count, "outside what was written")
        return UnsafeRawBufferPointer(start: base + start, count: end - start)
    }
}
