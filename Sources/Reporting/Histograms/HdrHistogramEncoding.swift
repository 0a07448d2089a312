package import Statistics

/// A histogram as HdrHistogram writes it, version 2: any of its implementations reads it.
///
/// - Source: HdrHistogram AbstractHistogram.java `encodeIntoByteBuffer`, ZigZagEncoding.java.
package enum HdrHistogramEncoding {
    private static let cookie: UInt32 = 0x1c84_9303 | 0x10
    private static let compressedCookie: UInt32 = 0x1c84_9304 | 0x10

    /// The text that a log line ends with: "HISTFAAAA…", base64 of the compressed histogram.
    ///
    /// - Parameters:
    ///   - histogram: may be empty. Counts beyond 2^63 - 1 are written as that; the sum is not part of it.
    ///   - highest: the largest value, in nanoseconds, that a reader makes room for: at least an hour,
    ///     2^63 - 1 where the maximum is larger.
    /// - Returns: ASCII without line breaks.
    /// - Throws: `HistogramExportError` when zlib has no memory.
    package static func text(
        _ histogram: HistogramSnapshot,
        highest: UInt64 = 3_600_000_000_000
    ) throws(HistogramExportError) -> String {
        Base64.text(try compressed(histogram, highest: highest))
    }

    /// The compressed histogram: cookie, length, zlib stream.
    static func compressed(
        _ histogram: HistogramSnapshot,
        highest: UInt64
    ) throws(HistogramExportError) -> [UInt8] {
        let stream = try Zlib.compress(plain(HdrLayout(histogram, highest: highest)))
        var bytes: [UInt8] = []
        append(compressedCookie, to: &bytes)
        append(UInt32(stream.count), to: &bytes)
        return bytes + stream
    }

    /// The histogram before compression: a header of 40 bytes, then the counters.
    static func plain(_ layout: HdrLayout) -> [UInt8] {
        let payload = counters(layout)
        var bytes: [UInt8] = []
        append(cookie, to: &bytes)
        append(UInt32(payload.count), to: &bytes)
        append(UInt32(0), to: &bytes)  // normalizing index offset
        append(UInt32(HdrLayout.significantDigits), to: &bytes)
        append(HdrLayout.lowestDiscernible, to: &bytes)
        append(layout.highest, to: &bytes)
        append(Double(1).bitPattern, to: &bytes)  // integer to double conversion ratio
        return bytes + payload
    }

    /// All counters up to the last that is not zero; a run of n > 1 zeros is written as -n.
    private static func counters(_ layout: HdrLayout) -> [UInt8] {
        guard !layout.counters.isEmpty else { return [0] }
        var bytes: [UInt8] = []
        var next = 0
        for (index, count) in layout.counters {
            let zeros = index - next
            if zeros == 1 { append(zigZag: 0, to: &bytes) }
            if zeros > 1 { append(zigZag: -Int64(zeros), to: &bytes) }
            append(zigZag: Int64(clamping: count), to: &bytes)
            next = index + 1
        }
        return bytes
    }

    /// Seven bits a byte, lowest first; unlike protobuf's, a ninth byte holds eight.
    static func append(zigZag value: Int64, to bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
        for _ in 0..<8 {
            guard rest >= 0x80 else { break }
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}

/// RFC 4648 with padding.
enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    static func text(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            var word = 0
            for offset in 0..<3 {
                word = word << 8 | (offset < part.count ? Int(part[start + offset]) : 0)
            }
            for digit in 0..<4 {
                let isPadding = digit > part.count
                result.append(isPadding ? 0x3D : alphabet[word >> (18 - 6 * digit) & 63])
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
