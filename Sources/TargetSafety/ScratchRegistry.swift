import Synchronization

/// Everything this process would leave behind if it ended now, and how to take it away.
///
/// Owners enter what they make and strike it off when they remove it; the thread that receives SIGINT
/// or SIGTERM by sigwait(3) calls `removeAll`. Every entry is removed once, by whoever comes first.
package enum ScratchRegistry {
    typealias Removal = @Sendable () throws(SafetyError) -> Void

    private struct State {
        var nextID: UInt64 = 1
        var removals: [UInt64: Removal] = [:]
    }

    private static let state = Mutex(State())

    /// Removes all that is entered, newest first, and goes on after a failure.
    ///
    /// Safe from any thread, not from a signal handler. Workers may still be writing: what they create
    /// meanwhile is removed by a later pass or reported.
    /// - Returns: what could not be removed; empty when nothing is left behind.
    @discardableResult
    package static func removeAll() -> [SafetyError] {
        var failures: [SafetyError] = []
        while let (id, _) = newest() {
            do throws(SafetyError) {
                try remove(id)
            } catch {
                failures.append(error)
            }
        }
        return failures
    }

    /// How many things are entered.
    package static var count: Int { state.withLock { $0.removals.count } }

    static func enter(_ removal: @escaping Removal) -> UInt64 {
        state.withLock { state in
            let id = state.nextID
            state.nextID += 1
            state.removals[id] = removal
            return id
        }
    }

    /// Strikes an entry off and runs its removal; does nothing when somebody else did so before.
    static func remove(_ id: UInt64) throws(SafetyError) {
        let removal = state.withLock { $0.removals.removeValue(forKey: id) }
        if let removal { try removal() }
    }

    /// Strikes an entry off without running it: what it stood for has a new owner.
    static func forget(_ id: UInt64) {
        state.withLock { _ = $0.removals.removeValue(forKey: id) }
    }

    private static func newest() -> (UInt64, Removal)? {
        state.withLock { state in
            state.removals.max { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
    }
}
