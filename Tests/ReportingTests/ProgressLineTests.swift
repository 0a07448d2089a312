import Reporting
import Testing

@Suite struct ProgressLineTests {
    private let state = ProgressState(
        phase: "small",
        round: 18,
        rounds: 30,
        elapsedSeconds: 36.4,
        remainingSeconds: 84,
        p99Ns: 1_840_000,
        halfWidth: 0.06,
        history: [1, 1, 2, 1]
    )

    @Test("one line says where it stands and how it looks")
    func line() {
        let style = TextStyle(color: false, unicode: true, width: 80)
        #expect(
            ProgressLine.render(state, style: style)
                == "small  18/30  p99 1.84 ms ±6%  36 s, 1 min 24 s to go  ▁▁█▁"
        )
    }

    @Test("the line never fills the terminal's last column", arguments: [40, 50, 60, 80, 200])
    func width(_ width: Int) {
        var long = state
        long.history = Array(repeating: 1, count: 500)
        long.phase = "a phase with a rather long name"
        for unicode in [true, false] {
            let style = TextStyle(color: false, unicode: unicode, width: width)
            #expect(ProgressLine.render(long, style: style).count < width)
        }
    }

    @Test("the newest rounds are the ones shown")
    func newest() {
        var long = state
        long.history = Array(repeating: 1, count: 500) + [64]
        let style = TextStyle(color: false, unicode: true, width: 80)
        #expect(ProgressLine.render(long, style: style).hasSuffix("▁▁█"))
    }

    @Test("a log gets plain ASCII")
    func plain() {
        #expect(
            ProgressLine.plain(state)
                == "tbench: small, 18/30, p99 1.84 ms +/-6%, 36 s, 1 min 24 s to go"
        )
    }

    @Test("before the first round there is a phase and a time")
    func start() {
        let start = ProgressState(phase: "prepare", round: 0, elapsedSeconds: .nan)
        #expect(ProgressLine.plain(start) == "tbench: prepare, -")
    }
}
