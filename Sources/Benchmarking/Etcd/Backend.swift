import IOEngines
import ResultStore
import Workloads

/// etcd's backend: collects puts and commits them 100 ms after the last commit ended; one thread.
///
/// A commit is bbolt's: spill, grow where the version does, page writes in ascending order, fdatasync, meta
/// page, fdatasync; the batch lock is held throughout, so applies wait and the raft loop does not.
/// - Source: etcd server/storage/backend/backend.go and batch_tx.go; bbolt tx.go (Commit, write, writeMeta).
final class Backend: @unchecked Sendable {
    /// etcd's defaultBatchInterval.
    static let commitInterval: UInt64 = 100_000_000
    /// etcd's defaultBatchLimit.
    static let commitLimit = 10_000

    private let control: RunControl
    private let counters: EtcdCounters
    private let recorder: RoundRecorder
    private let lock = Signal()
    private let limitReached = Signal()
    private var tree: BackendTree
    private let runtime: GoRuntime?
    private var work: RequestWork?
    private var isOverLimit = false
    private var thread: WorkerThread?

    private enum Slot: Int, CaseIterable {
        case write, syncData, syncMeta, disk, commit

        var operation: OperationClass {
            switch self {
            case .write: .backendWrite
            case .syncData: .backendSyncData
            case .syncMeta: .backendSyncMeta
            case .disk: .backendDisk
            case .commit: .backendCommit
            }
        }
    }

    /// Makes a backend; with a runtime a commit takes the processor time that bbolt's does, and keeps the runtime awake.
    init(tree: BackendTree, runtime: GoRuntime?, control: RunControl, counters: EtcdCounters) {
        self.tree = tree
        self.runtime = runtime
        work = runtime?.work()
        self.control = control
        self.counters = counters
        recorder = RoundRecorder(classes: Slot.allCases.map(\.operation), control: control)
        control.wakeOnStop(limitReached)
    }

    /// What the commits recorded, for the coordinator.
    var recordings: RoundRecorder { recorder }

    /// Applies one put; waits while a commit runs.
    func put(keyBytes: Int, valueBytes: Int) {
        let bytes = BackendTree.storedBytes(keyBytes: keyBytes, valueBytes: valueBytes)
        lock.lock()
        tree.put(storedBytes: bytes)
        let full = tree.pendingPuts >= Self.commitLimit
        lock.unlock()
        if full {
            limitReached.lock()
            isOverLimit = true
            limitReached.signalAll()
            limitReached.unlock()
        }
    }

    /// Starts the thread; engine and database are made on it.
    func start<Engine: IOEngine & ~Copyable, Pages: PageStorage & ~Copyable>(
        engine makeEngine: @escaping @Sendable () throws(EngineError) -> Engine,
        pages makePages: @escaping @Sendable () throws(EngineError) -> Pages
    ) throws(EngineError) {
        thread = try WorkerThread(name: "backend") {
            do throws(BenchmarkError) {
                var engine = try BenchmarkError.wrap(makeEngine)
                var pages = try BenchmarkError.wrap(makePages)
                try self.run(&engine, &pages)
            } catch {
                if !self.control.isStopping { self.control.fail(error) }
            }
            self.recorder.finish()
        }
    }

    func join() { thread?.join() }

    private func run<Engine: IOEngine & ~Copyable, Pages: PageStorage & ~Copyable>(
        _ engine: inout Engine,
        _ pages: inout Pages
    ) throws(BenchmarkError) {
        while true {
            let due = MonotonicClock.now() + Self.commitInterval
            limitReached.lock()
            while !isOverLimit, !control.isStopping {
                if !limitReached.wait(until: due) { break }
            }
            isOverLimit = false
            limitReached.unlock()
            if control.isStopping { return }
            recorder.roll()
            lock.lock()
            guard tree.pendingPuts > 0 else {
                lock.unlock()
                continue
            }
            control.isCommitting = true
            defer {
                control.isCommitting = false
                lock.unlock()
            }
            try commit(&engine, &pages)
        }
    }

    private func commit<Engine: IOEngine & ~Copyable, Pages: PageStorage & ~Copyable>(
        _ engine: inout Engine,
        _ pages: inout Pages
    ) throws(BenchmarkError) {
        let start = MonotonicClock.now()
        runtime?.wake()
        runtime?.begin()
        defer { runtime?.end() }
        work?.perform(.spill(puts: tree.pendingPuts))
        let runs = tree.commit()
        try pages.fill(runs)
        if try pages.grow(to: tree.highWaterBytes) { counters.grows.add(1) }
        let spilled = MonotonicClock.now()
        let written = try pages.writeRuns(runs, &engine)
        let dataSynced = try pages.sync(&engine)
        try pages.writeMeta(&engine)
        let metaSynced = try pages.sync(&engine)
        recorder.record(Slot.write.rawValue, start: spilled, nanoseconds: written - spilled)
        recorder.record(Slot.syncData.rawValue, start: written, nanoseconds: dataSynced - written)
        recorder.record(
            Slot.syncMeta.rawValue,
            start: dataSynced,
            nanoseconds: metaSynced - dataSynced
        )
        recorder.record(Slot.disk.rawValue, start: spilled, nanoseconds: metaSynced - spilled)
        recorder.record(Slot.commit.rawValue, start: start, nanoseconds: metaSynced - start)
        counters.commits.add(1)
        counters.pageRuns.add(runs.count)
        counters.pages.add(runs.reduce(0) { $0 + $1.count })
    }
}
