import Benchmarking
import IOEngines
import Reporting
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
        let state = Self.state(progress)
        if console.standardErrorIsTerminal {
            console.message("\r\u{1B}[2K\(ProgressLine.render(state, style: style))")
            isDrawn.store(true, ordering: .relaxed)
            return
        }
        let isNew = lastPhase.withLock { last in
            defer { last = progress.phase }
            return last != progress.phase
        }
        if isNew { console.message("\(ProgressLine.plain(state))\n") }
    }

    private var style: TextStyle {
        TextStyle(
            color: console.color(isTerminal: true),
            unicode: console.unicode,
            width: console.width
        )
    }

    private static func state(_ progress: Progress) -> ProgressState {
        let bootstrap = RoundBootstrap(rounds: progress.walFsync, resamples: 200)
        let p99 = bootstrap.estimate(quantile: 0.99)
        return ProgressState(
            phase: progress.phase,
            round: progress.round,
            rounds: progress.rounds,
            elapsedSeconds: Double(progress.elapsedNanoseconds) / 1e9,
            remainingSeconds: Double(progress.remainingNanoseconds) / 1e9,
            p99Ns: p99.count > 0 ? p99.value : nil,
            halfWidth: p99.ci95.map(\.lnHalfWidth),
            history: progress.walFsync.map { $0.quantile(0.99) }
        )
    }

    /// Leaves the terminal as it was.
    func finish() {
        if isDrawn.exchange(false, ordering: .relaxed) { console.message("\r\u{1B}[2K") }
    }
}
