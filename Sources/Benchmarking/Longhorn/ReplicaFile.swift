package import IOEngines
import Units

/// The head file of a Longhorn V1 replica, opened and used as the replica does.
///
/// Sparse, O_RDWR|O_DIRECT, never synced: a write that has returned may still be in the disk's cache. `write`, `read` and
/// `punchHole` may be called from several threads at once; offsets, lengths and memory are multiples of 4096.
/// - Source: longhorn-engine, pkg/replica/replica.go (createDisk, openFile) and its sparse-tools, DirectFileIoProcessor.
package struct ReplicaFile: ~Copyable, Sendable {
    /// What a replica calls its first head.
    package static let name = "volume-head-000.img"

    /// Its length; fixed, whatever is written.
    package let byteCount: Int64
    /// False where the filesystem knows no O_DIRECT: the page cache takes part then, which no replica allows.
    package let isDirect: Bool
    private let file: FileDescriptor

    /// The path it was made under.
    package var path: String { file.path }

    /// Makes the file: one hole from end to end.
    ///
    /// - Parameters:
    ///   - directory: an existing one, of tbench's own.
    ///   - byteCount: a multiple of 4096.
    /// - Returns: the file, open.
    /// - Throws: `EngineError` when it exists already or cannot be made.
    package static func create(
        in directory: String,
        byteCount: Int64
    ) throws(EngineError) -> ReplicaFile {
        let path = "\(directory)/\(name)"
        let options: FileDescriptor.OpenOptions = [.readWrite, .create, .exclusive]
        do throws(EngineError) {
            let file = try FileDescriptor.open(path, options.union(.direct))
            try file.truncate(to: byteCount)
            return ReplicaFile(byteCount: byteCount, isDirect: true, file: file)
        } catch  where error.cause?.errno == 22 {
            // EINVAL, and the name is there all the same: open(2), "may create the file".
            try? FileSystemCalls.unlink(path)
        }
        let file = try FileDescriptor.open(path, options)
        try file.truncate(to: byteCount)
        return ReplicaFile(byteCount: byteCount, isDirect: false, file: file)
    }

    private init(byteCount: Int64, isDirect: Bool, file: consuming FileDescriptor) {
        self.byteCount = byteCount
        self.isDirect = isDirect
        self.file = file
    }

    /// One pwrite; the first into a hole allocates.
    ///
    /// - Throws: `EngineError`; its cause is ENOSPC where the filesystem is full.
    package borrowing func write(
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int64
    ) throws(EngineError) {
        _ = try file.write(bytes, at: offset)
    }

    /// One pread; a hole reads as zeros.
    package borrowing func read(
        into bytes: UnsafeMutableRawBufferPointer,
        at offset: Int64
    ) throws(EngineError) {
        _ = try file.read(into: bytes, at: offset)
    }

    /// Gives the space of a range back; its length stays.
    package borrowing func punchHole(at offset: Int64, count: Int64) throws(EngineError) {
        try file.punchHole(offset: offset, length: count)
    }

    /// What the gap to durability is made of; no replica calls it.
    package borrowing func fdatasync() throws(EngineError) { try file.fdatasync() }
}
