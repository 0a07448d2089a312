import Glibc

/// Another engine on a device that misbehaves as a `FaultPlan` says; for tests.
///
/// Chains hold: what follows a request struck by a fault is cancelled with −ECANCELED on every base,
/// also on `NullEngine`, which knows no chains. Slots must be below the capacity and unique in flight.
package struct FaultEngine<Base: IOEngine & ~Copyable>: IOEngine, ~Copyable {
    package static var name: String { "fault" }

    private var base: Base
    private let capacity: Int
    private let faults: UnsafeMutableBufferPointer<Fault>
    private let reversesCompletions: Bool
    /// How many requests of each operation were queued, by its raw value.
    private let counts: UnsafeMutablePointer<UInt64>
    /// What a slot's completion says instead of the base's result, or `untouched`.
    private let results: UnsafeMutablePointer<Int32>
    /// How long the device hangs before a slot's completion, in nanoseconds.
    private let stalls: UnsafeMutablePointer<UInt64>
    /// The request before was struck and links to the next.
    private var cancelling = false

    private static var operationCount: Int { 4 }
    private static var untouched: Int32 { .max }

    /// Wraps an engine.
    ///
    /// - Parameters:
    ///   - base: the engine that does what no fault strikes.
    ///   - capacity: the base's.
    ///   - plan: what goes wrong.
    package init(_ base: consuming Base, capacity: Int, plan: FaultPlan) {
        self.base = base
        self.capacity = capacity
        faults = .allocate(capacity: plan.faults.count)
        _ = faults.initialize(from: plan.faults)
        reversesCompletions = plan.reversesCompletions
        counts = .allocate(capacity: Self.operationCount)
        counts.initialize(repeating: 0, count: Self.operationCount)
        results = .allocate(capacity: capacity)
        results.initialize(repeating: Self.untouched, count: capacity)
        stalls = .allocate(capacity: capacity)
        stalls.initialize(repeating: 0, count: capacity)
    }

    deinit {
        faults.deallocate()
        counts.deallocate()
        results.deallocate()
        stalls.deallocate()
    }

    package var features: [String] { base.features + ["faults"] }
    package var inFlight: Int { base.inFlight }
    package var systemCalls: UInt64 { base.systemCalls }

    package mutating func queue(_ request: IORequest) -> IORequest? {
        if base.inFlight == capacity { return request }
        let slot = Int(request.slot)
        precondition(slot < capacity)
        var altered = request
        var result = Self.untouched
        var stall: UInt64 = 0
        var struck = cancelling
        if cancelling {
            altered.fileDescriptor = -1
            result = 0 &- ECANCELED
        } else {
            switch nextEffect(on: request.operation) {
            case .fail(let errno):
                // The base fails on this descriptor by itself, and cancels what is linked to it.
                altered.fileDescriptor = -1
                result = 0 &- errno
                struck = true
            case .shorten(let byteCount) where byteCount < request.byteCount:
                altered.byteCount = byteCount
                struck = true
            case .stall(let nanoseconds): stall = nanoseconds
            case .shorten, nil: break
            }
        }
        if base.queue(altered) != nil { return request }
        results[slot] = result
        stalls[slot] = stall
        cancelling = struck && request.linksNext
        return nil
    }

    package mutating func commit() throws(EngineError) {
        cancelling = false
        try base.commit()
    }

    package mutating func reap(
        minimum: Int,
        into completions: UnsafeMutableBufferPointer<IOCompletion>
    ) throws(EngineError) -> Int {
        cancelling = false
        let count = try base.reap(minimum: minimum, into: completions)
        if reversesCompletions {
            for index in 0..<(count / 2) { completions.swapAt(index, count &- 1 &- index) }
        }
        var now: UInt64 = 0
        for index in 0..<count {
            let slot = Int(completions[index].slot)
            if stalls[slot] > 0 {
                MonotonicClock.sleep(nanoseconds: stalls[slot])
                now = MonotonicClock.now()
            }
            // Everything that follows a stall is seen after it.
            completions[index].completedAt = max(now, completions[index].completedAt)
            // What the base cancelled itself stays cancelled.
            if results[slot] != Self.untouched, completions[index].result != 0 &- ECANCELED {
                completions[index].result = results[slot]
            }
        }
        return count
    }

    package mutating func drain() {
        cancelling = false
        base.drain()
    }

    /// Counts a request and looks its fault up, if it has one.
    private mutating func nextEffect(on operation: IOOperation) -> Fault.Effect? {
        counts[Int(operation.rawValue)] &+= 1
        let ofKind = counts[Int(operation.rawValue)]
        var ofAll: UInt64 = 0
        for index in 0..<Self.operationCount { ofAll &+= counts[index] }
        for fault in faults {
            if let only = fault.operation, only != operation { continue }
            if fault.ordinals.contains(fault.operation == nil ? ofAll : ofKind) {
                return fault.effect
            }
        }
        return nil
    }
}
