import Benchmarking
import IOEngines
import Statistics
import Synchronization
import Units

/// Progress on stderr: one redrawn line on a terminal, a plain line a phase elsewhere.
///
/// Called by the coordinator between rounds, never by a measuring thread.
final class ProgressReporter: Sendable {
    private let console: Console
    private let isEnabled: Bool
    private let lastPhase = Mutex<String>("")
    private let isDrawn = Atomic<Bool>(false)

    init(console: Console, isEnabled: Bool) {
        self.console = console
        self.isEnabled = isEnabled
    }

    /// A phase that has no rounds.
    func announce(_ phase: String, runStart: UInt64) {
        show(
            Progress(
                phase: phase,
                round: 0,
                rounds: 1,
                elapsedNanoseconds: MonotonicClock.now() - runStart,
                remainingNanoseconds: 0,
                walFsync: []
            )
        )
    }

    func show(_ progress: Progress) {
        guard isEnabled else { return }
        let elapsed = "\(progress.elapsedNanoseconds / 1_000_000_000) s"
        let pooled = HistogramSnapshot.merged(progress.walFsync)
        var line = "tbench: \(progress.phase)"
        if progress.rounds > 1 { line += "  \(progress.round)/\(progress.rounds)" }
        if pooled.count > 0 {
            line += "  WAL fsync p99 "
                + QuantityText.duration(nanoseconds: pooled.quantile(0.99))
        }
        line += "  \(elapsed)"
        if console.standardErrorIsTerminal {
            console.message("\r\u{1B}[2K\(line)")
            isDrawn.store(true, ordering: .relaxed)
            return
        }
        let isNew = lastPhase.withLock { last in
            defer { last = progress.phase }
            return last != progress.phase
        }
        if isNew { console.message("\(line)\n") }
    }

    /// Leaves the terminal as it was.
    func finish() {
        if isDrawn.exchange(false, ordering: .relaxed) { console.message("\r\u{1B}[2K") }
    }
}
