import IOEngines
import ResultStore
import Workloads

/// The loop of one thread: keeps its queue full, or begins I/Os when they are due, and records each.
///
/// Closed loop: an I/O is begun as soon as a slot is free. Open loop: at its intended time, however late the ones before it are.
/// `service` is timed from just before the system call that hands the I/O over; a batch shares that stamp, and the
/// completions found together share theirs. Nothing is allocated, locked or shared per I/O, and the engine is called once a
/// batch.
struct JobLoop<Engine: IOEngine & ~Copyable>: ~Copyable {
    private let spec: JobSpec
    private let descriptor: Int32
    private let path: String
    private let control: RunControl
    private let recorder: RoundRecorder
    // The engine goes before the buffers that the kernel may write to.
    private(set) var engine: Engine
    private var slots: JobSlots
    private var stream: JobStream
    private var fill: BlockFill
    private var schedule: ArrivalSchedule?
    /// Which write each block should hold; nil unless the job verifies.
    let ledger: VerifyLedger?
    private let completions: UnsafeMutableBufferPointer<IOCompletion>
    private let requests: UnsafeMutablePointer<IORequest>
    private let batch: Int
    private let completionBatch: Int
    private let syncEvery: Int
    private let syncOperation: IOOperation
    private let transferBytes: Int64
    /// Each write is followed by its sync in one chain: the sync of slot n is request n + depth.
    private let isLinked: Bool
    private let depth: UInt32

