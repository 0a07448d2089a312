import ResultStore
import Testing

@testable import VirtualDisks

@Suite("The host's turns beside a guest's") struct HostScheduleTests {
    /// The order of all turns of a run: "G" for a guest's round, "H" for a host's.
    private func order(_ rounds: Int) -> String {
        let schedule = HostSchedule(rounds: rounds)
        var text = ""
        for guest in 0...rounds {
            text += String(repeating: "H", count: schedule.due(after: guest))
            if guest < rounds { text += "G" }
        }
        return text
    }

    @Test(
        "there and back again, and the last turn is the guest's, which powers off after it",
        arguments: [(1, "HG"), (2, "GHHG"), (3, "HGGHHG"), (4, "GHHGGHHG"), (5, "HGGHHGGHHG")]
    )
    func order(rounds: Int, expected: String) {
        #expect(order(rounds) == expected)
    }

    @Test("both sides get every round, however many there are", arguments: 1...40)
    func complete(rounds: Int) {
        #expect(HostSchedule(rounds: rounds).total(after: rounds) == rounds)
        #expect(order(rounds).filter { $0 == "G" }.count == rounds)
    }

    @Test("a round of the guest's is over when every disk that still can has had its turn")
    func rounds() {
        let none = DiskCombination(format: .raw, cache: .none, aio: .threads)
        let null = DiskCombination(format: .null, cache: .none, aio: .threads)
        var state = GuestMatrixState(combinations: [none, null])
        let settings = MatrixSettings(combinations: [none, null])
        func turn(_ cell: Int) {
            var message = GuestMessage(.turn, cell: cell, round: 0)
            message.record = RoundRecord(durationNs: 1, latency: [:])
            _ = state.take(message, settings, 2)
        }
        turn(0)
        #expect(state.guestRounds == 0)
        turn(1)
        #expect(state.guestRounds == 1)
        turn(0)
        #expect(state.guestRounds == 1)
        state.failures[1] = "gone"
        #expect(state.guestRounds == 2)
    }

    @Test("a turn of the host's stands in the outcome of its own disk")
    func outcome() throws {
        let null = DiskCombination(format: .null, cache: .none, aio: .threads)
        let settings = MatrixSettings(combinations: [null])
        var state = GuestMatrixState(combinations: [null])
        let round = RoundRecord(durationNs: 7, latency: [:])
        state.take(HostTurns.Turn(cell: 0, record: round))
        let cells = state.outcome(settings, runStart: 0, reason: "x").cells
        let host = try #require(cells.first?.host)
        #expect(host.kind == PhaseRecord.hostKind)
        #expect(host.rounds == [round])
    }

    @Test("fresh images have no second first touch, so the host takes no turns on them")
    func possible() {
        let formats = DiskCombination.Format.allCases.filter {
            HostTurns.isPossible(DiskCombination(format: $0, cache: .none, aio: .threads))
        }
        #expect(formats == [.raw, .qcow2, .null])
    }
}
