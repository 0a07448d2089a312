import IOEngines
import Rating
import Reporting
import ResultStore
import Synchronization
import VirtualDisks

/// The table that fills in on stderr while a matrix runs; plain lines where stderr is no terminal.
final class MatrixProgress: Sendable {
    private struct State {
        var rows: [MatrixRow]
        var drawn = 0
        var preparing: Int?
        var turns = 0
        var remainingNanoseconds: UInt64 = 0
        var announcedRound = -1
    }

    private let console: Console
    private let isEnabled: Bool
    private let runStart: UInt64
    private let rounds: Int
    private let state: Mutex<State>

    init(
        console: Console,
        isEnabled: Bool,
        settings: MatrixSettings,
        runStart: UInt64
    ) {
        self.console = console
        self.isEnabled = isEnabled
        self.runStart = runStart
        rounds = settings.maximumRounds
        state = Mutex(
            State(rows: settings.combinations.map { MatrixRow(name: $0.name, tags: $0.tags) })
        )
    }

    func note(_ event: MatrixEvent, _ combinations: [DiskCombination]) {
        guard isEnabled else { return }
        switch event {
        case .preparing(let index):
            state.withLock { $0.preparing = index }
            say("preparing \(combinations[index].name), \(index + 1)/\(combinations.count)")
        case .failed(let index, let reason):
            state.withLock { $0.rows[index].failure = reason }
            say("\(combinations[index].name): \(reason)")
        case .turn(let index, let round, let remaining, let phase):
            let row = MatrixRating.row(combinations[index], phase: phase)
            let isNew = state.withLock { state in
                state.rows[index] = row
                state.preparing = nil
                state.turns = round + 1
                state.remainingNanoseconds = remaining
                defer { state.announcedRound = round }
                return state.announcedRound != round
            }
            say(isNew ? "turn \(round + 1)/\(rounds)" : nil)
        case .finishing:
            state.withLock { $0.remainingNanoseconds = 0 }
            say("trying discards and counting flushes")
        }
    }

    /// Draws the table, or says what is new in a line.
    private func say(_ line: String?) {
        guard console.standardErrorIsTerminal else {
            if let line { console.message("tbench: \(Self.plain(line))\n") }
            return
        }
        let style = style
        let text = state.withLock { state in
            let document = MatrixDocument(method: "", cells: state.rows)
            var lines = MatrixReport.live(document, style: style)
            lines.append(progress(state, line, style))
            // Up to the first line of what was drawn before, and everything below it away.
            let up = state.drawn > 1 ? "\u{1B}[\(state.drawn - 1)A" : ""
            state.drawn = lines.count
            return "\r\(up)\u{1B}[J" + lines.joined(separator: "\n")
        }
        console.message(text)
    }

    private func progress(_ state: State, _ line: String?, _ style: TextStyle) -> String {
        let elapsed = Double(MonotonicClock.now() - runStart) / 1e9
        let isMeasuring = state.preparing == nil && state.turns > 0
        return ProgressLine.render(
            ProgressState(
                phase: isMeasuring ? "turns" : line ?? "preparing",
                round: state.turns,
                rounds: isMeasuring ? rounds : nil,
                elapsedSeconds: elapsed,
                remainingSeconds: isMeasuring ? Double(state.remainingNanoseconds) / 1e9 : nil
            ),
            style: style
        )
    }

    private var style: TextStyle {
        TextStyle(
            color: console.color(isTerminal: true),
            unicode: console.unicode,
            width: console.width
        )
    }

    private static func plain(_ line: String) -> String {
        line.map { $0.isASCII && !$0.isNewline ? String($0) : " " }.joined()
    }

    /// Takes the table away: the report that follows has it all.
    func finish() {
        let drawn = state.withLock { state in
            defer { state.drawn = 0 }
            return state.drawn
        }
        guard drawn > 0 else { return }
        console.message("\r" + (drawn > 1 ? "\u{1B}[\(drawn - 1)A" : "") + "\u{1B}[J")
    }
}
