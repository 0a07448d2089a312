import IOEngines
import ResultStore

/// etcd's raft loop: takes all queued proposals, saves them, hands them to apply; one thread.
///
/// While it writes and syncs it cannot tick: `walLoop` is how long a leader could not send heartbeats.
/// - Source: etcd server/etcdserver/raft.go (raftNode.start).
final class RaftLoop: @unchecked Sendable {
    private let queue: ProposalQueue
    private let apply: ApplyLoop
    private let control: RunControl
    private let recorder: RoundRecorder
    private let counters: EtcdCounters
    private let snapshots: SnapshotWriter?
    private var thread: WorkerThread?

    private enum Slot: Int, CaseIterable {
        case write, overwrite, overwriteInCommit, metadata, metadataInCommit, cutSync, loop, cut

        var operation: OperationClass {
            switch self {
            case .write: .walWrite
            case .overwrite: .walSyncOverwrite
            case .overwriteInCommit: .walSyncOverwriteInCommit
            case .metadata: .walSyncMetadata
            case .metadataInCommit: .walSyncMetadataInCommit
            case .cutSync: .walSyncCut
            case .loop: .walLoop
            case .cut: .walCut
            }
        }
    }

    init(
        queue: ProposalQueue,
        apply: ApplyLoop,
        snapshots: SnapshotWriter?,
        control: RunControl,
        counters: EtcdCounters
    ) {
        self.queue = queue
        self.snapshots = snapshots
        self.apply = apply
        self.control = control
        self.counters = counters
        recorder = RoundRecorder(classes: Slot.allCases.map(\.operation), control: control)
    }

    /// What the loop recorded, for the coordinator.
    var recordings: RoundRecorder { recorder }

    /// Starts the thread; engine and log are made on it.
    func start<Engine: IOEngine & ~Copyable, Log: WriteAheadStorage & ~Copyable>(
        engine makeEngine: @escaping @Sendable () throws(EngineError) -> Engine,
        log makeLog: @escaping @Sendable () throws(EngineError) -> Log,
        cpu: Int?
    ) throws(EngineError) {
        thread = try WorkerThread(name: "raft", cpu: cpu) {
            do throws(BenchmarkError) {
                var engine = try BenchmarkError.wrap(makeEngine)
                var log = try BenchmarkError.wrap(makeLog)
                try log.create(&engine)
                try self.run(&engine, &log)
            } catch {
                if !self.control.isStopping { self.control.fail(error) }
            }
            self.recorder.finish()
        }
    }

    func join() { thread?.join() }

    private func run<Engine: IOEngine & ~Copyable, Log: WriteAheadStorage & ~Copyable>(
        _ engine: inout Engine,
        _ log: inout Log
    ) throws(BenchmarkError) {
        let times = UnsafeMutablePointer<UInt64>.allocate(capacity: ApplyLoop.batchLimit)
        defer { times.deallocate() }
        while true {
            let batch = queue.takeAll(into: times, limit: ApplyLoop.batchLimit)
            if batch.count == 0 {
                if control.isStopping { return }
                recorder.roll()
                continue
            }
            let timing = try log.save(batch, &engine)
            record(timing)
            apply.push(times, batch)
            if let snapshots, snapshots.isDue(after: batch.count) {
                let start = MonotonicClock.now()
                if let sync = try log.recordSnapshot(&engine) {
                    recorder.record(Slot.cutSync.rawValue, start: start, nanoseconds: sync)
                }
            }
        }
    }

    private func record(_ timing: SaveTiming) {
        let write = timing.written - timing.start
        let sync = timing.synced - timing.written
        recorder.record(Slot.write.rawValue, start: timing.start, nanoseconds: write)
        if let cut = timing.cut {
            let slot = Slot.cutSync.rawValue
            recorder.record(slot, start: timing.written, nanoseconds: cut.syncs.0)
            recorder.record(slot, start: timing.written, nanoseconds: cut.syncs.1)
            recorder.record(slot, start: timing.written, nanoseconds: cut.syncs.2)
            recorder.record(Slot.cut.rawValue, start: cut.start, nanoseconds: cut.total)
            recorder.record(Slot.loop.rawValue, start: timing.start, nanoseconds: cut.total)
            return
        }
        let slot: Slot =
            switch (timing.isMetadata, timing.overlapsCommit) {
            case (false, false): .overwrite
            case (false, true): .overwriteInCommit
            case (true, false): .metadata
            case (true, true): .metadataInCommit
            }
        recorder.record(slot.rawValue, start: timing.written, nanoseconds: sync)
        recorder.record(Slot.loop.rawValue, start: timing.start, nanoseconds: write + sync)
    }
}
