import Testing

@testable import Orchestration

@Suite("Rounds of pairs") struct PairScheduleTests {
    @Test("every two nodes meet once, and nobody has two partners in a round", arguments: 2...41)
    func complete(count: Int) {
        let rounds = PairSchedule.rounds(count)
        #expect(rounds.count == (count.isMultiple(of: 2) ? count - 1 : count))
        var met: Set<[Int]> = []
        for round in rounds {
            let busy = round.flatMap { [$0.0, $0.1] }
            #expect(Set(busy).count == busy.count)
            #expect(round.count == count / 2)
            for (one, other) in round {
                #expect(one < other && (0..<count).contains(one) && other < count)
                #expect(met.insert([one, other]).inserted)
            }
        }
        #expect(met.count == count * (count - 1) / 2)
    }

    @Test("fewer rounds are the first ones, and one node or none has no pair")
    func few() {
        let all = PairSchedule.rounds(10)
        let some = PairSchedule.rounds(10, most: 3)
        #expect(some.count == 3)
        for (one, other) in zip(some, all) {
            #expect(one.map { [$0.0, $0.1] } == other.map { [$0.0, $0.1] })
        }
        #expect(PairSchedule.rounds(1).isEmpty)
        #expect(PairSchedule.rounds(0).isEmpty)
        #expect(PairSchedule.rounds(5, most: 0).isEmpty)
    }
}
