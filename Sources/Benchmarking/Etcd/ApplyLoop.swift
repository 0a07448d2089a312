import IOEngines
import ResultStore

/// Where a put goes when it is applied.
enum PutAnswers {
    /// Back over its connection; puts are known by it.
    case server(ServerSide)
    /// To the load itself; puts are known by their intended start.
    case directly(ProposalQueue)
}

/// etcd's apply: one put after the other into the backend, then the client has its answer; one thread.
///
/// Fed in order by the raft loop; waits for the backend while it commits, as etcd does on its batch lock.
/// - Source: etcd server/etcdserver/server.go (applyAll), pkg/schedule (FIFO).
final class ApplyLoop: @unchecked Sendable {
    /// Puts in one batch at most.
    static let batchLimit = 4096
    /// Puts between raft and apply at most; etcd refuses puts at a gap of 5000.
    private static let capacity = 16384

    private let backend: Backend
    private let answers: PutAnswers
    private let control: RunControl
    private let counters: EtcdCounters
    private let recorder: RoundRecorder
    private let signal = Signal()
    private let ring: UnsafeMutablePointer<UInt64>
    private var pushed = 0
    private var taken = 0
    private var keyBytes = 0
    private var valueBytes = 0
    private var nudged = false
    private var thread: WorkerThread?

    init(backend: Backend, answers: PutAnswers, control: RunControl, counters: EtcdCounters) {
        self.backend = backend
        self.answers = answers
        self.control = control
        self.counters = counters
        recorder = RoundRecorder(classes: [.clientPut], control: control)
        ring = .allocate(capacity: Self.capacity)
        ring.initialize(repeating: 0, count: Self.capacity)
        control.wakeOnStop(signal)
    }

    deinit { ring.deallocate() }

    /// What apply recorded, for the coordinator.
    var recordings: RoundRecorder { recorder }

    func start() throws(EngineError) {
        thread = try WorkerThread(name: "apply") { self.run() }
    }

    func join() { thread?.join() }

    /// Hands a saved batch over; waits while apply is too far behind.
    func push(_ times: UnsafeMutablePointer<UInt64>, _ batch: ProposalQueue.Batch) {
        signal.lock()
        while pushed - taken + batch.count > Self.capacity, !control.isStopping { signal.wait() }
        for index in 0..<batch.count {
            ring[(pushed + index) % Self.capacity] = times[index]
        }
        pushed += batch.count
        keyBytes = batch.keyBytes
        valueBytes = batch.valueBytes
        signal.signalAll()
        signal.unlock()
    }

    /// Wakes the thread without work, so that it hands over what it recorded.
    func nudge() {
        signal.lock()
        nudged = true
        signal.signalAll()
        signal.unlock()
    }

    private func run() {
        var work: RequestWork?
        if case .server(let server) = answers { work = server.runtime.work() }
        while true {
            signal.lock()
            while pushed == taken, !nudged, !control.isStopping { signal.wait() }
            if control.isStopping {
                signal.unlock()
                break
            }
            if nudged {
                nudged = false
                recorder.roll()
            }
            let first = taken
            let count = pushed - taken
            let sizes = (key: keyBytes, value: valueBytes)
            signal.unlock()
            for index in first..<(first + count) {
                let put = ring[index % Self.capacity]
                work?.perform(.serverApply)
                backend.put(keyBytes: sizes.key, valueBytes: sizes.value)
                counters.puts.add(1)
                switch answers {
                case .server(let server):
                    server.answer(Int(truncatingIfNeeded: put))
                case .directly(let queue):
                    let now = MonotonicClock.now()
                    recorder.record(0, start: put, nanoseconds: now - min(put, now))
                    queue.complete(1, at: now)
                    queue.noteClientEvent()
                }
            }
            signal.lock()
            taken += count
            signal.signalAll()
            signal.unlock()
        }
        recorder.finish()
    }
}
