import IOEngines

/// Holds the threads of a phase until all are ready, so that none measures while another still prepares.
final class StartGate: @unchecked Sendable {
    private let signal = Signal()
    private let control: RunControl
    private var waiting = 0
    private var isOpen = false

    init(control: RunControl) {
        self.control = control
        control.wakeOnStop(signal)
    }

    /// Waits for `open`; returns at once when the run is over.
    func pass() {
        signal.lock()
        waiting += 1
        signal.signalAll()
        while !isOpen, !control.isStopping { signal.wait() }
        signal.unlock()
    }

    /// Waits until so many threads stand here, then lets them all go; gives up when the run is over.
    ///
    /// - Returns: When they could go.
    func open(for threads: Int) -> UInt64 {
        signal.lock()
        while waiting < threads, !control.isStopping { signal.wait() }
        let opening = MonotonicClock.now()
        isOpen = true
        signal.signalAll()
        signal.unlock()
        return opening
    }
}
