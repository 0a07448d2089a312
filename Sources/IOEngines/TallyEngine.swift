import Synchronization

/// What a guest has asked its disk for, counted where it leaves; any thread may look.
package final class IOTally: Sendable {
    private let writeCount = Atomic<UInt64>(0)
    private let byteCount = Atomic<UInt64>(0)
    private let syncCount = Atomic<UInt64>(0)

    package init() {}

    package var writes: UInt64 { writeCount.load(ordering: .relaxed) }
    package var writtenBytes: UInt64 { byteCount.load(ordering: .relaxed) }
    package var syncs: UInt64 { syncCount.load(ordering: .relaxed) }

    func count(_ request: IORequest) {
        switch request.operation {
        case .write:
            _ = writeCount.wrappingAdd(1, ordering: .relaxed)
            _ = byteCount.wrappingAdd(UInt64(request.byteCount), ordering: .relaxed)
        case .fdatasync, .fsync: _ = syncCount.wrappingAdd(1, ordering: .relaxed)
        case .read: break
        }
    }
}

/// Another engine whose requests are counted; it can leave flushes out, as a guest does for a write-through disk.
///
/// A guest's kernel sends no flush to a disk that says "write through": every write is durable when it is
/// done. A sync that is left out completes when all before it have completed.
package struct TallyEngine<Base: IOEngine & ~Copyable>: IOEngine, ~Copyable {
    package static var name: String { Base.name }

    private var base: Base
    private let tally: IOTally
    private let omitsSyncs: Bool
    private var omitted: CompletionRing

    /// Wraps an engine.
    ///
    /// - Parameters:
    ///   - base: what does the rest.
    ///   - capacity: the base's.
    ///   - tally: where everything that was queued is counted, syncs that are left out too.
    ///   - omitsSyncs: complete syncs here, once nothing is in flight.
    package init(
        _ base: consuming Base,
        capacity: Int,
        tally: IOTally,
        omitsSyncs: Bool
    ) {
        self.base = base
        self.tally = tally
        self.omitsSyncs = omitsSyncs
        omitted = CompletionRing(capacity: capacity)
    }

    package var features: [String] { base.features }
    package var inFlight: Int { base.inFlight + omitted.count }
    package var systemCalls: UInt64 { base.systemCalls }

    package mutating func queue(_ request: IORequest) -> IORequest? {
        let isSync = request.operation == .fdatasync || request.operation == .fsync
        // With something in flight the sync has to wait for it, and the base knows when that is.
        if omitsSyncs, isSync, base.inFlight == 0, omitted.count == 0 {
            tally.count(request)
            omitted.append(
                IOCompletion(slot: request.slot, result: 0, completedAt: MonotonicClock.now())
            )
            return nil
        }
        if let refused = base.queue(request) { return refused }
        tally.count(request)
        return nil
    }

    package mutating func commit() throws(EngineError) { try base.commit() }

    package mutating func reap(
        minimum: Int,
        into completions: UnsafeMutableBufferPointer<IOCompletion>
    ) throws(EngineError) -> Int {
        let index = omitted.move(to: completions, from: 0)
        if index == completions.count { return index }
        let rest = UnsafeMutableBufferPointer(rebasing: completions[index...])
        return index + (try base.reap(minimum: max(0, minimum - index), into: rest))
    }

    package mutating func drain() {
        omitted.removeAll()
        base.drain()
    }
}
