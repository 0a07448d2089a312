import TestSupport
import Testing

@testable import IOEngines

@Suite("Registered files and buffers, polling, batches") struct RegistrationTests {
    @Test("requests with what is registered and requests with others both work", .requiresIOUring)
    func registered() throws {
        let scratch = try Scratch(contents: 16 * 4096)
        let other = try Scratch(contents: 16 * 4096)
        let memory = UnsafeMutableRawBufferPointer(start: scratch.buffer(0), count: 8 * 4096)
        var engine = try IOUringEngine(capacity: 8)
        engine.register(descriptor: scratch.file.rawValue, memory: memory)
        #expect(engine.features.contains("registered-files"))
        #expect(engine.features.contains("registered-buffers"))
        let harness = EngineHarness(engine)
        scratch.fill(0, with: 7)
        // The last block of the memory, the first behind it, and a file and memory of somebody else.
        scratch.fill(7, with: 9)
        scratch.fill(8, with: 11)
        other.fill(1, with: 13)
        var foreign = other.request(.write, slot: 1, block: 3)
        foreign.slot = 4
        let results = try harness.results(of: [
            scratch.request(.write, slot: 0, block: 0, linksNext: true),
            scratch.request(.fdatasync, slot: 1),
            scratch.request(.write, slot: 7, block: 7),
            scratch.request(.write, slot: 8, block: 8),
            foreign,
        ])
        #expect(results == [0: 4096, 1: 0, 7: 4096, 8: 4096, 4: 4096])
        for (block, byte) in [(Int64(0), UInt8(7)), (7, 9), (8, 11)] {
            let read = try harness.results(of: [scratch.request(.read, slot: 2, block: block)])
            #expect(read == [2: 4096])
            #expect(scratch.contents(2) == [byte])
        }
        #expect(try harness.results(of: [other.request(.read, slot: 2, block: 3)]) == [2: 4096])
        #expect(other.contents(2) == [13])
        // One byte too far for the registered memory is still only a matter of speed.
        var long = scratch.request(.read, slot: 7, block: 0)
        long.byteCount = 8192
        #expect(try harness.results(of: [long]) == [7: 8192])
    }

    @Test("what cannot be registered is said and done without", .requiresIOUring)
    func refused() throws {
        let scratch = try Scratch(contents: 4096)
        var engine = try IOUringEngine(capacity: 2)
        // Nobody's memory, and no descriptor.
        let memory = UnsafeMutableRawBufferPointer(start: scratch.buffer(0), count: 1 << 45)
        engine.register(descriptor: 1_000_000, memory: memory)
        let without = engine.features.filter { $0.hasPrefix("without registered") }
        #expect(without.count == 2)
        #expect(without.contains("without registered-files (EBADF)"))
        let harness = EngineHarness(engine)
        #expect(try harness.results(of: [scratch.request(.read, slot: 0)]) == [0: 4096])
    }

    @Test("a submission thread of the kernel takes requests", .requiresIOUring)
    func submissionThread() throws {
        let scratch = try Scratch(contents: 16 * 4096)
        let polling = IOUringPolling(completions: false, submissions: true)
        var engine = try IOUringEngine(capacity: 4, polling: polling)
        engine.register(descriptor: scratch.file.rawValue, memory: nil)
        #expect(engine.features.contains("sqpoll"))
        let harness = EngineHarness(engine)
        for round in 0..<50 {
            scratch.fill(0, with: UInt8(round + 1))
            let results = try harness.results(of: [
                scratch.request(.write, slot: 0, block: 1, linksNext: true),
                scratch.request(.read, slot: 1, block: 1),
                scratch.request(.read, slot: 2, block: 2),
            ])
            #expect(results == [0: 4096, 1: 4096, 2: 4096])
            #expect(scratch.contents(1) == [UInt8(round + 1)])
            #expect(harness.inFlight == 0)
        }
        // Queued and taken back.
        #expect(harness.queue(scratch.request(.read, slot: 0)) == nil)
        harness.drain()
        #expect(harness.inFlight == 0)
        #expect(try harness.results(of: [scratch.request(.read, slot: 3)]) == [3: 4096])
    }

    @Test(
        "polled completions work or fail as an I/O, never as a hang",
        .requiresIOUring,
        .requiresDirectIO
    )
    func polled() throws {
        let scratch = try Scratch([.readWrite, .direct], contents: 4096)
        let polling = IOUringPolling(completions: true, submissions: false)
        let harness = EngineHarness(try IOUringEngine(capacity: 1, polling: polling))
        let results = try harness.results(of: [scratch.request(.read, slot: 0)])
        // EOPNOTSUPP where the driver has no poll queues.
        #expect(results == [0: 4096] || results == [0: -95])
    }

    @Test("a batch is accepted up to the capacity, in order", arguments: EngineKind.testable)
    func batches(kind: EngineKind) throws {
        let scratch = try Scratch(contents: 16 * 4096)
        let engine = try kind.make(capacity: 3)
        let requests = (0..<5).map { scratch.request(.write, slot: $0 % 3, block: Int64($0)) }
        #expect(engine.queue(batch: requests) == 3)
        #expect(engine.queue(batch: requests) == 0)
        #expect(engine.inFlight == 3)
        let completions = try engine.reap(3)
        #expect(Set(completions.map(\.slot)) == [0, 1, 2])
        #expect(completions.allSatisfy { $0.result == 4096 })
        #expect(engine.queue(batch: Array(requests[3...])) == 2)
        #expect(try engine.reap(2).count == 2)
        #expect(engine.queue(batch: []) == 0)
    }

    @Test("completions survive many turns of the kernel's ring", arguments: EngineKind.testable)
    func turns(kind: EngineKind) throws {
        let scratch = try Scratch(contents: 16 * 4096)
        let engine = try kind.make(capacity: 5)
        var free: [UInt32] = [0, 1, 2, 3, 4]
        var queued = 0
        while queued < 2000 || engine.inFlight > 0 {
            while queued < 2000, let slot = free.popLast() {
                #expect(engine.queue(scratch.request(.read, slot: slot, block: 1)) == nil)
                queued += 1
            }
            for completion in try engine.reap(1) {
                #expect(completion.result == 4096)
                #expect(!free.contains(completion.slot))
                free.append(completion.slot)
            }
        }
        #expect(free.sorted() == [0, 1, 2, 3, 4])
    }
}
