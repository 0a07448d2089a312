import IOEngines
import Units
import Workloads

/// The open files of the disk side, and what has been done to them so far.
final class ReplicaDisk {
    let plan: ReplicaDiskPlan
    let place: ReplicaDiskPlace
    let seed: UInt64
    let parts: ReplicaDiskPlan.Parts
    let head: DiskFile
    let copy: DiskFile?
    private let counter: DiskFile?
    let volumes: [DiskFile]
    /// Which blocks were touched for the first time, and which clusters; no block is taken twice.
    let touched: (order: BlockPermutation, cursor: BlockCursor)
    let clusters: (order: BlockPermutation, cursor: BlockCursor)
    /// Where sequential cases go on, by the case's name.
    private var positions: [String: BlockCursor] = [:]
    /// How far the rebuilds, which share their file, have come.
    private(set) var batch = BlockCursor()
    private var hasHoles = true
    private var hasExtents = true

    init(
        plan: ReplicaDiskPlan,
        place: ReplicaDiskPlace,
        seed: UInt64
    ) throws(EngineError) {
        func open(_ extent: ReplicaDiskPlace.Extent) throws(EngineError) -> DiskFile {
            try DiskFile(extent, isDirect: place.isDirect)
        }
        var volumes: [DiskFile] = []
        for extent in place.volumes { volumes.append(try open(extent)) }
        self.plan = plan
        self.place = place
        self.seed = seed
        parts = plan.parts
        head = try open(place.head)
        copy = if let extent = place.copy { try open(extent) } else { nil }
        counter = if let extent = place.counter { try open(extent) } else { nil }
        self.volumes = volumes
        let part = parts.firstTouch
        touched = Self.order(part, ReplicaDiskCase.sectorBytes, seed &+ 1)
        clusters = Self.order(part, ReplicaDiskCase.clusterBytes, seed &+ 2)
    }

    private static func order(
        _ part: Range<Int64>,
        _ blockBytes: Int,
        _ seed: UInt64
    ) -> (BlockPermutation, BlockCursor) {
        let count = BlockPicker.count(part, blockBytes: blockBytes)
        return (BlockPermutation(count: count, seed: seed), BlockCursor())
    }

    /// Whether the disk has what a case needs; `probe` has said so otherwise.
    func canDo(_ spec: ReplicaDiskCase) -> Bool {
        switch spec.action {
        case .punching: hasHoles
        case .fileExtent: hasExtents
        default: true
        }
    }

    /// Makes holes where first touches will be, and finds out what this disk cannot do.
    ///
    /// - Returns: a note for each thing that is left out or not what it seems.
    func probe() throws(EngineError) -> [Warning] {
        var notes: [Warning] = []
        hasHoles = try isPossible { () throws(EngineError) in try head.punchHole(parts.firstTouch) }
        if !hasHoles {
            notes.append(plan.hasFilesystem ? .noHoles(head.path) : .noDiscard(head.path))
        }
        guard plan.hasFilesystem else { return notes }
        hasExtents = try isPossible { () throws(EngineError) in
            _ = try head.hasExtent(at: 0, length: 4096)
        }
        if !hasExtents { notes.append(.noExtents(head.path)) }
        return notes
    }

    /// False where the filesystem or device does not know the call.
    private func isPossible(
        _ body: () throws(EngineError) -> Void
    ) throws(EngineError) -> Bool {
        do throws(EngineError) {
            try body()
            return true
        } catch {
            let unknown = ["EOPNOTSUPP", "ENOTTY", "ENOSYS"]
            guard let cause = error.cause, unknown.contains(ErrnoName.of(cause.errno)) else {
                throw error
            }
            return false
        }
    }

    /// What is written before the first case.
    var layOutBytes: Int64 {
        parts.overwrite.upperBound + volumes.map(\.byteCount).reduce(0, +)
    }

    /// Writes every block of what will be overwritten and read, then waits for the disk.
    func layOut(
        until isOver: () -> Bool,
        progress: (Int64) -> Void
    ) throws(EngineError) {
        var done: Int64 = 0
        let files = [(head, parts.overwrite)] + volumes.map { ($0, 0..<$0.byteCount) }
        for (file, part) in files {
            try fill(file, part, until: isOver) { count in
                done += count
                if done % (64 << 20) == 0 { progress(done) }
            }
            try file.fdatasync()
        }
        // Bound to a name, the memory lives until the write is over.
        let zeros = try AlignedBuffer(byteCount: ReplicaDiskCase.sectorBytes)
        try counter?.write(zeros.bytes, at: 0)
    }

    private func fill(
        _ file: DiskFile,
        _ part: Range<Int64>,
        until isOver: () -> Bool = { false },
        progress: (Int64) -> Void = { _ in }
    ) throws(EngineError) {
        let memory = try AlignedBuffer(byteCount: 1 << 20)
        var data = BlockFill(seed: seed &+ 99)
        data.fill(memory.mutableBytes)
        var offset = part.lowerBound
        while offset < part.upperBound, !isOver() {
            data.renew(memory.mutableBytes)
            let count = Int(min(Int64(memory.byteCount), part.upperBound - offset))
            try file.write(UnsafeRawBufferPointer(rebasing: memory.bytes[..<count]), at: offset)
            offset += Int64(count)
            progress(Int64(count))
        }
    }

    /// Brings the disk to the same state before each slice: nothing waits in its cache, and there is something to punch.
    func settle(before spec: ReplicaDiskCase) throws(EngineError) {
        switch spec.action {
        case .punching: try fill(head, parts.punched)
        case .rebuild: try makeRoomForRebuild()
        case .volumes: for volume in volumes { try volume.fdatasync() }
        default: break
        }
        try head.fdatasync()
    }

    /// A rebuild writes a new file: once half of it is written, it is emptied and begun anew.
    ///
    /// Where holes are unknown it is overwritten. Not before each slice: a disk may discard slowly.
    private func makeRoomForRebuild() throws(EngineError) {
        guard let copy else { return }
        let batches = UInt64(copy.byteCount) / UInt64(ReplicaDiskCase.batchBytes)
        if hasHoles, batch.count > batches / 2 {
            try copy.punchHole(0..<copy.byteCount)
            batch = BlockCursor()
        }
        try copy.fdatasync()
    }

    /// Where a sequential case goes on.
    func position(of spec: ReplicaDiskCase) -> BlockCursor {
        if let cursor = positions[spec.name] { return cursor }
        let cursor = BlockCursor()
        positions[spec.name] = cursor
        return cursor
    }

    /// The revision counter's thread; nil for a case without one.
    func startCounter(for spec: ReplicaDiskCase) throws(EngineError) -> RevisionCounter? {
        guard spec.action == .revisionCounter, let counter else { return nil }
        let writer = try RevisionCounter(counter)
        try writer.start()
        return writer
    }
}

extension Warning {
    fileprivate static func noHoles(_ path: String) -> Warning {
        Warning(
            code: "no-holes",
            text:
                "the filesystem of \(path) punches no holes: Longhorn cannot give space back here",
            hint: "Longhorn supports ext4 and XFS"
        )
    }

    fileprivate static func noDiscard(_ path: String) -> Warning {
        Warning(
            code: "no-discard",
            severity: .note,
            text:
                "\(path) takes no discard: whether a write is the first to its cluster depends on what was there before"
        )
    }

    fileprivate static func noExtents(_ path: String) -> Warning {
        Warning(
            code: "no-extents",
            text:
                "the filesystem of \(path) has no FIEMAP: a Longhorn replica does not work here",
            hint: "Longhorn supports ext4 and XFS"
        )
    }
}
