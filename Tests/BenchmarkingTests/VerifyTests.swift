import Foundation
import IOEngines
import ResultStore
import TestSupport
import Testing
import Units
import Workloads

@testable import Benchmarking

/// What a bad disk does to the nth write, counted from 0.
private enum Damage: Sendable {
    case none
    /// Says done and does nothing.
    case drop(Int)
    /// So does every write from it on.
    case deaf(from: Int)
    /// Writes so many bytes further on.
    case shift(Int, by: Int64)
    /// Writes the first so many bytes.
    case tear(Int, bytes: Int)
    /// Turns a bit over.
    case flip(Int)
}

/// A synchronous engine on such a disk.
private struct DamagingEngine: IOEngine, ~Copyable {
    static var name: String { "damaging" }

    private var base: SyncEngine
    private let damage: Damage
    private var writes = 0
    /// What each slot's write was meant to move, where less is moved.
    private var claims: [UInt32: Int32] = [:]

    init(_ damage: Damage, capacity: Int) throws(EngineError) {
        base = try SyncEngine(capacity: capacity)
        self.damage = damage
    }

    var features: [String] { [] }
    var inFlight: Int { base.inFlight }
    var systemCalls: UInt64 { base.systemCalls }

    mutating func queue(_ request: IORequest) -> IORequest? {
        guard request.operation == .write else { return base.queue(request) }
        let number = writes
        writes += 1
        var altered = request
        switch damage {
        case .drop(number):
            altered.byteCount = 0
            claims[request.slot] = Int32(request.byteCount)
        case .deaf(let first) where number >= first:
            altered.byteCount = 0
            claims[request.slot] = Int32(request.byteCount)
        case .shift(number, let bytes):
            altered.offset += bytes
        case .tear(number, let bytes):
            altered.byteCount = bytes
            claims[request.slot] = Int32(request.byteCount)
        case .flip(number):
            let byte = request.buffer.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self) + 700
            byte.pointee ^= 4
        default:
            break
        }
        return base.queue(altered)
    }

    mutating func commit() throws(EngineError) { try base.commit() }

    mutating func reap(
        minimum: Int,
        into completions: UnsafeMutableBufferPointer<IOCompletion>
    ) throws(EngineError) -> Int {
        let count = try base.reap(minimum: minimum, into: completions)
        for index in 0..<count {
            if let claim = claims.removeValue(forKey: completions[index].slot) {
                completions[index].result = claim
            }
        }
        return count
    }

    mutating func drain() { base.drain() }
}

@Suite("Verification") struct VerifyTests {
    private static let blocks = 64
    private static let bytes = Int64(blocks * 4096)

    private func target(_ directory: TemporaryDirectory, bytes: Int64 = bytes) throws -> JobTarget {
        let path = "\(directory.path)/data"
        let file = try FileDescriptor.open(path, [.readWrite, .create])
        try file.truncate(to: bytes)
        return JobTarget(path: path, offset: 0, byteCount: bytes, isReadOnly: false)
    }

    private func spec(_ change: (inout JobSpec) -> Void = { _ in }) -> JobSpec {
        var spec = JobSpec(name: "writes")
        spec.readWrite = .write
        spec.engine = .sync
        spec.verify = true
        spec.ioDepth = 4
        change(&spec)
        return spec
    }

    /// Writes the region once on such a disk, in order, and reads it back.
    private func ledger(_ damage: Damage, _ spec: JobSpec) throws -> VerifyLedger {
        let directory = try TemporaryDirectory()
        let target = try target(directory)
        let file = try FileDescriptor.open(target.path, .readWrite)
        let control = RunControl()
        control.round = 0
        var loop = try JobLoop(
            spec: spec,
            region: JobRegion(spec, thread: 0, on: target),
            seed: 3,
            descriptor: file.rawValue,
            path: target.path,
            engine: DamagingEngine(damage, capacity: spec.ioDepth),
            control: control,
            recorder: RoundRecorder(
                classes: JobTiming.allCases.map(\.operation),
                control: control
            )
        )
        try loop.run()
        let found = loop.ledger
        let ledger = try #require(found)
        try VerifyPass(ledger: ledger, path: target.path, direct: false, control: control).run()
        return ledger
    }

    @Test("a good disk gives every block back")
    func good() throws {
        let ledger = try ledger(.none, spec())
        #expect(ledger.checked == UInt64(Self.blocks))
        #expect(ledger.wrong == 0)
    }

