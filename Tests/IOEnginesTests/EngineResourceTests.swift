import Foundation
import Glibc
import Statistics
import TestSupport
import Testing

@testable import IOEngines

@Suite struct EngineResourceTests {
    // In a process of its own, where no other test opens files.
    @Test("making, using and dropping engines leaves no descriptor behind")
    func leaksNoDescriptors() async {
        await #expect(processExitsWith: .success) {
            let scratch = try Scratch()
            func useAll() throws {
                for kind in EngineKind.testable {
                    let engine = try kind.make(capacity: 4)
                    let results = try engine.results(of: [
                        scratch.request(.write, slot: 0, linksNext: true),
                        scratch.request(.fdatasync, slot: 1),
                    ])
                    #expect(results == [0: 4096, 1: 0])
                    #expect(throws: EngineError.self) { try kind.make(capacity: 0) }
                }
                let directory = try FileDescriptor.open("/", [.readOnly, .directory])
                #expect(throws: EngineError.self) {
                    _ = try FileDescriptor.open("none/none", [.readOnly], in: directory)
                }
                try FileDescriptor.open("/dev/null", [.readOnly]).close()
                _ = EngineProbe.probe()
            }
            try useAll()
            let before = try openDescriptors()
            do {
                let live = try FileDescriptor.open("/dev/null", [.readOnly])
                #expect(try openDescriptors() == before + 1)
                try live.close()
            }
            for _ in 0..<20 { try useAll() }
            #expect(try openDescriptors() == before)
        }
    }

    @Test(
        "queue, commit and reap do not allocate",
        .enabled(if: AllocationCounter.isPossible, "needs clang or cc"),
        .disabled(if: AllocationCounter.isSanitized, "the sanitizer brings its own malloc")
    )
    func doesNotAllocate() throws {
        let child = try AllocationCounter.run(filter: "countsAllocations")
        #expect(child.status == 0, "\(child.stdout)\(child.stderr)")
        // A filter that matches nothing succeeds too.
        for kind in EngineKind.testable {
            #expect(child.stdout.contains("\(kind.rawValue): 0 allocations"))
        }
        #expect(child.stdout.contains("slowest operations: 0 allocations"))
    }

    @Test(
        "the child of the allocation test counts",
        .enabled(if: AllocationCounter.isChild, "started by its parent")
    )
    func countsAllocations() throws {
        let count = try AllocationCounter.ofThisThread()

        for kind in EngineKind.testable {
            let allocations =
                switch kind {
                case .sync: try Self.allocations(SyncEngine(capacity: 8), count)
                case .libaio: try Self.allocations(LibAIOEngine(capacity: 8), count)
                case .ioUring: try Self.allocations(IOUringEngine(capacity: 8), count)
                case .faultless:
                    try Self.allocations(
                        FaultEngine(SyncEngine(capacity: 8), capacity: 8, plan: FaultPlan()),
                        count
                    )
                }
            #expect(allocations == 0)
            print("\(kind.rawValue): \(allocations) allocations")
        }

        // Each slower than all before, so that every one of them is kept.
        var slowest = SlowestOperations(capacity: 64)
        let start = count()
        // Not a range, whose iterator allocates in a debug build.
        var latency: UInt64 = 0
        while latency < 100_000 {
            slowest.record(latency: latency, start: latency, offset: latency, kind: 1)
            latency += 1
        }
        let allocations = count() - start
        #expect(allocations == 0)
        #expect(slowest.entries().last?.latencyNanoseconds == 99_936)
        print("slowest operations: \(allocations) allocations")
    }

    /// How many allocations 10 000 I/Os need: batches of writes, some with a linked sync.
    private static func allocations<Engine: IOEngine & ~Copyable>(
        _ made: consuming Engine,
        _ count: @convention(c) () -> Int
    ) throws -> Int {
        var engine = made
        let scratch = try Scratch()
        let completions = UnsafeMutableBufferPointer<IOCompletion>.allocate(capacity: 8)
        defer { completions.deallocate() }
        var requests = (0..<6).map { scratch.request(.write, slot: $0, block: Int64($0)) }
        requests.append(scratch.request(.read, slot: 6, linksNext: true))
        requests.append(scratch.request(.read, slot: 7))

        func batch() throws(EngineError) {
            for index in requests.indices { _ = engine.queue(requests[index]) }
            try engine.commit()
            var left = requests.count
            while left > 0 { left -= try engine.reap(minimum: min(4, left), into: completions) }
        }
        // The first batches may fill lazy tables of the runtime and the C library.
        for _ in 0..<4 { try batch() }
        let before = count()
        for _ in 0..<1250 { try batch() }
        return count() - before
    }
}

private func openDescriptors() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
}
