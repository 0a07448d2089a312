import IOEngines
import Workloads

/// Puts that clients want done: from their intended start to the raft loop.
///
/// With a transport there are two: what is offered to the clients, and what of it has reached the member.
/// Filled by the load generator, emptied whole by the raft loop (etcd's natural group commit: what arrives
/// during a sync forms the next batch). At most `clients` puts are outstanding; later ones wait here and
/// their latency grows, as an open loop demands.
final class ProposalQueue: @unchecked Sendable {
    /// What one batch holds.
    struct Batch {
        /// Puts in it; 0 when the thread was only nudged or the run is over.
        var count: Int
        var keyBytes: Int
        var valueBytes: Int
    }

    /// As many clients as anybody wants: nothing is held back, and completions need not be told.
    static let unlimited = Int.max / 2

    /// How many puts may wait; at 15 000 a second this is over four seconds of backlog.
    static let capacity = 65536

    private let signal = Signal()
    private let clientEvent = Signal()
    private let control: RunControl
    private let ring: UnsafeMutablePointer<UInt64>
    private var load = EtcdLoad.small
    private var pushed = 0
    private var taken = 0
    private var completed = 0
    private var refused = 0
    private var largestBacklog = 0
    private var nudged = false
    /// Guarded by `clientEvent`.
    private var clientEvents = 0

    init(control: RunControl) {
        self.control = control
        ring = .allocate(capacity: Self.capacity)
        ring.initialize(repeating: 0, count: Self.capacity)
        control.wakeOnStop(signal)
        control.wakeOnStop(clientEvent)
    }

    deinit { ring.deallocate() }

    /// Changes the size of puts and the number of clients; a closed loop begins at once.
    func begin(_ load: EtcdLoad) {
        signal.lock()
        self.load = load
        largestBacklog = 0
        if load.ratePerSecond == nil {
            let now = MonotonicClock.now()
            while pushed - completed < min(load.clients, Self.capacity) { append(now) }
            signal.signalAll()
        }
        signal.unlock()
    }

    /// Ends a closed loop: completions no longer send the next put.
    func end() {
        signal.lock()
        load.ratePerSecond = load.ratePerSecond ?? 1
        signal.unlock()
    }

    /// Adds a put meant to start at `intended`; false when the backlog is full and it was refused.
    func push(intended: UInt64) -> Bool {
        signal.lock()
        defer { signal.unlock() }
        guard pushed - taken < Self.capacity else {
            refused += 1
            return false
        }
        append(intended)
        largestBacklog = max(largestBacklog, pushed - taken)
        if pushed - completed <= load.clients { signal.signalOne() }
        return true
    }

    /// Waits for puts and takes all that clients may have outstanding, at most `limit`.
    func takeAll(into times: UnsafeMutablePointer<UInt64>, limit: Int) -> Batch {
        signal.lock()
        defer { signal.unlock() }
        while true {
            if control.isStopping { return Batch(count: 0, keyBytes: 0, valueBytes: 0) }
            let admitted = min(pushed, completed + load.clients) - taken
            if admitted > 0 {
                let count = min(admitted, limit)
                for offset in 0..<count {
                    times[offset] = ring[(taken + offset) % Self.capacity]
                }
                taken += count
                return Batch(
                    count: count,
                    keyBytes: load.keyBytes,
                    valueBytes: load.valueBytes
                )
            }
            if nudged {
                nudged = false
                return Batch(count: 0, keyBytes: 0, valueBytes: 0)
            }
            signal.wait()
        }
    }

    /// Wakes the raft loop without work, so that it hands over what it recorded.
    func nudge() {
        signal.lock()
        nudged = true
        signal.signalOne()
        signal.unlock()
    }

    /// Says that `count` puts were applied at `now`; in a closed loop their clients send the next.
    func complete(_ count: Int, at now: UInt64) {
        signal.lock()
        let wasFull = pushed - taken > 0 && taken - completed >= load.clients
        completed += count
        var wake = wasFull
        if load.ratePerSecond == nil {
            while pushed - completed < load.clients { append(now) }
            wake = true
        }
        if wake { signal.signalOne() }
        signal.unlock()
    }

    /// Says that a client's process has been woken by something.
    func noteClientEvent() {
        clientEvent.lock()
        clientEvents &+= 1
        clientEvent.signalOne()
        clientEvent.unlock()
    }

    /// Waits for the next `noteClientEvent`, until a time at most; for the load generator.
    func waitForClientEvent(until deadline: UInt64) {
        clientEvent.lock()
        defer { clientEvent.unlock() }
        let before = clientEvents
        while clientEvents == before, !control.isStopping {
            if !clientEvent.wait(until: deadline) { return }
        }
    }

    /// Puts completed since the run began, puts not taken yet, puts refused, and the largest backlog of the load.
    func state() -> (completed: Int, waiting: Int, refused: Int, largestBacklog: Int) {
        signal.lock()
        defer { signal.unlock() }
        return (completed, pushed - completed, refused, largestBacklog)
    }

    private func append(_ intended: UInt64) {
        ring[pushed % Self.capacity] = intended
        pushed += 1
    }
}
