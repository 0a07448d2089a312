import IOEngines

/// Passes small numbers from thread to thread, waking the taker each time as a Go channel does.
///
/// Fixed memory. The callers bound what is in it: one entry a connection.
final class Handoff: @unchecked Sendable {
    private let signal = Signal()
    private let control: RunControl
    private let runtime: GoRuntime
    private let ring: UnsafeMutablePointer<UInt32>
    private let capacity: Int
    private var first = 0
    private var end = 0

    init(capacity: Int, control: RunControl, runtime: GoRuntime) {
        self.runtime = runtime
        self.capacity = capacity
        self.control = control
        ring = .allocate(capacity: capacity)
        ring.initialize(repeating: 0, count: capacity)
        control.wakeOnStop(signal)
    }

    deinit { ring.deallocate() }

    /// Adds one entry; there is room, because no more than `capacity` exist.
    func push(_ value: Int) {
        signal.lock()
        ring[end % capacity] = UInt32(truncatingIfNeeded: value)
        end &+= 1
        signal.signalOne()
        signal.unlock()
        runtime.wake()
    }

    /// Waits for an entry and takes the oldest; nil when the run is over.
    ///
    /// With nothing there the taker looks for other work before it sleeps.
    func pop(_ work: inout RequestWork) -> Int? {
        signal.lock()
        if first == end {
            signal.unlock()
            work.search()
            signal.lock()
        }
        defer { signal.unlock() }
        while first == end {
            if control.isStopping { return nil }
            signal.wait()
        }
        if control.isStopping { return nil }
        defer { first &+= 1 }
        return Int(ring[first % capacity])
    }
}
