package import Statistics

/// What a closed loop of requests found.
package struct ExchangeOutcome: Sendable {
    /// From the first request sent to the last one answered.
    package var durationNanoseconds: UInt64 = 0
    /// From just before a request was sent to the last of its answers.
    package var latency: HistogramSnapshot = .empty
    /// Of each replica that was addressed: from just before the request was sent to its own answer.
    package var byReplica: [HistogramSnapshot] = []
    /// How often each replica was the last to answer.
    package var last: [UInt64] = []
    /// What sending took the processor, over all requests and replicas; at a depth of one only.
    package var sendNanoseconds: UInt64 = 0
    /// Requests that every replica answered.
    package var requests: UInt64 = 0
    /// Replicas that were lost, by their number.
    package var failures: [(replica: Int, error: ReplicationError)] = []
    /// Where the next sequential run goes on, in blocks.
    package var nextBlock: Int64 = 0

    package init() {}
}
