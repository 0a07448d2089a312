import Foundation
import IOEngines
import ResultStore
import Statistics
import TestSupport
import Testing
import Units
import Workloads

@testable import Benchmarking

@Suite("A replica's disk") struct ReplicaDiskTests {
    private static let mebibyte: Int64 = 1 << 20

    private func plan(
        _ engine: LonghornDataEngine = .v1,
        hasFilesystem: Bool = true,
        mebibytes: Int64 = 160,
        runtime: UInt64 = 60_000_000,
        slices: Int = 2,
        revisionCounter: Bool = false,
        volumes: Int = 1
    ) -> ReplicaDiskPlan {
        ReplicaDiskPlan(
            dataEngine: engine,
            hasFilesystem: hasFilesystem,
            sizeBytes: mebibytes * Self.mebibyte,
            runtimeNanoseconds: runtime,
            slices: slices,
            revisionCounter: revisionCounter,
            volumes: volumes
        )
    }

    private func run(
        _ plan: ReplicaDiskPlan,
        _ place: ReplicaDiskPlace,
        cancellation: Cancellation = Cancellation(),
        progress: @escaping (Benchmarking.Progress) -> Void = { _ in }
    ) -> ReplicaDiskBenchmark.Outcome {
        var benchmark = ReplicaDiskBenchmark(
            plan: plan,
            place: place,
            engine: .sync,
            seed: 11,
            meter: nil,
            cancellation: cancellation,
            runStart: MonotonicClock.now(),
            progress: progress
        )
        return benchmark.run()
    }

    @Test(
        "the parts of the file follow one another and fit into it",
        arguments: [
            (LonghornDataEngine.v1, true, Int64(384)), (.v1, false, 384), (.v1, true, 2048),
            (.v2, false, 384), (.v2, false, 8192), (.v1, true, 1001),
        ]
    )
    func parts(engine: LonghornDataEngine, hasFilesystem: Bool, mebibytes: Int64) {
        let plan = plan(engine, hasFilesystem: hasFilesystem, mebibytes: mebibytes)
        let parts = plan.parts
        #expect(parts.overwrite.lowerBound == 0)
        #expect(parts.overwrite.upperBound == parts.firstTouch.lowerBound)
        #expect(parts.firstTouch.upperBound == parts.punched.lowerBound)
        #expect(parts.punched.upperBound <= plan.sizeBytes)
        #expect(parts.overwrite.count >= 64 * Self.mebibyte)
        #expect(parts.firstTouch.count >= 64 * Self.mebibyte)
        #expect(parts.punched.isEmpty == !hasFilesystem)
        #expect(parts.overwrite.upperBound % Self.mebibyte == 0)
        #expect(plan.bytesNeeded >= UInt64(plan.sizeBytes + plan.copyBytes))
        let place = ReplicaDiskPlace.region(of: "/x", from: 4096, for: plan)
        let copyEnd = place.copy.map { $0.offset + $0.byteCount } ?? 0
        #expect(UInt64(copyEnd) <= plan.bytesNeeded + 4096)
        #expect((place.copy?.offset ?? .max) >= place.head.offset + place.head.byteCount + 4096)
    }

