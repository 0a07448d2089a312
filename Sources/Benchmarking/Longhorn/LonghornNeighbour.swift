import IOEngines
import Statistics
import Synchronization
import Workloads

/// One busy Longhorn V1 volume on the same disk: sixteen threads, each overwriting 4 KiB of a replica's file, O_DIRECT, unsynced.
///
/// Begins paused. What it wrote is counted, so that a neighbour who was starved is not taken for a quiet one.
/// - Source: tgt, usr/bs.c, nr_iothreads = 16; longhorn-engine, pkg/replica.
final class LonghornNeighbour: @unchecked Sendable {
    /// What one V1 volume has in flight.
    static let threads = 16
    /// Larger than a disk's own cache, small enough to be laid out in a moment.
    static let fileBytes: Int64 = 512 << 20

    private let file: SharedReplicaFile
    private let seed: UInt64
    private let signal = Signal()
    private var isRunning = false
    private var isEnding = false
    private let done = Atomic<UInt64>(0)
    private let failed = Guarded<EngineError?>(nil)
    private var workers: [WorkerThread] = []

    /// Makes the file, writes every block of it once, and starts the threads, paused.
    ///
    /// - Throws: `EngineError`; a full disk, for example.
    init(directory: String, seed: UInt64) throws(EngineError) {
        try FileSystemCalls.makeDirectory(directory)
        file = SharedReplicaFile(try .create(in: directory, byteCount: Self.fileBytes))
        self.seed = seed
        try layOut()
        for number in 0..<Self.threads {
            workers.append(
                try WorkerThread(name: "longhorn") { self.work(UInt64(number)) }
            )
        }
    }

    private func layOut() throws(EngineError) {
        let memory = try AlignedBuffer(byteCount: 1 << 20)
        var fill = BlockFill(seed: seed)
        fill.fill(memory.mutableBytes)
        for start in stride(from: 0, to: Self.fileBytes, by: memory.byteCount) {
            fill.renew(memory.mutableBytes)
            try file.file.write(memory.bytes, at: start)
        }
        try file.file.fdatasync()
    }

    /// Writes so far.
    var writes: UInt64 { done.load(ordering: .relaxed) }

    /// Why a write failed; nil while all is well.
    var failure: EngineError? { failed.withLock { $0 } }

    func resume() { change { isRunning = true } }

    func pause() { change { isRunning = false } }

    /// Ends the threads; nothing is in flight afterwards.
    func stop() {
        change { isEnding = true }
        for worker in workers { worker.join() }
    }

    private func change(_ body: () -> Void) {
        signal.lock()
        body()
        signal.signalAll()
        signal.unlock()
    }

    /// Waits while paused.
    ///
    /// - Returns: false at the end.
    private func mayGoOn() -> Bool {
        signal.lock()
        defer { signal.unlock() }
        while !isRunning, !isEnding { signal.wait() }
        return !isEnding
    }

    private func work(_ number: UInt64) {
        do throws(EngineError) {
            let memory = try AlignedBuffer(byteCount: 4096)
            var fill = BlockFill(seed: seed &+ number)
            fill.fill(memory.mutableBytes)
            var random = SplitMix64(seed: seed &* 31 &+ number)
            let blocks = Int(Self.fileBytes / 4096)
            while mayGoOn() {
                fill.renew(memory.mutableBytes)
                try file.file.write(memory.bytes, at: Int64(random.index(below: blocks)) * 4096)
                done.add(1, ordering: .relaxed)
            }
        } catch {
            failed.withLock { $0 = $0 ?? error }
        }
    }
}

/// A replica's file that several threads use.
private final class SharedReplicaFile: Sendable {
    let file: ReplicaFile

    init(_ file: consuming ReplicaFile) { self.file = file }
}
