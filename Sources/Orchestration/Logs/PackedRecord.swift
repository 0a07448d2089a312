import CZlib
import Units

/// A record on its way through a log: compressed, and named by the SHA-256 of what it was.
package struct PackedRecord: Sendable, Equatable {
    /// 64 hexadecimal digits of the SHA-256 of the record's bytes.
    package let digest: String
    /// The bytes that it was.
    package let byteCount: Int
    /// A zlib stream (RFC 1950).
    package let stream: [UInt8]

    /// Packs a record.
    ///
    /// - Parameter record: the bytes of the file that `-o` would write.
    /// - Throws: `LogError` when zlib has no memory.
    package init(_ record: [UInt8]) throws(LogError) {
        digest = SHA256.hex(record)
        byteCount = record.count
        var size = compressBound(uLong(record.count))
        var bytes = [UInt8](repeating: 0, count: Int(size))
        guard compress2(&bytes, &size, record, uLong(record.count), Z_BEST_COMPRESSION) == Z_OK
        else { throw .compression(record.count) }
        stream = Array(bytes.prefix(Int(size)))
    }

    init(digest: String, byteCount: Int, stream: [UInt8]) {
        self.digest = digest
        self.byteCount = byteCount
        self.stream = stream
    }

    /// The lines that carry it, in order.
    package func lines(stream id: String, node: String) -> [LogLine] {
        let count = max(1, (stream.count + LogLine.partBytes - 1) / LogLine.partBytes)
        return (0..<count).map { index in
            let start = index * LogLine.partBytes
            let piece = stream[start..<min(start + LogLine.partBytes, stream.count)]
            return LogLine(
                stream: id,
                node: node,
                content: .part(
                    record: digest,
                    bytes: byteCount,
                    part: index + 1,
                    of: count,
                    data: Array(piece)
                )
            )
        }
    }

    /// The record's bytes again.
    ///
    /// - Returns: exactly the bytes that were packed; nil where the stream is not that of such a record.
    package func unpack() -> [UInt8]? {
        // What does not inflate to the announced size is refused before more memory than that is touched.
        var size = uLong(byteCount)
        var bytes = [UInt8](repeating: 0, count: byteCount)
        let status = uncompress(&bytes, &size, stream, uLong(stream.count))
        guard status == Z_OK, Int(size) == byteCount, SHA256.hex(bytes) == digest else {
            return nil
        }
        return bytes
    }
}
