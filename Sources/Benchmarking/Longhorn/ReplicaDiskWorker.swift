import IOEngines
import ResultStore
import Synchronization
import Workloads

/// A thread that works on the disk for one slice of a case.
protocol SliceWorker: AnyObject, Sendable {
    var recorder: RoundRecorder { get }
    /// True once it has nothing left to do, or failed.
    var isFinished: Bool { get }
    /// When its last request ended; read it after `join`.
    var finishedAt: UInt64 { get }
    func start() throws(EngineError)
    func join()
}

extension JobWorker: SliceWorker {
    var finishedAt: UInt64 { report.finishedAt }
}

/// One thread with one blocking call in flight, as a goroutine of a replica.
final class ReplicaDiskWorker: SliceWorker, @unchecked Sendable {
    /// What the thread does.
    enum Task {
        /// Writes; with an fdatasync after each, or the revision counter's overwrite beside it.
        case write(DiskFile, BlockPicker, isDurable: Bool, counter: RevisionCounter?)
        case read(DiskFile, BlockPicker)
        /// One hole after the other, one each `everyNanoseconds`.
        case punch(DiskFile, [Range<Int64>], everyNanoseconds: UInt64)
        case lookUp(DiskFile, BlockPicker)
        case copy(from: DiskFile, to: DiskFile, BlockPicker, hashed: Bool)
    }

    let recorder: RoundRecorder
    private let name: String
    private let task: Task
    private let blockBytes: Int
    private let seed: UInt64
    private let control: RunControl
    private let gate: StartGate
    private let ended = Atomic<Bool>(false)
    private var thread: WorkerThread?
    private(set) var finishedAt: UInt64 = 0

    init(
        name: String,
        task: Task,
        blockBytes: Int,
        seed: UInt64,
        control: RunControl,
        gate: StartGate
    ) {
        self.name = name
        self.task = task
        self.blockBytes = blockBytes
        self.seed = seed
        self.control = control
        self.gate = gate
        let classes: [OperationClass] =
            switch task {
            case .write(_, _, isDurable: true, counter: _): [.write, .sync, .commit]
            case .write: [.write]
            case .read: [.read]
            case .punch: [.punchHole]
            case .lookUp: [.fileExtent]
            case .copy: [.rebuildBatch]
            }
        recorder = RoundRecorder(classes: classes, control: control, slowFloor: 0)
    }

    var isFinished: Bool { ended.load(ordering: .acquiring) }

    func start() throws(EngineError) {
        thread = try WorkerThread(name: name) {
            do throws(EngineError) {
                try self.run()
            } catch {
                self.control.fail(BenchmarkError(error))
            }
            self.finishedAt = MonotonicClock.now()
            self.recorder.finish()
            self.ended.store(true, ordering: .releasing)
        }
    }

    func join() { thread?.join() }

    private func run() throws(EngineError) {
        switch task {
        case .write(let file, let picker, let isDurable, let counter):
            try write(file, picker, isDurable: isDurable, counter: counter)
        case .read(let file, let picker):
            try read(file, picker)
        case .punch(let file, let holes, let pause):
            try punch(file, holes, pause)
        case .lookUp(let file, let picker):
            try lookUp(file, picker)
        case .copy(let source, let target, let picker, let hashed):
            try copy(source, target, picker, hashed: hashed)
        }
    }

    private func write(
        _ file: DiskFile,
        _ blocks: BlockPicker,
        isDurable: Bool,
        counter: RevisionCounter?
    ) throws(EngineError) {
        let memory = try AlignedBuffer(byteCount: blockBytes)
        var picker = blocks
        var fill = BlockFill(seed: seed)
        fill.fill(memory.mutableBytes)
        gate.pass()
        while !control.isStopping, let offset = picker.next() {
            fill.renew(memory.mutableBytes)
            let start = MonotonicClock.now()
            if let counter {
                let ticket = counter.request()
                try file.write(memory.bytes, at: offset)
                try counter.wait(for: ticket)
            } else {
                try file.write(memory.bytes, at: offset)
            }
            record(0, start, MonotonicClock.now(), offset)
            if isDurable { try sync(file, since: start, offset) }
        }
    }

    /// The sync of a durable write, and the two together.
    private func sync(
        _ file: DiskFile,
        since start: UInt64,
        _ offset: Int64
    ) throws(EngineError) {
        let middle = MonotonicClock.now()
        try file.fdatasync()
        let end = MonotonicClock.now()
        record(1, middle, end, offset)
        if recorder.isRecording() { recorder.addSum(2, nanoseconds: end &- start) }
    }

    private func read(_ file: DiskFile, _ blocks: BlockPicker) throws(EngineError) {
        let memory = try AlignedBuffer(byteCount: blockBytes)
        var picker = blocks
        gate.pass()
        while !control.isStopping, let offset = picker.next() {
            let start = MonotonicClock.now()
            try file.read(into: memory.mutableBytes, at: offset)
            record(0, start, MonotonicClock.now(), offset)
        }
    }

    private func punch(
        _ file: DiskFile,
        _ holes: [Range<Int64>],
        _ pause: UInt64
    ) throws(EngineError) {
        gate.pass()
        var due = MonotonicClock.now()
        for hole in holes {
            due += pause
            while !control.isStopping {
                let now = MonotonicClock.now()
                if now >= due { break }
                MonotonicClock.sleep(until: min(due, now + 20_000_000))
            }
            if control.isStopping { return }
            let start = MonotonicClock.now()
            try file.punchHole(hole)
            record(0, start, MonotonicClock.now(), hole.lowerBound)
        }
    }

    private func lookUp(_ file: DiskFile, _ blocks: BlockPicker) throws(EngineError) {
        var picker = blocks
        gate.pass()
        while !control.isStopping, let offset = picker.next() {
            let start = MonotonicClock.now()
            _ = try file.hasExtent(at: offset, length: Int64(blockBytes))
            record(0, start, MonotonicClock.now(), offset)
        }
    }

    private func copy(
        _ source: DiskFile,
        _ target: DiskFile,
        _ batches: BlockPicker,
        hashed: Bool
    ) throws(EngineError) {
        let memory = try AlignedBuffer(byteCount: blockBytes)
        let digest = try AlignedBuffer(byteCount: RebuildHash.byteCount)
        var picker = batches
        gate.pass()
        while !control.isStopping, let offset = picker.next() {
            let start = MonotonicClock.now()
            try source.read(into: memory.mutableBytes, at: offset)
            if hashed { RebuildHash.digest(of: memory.bytes, into: digest.pointer) }
            try target.write(memory.bytes, at: offset)
            record(0, start, MonotonicClock.now(), offset)
        }
    }

    @inline(__always)
    private func record(_ index: Int, _ start: UInt64, _ end: UInt64, _ offset: Int64) {
        guard recorder.isRecording() else { return }
        recorder.add(
            index,
            start: start,
            nanoseconds: end &- start,
            offset: UInt64(bitPattern: offset)
        )
    }
}
