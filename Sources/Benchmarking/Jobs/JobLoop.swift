import IOEngines
import ResultStore
import Workloads

/// What a job's thread records; the raw values are the recorder's indices.
enum JobTiming: Int, CaseIterable {
    case read, write, sync, commit, readResponse, writeResponse

    var operation: OperationClass {
        switch self {
        case .read: .read
        case .write: .write
        case .sync: .sync
        case .commit: .commit
        case .readResponse: .readResponse
        case .writeResponse: .writeResponse
        }
    }
}

/// The loop of one thread: keeps its queue full, or begins I/Os when they are due, and records each.
///
/// Closed loop: an I/O is begun as soon as a slot is free. Open loop: at its intended time, however late the ones before it are.
/// `service` is timed from just before the system call that hands the I/O over; a batch shares that stamp, and the
/// completions found together share theirs. Nothing is allocated, locked or shared per I/O.
struct JobLoop<Engine: IOEngine & ~Copyable>: ~Copyable {
    private let spec: JobSpec
    private let descriptor: Int32
    private let path: String
    private let control: RunControl
    private let recorder: RoundRecorder
    private var engine: Engine
    private var slots: JobSlots
    private var stream: JobStream
    private var fill: BlockFill
    private var schedule: ArrivalSchedule?
    private let completions: UnsafeMutableBufferPointer<IOCompletion>
    private let queued: UnsafeMutablePointer<UInt32>
    private let syncEvery: Int
    private let syncOperation: IOOperation
    private let transferBytes: Int64

    private var begin: UInt64 = 0
    private var deadline = UInt64.max
    /// The latest moment this thread knows of, so that the end is seen without asking the clock each time.
    private var lastSeen: UInt64 = 0
    private var due: UInt64 = 0
    private var issuedBytes: Int64 = 0
    private var writesSinceSync = 0
    private var syncIsDue = false
    private var lastWrite: UInt64 = 0
    /// What was moved in rounds that count.
    private(set) var totals = JobTotals()
    /// I/Os that ended, whether they count or not.
    private(set) var completed: UInt64 = 0

    init(
        spec: JobSpec,
        region: JobRegion,
        seed: UInt64,
        descriptor: Int32,
        path: String,
        engine: consuming Engine,
        control: RunControl,
        recorder: RoundRecorder
    ) throws(EngineError) {
        // What can fail comes first: half of a noncopyable value cannot be undone.
        slots = try JobSlots(depth: spec.ioDepth, blockBytes: spec.blockCapacity)
        self.spec = spec
        self.descriptor = descriptor
        self.path = path
        self.control = control
        self.recorder = recorder
        self.engine = engine
        stream = JobStream(spec, region: region, seed: seed)
        fill = BlockFill(
            compressPercent: spec.compressPercent,
            dedupePercent: spec.dedupePercent,
            seed: seed &+ 5
        )
        schedule = spec.rateIOPS.map {
            ArrivalSchedule(pattern: spec.arrivals, ratePerSecond: $0, seed: seed &+ 6)
        }
        completions = .allocate(capacity: spec.ioDepth)
        queued = .allocate(capacity: spec.ioDepth)
        queued.initialize(repeating: 0, count: spec.ioDepth)
        syncEvery = spec.fdatasyncEvery > 0 ? spec.fdatasyncEvery : spec.fsyncEvery
        syncOperation = spec.fdatasyncEvery > 0 ? .fdatasync : .fsync
        transferBytes = spec.timeBased ? .max : region.byteCount
        for slot in 0..<UInt32(truncatingIfNeeded: spec.ioDepth) {
            fill.fill(slots.bytes(slot, count: spec.blockCapacity))
        }
    }

    deinit {
        completions.deallocate()
        queued.deallocate()
    }

    /// Runs until the run ends or the job has moved its size.
    ///
    /// - Throws: `BenchmarkError` at the first I/O that fails or comes back short.
    mutating func run() throws(BenchmarkError) {
        begin = MonotonicClock.now()
        lastSeen = begin
        if let runtime = spec.runtimeNanoseconds {
            deadline = begin &+ runtime &+ spec.rampNanoseconds
        }
        if schedule != nil { due = begin &+ nextGap() }
        do throws(BenchmarkError) {
            while !control.isStopping, lastSeen < deadline,
                issuedBytes < transferBytes || slots.inUse > 0 || syncIsDue
            {
                let count = issue()
                if count == 0, slots.inUse == 0 {
                    if syncIsDue { try sync() } else { waitUntilDue() }
                    continue
                }
                stamp(count)
                try reap(minimum: mustWait ? 1 : 0)
                if syncIsDue, slots.inUse == 0 { try sync() }
            }
            while slots.inUse > 0 { try reap(minimum: 1) }
            if writesSinceSync > 0, spec.endFsync { try sync() }
        } catch {
            // The kernel may still write into the buffers.
            engine.drain()
            throw error
        }
    }

    /// Whether there is nothing to do until an I/O completes.
    private var mustWait: Bool {
        !slots.hasFree || syncIsDue || issuedBytes >= transferBytes
    }

