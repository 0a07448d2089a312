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
    private var current: HistogramSet
    private var round = RunControl.notRecording
    private var slow: SlowTable
    private let handedOver: Guarded<HandOver>

    private struct HandOver: Sendable {
        var finished: [(round: Int, snapshots: [HistogramSnapshot])] = []
        var full: [(round: Int, set: HistogramSet)] = []
        var spare: [HistogramSet] = []
    }

    /// Makes a recorder for these classes; `record` takes indices into them.
    init(classes: [OperationClass], control: RunControl) {
        self.classes = classes
        self.control = control
        current = HistogramSet(count: classes.count)
        slow = SlowTable()
        let spares = (0..<2).map { _ in HistogramSet(count: classes.count) }
        handedOver = Guarded(HandOver(spare: spares))
    }

    /// Records one operation of the class at `index` that began at `start` and took `nanoseconds`.
    @inline(__always)
    func record(_ index: Int, start: UInt64, nanoseconds: UInt64) {
        let now = control.round
        if now != round { changeRound(to: now) }
        guard now >= 0 else { return }
        current.record(index, nanoseconds)
        if nanoseconds > slow.floor { slow.insert(index, start: start, nanoseconds: nanoseconds) }
    }

    /// Hands a past round over although nothing new is to be recorded.
    func roll() {
        let now = control.round
        if now != round { changeRound(to: now) }
    }

    /// Hands the last round over; the thread calls this when it ends.
    func finish() {
        changeRound(to: RunControl.notRecording)
    }

    private func changeRound(to next: Int) {
        if round >= 0 {
            handedOver.withLock { state in
                state.full.append((round, current))
                // With the coordinator late by two rounds a new set is made: rare, and between operations.
                current = state.spare.popLast() ?? HistogramSet(count: classes.count)
            }
        }
        round = next
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
    func slowest() -> [(operation: OperationClass, start: UInt64, nanoseconds: UInt64)] {
        slow.entries.map { (classes[$0.index], $0.start, $0.nanoseconds) }
    }
}

/// A fixed number of histograms, passed from thread to thread and owned by one at a time.
final class HistogramSet: @unchecked Sendable {
    private let storage: UnsafeMutablePointer<LatencyHistogram>
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

    @inline(__always)
    func record(_ index: Int, _ nanoseconds: UInt64) {
        storage[index].record(nanoseconds)
    }

    func takeSnapshot(_ index: Int) -> HistogramSnapshot {
        storage[index].takeSnapshot()
    }
}

/// The slowest operations so far, in fixed memory.
struct SlowTable {
    struct Entry {
        var index: Int
        var start: UInt64
        var nanoseconds: UInt64
    }

    static let capacity = 32
    /// Below this an operation is nobody's stall.
    static let interesting: UInt64 = 5_000_000

    private(set) var entries: [Entry] = []
    /// Only slower operations are worth inserting.
    private(set) var floor = SlowTable.interesting

    init() { entries.reserveCapacity(SlowTable.capacity) }

    mutating func insert(_ index: Int, start: UInt64, nanoseconds: UInt64) {
        let entry = Entry(index: index, start: start, nanoseconds: nanoseconds)
        guard entries.count == SlowTable.capacity else {
            entries.append(entry)
            return
        }
        var fastest = 0
        for position in 1..<SlowTable.capacity
        where entries[position].nanoseconds < entries[fastest].nanoseconds {
            fastest = position
        }
        entries[fastest] = entry
        floor = entries.reduce(UInt64.max) { min($0, $1.nanoseconds) }
    }
}
