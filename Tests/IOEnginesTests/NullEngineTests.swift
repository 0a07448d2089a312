import Testing

@testable import IOEngines

@Suite struct NullEngineTests {
    @Test("everything succeeds in full and nothing is done")
    func succeedsWithoutDoing() throws {
        let scratch = try Scratch([.readOnly])
        let engine = EngineHarness(try NullEngine(capacity: 3))
        let requests = [
            scratch.request(.write, slot: 0), scratch.request(.fdatasync, slot: 1),
            scratch.request(.read, slot: 2),
        ]
        for request in requests { #expect(engine.queue(request) == nil) }
        #expect(engine.queue(requests[0]) == requests[0])
        let before = MonotonicClock.now()
        let completions = try engine.reap(3)
        #expect(completions.map(\.result) == [4096, 0, 4096])
        #expect(completions.allSatisfy { $0.completedAt >= before })
        #expect(engine.inFlight == 0)
        #expect(try scratch.file.size() == 0)
    }
}
