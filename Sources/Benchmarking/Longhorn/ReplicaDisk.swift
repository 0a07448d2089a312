import IOEngines
import Units
import Workloads

/// The open files of the disk side, and what has been done to them so far.
final class ReplicaDisk {
    private let plan: ReplicaDiskPlan
    private let place: ReplicaDiskPlace
    private let seed: UInt64
    private let parts: ReplicaDiskPlan.Parts
    private let head: DiskFile
    private let copy: DiskFile?
    private let counter: DiskFile?
    private let volumes: [DiskFile]
    /// Which blocks were touched for the first time, and which clusters; no block is taken twice.
    private let touched: (order: BlockPermutation, cursor: BlockCursor)
    private let clusters: (order: BlockPermutation, cursor: BlockCursor)
    /// Where sequential cases go on, by the case's name.
    private var positions: [String: BlockCursor] = [:]
    /// How far the rebuilds, which share their file, have come.
    private var batch = BlockCursor()
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
        try counter?.write(AlignedBuffer(byteCount: ReplicaDiskCase.sectorBytes).bytes, at: 0)
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

    /// The revision counter's thread; nil for a case without one.
    func startCounter(for spec: ReplicaDiskCase) throws(EngineError) -> RevisionCounter? {
        guard spec.action == .revisionCounter, let counter else { return nil }
        let writer = try RevisionCounter(counter)
        try writer.start()
        return writer
    }

    /// The threads of one slice.
    func workers(
        _ spec: ReplicaDiskCase,
        slice: Int,
        lengthNanoseconds: UInt64,
        counter: RevisionCounter?,
        engine: JobSpec.Engine,
        control: RunControl,
        gate: StartGate
    ) -> [any SliceWorker] {
        if plan.dataEngine == .v2, spec.depth > 1 {
            return [deep(spec, slice, engine, control, gate)]
        }
        let all = (0..<spec.depth).flatMap { thread in
            tasks(spec, slice: slice, seed: seed(slice, thread), lengthNanoseconds, counter)
        }
        return all.enumerated().map { number, task in
            ReplicaDiskWorker(
                name: spec.name,
                task: task,
                blockBytes: spec.blockBytes,
                seed: seed(slice, number),
                control: control,
                gate: gate
            )
        }
    }

    /// Another for each thread and slice.
    private func seed(_ slice: Int, _ thread: Int) -> UInt64 {
        // Wraps: any number is a seed.
        seed &+ UInt64(slice) &* 0xD134_2543_DE82_EF95 &+ UInt64(thread) &* 0x9E37_79B9_7F4A_7C15
    }