    /// Queues what may begin now, at most a batch.
    private mutating func issue() -> Int {
        var count = 0
        while count < spec.batch, slots.hasFree, !syncIsDue, issuedBytes < transferBytes {
            var intended: UInt64 = 0
            if schedule != nil {
                if due > MonotonicClock.now() { break }
                intended = due
                due = begin &+ nextGap()
            }
            let slot = slots.take()
            let (kind, offset, byteCount) = stream.next()
            slots[slot] = JobSlot(
                intended: intended,
                offset: offset,
                byteCount: Int32(truncatingIfNeeded: byteCount),
                kind: kind
            )
            if kind == .write { prepareWrite(slot, byteCount) }
            let refused = engine.queue(
                IORequest(
                    operation: kind == .read ? .read : .write,
                    fileDescriptor: descriptor,
                    buffer: slots.buffer(slot),
                    byteCount: byteCount,
                    offset: offset,
                    slot: slot
                )
            )
            precondition(refused == nil, "an engine holds as many requests as the job has slots")
            issuedBytes &+= Int64(byteCount)
            queued[count] = slot
            count &+= 1
        }
        return count
    }

    @inline(__always)
    private mutating func prepareWrite(_ slot: UInt32, _ byteCount: Int) {
        fill.renew(slots.bytes(slot, count: byteCount))
        writesSinceSync &+= 1
        if syncEvery > 0, writesSinceSync >= syncEvery { syncIsDue = true }
    }

    /// Gives the queued I/Os the moment of their submission, which follows at once.
    @inline(__always)
    private func stamp(_ count: Int) {
        let now = MonotonicClock.now()
        for index in 0..<count { slots.stamp(queued[index], now) }
    }

    private mutating func reap(minimum: Int) throws(BenchmarkError) {
        let count: Int
        do throws(EngineError) {
            count = try engine.reap(minimum: minimum, into: completions)
        } catch {
            throw BenchmarkError(error)
        }
        for index in 0..<count { try finish(completions[index]) }
    }

    @inline(__always)
    private mutating func finish(_ completion: IOCompletion) throws(BenchmarkError) {
        let slot = slots[completion.slot]
        guard completion.result == slot.byteCount else {
            throw .transfer(slot.kind == .read ? "read" : "write", slot, completion.result, path)
        }
        let end = completion.completedAt
        lastSeen = end
        let isRead = slot.kind == .read
        let service: JobTiming = isRead ? .read : .write
        recorder.record(
            service.rawValue,
            start: slot.submitted,
            nanoseconds: end &- slot.submitted
        )
        if slot.intended != 0 {
            let response: JobTiming = isRead ? .readResponse : .writeResponse
            recorder.record(
                response.rawValue,
                start: slot.intended,
                nanoseconds: end &- min(end, slot.intended)
            )
        }
        if !isRead { lastWrite = slot.submitted }
        if control.round >= 0 { totals.add(isRead: isRead, bytes: UInt64(slot.byteCount)) }
        completed &+= 1
        slots.give(completion.slot)
    }

    /// One sync, begun when every write before it has ended.
    private mutating func sync() throws(BenchmarkError) {
        let slot = slots.take()
        slots[slot] = JobSlot(kind: .sync)
        let refused = engine.queue(
            IORequest(operation: syncOperation, fileDescriptor: descriptor, slot: slot)
        )
        precondition(refused == nil, "the queue is empty")
        let start = MonotonicClock.now()
        let count: Int
        do throws(EngineError) {
            count = try engine.reap(minimum: 1, into: completions)
        } catch {
            throw BenchmarkError(error)
        }
        precondition(count == 1, "one request completes once")
        let completion = completions[0]
        guard completion.result == 0 else {
            throw .transfer(
                syncOperation == .fsync ? "fsync" : "fdatasync",
                slots[slot],
                completion.result,
                path
            )
        }
        let end = completion.completedAt
        lastSeen = end
        recorder.record(JobTiming.sync.rawValue, start: start, nanoseconds: end &- start)
        recorder.record(JobTiming.commit.rawValue, start: lastWrite, nanoseconds: end &- lastWrite)
        slots.give(slot)
        writesSinceSync = 0
        syncIsDue = false
    }

    private mutating func nextGap() -> UInt64 { schedule?.next() ?? 0 }

    /// Sleeps until the next I/O is due, and spins the last 50 µs, because a sleep ends late.
    private mutating func waitUntilDue() {
        let spin: UInt64 = 50_000
        let now = MonotonicClock.now()
        lastSeen = now
        if due > now &+ spin {
            // Short naps, so that the end of the run is seen.
            MonotonicClock.sleep(until: min(due &- spin, now &+ 50_000_000))
        }
    }
}

/// What a thread moved in the rounds that count.
struct JobTotals: Sendable, Equatable {
    var reads: UInt64 = 0
    var writes: UInt64 = 0
    var readBytes: UInt64 = 0
    var writtenBytes: UInt64 = 0

    @inline(__always)
    mutating func add(isRead: Bool, bytes: UInt64) {
        if isRead {
            reads &+= 1
            readBytes &+= bytes
        } else {
            writes &+= 1
            writtenBytes &+= bytes
        }
    }

    static func + (left: JobTotals, right: JobTotals) -> JobTotals {
        JobTotals(
            reads: left.reads + right.reads,
            writes: left.writes + right.writes,
            readBytes: left.readBytes + right.readBytes,
            writtenBytes: left.writtenBytes + right.writtenBytes
        )
    }
}
