import Foundation
import TestSupport
import Testing

@testable import IOEngines

/// An engine behind a reference, so that one test body serves every engine.
protocol TestedEngine: AnyObject {
    var inFlight: Int { get }
    func queue(_ request: IORequest) -> IORequest?
    func queue(batch: [IORequest]) -> Int
    func commit() throws
    /// At most `limit` completions.
    func reap(_ minimum: Int, limit: Int) throws -> [IOCompletion]
    func drain()
}

extension TestedEngine {
    func reap(_ minimum: Int) throws -> [IOCompletion] { try reap(minimum, limit: 64) }

    /// Queues all the requests, which must fit, and returns their results by slot.
    func results(of requests: [IORequest]) throws -> [UInt32: Int32] {
        for request in requests { #expect(queue(request) == nil) }
        let completions = try reap(requests.count)
        return Dictionary(completions.map { ($0.slot, $0.result) }) { first, _ in first }
    }
}

final class EngineHarness<Engine: IOEngine & ~Copyable>: TestedEngine {
    private var engine: Engine

    init(_ engine: consuming Engine) { self.engine = engine }

    var inFlight: Int { engine.inFlight }
    func queue(_ request: IORequest) -> IORequest? { engine.queue(request) }
    func queue(batch: [IORequest]) -> Int { batch.withUnsafeBufferPointer { engine.queue($0) } }
    func commit() throws { try engine.commit() }
    func drain() { engine.drain() }

    func reap(_ minimum: Int, limit: Int) throws -> [IOCompletion] {
        var completions = [IOCompletion](
            repeating: IOCompletion(slot: .max, result: .max, completedAt: 0),
            count: limit
        )
        let count = try completions.withUnsafeMutableBufferPointer {
            try engine.reap(minimum: minimum, into: $0)
        }
        return Array(completions.prefix(count))
    }
}

/// The engines that do real I/O.
enum EngineKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sync
    case libaio
    case ioUring = "io_uring"
    /// A fault engine without faults must behave like its base.
    case faultless = "fault(sync)"

    /// All of them in CI; elsewhere those that work, and a test of its own reports the skip.
    static let testable = allCases.filter {
        Capability.demanded || EngineProbe().probe($0.choice).isAvailable
    }

    var testDescription: String { rawValue }

    var choice: EngineChoice {
        switch self {
        case .sync, .faultless: .sync
        case .libaio: .libaio
        case .ioUring: .ioUring
        }
    }

    func make(capacity: Int) throws -> any TestedEngine {
        switch self {
        case .sync: EngineHarness(try SyncEngine(capacity: capacity))
        case .libaio: EngineHarness(try LibAIOEngine(capacity: capacity))
        case .ioUring: EngineHarness(try IOUringEngine(capacity: capacity))
        case .faultless:
            EngineHarness(
                FaultEngine(
                    try SyncEngine(capacity: capacity),
                    capacity: capacity,
                    plan: FaultPlan()
                )
            )
        }
    }
}

/// A file to do I/O on, with one aligned block of memory per slot.
final class Scratch {
    static let blockSize = 4096

    let directory: TemporaryDirectory
    let path: String
    let file: FileDescriptor
    private let memory: AlignedBuffer

    init(
        _ options: FileDescriptor.OpenOptions = [.readWrite],
        contents byteCount: Int64 = 0
    ) throws {
        directory = try TemporaryDirectory(prefix: "tbench-engines")
        path = directory.file("scratch")
        let maker = try FileDescriptor.open(path, [.readWrite, .create, .exclusive])
        if byteCount > 0 { try maker.truncate(to: byteCount) }
        try maker.close()
        file = try FileDescriptor.open(path, options)
        memory = try AlignedBuffer(byteCount: 16 * Self.blockSize)
    }

    func buffer(_ slot: UInt32) -> UnsafeMutableRawPointer {
        memory.pointer + Int(slot) * Self.blockSize
    }

    func fill(_ slot: UInt32, with byte: UInt8) {
        buffer(slot).initializeMemory(as: UInt8.self, repeating: byte, count: Self.blockSize)
    }

    /// The distinct bytes of a slot's block.
    func contents(_ slot: UInt32) -> Set<UInt8> {
        Set(UnsafeRawBufferPointer(start: buffer(slot), count: Self.blockSize))
    }

    func request(
        _ operation: IOOperation,
        slot: UInt32,
        block: Int64 = 0,
        linksNext: Bool = false
    ) -> IORequest {
        let isSync = operation == .fdatasync || operation == .fsync
        return IORequest(
            operation: operation,
            fileDescriptor: file.rawValue,
            buffer: isSync ? nil : buffer(slot),
            byteCount: isSync ? 0 : Self.blockSize,
            offset: isSync ? 0 : block * Int64(Self.blockSize),
            slot: slot,
            linksNext: linksNext
        )
    }
}
