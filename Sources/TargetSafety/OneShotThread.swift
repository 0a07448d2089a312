import Glibc
import Synchronization
import Units

/// A thread that runs one thing while its starter waits for it.
enum OneShotThread {
    private final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` in a new thread and returns when it has ended.
    ///
    /// - Throws: `SystemCallFailure` when the thread cannot be made; `body` has not run then.
    /// - Source: pthread_create(3).
    static func run(_ body: @escaping @Sendable () -> Void) throws(SystemCallFailure) {
        let box = Unmanaged.passRetained(Box(body))
        var thread = pthread_t()
        let number = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            },
            box.toOpaque()
        )
        guard number == 0 else {
            box.release()
            throw SystemCallFailure(call: "pthread_create", errno: number)
        }
        pthread_join(thread, nil)
    }
}

/// What came out of something that ran in another thread.
final class Outcome: Sendable {
    private let failure = Mutex<SafetyError?>(nil)

    func run(_ body: () throws(SafetyError) -> Void) {
        do throws(SafetyError) {
            try body()
        } catch {
            failure.withLock { $0 = error }
        }
    }

    func get() throws(SafetyError) {
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
