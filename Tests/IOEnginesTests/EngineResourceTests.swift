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

    private static let childMark = "TBENCH_COUNT_ALLOCATIONS"

    /// Counts the allocations of each thread, in front of the C library's.
    private static let counterSource = """
        #define _GNU_SOURCE
        #include <stddef.h>
        extern void *__libc_malloc(size_t);
        extern void *__libc_calloc(size_t, size_t);
        extern void *__libc_realloc(void *, size_t);
        extern void *__libc_memalign(size_t, size_t);
        static __thread long count __attribute__((tls_model("initial-exec")));
        long tbench_allocation_count(void) { return count; }
        void *malloc(size_t n) { count++; return __libc_malloc(n); }
        void *calloc(size_t n, size_t s) { count++; return __libc_calloc(n, s); }
        void *realloc(void *p, size_t n) { count++; return __libc_realloc(p, n); }
        void *memalign(size_t a, size_t n) { count++; return __libc_memalign(a, n); }
        void *aligned_alloc(size_t a, size_t n) { count++; return __libc_memalign(a, n); }
        int posix_memalign(void **p, size_t a, size_t n) {
            count++;
            return (*p = __libc_memalign(a, n)) ? 0 : 12;
        }
        """

    @Test(
        "queue, commit and reap do not allocate",
        .enabled(if: hasCompiler, "needs clang or cc"),
        .disabled(if: isSanitized, "the sanitizer brings its own malloc")
    )
    func doesNotAllocate() throws {
        let directory = try TemporaryDirectory()
        let source = try directory.write("count.c", Self.counterSource)
        let library = directory.file("count.so")
        let compiler = try #require(Self.compiler)
        let built = try Shell.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source])
        try #require(built.status == 0, "\(built.stderr)")
        let program = try #require(CommandLine.arguments.first)
        let child = try Shell.run(
            [program, "--testing-library", "swift-testing", "--filter", "countsAllocations"],
            environment: ["LD_PRELOAD": library, Self.childMark: "1"]
        )
        #expect(child.status == 0, "\(child.stdout)\(child.stderr)")
        // A filter that matches nothing succeeds too.
        for kind in EngineKind.testable {
            #expect(child.stdout.contains("\(kind.rawValue): 0 allocations"))
        }
        #expect(child.stdout.contains("slowest operations: 0 allocations"))
    }

    private static let isSanitized =
        ProcessInfo.processInfo.environment["TBENCH_SANITIZER"] != nil

    @Test(
        "the child of the allocation test counts",
        .enabled(if: ProcessInfo.processInfo.environment[childMark] == "1", "started by its parent")
    )
    func countsAllocations() throws {
        let symbol = try #require(dlsym(nil, "tbench_allocation_count"))
        let count = unsafeBitCast(symbol, to: (@convention(c) () -> Int).self)
        // First prove that the counter sees a live allocation.
        let before = count()
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: 8)
        memory.deallocate()
        try #require(count() == before + 1)

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

    private static let compiler = ["clang", "cc"].first {
        (try? Shell.run([$0, "--version"]).status) == 0
    }

    private static let hasCompiler = Capability.demanded || compiler != nil
}

private func openDescriptors() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
}
