import IOEngines
import Units

/// Writes an initramfs: a cpio archive in the "newc" format, which every kernel unpacks.
///
/// - Source: Linux, Documentation/driver-api/early-userspace/buffer-format.rst.
struct Initramfs: ~Copyable {
    private let file: FileDescriptor
    private var offset: Int64 = 0
    private var inode: UInt32 = 1
    private var directories: Set<String> = []

    private static let directory: UInt32 = 0o040755
    private static let program: UInt32 = 0o100755
    private static let character: UInt32 = 0o020600

    /// Begins an archive at a path that does not exist yet.
    init(path: String) throws(EngineError) {
        file = try FileDescriptor.open(path, [.readWrite, .create, .exclusive])
    }

    /// Adds a directory and those above it.
    mutating func addDirectory(_ path: String) throws(EngineError) {
        var whole = ""
        for part in path.split(separator: "/") {
            whole += whole.isEmpty ? String(part) : "/\(part)"
            guard directories.insert(whole).inserted else { continue }
            try entry(whole, mode: Self.directory, count: 0)
        }
    }

    /// Adds a character device.
    mutating func addDevice(
        _ path: String,
        major: UInt32,
        minor: UInt32
    ) throws(EngineError) {
        try addParent(of: path)
        try entry(Self.name(path), mode: Self.character, count: 0, major: major, minor: minor)
    }

    /// Adds a file with these bytes.
    mutating func add(_ path: String, bytes: [UInt8]) throws(EngineError) {
        try addParent(of: path)
        try entry(Self.name(path), mode: Self.program, count: bytes.count)
        try append(bytes)
        try pad()
    }

    /// Adds a copy of a file; a link to one is followed.
    mutating func add(_ path: String, copyOf source: String) throws(EngineError) {
        try addParent(of: path)
        let input = try FileDescriptor.open(source, .readOnly)
        let size = try input.size()
        try entry(Self.name(path), mode: Self.program, count: Int(size))
        let memory = try AlignedBuffer(byteCount: 1 << 20)
        var done: Int64 = 0
        while done < size {
            let wanted = Int(min(Int64(memory.byteCount), size - done))
            let part = UnsafeMutableRawBufferPointer(rebasing: memory.mutableBytes[..<wanted])
            let count = try input.read(into: part, at: done)
            guard count == wanted else { throw .shrunk(source) }
            try file.write(UnsafeRawBufferPointer(part), at: offset)
            offset += Int64(count)
            done += Int64(count)
        }
        try pad()
    }

    /// Ends the archive.
    consuming func finish() throws(EngineError) {
        try entry("TRAILER!!!", mode: 0, count: 0)
        try file.close()
    }

    private static func name(_ path: String) -> String {
        path.hasPrefix("/") ? String(path.dropFirst()) : path
    }

    private mutating func addParent(of path: String) throws(EngineError) {
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            try addDirectory(String(path[..<slash]))
        }
    }

    private mutating func entry(
        _ name: String,
        mode: UInt32,
        count: Int,
        major: UInt32 = 0,
        minor: UInt32 = 0
    ) throws(EngineError) {
        let links: UInt32 = mode == Self.directory ? 2 : 1
        let fields: [UInt32] = [
            inode, mode, 0, 0, links, 0, UInt32(clamping: count), 0, 0, major, minor,
            UInt32(name.utf8.count + 1), 0,
        ]
        inode += 1
        var bytes = Array("070701".utf8)
        for field in fields {
            let digits = String(field, radix: 16)
            bytes += Array((String(repeating: "0", count: 8 - digits.count) + digits).utf8)
        }
        try append(bytes + Array(name.utf8) + [0])
        try pad()
    }

    private mutating func append(_ bytes: [UInt8]) throws(EngineError) {
        guard !bytes.isEmpty else { return }
        let memory = try AlignedBuffer(byteCount: bytes.count, alignment: 8)
        memory.mutableBytes.copyBytes(from: bytes)
        try file.write(memory.bytes, at: offset)
        offset += Int64(bytes.count)
    }

    private mutating func pad() throws(EngineError) {
        let rest = Int(offset % 4)
        if rest > 0 { try append([UInt8](repeating: 0, count: 4 - rest)) }
    }
}

extension EngineError {
    fileprivate static func shrunk(_ path: String) -> EngineError {
        EngineError(
            operation: "copy",
            subject: path,
            reason: "\(path) became shorter while it was copied"
        )
    }
}
