import IOEngines
import Synchronization

/// A volume of the agent's and the threads that wait for its disk.
///
/// A real replica starts a goroutine for every request, so as many are at the disk as the client sent. Here threads do,
/// made when they are first needed; a volume that answers within microseconds is served by the connection's own thread.
final class AgentVolume: @unchecked Sendable {
    /// Up to this a request is done before another thread would have been woken for it: twice a wake-up.
    private static let quickNanoseconds: UInt64 = 10_000

    let store: VolumeStore
    let delayNanoseconds: UInt64
    /// What a request took on average lately.
    private let typical = Atomic<UInt64>(0)
    private let signal = Signal()
    private let waiting: UnsafeMutablePointer<WorkItem>
    private let capacity: Int
    private let mostWorkers: Int
    // The rest under the lock of `signal`.
    private var first = 0
    private var count = 0
    private var idle = 0
    private var isClosing = false
    private var workers: [WorkerThread] = []

    /// A request on its way to a worker.
    struct WorkItem {
        var connection: AgentConnection
        var slot: Int
    }

    /// - Parameters:
    ///   - store: its bytes.
    ///   - capacity: requests that may wait: every slot of every connection.
    ///   - workers: threads at most.
    ///   - delayNanoseconds: what every request takes longer.
    init(store: VolumeStore, capacity: Int, workers: Int, delayNanoseconds: UInt64) {
        self.store = store
        self.capacity = capacity
        mostWorkers = workers
        self.delayNanoseconds = delayNanoseconds
        waiting = .allocate(capacity: capacity)
        // Until it is known, a file is taken for a slow one.
        typical.store(store.isMemory ? 0 : Self.quickNanoseconds * 2, ordering: .relaxed)
    }

    deinit { waiting.deallocate() }

    /// Whether a request is best done by whoever has it.
    var isQuick: Bool {
        delayNanoseconds == 0 && typical.load(ordering: .relaxed) < Self.quickNanoseconds
    }

    /// Notes how long a request took.
    func note(_ nanoseconds: UInt64) {
        let old = typical.load(ordering: .relaxed)
        // An average over some 16; two threads at a time may lose one of their notes.
        typical.store(old - old / 16 + nanoseconds / 16, ordering: .relaxed)
    }

    /// Has a worker do it.
    ///
    /// - Returns: false when no thread could be made for it: the caller does it.
    func push(_ item: WorkItem) -> Bool {
        signal.lock()
        defer { signal.unlock() }
        guard count < capacity else { return false }
        if idle <= count, workers.count < mostWorkers { addWorker() }
        guard !workers.isEmpty else { return false }
        (waiting + (first + count) % capacity).initialize(to: item)
        count += 1
        signal.signalOne()
        return true
    }

    private func addWorker() {
        // Too many threads for this machine's limit: those there are do it.
        if let thread = try? WorkerThread(name: "replica-io", { self.work() }) {
            workers.append(thread)
        }
    }

    private func work() {
        signal.lock()
        while true {
            while count == 0, !isClosing {
                idle += 1
                signal.wait()
                idle -= 1
            }
            guard count > 0 else { break }
            let item = (waiting + first).move()
            first = (first + 1) % capacity
            count -= 1
            signal.unlock()
            item.connection.perform(item.slot)
            signal.lock()
        }
        signal.unlock()
    }

    /// Ends the workers once nothing waits any more.
    func close() {
        signal.lock()
        isClosing = true
        signal.signalAll()
        let all = workers
        workers = []
        signal.unlock()
        for worker in all { worker.join() }
    }
}
