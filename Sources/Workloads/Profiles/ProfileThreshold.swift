/// A limit that a profile holds a result against.
package struct ProfileThreshold: Sendable, Equatable {
    /// The job it is about.
    package let job: String
    package let operation: Operation
    package let figure: Figure
    /// The most (a latency) or the least (a rate) that is good; in nanoseconds, per second, or bytes per second.
    package let limit: Double
    /// Who says so, for the report.
    package let why: String

    /// What is timed.
    package enum Operation: String, Sendable, CaseIterable {
        case read
        case write
        /// The fsync or fdatasync alone.
        case fsync
        /// From the submission of the write to the end of its fsync.
        case commit
    }

    /// Which figure of it.
    package enum Figure: String, Sendable, CaseIterable {
        case mean
        case p50
        case p90
        case p99
        case p999 = "p99.9"
        case p9999 = "p99.99"
        case max
        /// Operations a second.
        case rate
        /// Bytes a second.
        case bandwidth

        /// Whether more is better, so that the limit is the least.
        package var isFloor: Bool { self == .rate || self == .bandwidth }
        /// The share of operations below it, 0 to 1; nil where it is no percentile.
        package var quantile: Double? {
            switch self {
            case .p50: 0.5
            case .p90: 0.9
            case .p99: 0.99
            case .p999: 0.999
            case .p9999: 0.9999
            case .mean, .max, .rate, .bandwidth: nil
            }
        }
    }
}