    @Test("a lost, a torn and a corrupt block are found at their offset")
    func kinds() throws {
        let lost = try ledger(.drop(5), spec())
        #expect(lost.findings == [.init(offset: 5 * 4096, outcome: .lost)])
        let torn = try ledger(.tear(6, bytes: 1024), spec())
        #expect(torn.findings.map(\.offset) == [6 * 4096])
        #expect(
            torn.findings.first?.outcome == .torn(sequence: 1, sectors: 2, of: 8)
        )
        let corrupt = try ledger(.flip(9), spec())
        #expect(corrupt.findings == [.init(offset: 9 * 4096, outcome: .corrupt)])
    }

    @Test("a write that went elsewhere is misplaced there and lost here")
    func misplaced() throws {
        // Later writes would repair the place it fell on, so it is the last one that strays, backwards.
        let ledger = try ledger(.shift(Self.blocks - 1, by: -8192), spec())
        let last = Int64(Self.blocks - 1) * 4096
        #expect(
            ledger.findings == [
                .init(offset: last - 8192, outcome: .misplaced(from: last)),
                .init(offset: last, outcome: .lost),
            ]
        )
    }

    @Test("an overwrite that never arrived leaves a stale block")
    func stale() throws {
        // The region is written again and again; nothing arrives after its first time.
        let spec = spec {
            $0.timeBased = true
            $0.size = .bytes(8 * 4096)
            $0.runtimeNanoseconds = 100_000_000
        }
        let ledger = try ledger(.deaf(from: 8), spec)
        #expect(ledger.checked == 8)
        #expect(
            ledger.findings
                == (0..<8).map { .init(offset: $0 * 4096, outcome: .stale(sequence: 1)) }
        )
    }

    @Test("reads of a mixed job are held against the writes before them")
    func mixed() throws {
        var spec = spec()
        spec.readWrite = .randrw
        spec.access = .randomUniform
        spec.readPercent = 50
        spec.size = .bytes(8 * 4096)
        spec.timeBased = true
        spec.runtimeNanoseconds = 500_000_000
        let good = try ledger(.none, spec)
        #expect(good.wrong == 0)
        #expect(good.checked > 100, "far more than the 8 blocks of the last pass")
        let bad = try ledger(.flip(20), spec)
        #expect(bad.wrong > 0)
    }

    @Test(
        "every engine verifies what it wrote, with random writes at depth",
        .requiresIOUring,
        arguments: [JobSpec.Engine.sync, .libaio, .ioUring]
    )
    func engines(engine: JobSpec.Engine) throws {
        let directory = try TemporaryDirectory()
        let target = try target(directory, bytes: 1 << 20)
        let job = spec {
            $0.engine = engine
            $0.readWrite = .randwrite
            $0.access = .randomUniform
            $0.ioDepth = 16
            $0.batch = 4
            $0.timeBased = true
            $0.runtimeNanoseconds = 1_000_000_000
        }
        let outcome = run([job], on: target)
        #expect(outcome.failure == nil)
        let counters = try #require(outcome.phases.first).counters
        #expect(counters["verified_blocks"] ?? 0 > 200)
        #expect(counters["wrong_blocks"] == 0)
    }

    @Test("a wrong block ends the run with its offset, and the record counts it")
    func failure() throws {
        let directory = try TemporaryDirectory()
        let target = try target(directory)
        // The null engine writes nothing at all.
        let outcome = run([spec { $0.engine = .null }], on: target)
        let failure = try #require(outcome.failure)
        #expect(failure.exitCode == .failure)
        #expect(failure.reason.contains("64 of 64 blocks of 4096 bytes"))
        #expect(failure.reason.contains("offset 0: lost"))
        #expect(failure.reason.contains("and 48 more"))
        #expect(outcome.phases.first?.counters["wrong_blocks"] == 64)
    }

    @Test("threads that would overwrite each other's blocks are refused; apart they are not")
    func shared() throws {
        let directory = try TemporaryDirectory()
        let target = try target(directory)
        let refused = run([spec { $0.numJobs = 2 }], on: target)
        #expect(refused.failure?.exitCode == .usage)
        #expect(refused.failure?.hint?.contains("offset_increment") == true)
        #expect(refused.phases.isEmpty)
        let apart = run(
            [
                spec {
                    $0.numJobs = 2
                    $0.size = .bytes(Self.bytes / 2)
                    $0.offsetIncrement = .bytes(Self.bytes / 2)
                }
            ],
            on: target
        )
        #expect(apart.failure == nil)
        #expect(apart.phases.first?.counters["verified_blocks"] == 64)
    }

    private func run(_ jobs: [JobSpec], on target: JobTarget) -> JobBenchmark.Outcome {
        let profile = Profile(
            name: "test",
            answers: "",
            expect: "",
            destructive: true,
            fileSizeBytes: target.byteCount,
            phases: [ProfilePhase(name: "phase", jobs: jobs)],
            thresholds: []
        )
        var benchmark = JobBenchmark(
            profile: profile,
            target: target,
            layOut: false,
            seed: 11,
            cancellation: Cancellation(),
            runStart: MonotonicClock.now(),
            progress: { _ in }
        )
        return benchmark.run()
    }
}
