import IOEngines

/// What an agent says about its visitors: some lines a second at most, and how many were left out.
final class AgentNotes: @unchecked Sendable {
    private static let perSecond = 5

    private let write: @Sendable (String) -> Void
    private let lock = Signal()
    private var second: UInt64 = 0
    private var written = 0
    private var left = 0

    init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

    /// One line without its end.
    func add(_ text: String) {
        lock.lock()
        let now = MonotonicClock.now() / 1_000_000_000
        if now != second {
            sayWhatWasLeftOut()
            second = now
            written = 0
        }
        written += 1
        if written <= Self.perSecond { write(text) } else { left += 1 }
        lock.unlock()
    }

    /// Says what has not been said.
    func finish() {
        lock.lock()
        sayWhatWasLeftOut()
        lock.unlock()
    }

    private func sayWhatWasLeftOut() {
        if left > 0 { write("and \(left) more like these") }
        left = 0
    }
}
