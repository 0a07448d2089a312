import Glibc

/// Plain system calls, one after the other, on the calling thread: what etcd and most programs do.
///
/// Everything queued is done by `commit`, or by the `reap` that follows; each completion is stamped as
/// its system call returns. A request that `linksNext` and fails or falls short cancels the rest of its
/// chain with −ECANCELED, as io_uring does; a chain ends with its batch.
/// - Source: pread(2), pwrite(2), write(2), fdatasync(2).
package struct SyncEngine: IOEngine, ~Copyable {
    package static var name: String { "sync" }

    package let features: [String] = []
    package private(set) var systemCalls: UInt64 = 0

    private let capacity: Int
    private let queued: UnsafeMutablePointer<IORequest>
    private var queuedCount = 0
    private var finished: CompletionRing

    /// Makes an engine that can hold this many requests.
    ///
    /// - Parameter capacity: 1 ... 32768.
    /// - Throws: `EngineError` outside that range.
    package init(capacity: Int) throws(EngineError) {
        try EngineLimits.check(capacity: capacity)
        self.capacity = capacity
        self.queued = .allocate(capacity: capacity)
        self.finished = CompletionRing(capacity: capacity)
    }

    deinit { queued.deallocate() }

    package var inFlight: Int { queuedCount &+ finished.count }

    package mutating func queue(_ request: IORequest) -> IORequest? {
        if inFlight == capacity { return request }
        (queued + queuedCount).initialize(to: request)
        queuedCount &+= 1
        return nil
    }

    package mutating func commit() throws(EngineError) {
        var cancelling = false
        systemCalls &+= UInt64(queuedCount)
        for index in 0..<queuedCount {
            let request = queued[index]
            let result = cancelling ? 0 &- ECANCELED : SyncEngine.perform(request)
            finished.append(
                IOCompletion(
                    slot: request.slot,
                    result: result,
                    completedAt: MonotonicClock.now()
                )
            )
            cancelling = request.linksNext && !request.isFulfilled(by: result)
        }
        queuedCount = 0
    }

    package mutating func reap(
        minimum: Int,
        into completions: UnsafeMutableBufferPointer<IOCompletion>
    ) throws(EngineError) -> Int {
        precondition(minimum <= inFlight && minimum <= completions.count)
        if queuedCount > 0 { try commit() }
        return finished.move(to: completions, from: 0)
    }

    /// Drops what was queued and not begun, and the completions nobody reaped.
    package mutating func drain() {
        queuedCount = 0
        finished.removeAll()
    }

    /// Does one request by its system call; EINTR is retried.
    ///
    /// - Returns: bytes moved, 0 for a sync, or a negative errno.
    private static func perform(_ request: IORequest) -> Int32 {
        while true {
            let result: Int
            switch request.operation {
            case .read where request.offset == IORequest.currentPosition:
                result = read(request.fileDescriptor, request.buffer, request.byteCount)
            case .read:
                result = pread(
                    request.fileDescriptor,
                    request.buffer,
                    request.byteCount,
                    Int(request.offset)
                )
            case .write where request.offset == IORequest.currentPosition:
                result = write(request.fileDescriptor, request.buffer, request.byteCount)
            case .write:
                result = pwrite(
                    request.fileDescriptor,
                    request.buffer,
                    request.byteCount,
                    Int(request.offset)
                )
            case .fdatasync:
                result = Int(Glibc.fdatasync(request.fileDescriptor))
            case .fsync:
                result = Int(Glibc.fsync(request.fileDescriptor))
            }
            // The kernel moves at most 2^31 − 4096 bytes per call, so this never truncates.
            if result >= 0 { return Int32(truncatingIfNeeded: result) }
            let code = errno
            if code != EINTR { return 0 &- code }
        }
    }
}