    /// What one of the case's threads does, and what else goes on beside it.
    private func tasks(
        _ spec: ReplicaDiskCase,
        slice: Int,
        seed: UInt64,
        _ length: UInt64,
        _ counter: RevisionCounter?
    ) -> [ReplicaDiskWorker.Task] {
        let block = spec.blockBytes
        func picker(_ order: BlockPicker.Order, _ part: Range<Int64>, _ bytes: Int) -> BlockPicker {
            BlockPicker(order, in: part, blockBytes: bytes, seed: seed)
        }
        func write(_ order: BlockPicker.Order, _ part: Range<Int64>) -> ReplicaDiskWorker.Task {
            .write(head, picker(order, part, block), isDurable: false, counter: nil)
        }
        let anywhere = picker(.random, parts.overwrite, block)
        switch spec.action {
        case .overwrite:
            return [write(.random, parts.overwrite)]
        case .firstTouch:
            return [write(.once(touched.order, touched.cursor), parts.firstTouch)]
        case .durable:
            return [.write(head, anywhere, isDurable: true, counter: nil)]
        case .revisionCounter:
            return [.write(head, anywhere, isDurable: false, counter: counter)]
        case .punching:
            let pause = length / UInt64(ReplicaDiskPlan.holes.count + 1)
            return [
                write(.random, parts.overwrite),
                .punch(head, ReplicaDiskPlan.holes(in: parts.punched), everyNanoseconds: pause),
            ]
        case .volumes:
            return [write(.random, parts.overwrite)]
                + volumes.map { volume in
                    .write(
                        volume,
                        picker(.random, 0..<volume.byteCount, block),
                        isDurable: false,
                        counter: nil
                    )
                }
        case .sequentialWrite:
            return [write(.sequential(position(of: spec)), parts.overwrite)]
        case .randomRead:
            return [.read(head, anywhere)]
        case .sequentialRead:
            let order = BlockPicker.Order.sequential(position(of: spec))
            return [.read(head, picker(order, parts.overwrite, block))]
        case .firstCluster:
            // There are few: each slice gets its share.
            let share = clusters.order.count / UInt64(max(1, plan.slices))
            let order = BlockPicker.Order.once(
                clusters.order,
                clusters.cursor,
                limit: share * UInt64(slice + 1)
            )
            let blocks = picker(order, parts.firstTouch, ReplicaDiskCase.clusterBytes)
            return [.write(head, blocks, isDurable: false, counter: nil)]
        case .laterCluster:
            let order = BlockPicker.Order.taken(
                clusters.order,
                clusters.cursor,
                pieceBytes: Int64(ReplicaDiskCase.sectorBytes)
            )
            let blocks = picker(order, parts.firstTouch, ReplicaDiskCase.clusterBytes)
            return [.write(head, blocks, isDurable: false, counter: nil)]
        case .fileExtent:
            let order = BlockPicker.Order.taken(
                touched.order,
                touched.cursor,
                pieceBytes: Int64(block)
            )
            return [.lookUp(head, picker(order, parts.firstTouch, block))]
        case .rebuild(let hashed):
            guard let copy else { return [] }
            let order = BlockPicker.Order.sequential(batch)
            return [
                .copy(
                    from: head,
                    to: copy,
                    picker(order, 0..<copy.byteCount, block),
                    hashed: hashed
                )
            ]
        }
    }

    private func position(of spec: ReplicaDiskCase) -> BlockCursor {
        if let cursor = positions[spec.name] { return cursor }
        let cursor = BlockCursor()
        positions[spec.name] = cursor
        return cursor
    }

    /// A V2 case at depth: one thread with one ring, as SPDK's reactor.
    private func deep(
        _ spec: ReplicaDiskCase,
        _ slice: Int,
        _ engine: JobSpec.Engine,
        _ control: RunControl,
        _ gate: StartGate
    ) -> JobWorker {
        var job = JobSpec(name: spec.name)
        switch spec.action {
        case .randomRead: job.readWrite = .randread
        case .sequentialRead: job.readWrite = .read
        case .sequentialWrite: job.readWrite = .write
        default: job.readWrite = .randwrite
        }
        job.access = job.readWrite.isRandom ? .randomUniform : .sequential
        job.readSizes = BlockSizes(spec.blockBytes)
        job.writeSizes = BlockSizes(spec.blockBytes)
        job.ioDepth = spec.depth
        job.batch = max(1, spec.depth / 8)
        job.direct = place.isDirect
        job.engine = engine
        job.timeBased = true
        return JobWorker(
            spec: job,
            number: 0,
            target: JobTarget(
                path: place.head.path,
                offset: place.head.offset + parts.overwrite.lowerBound,
                byteCount: parts.overwrite.upperBound - parts.overwrite.lowerBound,
                isReadOnly: false
            ),
            seed: seed(slice, 0),
            control: control,
            gate: gate
        )
    }
}

extension ReplicaDiskPlan {
    /// The holes of one slice, one behind the other.
    static func holes(in part: Range<Int64>) -> [Range<Int64>] {
        var start = part.lowerBound
        return holes.compactMap { mebibytes in
            let end = start + Int64(mebibytes) << 20
            guard end <= part.upperBound else { return nil }
            defer { start = end }
            return start..<end
        }
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
