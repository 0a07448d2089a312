import IOEngines
import Synchronization

/// What the threads of one run share: the round they record into, the wish to stop, the first failure.
///
/// Every member may be used from any thread. Reading `round` and `isStopping` costs one relaxed load.
final class RunControl: Sendable {
    /// The round that results are recorded into; negative while nothing is kept (warm-up, pauses).
    static let notRecording = -1

    private let currentRound = Atomic<Int>(RunControl.notRecording)
    private let stopping = Atomic<Bool>(false)
    private let committing = Atomic<Bool>(false)
    private let firstFailure = Guarded<BenchmarkError?>(nil)
    private let sleepers = Guarded<[Signal]>([])

    var round: Int {
        get { currentRound.load(ordering: .relaxed) }
        set { currentRound.store(newValue, ordering: .relaxed) }
    }

    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// True while the backend commits; the raft loop notes it beside each sync.
    var isCommitting: Bool {
        get { committing.load(ordering: .relaxed) }
        set { committing.store(newValue, ordering: .relaxed) }
    }

    /// The error that ended the run; nil while all is well.
    var failure: BenchmarkError? { firstFailure.withLock { $0 } }

    /// Has `signal` woken by `stop()`, so that no thread sleeps through the end.
    func wakeOnStop(_ signal: Signal) {
        sleepers.withLock { $0.append(signal) }
    }

    /// Asks every thread to end; safe to call more than once.
    func stop() {
        stopping.store(true, ordering: .releasing)
        let all = sleepers.withLock { $0 }
        for signal in all {
            signal.lock()
            signal.signalAll()
            signal.unlock()
        }
    }

    /// Keeps the first error and asks every thread to end.
    func fail(_ error: BenchmarkError) {
        firstFailure.withLock { if $0 == nil { $0 = error } }
        stop()
    }
}