    private var begin: UInt64 = 0
    private var deadline = UInt64.max
    /// The latest moment this thread knows of, so that the end is seen without asking the clock each time.
    private var lastSeen: UInt64 = 0
    private var due: UInt64 = 0
    private var issuedBytes: Int64 = 0
    private var writesSinceSync = 0
    private var syncIsDue = false
    private var lastWrite: UInt64 = 0
    /// An I/O that waits because another one is under way on its block; only with a ledger.
    private var held: JobStream.Next?
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
        ledger = spec.verify ? VerifyLedger(region, block: spec.blockAlignment, seed: seed) : nil
        isLinked = spec.linkedSync
        depth = UInt32(truncatingIfNeeded: spec.ioDepth)
        completions = .allocate(capacity: spec.engineCapacity)
        batch = max(1, min(spec.batch, spec.ioDepth))
        completionBatch = max(1, min(spec.completionBatch, spec.ioDepth))
        requests = .allocate(capacity: 2 * batch)
        syncEvery = spec.fdatasyncEvery > 0 ? spec.fdatasyncEvery : spec.fsyncEvery
        syncOperation = spec.fdatasyncEvery > 0 ? .fdatasync : .fsync
        transferBytes = spec.timeBased ? .max : region.byteCount
        for slot in 0..<UInt32(truncatingIfNeeded: spec.ioDepth) {
            fill.fill(slots.bytes(slot, count: spec.blockCapacity))
        }
        self.engine.register(
            descriptor: descriptor,
            memory: spec.registeredBuffers ? slots.memory : nil
        )
    }

    deinit {
        completions.deallocate()
        requests.deallocate()
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
                let count = prepareBatch()
                if count == 0, slots.inUse == 0 {
                    if syncIsDue { try sync() } else { waitUntilDue() }
                    continue
                }
                submit(count)
                try reap(minimum: mustWait ? min(completionBatch, slots.inUse) : 0)
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
        !slots.hasFree || syncIsDue || issuedBytes >= transferBytes || held != nil
    }

    /// Takes slots for what may begin now, at most a batch, and writes its requests.
    private mutating func prepareBatch() -> Int {
        var count = 0
        let limit = isLinked ? 2 &* batch : batch
        while count < limit, slots.hasFree, !syncIsDue, issuedBytes < transferBytes {
            var intended: UInt64 = 0
            if schedule != nil {
                if due > MonotonicClock.now() { break }
                intended = due
            }
            guard let next = nextTransfer() else { break }
            if schedule != nil { due = begin &+ nextGap() }
            let slot = prepare(next, intended: intended, at: count)
            count &+= 1
            if isLinked {
                chainSync(to: slot, at: count)
                count &+= 1
            }
        }
        return count
    }

    /// The next I/O; nil while its block has one under way, where a ledger must know which was last.
    @inline(__always)
    private mutating func nextTransfer() -> JobStream.Next? {
        guard let ledger else { return stream.next() }
        let next = held ?? stream.next()
        held = nil
        if ledger.begin(next.offset) { return next }
        held = next
        return nil
    }

    @inline(__always)
    private mutating func prepare(
        _ next: JobStream.Next,
        intended: UInt64,
        at index: Int
    ) -> UInt32 {
        let slot = slots.take()
        slots[slot] = JobSlot(
            intended: intended,
            offset: next.offset,
            byteCount: Int32(truncatingIfNeeded: next.byteCount),
            kind: next.kind
        )
        if next.kind == .write { prepareWrite(slot, next) }
        (requests + index).initialize(
            to: IORequest(
                operation: next.kind == .read ? .read : .write,
                fileDescriptor: descriptor,
                buffer: slots.buffer(slot),
                byteCount: next.byteCount,
                offset: next.offset,
                slot: slot,
                linksNext: isLinked
            )
        )
        issuedBytes &+= Int64(next.byteCount)
        return slot
    }

    /// Has the write that was just prepared followed by its sync.
    private func chainSync(to slot: UInt32, at index: Int) {
        (requests + index).initialize(
            to: IORequest(
                operation: syncOperation,
                fileDescriptor: descriptor,
                slot: slot &+ depth
            )
        )
    }

    private mutating func prepareWrite(_ slot: UInt32, _ next: JobStream.Next) {
        let bytes = slots.bytes(slot, count: next.byteCount)
        fill.renew(bytes)
        ledger?.sign(bytes, offset: next.offset)
        writesSinceSync &+= 1
        if syncEvery > 0, writesSinceSync >= syncEvery, !isLinked { syncIsDue = true }
    }

    /// Stamps the prepared I/Os with the moment of their submission, which follows at once.
    @inline(__always)
    private mutating func submit(_ count: Int) {
        if count == 0 { return }
        let now = MonotonicClock.now()
        var index = 0
        while index < count {
            slots.stamp(requests[index].slot, now)
            index &+= isLinked ? 2 : 1
        }
        let accepted = engine.queue(UnsafeBufferPointer(start: requests, count: count))
        precondition(accepted == count, "an engine holds as many requests as the job has slots")
    }

    @inline(__always)
    private mutating func reap(minimum: Int) throws(BenchmarkError) {
        let count: Int
        do throws(EngineError) {
            count = try engine.reap(minimum: minimum, into: completions)
        } catch {
            throw BenchmarkError(error)
        }
        if count == 0 { return }
        let isRecording = recorder.isRecording()
        for index in 0..<count { try finish(completions[index], isRecording) }
        lastSeen = completions[count &- 1].completedAt
    }

    @inline(__always)
    private mutating func finish(
        _ completion: IOCompletion,
        _ isRecording: Bool
    ) throws(BenchmarkError) {
        if isLinked, completion.slot >= depth {
            return try finishChain(completion, isRecording)
        }
        let slot = slots[completion.slot]
        guard completion.result == slot.byteCount else {
            throw failure(slot, completion.result)
        }
        completed &+= 1
        let end = completion.completedAt
        let isRead = slot.kind == .read
        if isRecording {
            recorder.add(
                (isRead ? JobTiming.read : .write).rawValue,
                start: slot.submitted,
                nanoseconds: end &- slot.submitted,
                offset: UInt64(bitPattern: slot.offset)
            )
            if slot.intended != 0 {
                recorder.addSum(
                    (isRead ? JobTiming.readResponse : .writeResponse).rawValue,
                    nanoseconds: end &- min(end, slot.intended)
                )
            }
            totals.add(isRead: isRead, bytes: UInt64(slot.byteCount))
        }
        if !isRead { lastWrite = slot.submitted }
        if let ledger { settle(ledger, completion.slot, slot) }
        if !isLinked { slots.give(completion.slot) }
    }

    /// The sync at the end of a chain: with it the write is committed.
    private mutating func finishChain(
        _ completion: IOCompletion,
        _ isRecording: Bool
    ) throws(BenchmarkError) {
        let number = completion.slot &- depth
        let slot = slots[number]
        guard completion.result == 0 else { throw syncFailure(slot, completion.result) }
        if isRecording {
            recorder.addSum(
                JobTiming.commit.rawValue,
                nanoseconds: completion.completedAt &- slot.submitted
            )
        }
        writesSinceSync = 0
        slots.give(number)
    }

    private func syncFailure(_ slot: JobSlot, _ result: Int32) -> BenchmarkError {
        .transfer(syncOperation == .fsync ? "fsync" : "fdatasync", slot, result, path)
    }

    @inline(never)
    private func failure(_ slot: JobSlot, _ result: Int32) -> BenchmarkError {
        .transfer(slot.kind == .read ? "read" : "write", slot, result, path)
    }

    /// A block whose I/O has ended may be used again; one that was read must be the one that was written.
    private func settle(
        _ ledger: VerifyLedger,
        _ number: UInt32,
        _ slot: JobSlot
    ) {
        if slot.kind == .read {
            let bytes = slots.bytes(number, count: Int(slot.byteCount))
            let outcome = ledger.check(UnsafeRawBufferPointer(bytes), offset: slot.offset)
            if outcome != .ok { ledger.note(outcome, offset: slot.offset) }
        }
        ledger.end(slot.offset)
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
        guard completion.result == 0 else { throw syncFailure(slots[slot], completion.result) }
        let end = completion.completedAt
        lastSeen = end
        if recorder.isRecording() {
            recorder.add(
                JobTiming.sync.rawValue,
                start: start,
                nanoseconds: end &- start,
                offset: RoundRecorder.nowhere
            )
            recorder.addSum(JobTiming.commit.rawValue, nanoseconds: end &- lastWrite)
        }
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
