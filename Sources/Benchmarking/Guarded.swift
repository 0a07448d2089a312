import IOEngines

/// A value behind a lock, for what threads exchange rarely.
///
/// Not `Synchronization.Mutex`: it is built on a bare futex, which the thread sanitizer does not see, so that every
/// exchange through it would be reported as a race (Swift 6.3.1). This one is a pthread mutex.
final class Guarded<Value>: @unchecked Sendable {
    private let signal = Signal()
    private var value: Value

    init(_ value: Value) {
        self.value = value
    }

    /// Runs `body` with the value locked; `body` must not block.
    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        signal.lock()
        defer { signal.unlock() }
        return body(&value)
    }
}
