import IOEngines

/// The thread that the Go runtime wakes whenever a goroutine becomes ready while a processor has nothing to do.
///
/// It looks for more work, finds none, and sleeps again; no more than one at a time does so.
/// - Source: Go runtime/proc.go, `ready`, `wakep` and `findRunnable`.
final class SpareProcessor: @unchecked Sendable {
    private let signal = Signal()
    private let processors: GoProcessors
    private var work: RequestWork
    private let control: RunControl
    private var isWanted = false
    private var thread: WorkerThread?

    init(processors: GoProcessors, work: RequestWork, control: RunControl) {
        self.processors = processors
        self.work = work
        self.control = control
        control.wakeOnStop(signal)
    }

    func start(name: String) throws(EngineError) {
        thread = try WorkerThread(name: name) { self.run() }
    }

    func join() { thread?.join() }

    /// Has it look for work, unless somebody does already or every processor has its own.
    func wake() {
        guard processors.wantSearch else { return }
        signal.lock()
        if !isWanted {
            isWanted = true
            signal.signalOne()
        }
        signal.unlock()
    }

    private func run() {
        while true {
            signal.lock()
            while !isWanted, !control.isStopping { signal.wait() }
            isWanted = false
            signal.unlock()
            if control.isStopping { return }
            work.search()
        }
    }
}
