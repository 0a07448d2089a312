import CLibAIO
import Glibc

/// Linux's older asynchronous I/O: the same queue model as io_uring, and allowed in most containers.
///
/// Only direct I/O is truly asynchronous; buffered I/O is done inside `commit`. `fdatasync` is a real
/// one (IO_CMD_FDSYNC), not the fsync that fio makes of it. The kernel knows no links, so a request
/// after one that `linksNext` is submitted by the `reap` that sees its predecessor succeed.
/// `currentPosition` does not exist here: such a request completes with −EINVAL.
/// - Source: io_submit(2), io_getevents(2).
package struct LibAIOEngine: IOEngine, ~Copyable {
    package static var name: String { "libaio" }

    package let features: [String]
    package private(set) var systemCalls: UInt64 = 0

    private let context: io_context_t
    private let capacity: Int
    /// What the kernel reads; one per request, found again by its address in `io_event.obj`.
    private let blocks: UnsafeMutablePointer<iocb>
    private let requests: UnsafeMutablePointer<LibAIORequest>
    /// The kernel's ring of completions, read without a system call; nil where its layout is not the known one.
    private let completed: LibAIORing?
    private let events: UnsafeMutablePointer<io_event>
    /// The blocks nobody uses: a stack.
    private let free: UnsafeMutablePointer<Int32>
    private var freeCount: Int
    /// The blocks that may go to the kernel now, oldest first.
    private let ready: UnsafeMutablePointer<UnsafeMutablePointer<iocb>?>
    private var readyCount = 0
    private var submittedCount = 0
    /// Blocks that wait for their predecessor.
    private var chainedCount = 0
    private var chainTail = LibAIOEngine.none
    private var finished: CompletionRing

    private static var none: Int32 { -1 }

    /// Makes an engine that can hold this many requests.
    ///
    /// - Parameter capacity: 1 ... 32768.
    /// - Throws: `EngineError` when the kernel has no room for another queue, or no such call.
    /// - Source: io_setup(2).
    package init(capacity: Int) throws(EngineError) {
        try EngineLimits.check(capacity: capacity)
        var context: io_context_t?
        let result = io_setup(Int32(capacity), &context)
        guard result == 0, let context else {
            throw .create(LibAIOEngine.name, "io_setup", Errno(code: 0 &- result))
        }
        self.context = context
        self.capacity = capacity
        self.blocks = .allocate(capacity: capacity)
        self.blocks.initialize(repeating: iocb(), count: capacity)
        self.requests = .allocate(capacity: capacity)
        self.completed = LibAIORing(context)
        self.features = completed == nil ? [] : ["user-reap"]
        self.events = .allocate(capacity: capacity)
        self.events.initialize(repeating: io_event(), count: capacity)
        self.free = .allocate(capacity: capacity)
        self.freeCount = 0
        self.ready = .allocate(capacity: capacity)
        self.finished = CompletionRing(capacity: capacity)
        freeAll()
    }

    deinit {
        // Waits for what the kernel still has, so the memory may go afterwards.
        io_destroy(context)
        blocks.deallocate()
        requests.deallocate()
        events.deallocate()
        free.deallocate()
        ready.deallocate()
    }

    package var inFlight: Int { capacity &- freeCount &+ finished.count }

    package mutating func queue(_ request: IORequest) -> IORequest? {
        if inFlight == capacity { return request }
        freeCount &-= 1
        let index = free[freeCount]
        prepare(Int(index), request)
        if chainTail == LibAIOEngine.none {
            makeReady(index)
        } else {
            requests[Int(chainTail)].successor = index
            chainedCount &+= 1
        }
        chainTail = request.linksNext ? index : LibAIOEngine.none
        return nil
    }

    package mutating func commit() throws(EngineError) {
        chainTail = LibAIOEngine.none
        try submit()
    }

    package mutating func reap(
        minimum: Int,
        into completions: UnsafeMutableBufferPointer<IOCompletion>
    ) throws(EngineError) -> Int {
        precondition(minimum <= inFlight && minimum <= completions.count)
        try commit()
        var count = finished.move(to: completions, from: 0)
        var polled = false
        while submittedCount > 0, count < minimum || (!polled && count < completions.count) {
            polled = true
            // While a request waits for its predecessor, look at each completion at once.
            let wanted = min(max(minimum &- count, 0), chainedCount > 0 ? 1 : submittedCount)
            count = try collect(atLeast: wanted, into: completions, from: count)
            try submit()
            count = finished.move(to: completions, from: count)
        }
        return count
    }

    package mutating func drain() {
        while submittedCount > 0 {
            let result = io_getevents(context, 1, submittedCount, events, nil)
            if result > 0 { submittedCount &-= Int(result) }
            // Anything but EINTR means that the context is gone, and its requests with it.
            if result < 0, result != 0 &- EINTR { submittedCount = 0 }
        }
        freeAll()
        finished.removeAll()
    }

    /// Gives everything in `ready` to the kernel, or as much as it takes while it works on others.
    private mutating func submit() throws(EngineError) {
        var start = 0
        defer { dropReady(start) }
        while start < readyCount {
            systemCalls &+= 1
            let result = io_submit(context, readyCount &- start, ready + start)
            if result >= 0 {
                start &+= Int(result)
                submittedCount &+= Int(result)
                continue
            }
            switch 0 &- result {
            case EINTR: continue
            // The kernel is out of request memory; the next reap makes room and tries again.
            case EAGAIN where submittedCount > 0: return
            case EAGAIN, ENOMEM, ENOSYS:
                throw .engine(LibAIOEngine.name, "io_submit", Errno(code: 0 &- result))
            default:
                // The kernel refused the first request, not the call.
                let refused = ready[start]
                start &+= 1
                if let refused {
                    complete(refused, result: Int32(result), at: MonotonicClock.now())
                }
            }
        }
    }

    /// Takes completions, waiting for as many as are wanted; EINTR is retried.
    ///
    /// - Returns: The index after the last one in `completions`; what did not fit or ends a chain is in `finished`.
    private mutating func collect(
        atLeast minimum: Int,
        into completions: UnsafeMutableBufferPointer<IOCompletion>,
        from start: Int
    ) throws(EngineError) -> Int {
        var taken = completed?.take(into: events, atMost: submittedCount) ?? 0
        // Without the ring even a look takes a call.
        while taken < minimum || completed == nil {
            systemCalls &+= 1
            let result = io_getevents(
                context,
                max(minimum &- taken, 0),
                submittedCount &- taken,
                events + taken,
                nil
            )
            if result == 0 &- EINTR { continue }
            guard result >= 0 else {
                throw .engine(LibAIOEngine.name, "io_getevents", Errno(code: 0 &- result))
            }
            taken &+= Int(result)
            break
        }
        if taken == 0 { return start }
        let now = MonotonicClock.now()
        submittedCount &-= taken
        var count = start
        for index in 0..<taken {
            guard let block = events[index].obj else { continue }
            // Negative errnos arrive as unsigned long.
            let result = Int32(truncatingIfNeeded: events[index].res)
            let request = requests[block - blocks]
            guard request.successor == LibAIOEngine.none, count < completions.count else {
                complete(block, result: result, at: now)
                continue
            }
            completions[count] = IOCompletion(slot: request.slot, result: result, completedAt: now)
            count &+= 1
            release(Int32(truncatingIfNeeded: block - blocks))
        }
        return count
    }

    /// Files a completion, and readies or cancels what follows in its chain.
    private mutating func complete(
        _ block: UnsafeMutablePointer<iocb>,
        result: Int32,
        at now: UInt64
    ) {
        var index = Int32(truncatingIfNeeded: block - blocks)
        var outcome = result
        while true {
            let request = requests[Int(index)]
            finished.append(
                IOCompletion(slot: request.slot, result: outcome, completedAt: now)
            )
            release(index)
            if request.successor == LibAIOEngine.none { return }
            chainedCount &-= 1
            if outcome == request.success { return makeReady(request.successor) }
            outcome = 0 &- ECANCELED
            index = request.successor
        }
    }

    private mutating func release(_ index: Int32) {
        free[freeCount] = index
        freeCount &+= 1
    }

    private func prepare(_ index: Int, _ request: IORequest) {
        (requests + index).initialize(
            to: LibAIORequest(
                slot: request.slot,
                successor: LibAIOEngine.none,
                success: request.fulfilment
            )
        )
        let block = blocks + index
        let buffer = request.buffer
        switch request.operation {
        case .read:
            io_prep_pread(
                block,
                request.fileDescriptor,
                buffer,
                request.byteCount,
                request.offset
            )
        case .write:
            io_prep_pwrite(
                block,
                request.fileDescriptor,
                buffer,
                request.byteCount,
                request.offset
            )
        case .fdatasync: io_prep_fdsync(block, request.fileDescriptor)
        case .fsync: io_prep_fsync(block, request.fileDescriptor)
        }
    }

    private mutating func makeReady(_ index: Int32) {
        ready[readyCount] = blocks + Int(index)
        readyCount &+= 1
    }

    /// Forgets the first of `ready`; those that were added meanwhile move up.
    private mutating func dropReady(_ count: Int) {
        if count == 0 { return }
        let rest = readyCount &- count
        ready.update(from: ready + count, count: rest)
        readyCount = rest
    }

    private mutating func freeAll() {
        for index in 0..<capacity { free[index] = Int32(truncatingIfNeeded: index) }
        freeCount = capacity
        readyCount = 0
        chainedCount = 0
        chainTail = LibAIOEngine.none
    }
}
