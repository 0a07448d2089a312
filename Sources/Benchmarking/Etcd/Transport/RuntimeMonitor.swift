import IOEngines

/// The monitor thread that every Go process has: awake every 20 µs while anything is going on.
///
/// It takes little CPU but ends the idle state of a processor, so that timers, interrupts and wake-ups behave as
/// beside a real etcd. After 50 quiet turns it sleeps twice as long each time, at most 10 ms; with nothing going on
/// it sleeps until something begins.
/// - Source: Go runtime/proc.go, `sysmon`.
final class RuntimeMonitor: @unchecked Sendable {
    private static let shortest: UInt64 = 20_000
    private static let longest: UInt64 = 10_000_000
    private static let quietTurns = 50

    private let signal = Signal()
    private let control: RunControl
    private var active = 0
    private var begun = 0
    private var thread: WorkerThread?

    init(control: RunControl) {
        self.control = control
        control.wakeOnStop(signal)
    }

    func start(name: String) throws(EngineError) {
        thread = try WorkerThread(name: name) { self.run() }
    }

    func join() { thread?.join() }

    /// Says that a put or a commit is in progress in this process.
    func begin() {
        signal.lock()
        active += 1
        begun &+= 1
        if active == 1 { signal.signalOne() }
        signal.unlock()
    }

    /// Says that a put or a commit is over in this process.
    func end() {
        signal.lock()
        active -= 1
        signal.unlock()
    }

    private func run() {
        var delay = Self.shortest
        var quiet = 0
        var seen = 0
        while !control.isStopping {
            signal.lock()
            if active == 0 {
                while active == 0, !control.isStopping { signal.wait() }
                quiet = 0
            }
            if begun != seen {
                seen = begun
                quiet = 0
            }
            signal.unlock()
            if quiet == 0 {
                delay = Self.shortest
            } else if quiet > Self.quietTurns {
                delay = min(delay * 2, Self.longest)
            }
            quiet += 1
            MonotonicClock.sleep(nanoseconds: delay)
        }
    }
}
