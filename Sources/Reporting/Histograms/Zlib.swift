import CZlib

/// The one call into zlib: memory in, memory out.
enum Zlib {
    /// A zlib stream (RFC 1950) of these bytes.
    ///
    /// - Throws: `HistogramExportError` when zlib has no memory.
    static func compress(_ bytes: [UInt8]) throws(HistogramExportError) -> [UInt8] {
        var size = compressBound(uLong(bytes.count))
        var stream = [UInt8](repeating: 0, count: Int(size))
        let status = compress2(&stream, &size, bytes, uLong(bytes.count), Z_BEST_COMPRESSION)
        guard status == Z_OK else { throw .compression(status: status) }
        return Array(stream.prefix(Int(size)))
    }
}
