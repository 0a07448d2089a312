import Glibc
import Testing

@testable import IOEngines

@Suite struct EngineChainTests {
    @Test("a chain completes in its order", arguments: EngineKind.testable)
    func completesInOrder(kind: EngineKind) throws {
        let scratch = try Scratch()
        let engine = try kind.make(capacity: 8)
        for round in Int64(0)..<8 {
            for request in [
                scratch.request(.write, slot: 0, block: round * 2, linksNext: true),
                scratch.request(.write, slot: 1, block: round * 2 + 1, linksNext: true),
                scratch.request(.fdatasync, slot: 2),
            ] { #expect(engine.queue(request) == nil) }
            let completions = try engine.reap(3)
            #expect(completions.map(\.slot) == [0, 1, 2])
            #expect(completions.map(\.result) == [4096, 4096, 0])
            #expect(completions[0].completedAt <= completions[2].completedAt)
        }
    }

    @Test("chains run beside each other at full depth", arguments: EngineKind.testable)
    func runsChainsSideBySide(kind: EngineKind) throws {
        let scratch = try Scratch()
        let engine = try kind.make(capacity: 8)
        for pair in UInt32(0)..<4 {
            let write = scratch.request(.write, slot: pair, block: Int64(pair), linksNext: true)
            #expect(engine.queue(write) == nil)
            #expect(engine.queue(scratch.request(.fdatasync, slot: 4 + pair)) == nil)
        }
        var order: [UInt32] = []
        while engine.inFlight > 0 {
            for completion in try engine.reap(1) {
                #expect(completion.result == (completion.slot < 4 ? 4096 : 0))
                order.append(completion.slot)
            }
        }
        #expect(order.sorted() == Array(0..<8))
        for pair in UInt32(0)..<4 {
            let write = try #require(order.firstIndex(of: pair))
            let sync = try #require(order.firstIndex(of: 4 + pair))
            #expect(write < sync)
        }
    }

    @Test(
        "a failed write cancels the rest of its chain and no more",
        arguments: EngineKind.testable
    )
    func failureCancelsTheRest(kind: EngineKind) throws {
        let scratch = try Scratch([.readOnly], contents: 8192)
        let engine = try kind.make(capacity: 8)
        let results = try engine.results(of: [
            scratch.request(.read, slot: 0, linksNext: true),
            scratch.request(.write, slot: 1, linksNext: true),
            scratch.request(.fdatasync, slot: 2, linksNext: true),
            scratch.request(.read, slot: 3),
            scratch.request(.read, slot: 4),
        ])
        #expect(
            results == [0: 4096, 1: -EBADF, 2: -ECANCELED, 3: -ECANCELED, 4: 4096]
        )
        #expect(engine.inFlight == 0)
    }

    @Test("a short transfer counts its bytes and breaks its chain", arguments: EngineKind.testable)
    func shortTransferBreaksTheChain(kind: EngineKind) throws {
        let scratch = try Scratch(contents: 4096 + 512)
        let engine = try kind.make(capacity: 4)
        let results = try engine.results(of: [
            scratch.request(.read, slot: 0, block: 1, linksNext: true),
            scratch.request(.fdatasync, slot: 1),
        ])
        #expect(results == [0: 512, 1: -ECANCELED])
    }

    @Test("a chain ends with its batch", arguments: EngineKind.testable)
    func endsWithItsBatch(kind: EngineKind) throws {
        let scratch = try Scratch([.readOnly], contents: 4096)
        let engine = try kind.make(capacity: 4)
        #expect(engine.queue(scratch.request(.write, slot: 0, linksNext: true)) == nil)
        try engine.commit()
        #expect(engine.queue(scratch.request(.read, slot: 1)) == nil)
        // Requests of different chains have no order.
        let results = try engine.reap(2).reduce(into: [:]) { $0[$1.slot] = $1.result }
        #expect(results == [0: -EBADF, 1: 4096])
    }
}
