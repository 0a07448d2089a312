/// Issues reads, writes and syncs and says when each completed.
///
/// The contract is fio's: queue hands a full queue's request back, commit submits, reap waits. It is
/// used generically, never as `any`, so that a worker compiles to direct calls. One engine belongs to
/// one thread: it is made, used and destroyed there.
package protocol IOEngine: ~Copyable, SendableMetatype {
    /// fio's name: "sync", "libaio", "io_uring", "null".
    static var name: String { get }
    /// What this instance uses of what the kernel has, such as "registered-buffers"; for the record.
    var features: [String] { get }
    /// Requests queued or submitted and not yet reaped: 0 ... the capacity given at creation.
    var inFlight: Int { get }
    /// System calls made to submit, wait and reap so far; what it costs the kernel's door, for the record.
    var systemCalls: UInt64 { get }

    /// Names the descriptor and the memory that most requests will use, so that the kernel can look them up once.
    ///
    /// A hint, once, before the first request: requests with others work all the same, and where the kernel has no
    /// such thing or no room `features` says so. The memory, if any, must outlive the engine.
    mutating func register(descriptor: Int32, memory: UnsafeMutableRawBufferPointer?)

    /// Queues a request without submitting it.
    ///
    /// - Returns: nil when accepted; the request itself when the queue is full.
    mutating func queue(_ request: IORequest) -> IORequest?

    /// Queues requests in order without submitting them: one call for a batch.
    ///
    /// - Returns: How many were accepted; fewer than given when the queue became full.
    mutating func queue(_ requests: UnsafeBufferPointer<IORequest>) -> Int

    /// Submits everything queued.
    ///
    /// - Throws: `EngineError` if submission itself fails; a failed I/O is a completion.
    mutating func commit() throws(EngineError)

    /// Submits what is queued, waits for at least `minimum` completions and hands them over.
    ///
    /// A failed I/O is a completion with a negative result. Stamps are `MonotonicClock` nanoseconds,
    /// taken as the completion is seen. EINTR is retried.
    /// - Parameters:
    ///   - minimum: 0 ... `inFlight` and at most `completions.count`; 0 does not wait.
    ///   - completions: where they go; more than `minimum` when more are ready.
    /// - Returns: How many completions were written: `minimum` ... `completions.count`.
    /// - Throws: `EngineError` if the engine itself fails.
    mutating func reap(
        minimum: Int,
        into completions: UnsafeMutableBufferPointer<IOCompletion>
    ) throws(EngineError) -> Int

    /// Waits until nothing is in flight and throws the completions away.
    ///
    /// Call it before the buffers go, on the failing path too: until then the kernel may still write
    /// to them. Requests queued and not yet submitted are dropped. Waits for as long as the device
    /// takes; nothing else is safe.
    mutating func drain()
}

extension IOEngine where Self: ~Copyable {
    package mutating func register(descriptor: Int32, memory: UnsafeMutableRawBufferPointer?) {}

    package mutating func queue(_ requests: UnsafeBufferPointer<IORequest>) -> Int {
        var count = 0
        while count < requests.count, queue(requests[count]) == nil { count &+= 1 }
        return count
    }
}

/// One I/O to be done.
///
/// Made inline by the loops of other modules: as a call it came back through the stack, and copying it from there cost 8 ns.
@usableFromInline
package struct IORequest: Equatable {
    @usableFromInline package var operation: IOOperation
    @usableFromInline package var fileDescriptor: Int32
    /// The data, valid until the completion is reaped; nil for syncs.
    @usableFromInline package var buffer: UnsafeMutableRawPointer?
    @usableFromInline package var byteCount: Int
    /// Byte offset in the file; `currentPosition` means write(2)'s own file position.
    @usableFromInline package var offset: Int64
    /// Comes back in the completion; 0 to capacity − 1.
    @usableFromInline package var slot: UInt32
    /// The next queued request starts only after this one succeeded (write → fdatasync).
    @usableFromInline package var linksNext: Bool

    /// Use and advance the file's own position, as write(2) does.
    package static let currentPosition: Int64 = -1

    @inlinable
    package init(
        operation: IOOperation,
        fileDescriptor: Int32,
        buffer: UnsafeMutableRawPointer? = nil,
        byteCount: Int = 0,
        offset: Int64 = 0,
        slot: UInt32 = 0,
        linksNext: Bool = false
    ) {
        self.operation = operation
        self.fileDescriptor = fileDescriptor
        self.buffer = buffer
        self.byteCount = byteCount
        self.offset = offset
        self.slot = slot
        self.linksNext = linksNext
    }
}

extension IORequest: @unchecked Sendable {}

/// What an `IORequest` does.
@usableFromInline
package enum IOOperation: UInt8, Sendable {
    case read
    case write
    /// fdatasync(2): a real one on every engine.
    case fdatasync
    /// fsync(2).
    case fsync
}

/// One I/O that ended, well or not.
package struct IOCompletion: Sendable, Equatable {
    /// The slot of its request.
    package var slot: UInt32
    /// Bytes moved, 0 for a sync, or a negative errno.
    package var result: Int32
    /// `MonotonicClock` nanoseconds at which it was seen to be complete.
    package var completedAt: UInt64

    package init(slot: UInt32, result: Int32, completedAt: UInt64) {
        self.slot = slot
        self.result = result
        self.completedAt = completedAt
    }
}
