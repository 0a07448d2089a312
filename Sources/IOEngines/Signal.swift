import Glibc

/// A mutex with a condition that threads wait for; allocated once, no allocation per use.
///
/// `wait` may return without a reason, as condition variables do: check the condition in a loop, with
/// the lock held.
/// - Source: pthread_mutex_lock(3), pthread_cond_timedwait(3).
package final class Signal: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    package init() {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)

        condition = .allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // Deadlines are on MonotonicClock; the default would be wall time, which NTP steps.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Takes the lock; waits for it.
    package func lock() { pthread_mutex_lock(mutex) }

    /// Gives the lock back.
    package func unlock() { pthread_mutex_unlock(mutex) }

    /// Gives the lock back, waits to be signalled and takes the lock again.
    package func wait() { pthread_cond_wait(condition, mutex) }

    /// Waits as `wait()` does, but no longer than until the deadline.
    ///
    /// - Parameter deadline: `MonotonicClock` nanoseconds.
    /// - Returns: false when the deadline passed without a signal; the lock is held either way.
    package func wait(until deadline: UInt64) -> Bool {
        var time = timespec(nanoseconds: deadline)
        return pthread_cond_timedwait(condition, mutex, &time) != ETIMEDOUT
    }

    /// Wakes one waiting thread, if any.
    package func signalOne() { pthread_cond_signal(condition) }

    /// Wakes every waiting thread.
    package func signalAll() { pthread_cond_broadcast(condition) }
}
