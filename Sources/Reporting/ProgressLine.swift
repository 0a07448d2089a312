import Units

/// Where a run stands, for the line that is redrawn while it goes on.
package struct ProgressState: Sendable, Equatable {
    /// "prepare", "warm up", "small", "ramp 2000/s".
    package var phase: String
    /// How many rounds are done.
    package var round: Int
    /// How many there will be at most; nil when that is not known.
    package var rounds: Int?
    package var elapsedSeconds: Double
    /// The estimate of what is left; nil when there is none.
    package var remainingSeconds: Double?
    /// The WAL fsync p99 so far; nil before there is one.
    package var p99Ns: Double?
    /// Half its interval as a ratio: 0.06 is ±6 %.
    package var halfWidth: Double?
    /// p99 or maximum of each round so far, oldest first.
    package var history: [Double]

    package init(
        phase: String,
        round: Int,
        rounds: Int? = nil,
        elapsedSeconds: Double,
        remainingSeconds: Double? = nil,
        p99Ns: Double? = nil,
        halfWidth: Double? = nil,
        history: [Double] = []
    ) {
        self.phase = phase
        self.round = round
        self.rounds = rounds
        self.elapsedSeconds = elapsedSeconds
        self.remainingSeconds = remainingSeconds
        self.p99Ns = p99Ns
        self.halfWidth = halfWidth
        self.history = history
    }
}

/// One line of progress; whoever prints it decides how often and where.
package enum ProgressLine {
    /// A line for a terminal, shorter than `style.width` so that it never wraps, without a newline.
    ///
    /// "small  18/30  p99 1.84 ms ±6%  36 s, 24 s to go  ▁▂▁▇▁"; the newest rounds are at the right.
    package static func render(_ state: ProgressState, style: TextStyle) -> String {
        let text = style.clip(
            style.clean(words(state).joined(separator: "  ")),
            to: style.width - 1
        )
        let room = style.width - 1 - text.count - 2
        guard room >= 4, !state.history.isEmpty else { return text }
        let line = Sparkline.text(
            state.history.suffix(room),
            width: room,
            unicode: style.unicode
        )
        return "\(text)  \(style.paint(line, [.first]))"
    }

    /// A line for a log: no colour, no redrawing, ASCII, without a newline.
    package static func plain(_ state: ProgressState) -> String {
        let style = TextStyle(color: false, unicode: false, width: .max)
        return style.clean("tbench: " + words(state).joined(separator: ", "))
    }

    private static func words(_ state: ProgressState) -> [String] {
        var words = [state.phase]
        if let rounds = state.rounds {
            words.append("\(state.round)/\(rounds)")
        } else if state.round > 0 {
            words.append("round \(state.round)")
        }
        if let p99 = state.p99Ns {
            var text = "p99 \(QuantityText.duration(nanoseconds: p99))"
            if let half = state.halfWidth, half.isFinite {
                text += " ±\(QuantityText.fixed(half * 100, decimals: 0))%"
            }
            words.append(text)
        }
        words.append(
            clock(state.elapsedSeconds)
                + (state.remainingSeconds.map { ", \(clock($0)) to go" } ?? "")
        )
        return words
    }

    /// "24 s", "3 min 05 s".
    private static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
        let whole = Int(seconds.rounded())
        guard whole >= 60 else { return "\(whole) s" }
        return "\(whole / 60) min \(whole % 60 < 10 ? "0" : "")\(whole % 60) s"
    }
}
