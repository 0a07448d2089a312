import Foundation
import IOEngines

/// The right to run of a Go process's goroutines: as many at once as the machine has processors.
///
/// Without it every thread of ours would compete with the kernel's workers for a processor, where a busy etcd and its
/// client have no more than GOMAXPROCS each.
/// - Source: Go runtime/proc.go, `findRunnable` and `wakep`; runtime/os_linux.go, `getproccount`.
final class GoProcessors: @unchecked Sendable {
    private let signal = Signal()
    private let count: Int
    private var idle: Int
    private var searching = 0

    init(count: Int = max(1, ProcessInfo.processInfo.activeProcessorCount)) {
        self.count = count
        idle = count
    }

    /// Waits for a processor and takes it; whoever has one computes and gives it back, so that the wait ends.
    func take() {
        signal.lock()
        while idle == 0 { signal.wait() }
        idle -= 1
        signal.unlock()
    }

    /// Gives the processor back.
    func release() {
        signal.lock()
        idle += 1
        signal.signalOne()
        signal.unlock()
    }

    /// Takes a processor to look for work with, if there is one idle and not half of the busy ones do so already.
    func takeToSearch() -> Bool {
        signal.lock()
        defer { signal.unlock() }
        guard idle > 0, 2 * searching <= count - idle else { return false }
        idle -= 1
        searching += 1
        return true
    }

    /// Gives it back after looking for work.
    func releaseAfterSearch() {
        signal.lock()
        searching -= 1
        idle += 1
        signal.signalOne()
        signal.unlock()
    }

    /// Whether a thread is woken to look for work: a processor is idle, and nobody looks yet.
    var wantSearch: Bool {
        signal.lock()
        defer { signal.unlock() }
        return idle > 0 && searching == 0
    }
}
