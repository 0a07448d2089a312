import IOEngines
import ResultStore

/// Preallocates the next segment while the current one is written, and removes old ones.
///
/// A thread of its own, as etcd's file pipeline: it opens `0.tmp`, `1.tmp`, … in turn, allocates each
/// and waits until the raft loop takes it.
/// - Source: etcd server/storage/wal/file_pipeline.go.
final class SegmentPipeline: @unchecked Sendable {
    /// Segments kept, as etcd's --max-wals.
    static let segmentsKept = 5

    private let directory: String
    private let segmentBytes: UInt64
    private let control: RunControl
    private let recorder: RoundRecorder
    private let signal = Signal()
    private var ready: FileDescriptor?
    private var outdated: [String] = []
    private var thread: WorkerThread?

    init(directory: String, segmentBytes: UInt64, control: RunControl) {
        self.directory = directory
        self.segmentBytes = segmentBytes
        self.control = control
        recorder = RoundRecorder(classes: [.walAllocate], control: control)
        control.wakeOnStop(signal)
    }

    /// The recorder of the allocations, for the coordinator.
    var allocations: RoundRecorder { recorder }

    func start() throws(EngineError) {
        thread = try WorkerThread(name: "wal-pipeline") { self.run() }
    }

    func join() {
        thread?.join()
    }

    /// Waits for the next segment; nil when the run is over.
    ///
    /// - Returns: the allocated file, under the temporary name it has.
    func take() -> FileDescriptor? {
        signal.lock()
        defer { signal.unlock() }
        while ready == nil {
            if control.isStopping { return nil }
            signal.wait()
        }
        signal.signalAll()
        return ready.take()
    }

    /// Has `path` removed by the pipeline's thread, as etcd's purge does beside the raft loop.
    func remove(_ path: String) {
        signal.lock()
        outdated.append(path)
        signal.signalAll()
        signal.unlock()
    }

    private func run() {
        var number = 0
        do throws(EngineError) {
            while !control.isStopping {
                let path = "\(directory)/\(number % 2).tmp"
                let start = MonotonicClock.now()
                let file = try FileDescriptor.open(path, [.writeOnly, .create], permissions: 0o600)
                try file.allocate(offset: 0, length: Int64(clamping: segmentBytes))
                let end = MonotonicClock.now()
                recorder.record(0, start: start, nanoseconds: end - start)
                offer(file)
                number += 1
            }
        } catch {
            control.fail(BenchmarkError(error))
        }
        recorder.finish()
    }

    /// Puts the segment where the raft loop takes it and waits until it has, removing old ones meanwhile.
    private func offer(_ file: consuming FileDescriptor) {
        signal.lock()
        ready = consume file
        signal.signalAll()
        while ready != nil, !control.isStopping {
            if let old = outdated.popLast() {
                signal.unlock()
                try? FileSystemCalls.unlink(old)
                signal.lock()
            } else {
                signal.wait()
            }
        }
        ready = nil
        signal.unlock()
    }
}
