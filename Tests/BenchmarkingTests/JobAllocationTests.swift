import IOEngines
import ResultStore
import TestSupport
import Testing
import Workloads

@testable import Benchmarking

@Suite("Allocations of a job's loop") struct JobAllocationTests {
    private static let names = [
        "reads", "mix", "synced", "chained", "open loop", "zipf", "verified",
    ]

    @Test(
        "a job's loop does not allocate, on any engine and with any option",
        .requiresIOUring,
        .enabled(if: AllocationCounter.isPossible, "needs clang or cc"),
        .disabled(if: AllocationCounter.isSanitized, "the sanitizer brings its own malloc")
    )
    func doesNotAllocate() throws {
        let child = try AllocationCounter.run(filter: "countsLoopAllocations")
        #expect(child.status == 0, "\(child.stdout)\(child.stderr)")
        for name in Self.names {
            #expect(child.stdout.contains("\(name): 0 allocations in "), "\(name)")
        }
    }

    @Test(
        "the child of the loop's allocation test counts",
        .enabled(if: AllocationCounter.isChild, "started by its parent")
    )
    func countsLoopAllocations() throws {
        func spec(_ name: String, _ change: (inout JobSpec) -> Void) -> JobSpec {
            var spec = JobSpec(name: name)
            spec.readWrite = .randread
            spec.access = .randomUniform
            spec.ioDepth = 16
            spec.batch = 4
            spec.timeBased = true
            spec.runtimeNanoseconds = 100_000_000
            change(&spec)
            return spec
        }
        try measure(spec("reads") { _ in }) { () throws(EngineError) in
            try NullEngine(capacity: 16)
        }
        let mix = spec("mix") {
            $0.readWrite = .randrw
            $0.readSizes =
                BlockSizes(shares: [.init(bytes: 4096, weight: 1), .init(bytes: 8192, weight: 1)])
                ?? $0.readSizes
        }
        try measure(mix) { () throws(EngineError) in try LibAIOEngine(capacity: 16) }
        let synced = spec("synced") {
            $0.readWrite = .randwrite
            $0.fdatasyncEvery = 8
        }
        try measure(synced) { () throws(EngineError) in try SyncEngine(capacity: 16) }
        let chained = spec("chained") {
            $0.readWrite = .randwrite
            $0.fdatasyncEvery = 1
            $0.linkedSync = true
        }
        try measure(chained) { () throws(EngineError) in try IOUringEngine(capacity: 32) }
        let open = spec("open loop") {
            $0.rateIOPS = 20_000
            $0.arrivals = .poisson
        }
        try measure(open) { () throws(EngineError) in try IOUringEngine(capacity: 16) }
        let zipf = spec("zipf") { $0.access = .zipf(theta: 1.2) }
        try measure(zipf) { () throws(EngineError) in try NullEngine(capacity: 16) }
        let verified = spec("verified") {
            $0.readWrite = .randrw
            $0.verify = true
        }
        try measure(verified) { () throws(EngineError) in try SyncEngine(capacity: 16) }
    }

    private func measure<Engine: IOEngine & ~Copyable>(
        _ spec: JobSpec,
        _ make: () throws(EngineError) -> Engine
    ) throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/data"
        let file = try FileDescriptor.open(path, [.readWrite, .create])
        try file.truncate(to: 1 << 20)
        let target = JobTarget(path: path, offset: 0, byteCount: 1 << 20, isReadOnly: false)
        let control = RunControl()
        control.round = 0
        let recorder = RoundRecorder(
            classes: JobTiming.allCases.map(\.operation),
            control: control,
            slowFloor: 0
        )
        func run(_ spec: JobSpec) throws -> (allocations: Int, ios: UInt64) {
            var loop = try JobLoop(
                spec: spec,
                region: JobRegion(spec, thread: 0, on: target),
                seed: 5,
                descriptor: file.rawValue,
                path: path,
                engine: make(),
                control: control,
                recorder: recorder
            )
            let count = try AllocationCounter.ofThisThread()
            let before = count()
            try loop.run()
            return (count() - before, loop.completed)
        }
        // The first run may fill lazy tables of the runtime and the C library.
        _ = try run(spec)
        let (allocations, ios) = try run(spec)
        #expect(allocations == 0)
        #expect(ios > 100)
        print("\(spec.name): \(allocations) allocations in \(ios) I/Os")
    }
}
