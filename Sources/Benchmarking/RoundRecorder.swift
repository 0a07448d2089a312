import ResultStore
import Statistics

/// The histograms one thread records into, handed over whole at each change of round.
///
/// Owned by one thread, which alone calls `record`. Recording neither locks nor allocates; the change of
/// round, once in some seconds and between two operations, swaps in an empty set of histograms. `collect`
/// is for the coordinator and may run at the same time.
final class RoundRecorder: @unchecked Sendable {
    private let classes: [OperationClass]
    private let control: RunControl
    /// What the owning thread alone touches; behind a pointer, because each property of a class costs a check of exclusive
    /// access for every I/O.
    private let local: UnsafeMutablePointer<Local>
    private let handedOver: Guarded<HandOver>

    private struct Local: ~Copyable {
        var current: HistogramSet
        var histograms: UnsafeMutablePointer<LatencyHistogram>
        var round = RunControl.notRecording
        var slow: SlowestOperations

        init(classes: Int, floor: UInt64) {
            current = HistogramSet(count: classes)
            histograms = current.storage
            slow = SlowestOperations(capacity: RoundRecorder.slowCapacity, floor: floor)
        }
    }

    private struct HandOver: Sendable {
        var finished: [(round: Int, snapshots: [HistogramSnapshot])] = []
        var full: [(round: Int, set: HistogramSet)] = []
        var spare: [HistogramSet] = []
    }

    /// How many slow operations a thread keeps.
    static let slowCapacity = 64
    /// Below this an operation is nobody's stall.
    static let stall: UInt64 = 5_000_000
    /// The offset of an operation that has none.
    static let nowhere = UInt64.max

    /// Makes a recorder for these classes; `record` takes indices into them.
    ///
    /// - Parameters:
    ///   - classes: what is timed.
    ///   - control: says which round it is.
    ///   - slowFloor: an operation below this many nanoseconds is not among the slowest.
    init(classes: [OperationClass], control: RunControl, slowFloor: UInt64 = stall) {
        self.classes = classes
        self.control = control
        local = .allocate(capacity: 1)
        local.initialize(to: Local(classes: classes.count, floor: slowFloor))
        let spares = (0..<2).map { _ in HistogramSet(count: classes.count) }
        handedOver = Guarded(HandOver(spare: spares))
    }

    deinit {
        local.deinitialize(count: 1)
        local.deallocate()
    }

    /// Records one operation of the class at `index` that began at `start` and took `nanoseconds`.
    @inline(__always)
    func record(_ index: Int, start: UInt64, nanoseconds: UInt64) {
        guard isRecording() else { return }
        add(index, start: start, nanoseconds: nanoseconds, offset: Self.nowhere)
    }

    /// Whether what ended just now counts; once for operations that ended together.
    @inline(__always)
    func isRecording() -> Bool {
        let now = control.round
        if now != local.pointee.round { changeRound(to: now) }
        return now >= 0
    }

    /// Counts one operation, and keeps it if it is among the slowest; only after `isRecording()` said so.
    @inline(__always)
    func add(_ index: Int, start: UInt64, nanoseconds: UInt64, offset: UInt64) {
        local.pointee.histograms[index].record(nanoseconds)
        local.pointee.slow.record(
            latency: nanoseconds,
            start: start,
            offset: offset,
            kind: UInt8(truncatingIfNeeded: index)
        )
    }

    /// Counts a time that holds another one in it, which `add` saw.
    @inline(__always)
    func addSum(_ index: Int, nanoseconds: UInt64) {
        local.pointee.histograms[index].record(nanoseconds)
    }

    /// Hands a past round over although nothing new is to be recorded.
    func roll() { _ = isRecording() }

    /// Hands the last round over; the thread calls this when it ends.
    func finish() {
        changeRound(to: RunControl.notRecording)
    }

    @inline(never)
    private func changeRound(to next: Int) {
        if local.pointee.round >= 0 {
            handedOver.withLock { state in
                state.full.append((local.pointee.round, local.pointee.current))
                // With the coordinator late by two rounds a new set is made: rare, and between operations.
                local.pointee.current = state.spare.popLast() ?? HistogramSet(count: classes.count)
                local.pointee.histograms = local.pointee.current.storage
            }
        }
        local.pointee.round = next
    }

    /// Everything handed over since the last call: round → class → snapshot.
    func collect() -> [(round: Int, latency: [OperationClass: HistogramSnapshot])] {
        let full = handedOver.withLock { state in
            defer { state.full.removeAll() }
            return state.full
        }
        var result: [(round: Int, latency: [OperationClass: HistogramSnapshot])] = []
        for (round, set) in full {
            var latency: [OperationClass: HistogramSnapshot] = [:]
            for (index, name) in classes.enumerated() {
                let snapshot = set.takeSnapshot(index)
                if snapshot.count > 0 { latency[name] = snapshot }
            }
            result.append((round, latency))
            handedOver.withLock { $0.spare.append(set) }
        }
        return result
    }

    /// The slowest operations of the recorded rounds; call after the thread ended.
    func slowest() -> [SlowEntry] {
        local.pointee.slow.entries().map { entry in
            SlowEntry(
                operation: classes[Int(entry.kind)],
                start: entry.startNanoseconds,
                nanoseconds: entry.latencyNanoseconds,
                offset: entry.offsetBytes == Self.nowhere ? nil : entry.offsetBytes
            )
        }
    }

    /// The slowest of several recorders as the record has them: at most 64, in time order.
    static func slowest(of recorders: [RoundRecorder], runStart: UInt64) -> [SlowOperation] {
        slowest(of: recorders.flatMap { $0.slowest() }, runStart: runStart)
    }

    /// The same of what was kept of recorders that are gone.
    static func slowest(of entries: [SlowEntry], runStart: UInt64) -> [SlowOperation] {
        entries
            .sorted { $0.nanoseconds > $1.nanoseconds }
            .prefix(slowCapacity)
            .map { entry in
                SlowOperation(
                    operation: entry.operation.rawValue,
                    atSeconds: Double(entry.start - min(entry.start, runStart)) / 1e9,
                    durationNs: entry.nanoseconds,
                    offsetBytes: entry.offset
                )
            }
            .sorted { $0.atSeconds < $1.atSeconds }
    }
}

/// One of the slowest operations of a thread.
struct SlowEntry: Equatable {
    var operation: OperationClass
    /// When it began, on `MonotonicClock`.
    var start: UInt64
    var nanoseconds: UInt64
    /// Where, in bytes of the target; nil where that says nothing.
    var offset: UInt64?
}

/// A fixed number of histograms, passed from thread to thread and owned by one at a time.
final class HistogramSet: @unchecked Sendable {
    let storage: UnsafeMutablePointer<LatencyHistogram>
    private let count: Int

    init(count: Int) {
        self.count = count
        storage = .allocate(capacity: count)
        for index in 0..<count { (storage + index).initialize(to: LatencyHistogram()) }
    }

    deinit {
        storage.deinitialize(count: count)
        storage.deallocate()
    }

    func takeSnapshot(_ index: Int) -> HistogramSnapshot {
        storage[index].takeSnapshot()
    }
}
