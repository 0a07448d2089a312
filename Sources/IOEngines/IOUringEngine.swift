import CLibURing
import CLinuxShims
import Glibc

/// io_uring through liburing: one `io_uring_enter` per `reap` submits and waits.
///
/// Make it on the thread that uses it: where the kernel has SINGLE_ISSUER, other threads get EEXIST.
/// Syncs go through a kernel worker thread, at the cost of a hand-over both ways; `linksNext` is
/// IOSQE_IO_LINK, so the kernel itself starts the successor or cancels it.
/// - Source: io_uring_setup(2), io_uring_enter(2).
package struct IOUringEngine: IOEngine, ~Copyable {
    package static var name: String { "io_uring" }

    package internal(set) var features: [String]
    package private(set) var systemCalls: UInt64 = 0

    private let capacity: Int
    let ring: UnsafeMutablePointer<io_uring>
    /// What the kernel knows by number instead of by descriptor and address.
    var registration = IOUringRegistration()
    /// A thread of the kernel takes what is queued.
    private let hasSubmissionThread: Bool
    /// In the submission ring, not yet the kernel's.
    private var queuedCount = 0
    /// The kernel's, or completed and not yet reaped.
    private var submittedCount = 0

    /// Makes an engine that can hold this many requests.
    ///
    /// Each setup flag that this kernel does not know is left out; `features` says what remained.
    /// - Parameters:
    ///   - capacity: 1 ... 32768.
    ///   - polling: who looks for submissions and completions; what is asked for and missing is an error.
    ///   - isIdle: reads and writes are NOPs that move all their bytes: what ring and system call cost. Linux 6.10; before it
    ///     they complete with −EINVAL.
    /// - Throws: `EngineError` where io_uring is forbidden or missing; `EngineProbe` knows why.
    /// - Source: io_uring_setup(2).
    package init(
        capacity: Int,
        polling: IOUringPolling = .none,
        isIdle: Bool = false
    ) throws(EngineError) {
        try EngineLimits.check(capacity: capacity)
        (ring, features) = try IOUringSetup.makeRing(capacity: capacity, polling)
        hasSubmissionThread = polling.submissions
        self.capacity = capacity
        registration.isIdle = isIdle
    }

    deinit {
        IOUringEngine.settle(ring, inFlight: submittedCount)
        io_uring_queue_exit(ring)
        ring.deallocate()
    }

    package var inFlight: Int { queuedCount &+ submittedCount }

    package mutating func queue(_ request: IORequest) -> IORequest? {
        if inFlight == capacity { return request }
        guard let entry = io_uring_get_sqe(ring) else { return request }
        registration.prepare(entry, request)
        queuedCount &+= 1
        return nil
    }

    package mutating func queue(_ requests: UnsafeBufferPointer<IORequest>) -> Int {
        let room = min(requests.count, capacity &- inFlight)
        let registration = registration
        var count = 0
        while count < room, let entry = io_uring_get_sqe(ring) {
            registration.prepare(entry, requests[count])
            count &+= 1
        }
        queuedCount &+= count
        return count
    }

    package mutating func commit() throws(EngineError) {
        while queuedCount > 0 { try enter(waitingFor: 0) }
    }

    package mutating func reap(
        minimum: Int,
        into completions: UnsafeMutableBufferPointer<IOCompletion>
    ) throws(EngineError) -> Int {
        precondition(minimum <= inFlight && minimum <= completions.count)
        var count = 0
        var entered = false
        while true {
            let available = Int(io_uring_cq_ready(ring))
            let wanted = max(minimum &- count, 0)
            if queuedCount > 0 || available < wanted {
                try enter(waitingFor: wanted)
            } else if available == 0, submittedCount > 0, !entered {
                // With DEFER_TASKRUN completions appear only when this thread asks the kernel.
                systemCalls &+= 1
                io_uring_get_events(ring)
            }
            entered = true
            count = harvest(into: completions, from: count)
            if count >= minimum && queuedCount == 0 { return count }
        }
    }

    package mutating func drain() {
        IOUringEngine.settle(ring, inFlight: submittedCount)
        // Nobody reads the ring now: a submission thread has taken all that was submitted. So the rest can be taken back.
        let head = ring.pointee.sq.khead.pointee
        ring.pointee.sq.ktail.pointee = head
        ring.pointee.sq.sqe_head = head
        ring.pointee.sq.sqe_tail = head
        queuedCount = 0
        submittedCount = 0
    }

    /// Submits what is queued and waits until so many completions are in the ring, in one call.
    ///
    /// After EINTR or a partial submission it returns early; the callers loop.
    private mutating func enter(waitingFor minimum: Int) throws(EngineError) {
        systemCalls &+= 1
        let result = io_uring_submit_and_wait(ring, UInt32(minimum))
        if result >= 0 {
            // With a submission thread the result counts what it has not looked at yet, older ones among them.
            let submitted = hasSubmissionThread ? queuedCount : Int(result)
            queuedCount &-= submitted
            submittedCount &+= submitted
        } else if result != 0 &- EINTR {
            throw .engine(IOUringEngine.name, "io_uring_enter", Errno(code: 0 &- result))
        }
    }

    /// Moves the completions in the ring to `completions`, from index `start` on, with one stamp.
    private mutating func harvest(
        into completions: UnsafeMutableBufferPointer<IOCompletion>,
        from start: Int
    ) -> Int {
        let ready = min(Int(io_uring_cq_ready(ring)), completions.count &- start)
        if ready == 0 { return start }
        let now = MonotonicClock.now()
        guard let entries = ring.pointee.cq.cqes else { return start }
        let mask = ring.pointee.cq.ring_mask
        // This thread alone moves the head, so a plain load is enough.
        let head = ring.pointee.cq.khead.pointee
        for index in 0..<ready {
            let entry = entries + Int((head &+ UInt32(truncatingIfNeeded: index)) & mask)
            completions[start &+ index] = IOCompletion(
                slot: UInt32(truncatingIfNeeded: entry.pointee.user_data),
                result: entry.pointee.res,
                completedAt: now
            )
        }
        io_uring_cq_advance(ring, UInt32(truncatingIfNeeded: ready))
        submittedCount &-= ready
        return start &+ ready
    }

    /// Waits for everything the kernel has and throws it away.
    private static func settle(_ ring: UnsafeMutablePointer<io_uring>, inFlight: Int) {
        var left = inFlight
        while left > 0 {
            let ready = min(Int(io_uring_cq_ready(ring)), left)
            if ready > 0 {
                io_uring_cq_advance(ring, UInt32(truncatingIfNeeded: ready))
                left &-= ready
                continue
            }
            var entry: UnsafeMutablePointer<io_uring_cqe>?
            let result = io_uring_wait_cqe(ring, &entry)
            // Anything but EINTR means that the ring is gone, and its requests with it.
            if result < 0, result != 0 &- EINTR { return }
        }
    }
}

extension IOUringEngine {
    /// Sends a request that does nothing through the ring and back, to see that it works.
    mutating func roundTrip() throws(EngineError) {
        guard let entry = io_uring_get_sqe(ring) else { return }
        io_uring_prep_nop(entry)
        queuedCount &+= 1
        var completion = IOCompletion(slot: 0, result: 0, completedAt: 0)
        _ = try withUnsafeMutablePointer(to: &completion) { pointer throws(EngineError) in
            try reap(minimum: 1, into: UnsafeMutableBufferPointer(start: pointer, count: 1))
        }
        guard completion.result == 0 else {
            throw .engine(IOUringEngine.name, "io_uring_enter", Errno(code: 0 &- completion.result))
        }
    }
}
