import Glibc
import TestSupport
import Testing
import Units

@testable import IOEngines

@Suite struct EngineContractTests {
    @Test("what is written is read back, block by block", arguments: EngineKind.testable)
    func readsBackWhatItWrote(kind: EngineKind) throws {
        let scratch = try Scratch()
        let engine = try kind.make(capacity: 8)
        let before = MonotonicClock.now()
        for slot in UInt32(0)..<8 {
            scratch.fill(slot, with: UInt8(slot) + 1)
            let request = scratch.request(.write, slot: slot, block: Int64(7 - slot))
            #expect(engine.queue(request) == nil)
        }
        let written = try engine.reap(8)
        #expect(Set(written.map(\.slot)) == Set(0..<8))
        for completion in written {
            #expect(completion.result == 4096)
            #expect(completion.completedAt > before)
            #expect(completion.completedAt <= MonotonicClock.now())
        }
        #expect(engine.inFlight == 0)

        for slot in UInt32(0)..<8 {
            scratch.fill(slot, with: 0)
            #expect(engine.queue(scratch.request(.read, slot: slot, block: Int64(slot))) == nil)
        }
        #expect(try engine.reap(8).count == 8)
        for slot in UInt32(0)..<8 { #expect(scratch.contents(slot) == [8 - UInt8(slot)]) }
    }

    @Test("direct I/O is done at full depth", .requiresDirectIO, arguments: EngineKind.testable)
    func doesDirectIO(kind: EngineKind) throws {
        let scratch = try Scratch([.readWrite, .direct])
        let engine = try kind.make(capacity: 8)
        for round in Int64(0)..<16 {
            for slot in UInt32(0)..<8 {
                scratch.fill(slot, with: UInt8(round * 8) + UInt8(slot))
                let request = scratch.request(.write, slot: slot, block: round * 8 + Int64(slot))
                #expect(engine.queue(request) == nil)
            }
            #expect(try engine.reap(8).allSatisfy { $0.result == 4096 })
        }
        let last = scratch.request(.read, slot: 0, block: 127)
        #expect(try engine.results(of: [last]) == [0: 4096])
        #expect(scratch.contents(0) == [127])
    }

    @Test(
        "a sync completes with 0",
        arguments: EngineKind.testable,
        [IOOperation.fdatasync, .fsync]
    )
    func syncs(kind: EngineKind, operation: IOOperation) throws {
        let scratch = try Scratch()
        let engine = try kind.make(capacity: 2)
        let write = scratch.request(.write, slot: 0)
        #expect(try engine.results(of: [write]) == [0: 4096])
        #expect(try engine.results(of: [scratch.request(operation, slot: 1)]) == [1: 0])
    }

    @Test("a full queue hands the request back and takes it later", arguments: EngineKind.testable)
    func handsBackWhenFull(kind: EngineKind) throws {
        let scratch = try Scratch()
        // Not a power of two, to which a ring rounds up.
        let engine = try kind.make(capacity: 3)
        for slot in UInt32(0)..<3 {
            #expect(engine.queue(scratch.request(.write, slot: slot)) == nil)
        }
        // Slot 0 is in use as well, but a full queue looks at no slot.
        let fourth = scratch.request(.write, slot: 0, block: 3)
        #expect(engine.queue(fourth) == fourth)
        try engine.commit()
        #expect(engine.queue(fourth) == fourth)
        #expect(engine.inFlight == 3)
        #expect(try engine.reap(3).count == 3)
        #expect(engine.queue(fourth) == nil)
        #expect(try engine.reap(1).map(\.slot) == [0])
        #expect(try scratch.file.size() == 4 * 4096)
    }

    @Test("an error is a completion that names its slot", arguments: EngineKind.testable)
    func errorsNameTheirSlot(kind: EngineKind) throws {
        let scratch = try Scratch([.readOnly])
        let engine = try kind.make(capacity: 4)
        var closed = scratch.request(.read, slot: 2)
        closed.fileDescriptor = 1_000_000
        let results = try engine.results(of: [
            scratch.request(.write, slot: 3), closed, scratch.request(.read, slot: 1),
        ])
        #expect(results == [3: -EBADF, 2: -EBADF, 1: 0])
        #expect(engine.inFlight == 0)
    }

    @Test(
        "reap without a minimum does not wait, and sees what is done",
        arguments: EngineKind.testable
    )
    func polls(kind: EngineKind) throws {
        let scratch = try Scratch()
        let engine = try kind.make(capacity: 2)
        #expect(try engine.reap(0).isEmpty)
        #expect(engine.queue(scratch.request(.write, slot: 0)) == nil)
        try engine.commit()
        var seen: [IOCompletion] = []
        let deadline = MonotonicClock.now() + 5_000_000_000
        while seen.isEmpty, MonotonicClock.now() < deadline { seen += try engine.reap(0) }
        #expect(seen.map(\.result) == [4096])
    }

    @Test("completions that do not fit wait for the next reap", arguments: EngineKind.testable)
    func keepsWhatDoesNotFit(kind: EngineKind) throws {
        let scratch = try Scratch()
        let engine = try kind.make(capacity: 4)
        for slot in UInt32(0)..<4 {
            #expect(engine.queue(scratch.request(.write, slot: slot)) == nil)
        }
        var slots: [UInt32] = []
        for left in [3, 2, 1, 0] {
            slots += try engine.reap(1, limit: 1).map(\.slot)
            #expect(engine.inFlight == left)
        }
        #expect(slots.sorted() == [0, 1, 2, 3])
    }

    @Test("drain leaves nothing in flight and a usable engine", arguments: EngineKind.testable)
    func drains(kind: EngineKind) throws {
        let scratch = try Scratch()
        let engine = try kind.make(capacity: 4)
        for slot in UInt32(0)..<2 {
            #expect(engine.queue(scratch.request(.write, slot: slot)) == nil)
        }
        try engine.commit()
        // Queued and never submitted: must not be done.
        #expect(engine.queue(scratch.request(.write, slot: 2, block: 9, linksNext: true)) == nil)
        engine.drain()
        #expect(engine.inFlight == 0)
        #expect(try engine.reap(0).isEmpty)
        #expect(try scratch.file.size() == 4096)
        for slot in UInt32(0)..<4 {
            #expect(engine.queue(scratch.request(.write, slot: slot)) == nil)
        }
        #expect(try engine.reap(4).allSatisfy { $0.result == 4096 })
        #expect(try scratch.file.size() == 4096)
    }

    @Test("an engine may go with I/O in flight", arguments: EngineKind.testable)
    func goesWithIOInFlight(kind: EngineKind) throws {
        let scratch = try Scratch()
        do {
            let engine = try kind.make(capacity: 8)
            for slot in UInt32(0)..<4 {
                let request = scratch.request(.write, slot: slot, block: Int64(slot))
                #expect(engine.queue(request) == nil)
            }
            try engine.commit()
            #expect(engine.queue(scratch.request(.fsync, slot: 4)) == nil)
        }
        #expect(try scratch.file.size() == 4 * 4096)
    }

    @Test(
        "a depth that cannot be is a usage error",
        arguments: EngineKind.testable,
        [0, -1, 32_769, .max]
    )
    func refusesDepth(kind: EngineKind, depth: Int) throws {
        let error = #expect(throws: EngineError.self) { try kind.make(capacity: depth) }
        #expect(error?.exitCode == .usage)
    }

    @Test("the file's own position is used and advanced", arguments: [EngineKind.sync, .ioUring])
    func writesAtCurrentPosition(kind: EngineKind) throws {
        guard EngineKind.testable.contains(kind) else { return }
        let scratch = try Scratch()
        let engine = try kind.make(capacity: 2)
        for byte in UInt8(1)...3 {
            scratch.fill(0, with: byte)
            var request = scratch.request(.write, slot: 0)
            request.offset = IORequest.currentPosition
            #expect(try engine.results(of: [request]) == [0: 4096])
        }
        #expect(try scratch.file.seek(to: 0, from: .current) == 3 * 4096)
        let second = scratch.request(.read, slot: 1, block: 1)
        #expect(try engine.results(of: [second]) == [1: 4096])
        #expect(scratch.contents(1) == [2])
    }

    @Test("libaio has no file position and says so in the completion")
    func libaioHasNoPosition() throws {
        let scratch = try Scratch()
        let engine = try EngineKind.libaio.make(capacity: 2)
        var write = scratch.request(.write, slot: 0, linksNext: true)
        write.offset = IORequest.currentPosition
        let results = try engine.results(of: [write, scratch.request(.fdatasync, slot: 1)])
        #expect(results == [0: -EINVAL, 1: -ECANCELED])
        #expect(try scratch.file.size() == 0)
    }
}
