import IOEngines
import Synchronization
import Workloads

/// Saves a snapshot file every so many entries, beside the raft loop, as etcd does; one thread.
///
/// The file is small since the v2 store is empty: some 10 kB, created under a temporary name, synced, renamed. When it is
/// there the raft loop writes the record of it into the log.
/// - Source: etcd server/etcdserver/server.go (triggerSnapshot), api/snap/snapshotter.go.
final class SnapshotWriter: @unchecked Sendable {
    private static let fileBytes = 10 * 1024
    /// Snapshots kept, as etcd's --max-snapshots.
    private static let kept = 5

    private let directory: String
    private let every: UInt64
    private let control: RunControl
    private let signal = Signal()
    private let saved = Atomic<Int>(0)
    private var requested = 0
    private var sinceLast: UInt64 = 0
    private var recorded = 0
    private var thread: WorkerThread?

    init(directory: String, every: UInt64, control: RunControl) {
        self.directory = directory
        self.every = every
        self.control = control
        control.wakeOnStop(signal)
    }

    func start() throws(EngineError) {
        thread = try WorkerThread(name: "snapshot") { self.run() }
    }

    func join() { thread?.join() }

    /// Counts entries; true when a snapshot file was saved whose record is not in the log yet.
    ///
    /// For the raft loop alone.
    func isDue(after entries: Int) -> Bool {
        sinceLast += UInt64(entries)
        if sinceLast >= every {
            sinceLast = 0
            signal.lock()
            requested += 1
            signal.signalOne()
            signal.unlock()
        }
        guard saved.load(ordering: .acquiring) > recorded else { return false }
        recorded += 1
        return true
    }

    private func run() {
        var paths: [String] = []
        do throws(EngineError) {
            let memory = try AlignedBuffer(byteCount: Self.fileBytes, alignment: 4096)
            var payload = PayloadSource(kind: .random, seed: 13)
            payload.fill(memory.mutableBytes)
            while waitForRequest(paths.count) {
                let path = "\(directory)/\(paths.count).snap"
                let file = try FileDescriptor.open("\(path).tmp", [.writeOnly, .create])
                try file.write(memory.bytes, at: 0)
                try file.fsync()
                try FileSystemCalls.rename("\(path).tmp", to: path)
                paths.append(path)
                if paths.count > Self.kept {
                    try FileSystemCalls.unlink(paths[paths.count - Self.kept - 1])
                }
                saved.store(paths.count, ordering: .releasing)
            }
        } catch {
            if !control.isStopping { control.fail(BenchmarkError(error)) }
        }
    }

    /// Sleeps until another snapshot is asked for; false when the run is over.
    private func waitForRequest(_ done: Int) -> Bool {
        signal.lock()
        defer { signal.unlock() }
        while requested <= done {
            if control.isStopping { return false }
            signal.wait()
        }
        return true
    }
}