    @Test("the holes of a slice lie side by side in their part, from 1 to 64 MiB")
    func holes() {
        let parts = plan(mebibytes: 512).parts
        let holes = ReplicaDiskPlan.holes(in: parts.punched)
        #expect(
            holes.map { ($0.upperBound - $0.lowerBound) >> 20 }.sorted() == [
                1, 2, 4, 8, 16, 32, 64,
            ]
        )
        #expect(holes.first?.lowerBound == parts.punched.lowerBound)
        #expect(holes.last?.upperBound == parts.punched.upperBound)
        for (one, next) in zip(holes, holes.dropFirst()) {
            #expect(one.upperBound == next.lowerBound)
        }
        #expect(ReplicaDiskPlan.holes(in: 0..<(9 * Self.mebibyte)).count == 2)
    }

    @Test("only plain reads and writes stand on the ladder, each point once")
    func ladder() {
        for engine in LonghornDataEngine.allCases {
            let cases = plan(engine, revisionCounter: true, volumes: 2).groups.flatMap(\.cases)
            #expect(Set(cases.map(\.name)).count == cases.count)
            let points = cases.compactMap(\.ladder)
            #expect(points.count >= 8)
            for (index, point) in points.enumerated() {
                #expect(!points[..<index].contains(point), "\(point)")
                #expect(point.step == .disk && point.replicas == ["local"])
            }
            let first = cases.first { $0.name == "overwrite-1" }?.ladder
            #expect(
                first
                    == LadderPoint(
                        step: .disk,
                        replicas: ["local"],
                        operation: "write",
                        pattern: "random",
                        blockBytes: 4096,
                        depth: 1,
                        connections: 0
                    )
            )
            for name in ["durable-1", "first-touch-1", "punching-1", "first-cluster-1"] {
                #expect(cases.first { $0.name == name }?.ladder == nil)
            }
        }
    }

    @Test("blocks that are touched for the first time are taken once by all threads together")
    func once() {
        let blocks: UInt64 = 1000
        let permutation = BlockPermutation(count: blocks, seed: 5)
        let cursor = BlockCursor()
        let part: Range<Int64> = 8192..<(8192 + 1000 * 4096 + 100)
        var pickers = (0..<3).map { seed in
            BlockPicker(
                .once(permutation, cursor),
                in: part,
                blockBytes: 4096,
                seed: UInt64(seed)
            )
        }
        var taken: Set<Int64> = []
        for number in 0..<1000 {
            guard let offset = pickers[number % 3].next() else {
                Issue.record("block \(number) is missing")
                return
            }
            #expect(part.contains(offset) && part.contains(offset + 4095))
            #expect(taken.insert(offset).inserted, "\(offset) twice")
        }
        for index in 0..<3 { #expect(pickers[index].next() == nil) }

        let half = BlockCursor()
        var touched: Set<Int64> = []
        var toucher = BlockPicker(.once(permutation, half), in: part, blockBytes: 4096, seed: 1)
        var reader = BlockPicker(
            .taken(permutation, half, pieceBytes: 1024),
            in: part,
            blockBytes: 4096,
            seed: 2
        )
        #expect(reader.next() == nil)
        for _ in 0..<10 { if let offset = toucher.next() { touched.insert(offset) } }
        for _ in 0..<200 {
            guard let offset = reader.next() else {
                Issue.record("nothing to read")
                return
            }
            #expect(touched.contains(8192 + (offset - 8192) / 4096 * 4096))
        }
    }

    @Test("sequential blocks follow one another over all threads and begin again")
    func sequential() {
        let cursor = BlockCursor()
        var pickers = (0..<2).map { seed in
            BlockPicker(.sequential(cursor), in: 100..<400, blockBytes: 100, seed: UInt64(seed))
        }
        let offsets = (0..<7).map { pickers[$0 % 2].next() }
        #expect(offsets == [100, 200, 300, 100, 200, 300, 100])
        var nothing = BlockPicker(.sequential(cursor), in: 0..<99, blockBytes: 100, seed: 1)
        #expect(nothing.next() == nil)
    }

    @Test("every case of a directory is measured and leaves its phase", .requiresDirectIO)
    func directory() throws {
        let directory = try TemporaryDirectory()
        let plan = plan(mebibytes: 224, revisionCounter: true, volumes: 2)
        let place = try ReplicaDiskPlace.files(in: directory.path, for: plan)
        #expect(place.isDirect)
        let outcome = run(plan, place)
        #expect(outcome.failure == nil, "\(String(describing: outcome.failure))")
        #expect(outcome.phases.map(\.name) == plan.groups.flatMap(\.cases).map(\.name))
        for phase in outcome.phases {
            #expect(phase.kind == "disk")
            #expect((1...2).contains(phase.rounds.count), "\(phase.name)")
            #expect(phase.measuredSeconds > 0)
            #expect(phase.stopReason == "fixed" || phase.name.hasPrefix("first-touch"))
        }
        func pooled(_ name: String, _ operation: OperationClass) -> UInt64 {
            outcome.phases.first { $0.name == name }?.pooled([operation]).count ?? 0
        }
        #expect(pooled("overwrite-1", .write) > 0)
        #expect(pooled("durable-1", .sync) > 0)
        #expect(pooled("durable-1", .commit) == pooled("durable-1", .sync))
        #expect(pooled("punching-1", .punchHole) > 0)
        #expect(pooled("punching-1", .write) > 0)
        #expect(pooled("fiemap-1", .fileExtent) > 0)
        #expect(pooled("rebuild-4-sha512", .rebuildBatch) > 0)
        #expect(pooled("revision-16", .write) > 0)
        let wide = outcome.phases.first { $0.name == "seq-write-1m-16" }
        #expect(wide?.counters["written_bytes"] == (wide?.counters["writes"] ?? 0) * 1_048_576)
        #expect(outcome.phases.first { $0.name == "volumes-2" }?.counters["threads"] == 32)
    }

    @Test(
        "a first touch that runs out of blocks ends, and has touched every one",
        .requiresDirectIO
    )
    func exhausted() throws {
        let directory = try TemporaryDirectory()
        // 5 MiB are 1280 blocks: fewer than sixteen threads write in a second.
        let plan = plan(mebibytes: 137, runtime: 2_000_000_000, slices: 2)
        let place = try ReplicaDiskPlace.files(in: directory.path, for: plan)
        let cancellation = Cancellation()
        let outcome = run(plan, place, cancellation: cancellation) { progress in
            if progress.phase.hasPrefix("sequential") { cancellation.request(signal: 15) }
        }
        #expect(outcome.failure == nil)
        let touches = outcome.phases.filter { $0.name.hasPrefix("first-touch") }
        #expect(touches.contains { $0.stopReason == "size" })
        let count = touches.map { $0.pooled([.write]).count }.reduce(0, +)
        let blocks = UInt64(plan.parts.firstTouch.count / 4096)
        #expect(count > 0 && count <= blocks)
        let file = try FileDescriptor.open(place.head.path, .readOnly)
        let block = try AlignedBuffer(byteCount: 4096)
        var holes = 0
        for offset in stride(
            from: plan.parts.firstTouch.lowerBound,
            to: plan.parts.firstTouch.upperBound,
            by: 4096
        ) {
            _ = try file.read(into: block.mutableBytes, at: offset)
            if block.bytes.allSatisfy({ $0 == 0 }) { holes += 1 }
        }
        #expect(holes == 0)
    }

    @Test("a raw region gets V2's cases, without a filesystem's")
    func region() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("device")
        let plan = plan(.v2, hasFilesystem: false, mebibytes: 64)
        let file = try FileDescriptor.open(path, [.readWrite, .create])
        try file.truncate(to: plan.sizeBytes + 8192)
        var place = ReplicaDiskPlace.region(of: path, from: 4096, for: plan)
        place.isDirect = false
        let outcome = run(plan, place)
        #expect(outcome.failure == nil, "\(String(describing: outcome.failure))")
        let names = outcome.phases.map(\.name)
        #expect(names.contains("first-cluster-1") && names.contains("later-cluster-1"))
        #expect(names.contains("overwrite-128") && !names.contains("fiemap-1"))
        let clusters = outcome.phases.first { $0.name == "first-cluster-1" }
        // 32 clusters, half of them in each of the two slices.
        #expect(clusters?.pooled([.write]).count == 32)
        #expect(clusters?.rounds.count == 2)
        // What lies around the region is not ours.
        let block = try AlignedBuffer(byteCount: 4096)
        for offset in [0, 4096 + plan.sizeBytes] {
            _ = try file.read(into: block.mutableBytes, at: offset)
            #expect(block.bytes.allSatisfy { $0 == 0 })
        }
    }

    @Test("an end that was asked for keeps what was measured")
    func cancelled() throws {
        let directory = try TemporaryDirectory()
        let plan = plan(mebibytes: 160, runtime: 400_000_000, slices: 4)
        let place = try ReplicaDiskPlace.files(in: directory.path, for: plan)
        let cancellation = Cancellation()
        let outcome = run(plan, place, cancellation: cancellation) { progress in
            if progress.phase.hasPrefix("4 KiB, one"), progress.round == 2 {
                cancellation.request(signal: 2)
            }
        }
        #expect(outcome.failure == nil)
        let first = outcome.phases.first { $0.name == "overwrite-1" }
        #expect(first?.rounds.count == 2)
        #expect(first?.stopReason == "interrupted")
        #expect(!outcome.phases.contains { $0.name == "overwrite-16" })
    }

    @Test("a disk that refuses a write ends the run with its cause")
    func failure() throws {
        let directory = try TemporaryDirectory()
        let plan = plan(mebibytes: 160, revisionCounter: true)
        var place = try ReplicaDiskPlace.files(in: directory.path, for: plan)
        // Every write to it is ENOSPC.
        place.counter = ReplicaDiskPlace.Extent(path: "/dev/full", offset: 0, byteCount: 4096)
        place.isDirect = false
        let outcome = run(plan, place)
        #expect(outcome.failure?.cause?.errno == 28)
        #expect(outcome.failure?.hint != nil)
    }

    @Test("the revision counter writes once a request, and a failure reaches whoever waits")
    func revisionCounter() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("revision.counter", String(repeating: "x", count: 4096))
        let extent = ReplicaDiskPlace.Extent(path: path, offset: 0, byteCount: 4096)
        let counter = try RevisionCounter(DiskFile(extent, isDirect: false))
        try counter.start()
        let threads = try (0..<4).map { number in
            try WorkerThread(name: "writer \(number)") {
                for _ in 0..<50 {
                    let ticket = counter.request()
                    do { try counter.wait(for: ticket) } catch { Issue.record(error) }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(counter.request() == 201)
        try counter.wait(for: 201)
        counter.stop()
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(count: 4096))

        let full = ReplicaDiskPlace.Extent(path: "/dev/full", offset: 0, byteCount: 4096)
        let broken = try RevisionCounter(DiskFile(full, isDirect: false))
        try broken.start()
        for _ in 0..<2 {
            let ticket = broken.request()
            #expect(throws: EngineError.self) { try broken.wait(for: ticket) }
        }
        broken.stop()
    }

    @Test("a batch is hashed with SHA-512")
    func hash() throws {
        // FIPS 180-4, the example of one block: "abc".
        let digest = try AlignedBuffer(byteCount: RebuildHash.byteCount)
        Array("abc".utf8).withUnsafeBytes { RebuildHash.digest(of: $0, into: digest.pointer) }
        let text = digest.bytes.map { String(format: "%02x", $0) }.joined()
        #expect(text.hasPrefix("ddaf35a193617abacc417349ae204131"))
        #expect(text.hasSuffix("2a9ac94fa54ca49f"))
    }
}
