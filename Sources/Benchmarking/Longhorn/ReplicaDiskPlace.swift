package import IOEngines

/// Where the disk side of `tbench longhorn` works; the caller owns it and cleans it up.
package struct ReplicaDiskPlace: Sendable, Equatable {
    /// A file, or a part of a file or device.
    package struct Extent: Sendable, Equatable {
        package var path: String
        /// First byte.
        package var offset: Int64
        package var byteCount: Int64

        package init(path: String, offset: Int64, byteCount: Int64) {
            self.path = path
            self.offset = offset
            self.byteCount = byteCount
        }
    }

    /// The replica's head.
    package var head: Extent
    /// What a rebuild writes to; nil where none is measured.
    package var copy: Extent?
    /// The revision counter's block; nil where there is none.
    package var counter: Extent?
    /// The heads of further volumes.
    package var volumes: [Extent]
    /// False where the filesystem knows no O_DIRECT.
    package var isDirect: Bool

    package init(
        head: Extent,
        copy: Extent? = nil,
        counter: Extent? = nil,
        volumes: [Extent] = [],
        isDirect: Bool = true
    ) {
        self.head = head
        self.copy = copy
        self.counter = counter
        self.volumes = volumes
        self.isDirect = isDirect
    }

    /// The files of a replica, in a directory of tbench's own.
    ///
    /// - Parameters:
    ///   - directory: an existing one, empty of replicas.
    ///   - plan: says how large they are.
    /// - Returns: where they are, and whether they are past the page cache.
    /// - Throws: `EngineError` when one cannot be made.
    package static func files(
        in directory: String,
        for plan: ReplicaDiskPlan
    ) throws(EngineError) -> ReplicaDiskPlace {
        var isDirect = true
        var place = ReplicaDiskPlace(head: Extent(path: "", offset: 0, byteCount: 0))
        func make(_ name: String, _ bytes: Int64) throws(EngineError) -> Extent {
            let folder = "\(directory)/\(name)"
            try FileSystemCalls.makeDirectory(folder)
            let file = try ReplicaFile.create(in: folder, byteCount: bytes)
            isDirect = isDirect && file.isDirect
            return Extent(path: file.path, offset: 0, byteCount: bytes)
        }
        place.head = try make("replica", plan.sizeBytes)
        if plan.copyBytes > 0 { place.copy = try make("rebuilt", plan.copyBytes) }
        if plan.revisionCounter { place.counter = try make("revision", 4096) }
        for number in stride(from: 2, through: plan.volumes, by: 1) {
            place.volumes.append(try make("volume-\(number)", plan.volumeBytes))
        }
        place.isDirect = isDirect
        return place
    }

    /// The same in one region: the head, then what else the plan asks for, then nothing.
    ///
    /// - Parameters:
    ///   - path: a file or device.
    ///   - offset: where the region begins, a multiple of 4096.
    ///   - plan: says how large the parts are; without further volumes, which are files of their own.
    /// - Returns: the parts of the region.
    package static func region(
        of path: String,
        from offset: Int64,
        for plan: ReplicaDiskPlan
    ) -> ReplicaDiskPlace {
        let head = Extent(path: path, offset: offset, byteCount: plan.sizeBytes)
        let behind = offset + plan.sizeBytes
        let counter = Extent(path: path, offset: behind, byteCount: 4096)
        let copy = Extent(path: path, offset: behind + 1 << 20, byteCount: plan.copyBytes)
        return ReplicaDiskPlace(
            head: head,
            copy: plan.copyBytes > 0 ? copy : nil,
            counter: plan.revisionCounter ? counter : nil
        )
    }
}

/// An extent that is open, shared by the threads of a case as a replica shares its descriptor.
final class DiskFile: Sendable {
    private let file: FileDescriptor
    private let base: Int64
    /// Bytes it may use.
    let byteCount: Int64

    var path: String { file.path }

    init(_ extent: ReplicaDiskPlace.Extent, isDirect: Bool) throws(EngineError) {
        file = try FileDescriptor.open(extent.path, isDirect ? [.readWrite, .direct] : .readWrite)
        base = extent.offset
        byteCount = extent.byteCount
    }

    /// - Throws: `EngineError`, also where fewer bytes are taken.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(EngineError) {
        let count = try file.write(bytes, at: base + offset)
        guard count == bytes.count else { throw short(.write, count, bytes.count) }
    }

    /// - Throws: `EngineError`, also where there are fewer bytes.
    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int64) throws(EngineError) {
        let count = try file.read(into: bytes, at: base + offset)
        guard count == bytes.count else { throw short(.read, count, bytes.count) }
    }

    func fdatasync() throws(EngineError) { try file.fdatasync() }

    func punchHole(_ range: Range<Int64>) throws(EngineError) {
        try file.punchHole(
            offset: base + range.lowerBound,
            length: range.upperBound - range.lowerBound
        )
    }

    func hasExtent(at offset: Int64, length: Int64) throws(EngineError) -> Bool {
        try file.hasExtent(offset: base + offset, length: length)
    }

    private func short(_ operation: IOOperation, _ count: Int, _ expected: Int) -> EngineError {
        .failedIO(operation, path: path, result: Int32(clamping: count), expected: expected)
    }
}
