import IOEngines
import ResultStore
import Synchronization
import Workloads

/// One thread of a job, with its own descriptor, engine, buffers and histograms.
final class JobWorker: @unchecked Sendable {
    /// What the thread leaves behind; read it after `join`.
    struct Report {
        var totals = JobTotals()
        /// I/Os of the whole loop, warm-up included: what the CPU time was for.
        var allIOs: UInt64 = 0
        var features: [String] = []
        /// When it had nothing more to do.
        var finishedAt: UInt64 = 0
        /// CPU time of the thread in the loop, warm-up included.
        var usage = ThreadUsage()
        /// System calls of the loop, warm-up included.
        var systemCalls: UInt64 = 0
        /// Blocks that were read back and held against what was written, and how many were wrong.
        var verifiedBlocks: UInt64 = 0
        var wrongBlocks: UInt64 = 0
    }

    let spec: JobSpec
    let recorder: RoundRecorder
    private let number: Int
    private let target: JobTarget
    private let seed: UInt64
    private let control: RunControl
    private let gate: StartGate
    private let ended = Atomic<Bool>(false)
    private var thread: WorkerThread?
    private(set) var report = Report()

    /// - Parameters:
    ///   - spec: the job; its engine is not `auto`.
    ///   - number: 0 for the job's first thread.
    ///   - target: where it works.
    ///   - seed: of offsets, sizes and data; each thread makes its own of it.
    ///   - control: of the phase.
    ///   - gate: where it waits for the others.
    init(
        spec: JobSpec,
        number: Int,
        target: JobTarget,
        seed: UInt64,
        control: RunControl,
        gate: StartGate
    ) {
        self.spec = spec
        self.number = number
        self.target = target
        self.seed = (spec.seed ?? seed) &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15
        self.control = control
        self.gate = gate
        let classes =
            spec.fileCycle == nil
            ? JobTiming.allCases.map(\.operation) : FileCycleLoop.classes
        recorder = RoundRecorder(classes: classes, control: control, slowFloor: 0)
    }

    /// True once the job has moved its size or failed.
    var isFinished: Bool { ended.load(ordering: .acquiring) }

    func start() throws(EngineError) {
        thread = try WorkerThread(name: spec.name, cpu: spec.cpu.map { $0 + number }) {
            do throws(BenchmarkError) {
                try self.prepareAndRun()
            } catch {
                if !self.control.isStopping { self.control.fail(error) }
            }
            self.recorder.finish()
            if self.report.finishedAt == 0 { self.report.finishedAt = MonotonicClock.now() }
            self.ended.store(true, ordering: .releasing)
        }
    }

    func join() { thread?.join() }

    private func prepareAndRun() throws(BenchmarkError) {
        if let cycle = spec.fileCycle {
            let loop = try FileCycleLoop(spec, cycle, target, control, recorder, seed: seed)
            gate.pass()
            report.totals = try measured { () throws(BenchmarkError) in try loop.run() }
            return
        }
        let depth = spec.engineCapacity
        if let socket = target.export {
            try run(-1) { () throws(EngineError) in
                try NBDEngine(connecting: socket, capacity: depth)
            }
            return
        }
        let file = try BenchmarkError.wrap { () throws(EngineError) in try self.open() }
        let polling = IOUringPolling(completions: spec.ioPoll, submissions: spec.sqPoll)
        switch spec.engine {
        case .ioUring:
            try run(file) { () throws(EngineError) in
                try IOUringEngine(capacity: depth, polling: polling)
            }
        case .libaio:
            try run(file) { () throws(EngineError) in try LibAIOEngine(capacity: depth) }
        case .nop:
            try run(file) { () throws(EngineError) in
                try IOUringEngine(capacity: depth, polling: polling, isIdle: true)
            }
        case .null:
            try run(file) { () throws(EngineError) in try NullEngine(capacity: depth) }
        case .sync, .auto:
            try run(file) { () throws(EngineError) in try SyncEngine(capacity: depth) }
        }
    }

    private func open() throws(EngineError) -> FileDescriptor {
        var options: FileDescriptor.OpenOptions = spec.readWrite.writes ? .readWrite : .readOnly
        if spec.direct { options.insert(.direct) }
        let file = try FileDescriptor.open(target.path, options)
        if spec.invalidate, !spec.direct { try file.adviseDontNeed() }
        return file
    }

    private func run<Engine: IOEngine & ~Copyable>(
        _ file: borrowing FileDescriptor,
        _ makeEngine: () throws(EngineError) -> Engine
    ) throws(BenchmarkError) {
        try run(file.rawValue, makeEngine)
    }

    private func run<Engine: IOEngine & ~Copyable>(
        _ descriptor: Int32,
        _ makeEngine: () throws(EngineError) -> Engine
    ) throws(BenchmarkError) {
        let region = try JobRegion(spec, thread: number, on: target)
        var loop: JobLoop<Engine>
        do throws(EngineError) {
            let engine = try makeEngine()
            loop = try JobLoop(
                spec: spec,
                region: region,
                seed: seed,
                descriptor: descriptor,
                path: target.path,
                engine: engine,
                control: control,
                recorder: recorder
            )
        } catch {
            throw BenchmarkError(error)
        }
        report.features = loop.engine.features
        gate.pass()
        defer {
            report.totals = loop.totals
            report.allIOs = loop.completed
            report.systemCalls = loop.engine.systemCalls
        }
        try measured { () throws(BenchmarkError) in try loop.run() }
        report.finishedAt = MonotonicClock.now()
        if let ledger = loop.ledger { try verify(ledger) }
    }

    /// Reads back what was written; a run that was ended early is not held up by it.
    private func verify(_ ledger: VerifyLedger) throws(BenchmarkError) {
        defer {
            report.verifiedBlocks = ledger.checked
            report.wrongBlocks = ledger.wrong
        }
        try VerifyPass(ledger: ledger, path: target.path, direct: spec.direct, control: control)
            .run()
        if ledger.wrong > 0 { throw .wrongBlocks(ledger, target.path) }
    }

    private func measured<Value>(
        _ body: () throws(BenchmarkError) -> Value
    ) throws(BenchmarkError) -> Value {
        let before = ThreadUsage.now()
        defer { report.usage = ThreadUsage.now() - before }
        return try body()
    }
}
