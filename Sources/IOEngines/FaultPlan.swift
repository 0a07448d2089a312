import Glibc

/// What goes wrong, and when: a script for `FaultEngine`.
package struct FaultPlan: Sendable, Equatable {
    /// Applied in this order; the first that matches a request wins.
    package var faults: [Fault]
    /// Hands over each batch of completions last one first, as a device with a deep queue may.
    package var reversesCompletions: Bool

    /// A plan without faults is a device without faults.
    package init(faults: [Fault] = [], reversesCompletions: Bool = false) {
        self.faults = faults
        self.reversesCompletions = reversesCompletions
    }

    /// Requests from the `ordinal`-th on fail with ENODEV, as when a device is pulled out.
    package static func vanishing(from ordinal: UInt64) -> FaultPlan {
        FaultPlan(faults: [Fault(.fail(errno: ENODEV), on: nil, from: ordinal)])
    }

    /// A plan of this many faults, of all kinds, spread over the first `operationCount` requests.
    ///
    /// The same generator state gives the same plan.
    package static func random(
        faultCount: Int,
        operationCount: UInt64,
        using generator: inout some RandomNumberGenerator
    ) -> FaultPlan {
        let effects: [Fault.Effect] = [
            .fail(errno: EIO), .fail(errno: ENOSPC), .shorten(toByteCount: 512),
            .stall(nanoseconds: 100_000),
        ]
        var plan = FaultPlan(reversesCompletions: Bool.random(using: &generator))
        for _ in 0..<faultCount {
            let ordinal = UInt64.random(in: 1...max(1, operationCount), using: &generator)
            if let effect = effects.randomElement(using: &generator) {
                plan.faults.append(Fault(effect, on: nil, nth: ordinal))
            }
        }
        return plan
    }
}

/// One thing that goes wrong.
package struct Fault: Sendable, Equatable {
    /// How it goes wrong.
    package enum Effect: Sendable, Equatable {
        /// Not done; completes with this error number, which is positive, such as EIO.
        case fail(errno: Int32)
        /// Done for the first bytes only; a sync is not affected.
        case shorten(toByteCount: Int)
        /// Done, and the whole device hangs this long before it says so.
        case stall(nanoseconds: UInt64)
    }

    package var effect: Effect
    /// The operations it counts and strikes; nil for all.
    package var operation: IOOperation?
    /// The first and last that it strikes, counted from 1 among those of its kind.
    package var ordinals: ClosedRange<UInt64>

    /// Strikes the `nth` request of its kind.
    package init(_ effect: Effect, on operation: IOOperation?, nth: UInt64) {
        self.effect = effect
        self.operation = operation
        self.ordinals = nth...nth
    }

    /// Strikes the `first` request of its kind and all that follow.
    package init(_ effect: Effect, on operation: IOOperation?, from first: UInt64) {
        self.effect = effect
        self.operation = operation
        self.ordinals = first...UInt64.max
    }
}
