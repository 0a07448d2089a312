import Foundation

/// When clients mean to send.
package enum ArrivalPattern: String, Sendable, CaseIterable {
    /// Evenly spaced.
    case fixed
    /// Exponential gaps: many independent clients.
    case poisson
}

/// Intended start times of an open loop, in nanoseconds since the loop began.
///
/// Never re-anchored after a stall: what could not be sent in time is late, and its latency says so.
package struct ArrivalSchedule: Sendable {
    private let pattern: ArrivalPattern
    private let gapNanoseconds: Double
    private var random: PayloadSource
    private var index: UInt64 = 0
    private var elapsed = 0.0

    /// Makes a schedule for `ratePerSecond`, above 0.
    package init(pattern: ArrivalPattern, ratePerSecond: Double, seed: UInt64) {
        precondition(ratePerSecond > 0, "a rate is above zero")
        self.pattern = pattern
        gapNanoseconds = 1e9 / ratePerSecond
        random = PayloadSource(kind: .random, seed: seed)
    }

    /// The next intended start.
    package mutating func next() -> UInt64 {
        index += 1
        switch pattern {
        case .fixed:
            return UInt64(Double(index) * gapNanoseconds)
        case .poisson:
            // 53 random bits make a uniform in (0, 1]; its logarithm is the exponential gap.
            let uniform = (Double(random.next() >> 11) + 1) * 0x1p-53
            elapsed -= log(uniform) * gapNanoseconds
            return UInt64(elapsed)
        }
    }
}
