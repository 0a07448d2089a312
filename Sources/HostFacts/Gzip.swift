import CZlib

/// The one call into zlib: `/proc/config.gz` unpacked.
enum Gzip {
    /// The bytes of a gzip file, at most `limit` of them.
    ///
    /// - Returns: nil for anything that is not gzip (RFC 1952), is cut short, or is larger than `limit`.
    static func unpacked(_ bytes: [UInt8], limit: Int = 4 << 20) -> [UInt8]? {
        var stream = z_stream()
        // 16 + the largest window: gzip's header is expected.
        let version = ZLIB_VERSION
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(&stream, 16 + MAX_WBITS, version, size) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: limit)
        let status = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = uInt(clamping: source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = uInt(clamping: target.count)
                return inflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END else { return nil }
        return Array(output.prefix(limit - Int(stream.avail_out)))
    }
}
