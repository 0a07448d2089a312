/// Completes every request at once, in full and without doing it: what tbench itself costs.
///
/// As with the engines that do something, the completions of one `reap` share one stamp.
package struct NullEngine: IOEngine, ~Copyable {
    package static var name: String { "null" }

    package let features: [String] = []
    package let systemCalls: UInt64 = 0

    private let capacity: Int
    private var finished: CompletionRing

    /// Makes an engine that can hold this many requests.
    ///
    /// - Parameter capacity: 1 ... 32768.
    /// - Throws: `EngineError` outside that range.
    package init(capacity: Int) throws(EngineError) {
        try EngineLimits.check(capacity: capacity)
        self.capacity = capacity
        self.finished = CompletionRing(capacity: capacity)
    }

    package var inFlight: Int { finished.count }

    package mutating func queue(_ request: IORequest) -> IORequest? {
        if finished.count == capacity { return request }
        let result =
            switch request.operation {
            case .read, .write: Int32(clamping: request.byteCount)
            case .fdatasync, .fsync: Int32(0)
            }
        finished.append(IOCompletion(slot: request.slot, result: result, completedAt: 0))
        return nil
    }

    package mutating func commit() {}

    package mutating func reap(
        minimum: Int,
        into completions: UnsafeMutableBufferPointer<IOCompletion>
    ) -> Int {
        precondition(minimum <= inFlight && minimum <= completions.count)
        let count = finished.move(to: completions, from: 0)
        if count == 0 { return 0 }
        let now = MonotonicClock.now()
        for index in 0..<count { completions[index].completedAt = now }
        return count
    }

    package mutating func drain() { finished.removeAll() }
}
