import IOEngines

/// A virtual disk as its guest would see it, for what is done to it outside a measurement.
protocol ExportedDisk: AnyObject {
    func write(_ bytes: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(EngineError)
    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(EngineError)
    func flush() throws(EngineError)
    func discard(offset: UInt64, length: UInt64) throws(EngineError)
}

/// Over NBD.
final class NBDDisk: ExportedDisk {
    private let connection: NBDConnection

    init(socket: String) throws(EngineError) {
        connection = try NBDConnection(connecting: socket)
    }

    func write(_ bytes: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(EngineError) {
        try connection.perform(
            .write,
            offset: offset,
            length: bytes.count,
            memory: bytes.baseAddress
        )
    }

    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(EngineError) {
        try connection.perform(
            .read,
            offset: offset,
            length: bytes.count,
            memory: bytes.baseAddress
        )
    }

    func flush() throws(EngineError) {
        try connection.perform(.flush, offset: 0, length: 0)
    }

    func discard(offset: UInt64, length: UInt64) throws(EngineError) {
        try connection.perform(.trim, offset: offset, length: Int(length))
    }
}

/// Through a FUSE mount: a file, past the page cache.
final class FileDisk: ExportedDisk {
    private let file: FileDescriptor

    init(path: String) throws(EngineError) {
        file = try FileDescriptor.open(path, [.readWrite, .direct])
    }

    /// For a region of the benchmark; valid as long as this object lives.
    var descriptor: Int32 { file.rawValue }

    func write(_ bytes: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(EngineError) {
        try file.write(UnsafeRawBufferPointer(bytes), at: Int64(offset))
    }

    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(EngineError) {
        _ = try file.read(into: bytes, at: Int64(offset))
    }

    func flush() throws(EngineError) { try file.fdatasync() }

    func discard(offset: UInt64, length: UInt64) throws(EngineError) {
        try file.punchHole(offset: Int64(offset), length: Int64(length))
    }
}
