import IOEngines
import Workloads

/// Where a backend commit's pages go: bbolt's database file, or a region of a raw device.
///
/// Used by the backend thread alone.
protocol PageStorage: ~Copyable, SendableMetatype {
    /// Builds the pages in memory, as spill does.
    mutating func fill(_ runs: [PageRun]) throws(BenchmarkError)
    /// Makes the database at least `bytes` long where the version does so before writing; true if it grew.
    mutating func grow(to bytes: UInt64) throws(BenchmarkError) -> Bool
    /// Writes the runs in order; returns when the last write was done.
    mutating func writeRuns<Engine: IOEngine & ~Copyable>(
        _ runs: [PageRun],
        _ engine: inout Engine
    ) throws(BenchmarkError) -> UInt64
    /// fdatasync; returns when it was done.
    mutating func sync<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine
    ) throws(BenchmarkError) -> UInt64
    /// Writes the meta page whose turn it is.
    mutating func writeMeta<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine
    ) throws(BenchmarkError)
}

/// bbolt's database file: buffered page writes, one pwrite a run.
struct DatabaseFile: PageStorage, ~Copyable {
    private static let growthBytes: UInt64 = 16 << 20

    private let file: FileDescriptor
    private let path: String
    private let compatibility: EtcdCompatibility
    private var memory: AlignedBuffer
    private var payload: PayloadSource
    private var fileBytes: UInt64
    private var transaction: UInt64 = 1

    /// Creates the database as bbolt does and commits what a new member commits before its first put, or opens the
    /// one a steady run prepared.
    ///
    /// Where the file's first blocks lie decides what ext4 has to do for every later one: ext4 takes them from a place
    /// of the processor it runs on, and a file of four extents needs a fifth for every commit, whose block in the extent
    /// tree is freed again at once.
    init(
        path: String,
        compatibility: EtcdCompatibility,
        payload: PayloadSource
    ) throws(EngineError) {
        let memory = try AlignedBuffer(byteCount: 1 << 20, alignment: 4096)
        let file = try FileDescriptor.open(path, [.readWrite, .create], permissions: 0o600)
        var fileBytes = UInt64(max(0, try file.size()))
        var payload = payload
        if fileBytes == 0 {
            let head = UnsafeMutableRawBufferPointer(
                start: memory.pointer,
                count: BackendTree.initialPages * BackendTree.pageBytes
            )
            payload.fill(head)
            try Self.writeDurably(UnsafeRawBufferPointer(head), page: 0, to: file)
            transaction = try Self.commitStartUp(path, payload, after: transaction)
            fileBytes = UInt64(max(0, try file.size()))
        }
        self.path = path
        self.compatibility = compatibility
        self.payload = payload
        self.fileBytes = fileBytes
        self.memory = memory
        self.file = file
    }

    mutating func fill(_ runs: [PageRun]) throws(BenchmarkError) {
        let needed = (runs.reduce(0) { $0 + $1.count } + 1) * BackendTree.pageBytes
        if needed > memory.byteCount {
            do throws(EngineError) {
                memory = try AlignedBuffer(byteCount: needed * 2, alignment: 4096)
            } catch {
                throw BenchmarkError(error)
            }
        }
        payload.fill(UnsafeMutableRawBufferPointer(start: memory.pointer, count: needed))
        // Pages of a database are never all zero, whatever the values are.
        transaction += 1
        var offset = 0
        for run in runs {
            memory.pointer.storeBytes(of: UInt64(run.first), toByteOffset: offset, as: UInt64.self)
            memory.pointer.storeBytes(of: transaction, toByteOffset: offset + 8, as: UInt64.self)
            offset += run.count * BackendTree.pageBytes
        }
        memory.pointer.storeBytes(of: transaction, toByteOffset: offset, as: UInt64.self)
    }

    mutating func grow(to bytes: UInt64) throws(BenchmarkError) -> Bool {
        guard compatibility.truncatesToGrow, bytes > fileBytes else { return false }
        do throws(EngineError) {
            try file.truncate(to: Int64(clamping: bytes + Self.growthBytes))
            try file.fsync()
        } catch {
            throw BenchmarkError(error)
        }
        fileBytes = bytes + Self.growthBytes
        return true
    }

    mutating func writeRuns<Engine: IOEngine & ~Copyable>(
        _ runs: [PageRun],
        _ engine: inout Engine
    ) throws(BenchmarkError) -> UInt64 {
        var memoryOffset = 0
        var finished: UInt64 = 0
        for run in runs {
            let bytes = run.count * BackendTree.pageBytes
            finished = try BlockingIO.write(
                &engine,
                file.rawValue,
                memory.pointer + memoryOffset,
                count: bytes,
                offset: Int64(run.first * BackendTree.pageBytes),
                path: path
            )
            memoryOffset += bytes
        }
        metaOffset = memoryOffset
        return finished
    }

    private var metaOffset = 0

    mutating func sync<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine
    ) throws(BenchmarkError) -> UInt64 {
        try BlockingIO.sync(&engine, file.rawValue, path: path)
    }

    mutating func writeMeta<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine
    ) throws(BenchmarkError) {
        _ = try BlockingIO.write(
            &engine,
            file.rawValue,
            memory.pointer + metaOffset,
            count: BackendTree.pageBytes,
            offset: Int64(Self.metaPage(of: transaction) * BackendTree.pageBytes),
            path: path
        )
    }

    /// Two meta pages take turns, so that a torn one leaves the commit before readable.
    private static func metaPage(of transaction: UInt64) -> Int { Int(transaction % 2) }

    /// The commits before the first put, in a thread of their own as the goroutines of etcd's start are.
    ///
    /// - Returns: the last one's number.
    private static func commitStartUp(
        _ path: String,
        _ payload: PayloadSource,
        after transaction: UInt64
    ) throws(EngineError) -> UInt64 {
        let failure = Guarded<EngineError?>(nil)
        let thread = try WorkerThread(name: "bootstrap") {
            do throws(EngineError) {
                let file = try FileDescriptor.open(path, [.readWrite])
                let memory = try AlignedBuffer(
                    byteCount: BackendTree.pageBytes,
                    alignment: BackendTree.pageBytes
                )
                let page = UnsafeMutableRawBufferPointer(
                    start: memory.pointer,
                    count: BackendTree.pageBytes
                )
                var (payload, transaction) = (payload, transaction)
                payload.fill(page)
                for number in BackendTree.startUpPages {
                    transaction += 1
                    try writeDurably(UnsafeRawBufferPointer(page), page: number, to: file)
                    let meta = metaPage(of: transaction)
                    try writeDurably(UnsafeRawBufferPointer(page), page: meta, to: file)
                }
            } catch {
                failure.withLock { $0 = error }
            }
        }
        thread.join()
        if let error = failure.withLock({ $0 }) { throw error }
        return transaction + UInt64(BackendTree.startUpPages.count)
    }

    private static func writeDurably(
        _ bytes: UnsafeRawBufferPointer,
        page: Int,
        to file: borrowing FileDescriptor
    ) throws(EngineError) {
        _ = try file.write(bytes, at: Int64(page * BackendTree.pageBytes))
        try file.fdatasync()
    }
}
