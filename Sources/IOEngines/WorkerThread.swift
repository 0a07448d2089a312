import CLinuxShims
import Glibc
import Synchronization

/// A POSIX thread that runs one closure; a ring and a CPU belong to a thread, not to a `Task`.
///
/// All signals are blocked in it, so that SIGINT reaches the thread that handles it and does not
/// interrupt an I/O under measurement.
package final class WorkerThread: Sendable {
    private let handle: pthread_t
    private let joined = Atomic<Bool>(false)

    /// Starts a thread.
    ///
    /// - Parameters:
    ///   - name: shown by top and perf; cut after 15 bytes.
    ///   - cpu: the only CPU it may run on; nil leaves it to the scheduler.
    ///   - body: what it runs, once.
    /// - Throws: `EngineError` when the thread cannot be made or the CPU is not ours to use.
    /// - Source: pthread_create(3), pthread_attr_setaffinity_np(3).
    package init(
        name: String,
        cpu: Int? = nil,
        _ body: @escaping @Sendable () -> Void
    ) throws(EngineError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        if let cpu {
            let code = tbench_pin_attributes(&attributes, Int32(clamping: cpu))
            guard code == 0 else { throw .thread(name, cpu: cpu, Errno(code: code)) }
        }

        // A new thread inherits the mask of its maker, so block around the creation.
        var everything = sigset_t()
        var before = sigset_t()
        sigfillset(&everything)
        pthread_sigmask(SIG_BLOCK, &everything, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

        let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            &attributes,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
                tbench_set_thread_name(start.name)
                start.body()
                return nil
            },
            start.toOpaque()
        )
        guard code == 0 else {
            start.release()
            throw .thread(name, cpu: cpu, Errno(code: code))
        }
        handle = thread
    }

    deinit { join() }

    /// Waits until the closure has returned; returns at once the second time.
    ///
    /// A thread that joins itself is let go instead.
    package func join() {
        guard joined.exchange(true, ordering: .acquiringAndReleasing) == false else { return }
        if pthread_equal(pthread_self(), handle) != 0 {
            pthread_detach(handle)
        } else {
            pthread_join(handle, nil)
        }
    }
}

/// What a new thread takes over from its maker.
private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        var short = name
        while short.utf8.count > 15 { short.removeLast() }
        self.name = short
        self.body = body
    }
}
