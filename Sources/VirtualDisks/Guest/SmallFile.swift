import IOEngines

/// Files that are read whole.
enum SmallFile {
    /// The text of a file, cut at a limit; nil where it cannot be read.
    ///
    /// Files of /proc and /sys work.
    static func text(_ path: String, atMost limit: Int = 65536) -> String? {
        bytes(path, from: 0, atMost: limit).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Bytes of a file from an offset on, cut at a limit; nil where it cannot be read.
    static func bytes(_ path: String, from offset: Int64, atMost limit: Int) -> [UInt8]? {
        guard let file = try? FileDescriptor.open(path, .readOnly),
            let memory = try? AlignedBuffer(byteCount: min(limit, 1 << 20), alignment: 8)
        else { return nil }
        var result: [UInt8] = []
        while result.count < limit {
            let rest = UnsafeMutableRawBufferPointer(
                rebasing: memory.mutableBytes[..<min(memory.byteCount, limit - result.count)]
            )
            guard let count = try? file.read(into: rest, at: offset + Int64(result.count)) else {
                return nil
            }
            if count == 0 { break }
            result += rest[..<count]
        }
        return result
    }
}
