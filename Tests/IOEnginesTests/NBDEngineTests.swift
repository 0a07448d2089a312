import Foundation
import Glibc
import Statistics
import TestSupport
import Testing
import Units

@testable import IOEngines

/// nbdkit serving a disk on a Unix socket, ended with its owner.
private final class DiskServer {
    let socket: String
    private let directory: TemporaryDirectory
    private let command: RunningCommand

    init(_ arguments: [String] = [], plugin: [String] = ["memory", "16M"]) throws {
        directory = try TemporaryDirectory()
        socket = directory.file("socket")
        command = try RunningCommand(["nbdkit", "-f", "-U", socket] + arguments + plugin)
        for _ in 0..<500 where access(socket, F_OK) != 0 { usleep(10_000) }
    }

    /// At once: asked politely, nbdkit waits for its clients to leave.
    func end() {
        command.send(SIGKILL)
        _ = command.wait()
    }

    deinit { command.send(SIGKILL) }
}

@Suite("The NBD engine", .serialized) struct NBDEngineTests {
    private func write(
        _ memory: borrowing AlignedBuffer,
        slot: UInt32,
        links: Bool = false
    ) -> IORequest {
        IORequest(
            operation: .write,
            fileDescriptor: -1,
            buffer: memory.pointer + Int(slot) * 4096,
            byteCount: 4096,
            offset: Int64(slot) * 8192,
            slot: slot,
            linksNext: links
        )
    }

    @Test(
        "what is written at full depth is read back, and a full queue hands requests back",
        .requiresFuse
    )
    func readsBack() throws {
        let server = try DiskServer()
        let engine = EngineHarness(try NBDEngine(connecting: server.socket, capacity: 8))
        let memory = try AlignedBuffer(byteCount: 8 * 4096)
        for index in 0..<8 * 4096 {
            memory.mutableBytes[index] = UInt8(truncatingIfNeeded: index / 7)
        }
        for slot in UInt32(0)..<8 { #expect(engine.queue(write(memory, slot: slot)) == nil) }
        #expect(engine.queue(write(memory, slot: 0)) != nil)
        #expect(engine.inFlight == 8)
        let written = try engine.reap(8)
        #expect(Set(written.map(\.slot)) == Set(0..<8))
        #expect(written.allSatisfy { $0.result == 4096 })
        let copy = try AlignedBuffer(byteCount: 8 * 4096)
        for slot in UInt32(0)..<8 {
            var request = write(copy, slot: slot)
            request.operation = .read
            #expect(engine.queue(request) == nil)
        }
        #expect(try engine.reap(8).allSatisfy { $0.result == 4096 })
        #expect(memory.bytes.elementsEqual(copy.bytes))
        #expect(engine.inFlight == 0)
    }

    @Test("a flush completes after the write it is linked to", .requiresFuse)
    func flush() throws {
        let server = try DiskServer()
        let engine = EngineHarness(try NBDEngine(connecting: server.socket, capacity: 4))
        let memory = try AlignedBuffer(byteCount: 4096)
        let sync = IORequest(operation: .fdatasync, fileDescriptor: -1, slot: 1)
        let results = try engine.results(of: [write(memory, slot: 0, links: true), sync])
        #expect(results == [0: 4096, 1: 0])
    }

    @Test("an I/O error is a completion, and cancels what is linked to it", .requiresFuse)
    func ioError() throws {
        let server = try DiskServer(
            ["--filter=error"],
            plugin: ["memory", "16M", "error=EIO", "error-pwrite-rate=100%"]
        )
        let engine = EngineHarness(try NBDEngine(connecting: server.socket, capacity: 4))
        let memory = try AlignedBuffer(byteCount: 4096)
        let sync = IORequest(operation: .fdatasync, fileDescriptor: -1, slot: 1)
        let results = try engine.results(of: [write(memory, slot: 0, links: true), sync])
        #expect(results == [0: -EIO, 1: -ECANCELED])
    }

    @Test("what the protocol cannot carry is refused as a completion", .requiresFuse)
    func impossible() throws {
        let server = try DiskServer()
        let engine = EngineHarness(try NBDEngine(connecting: server.socket, capacity: 4))
        let memory = try AlignedBuffer(byteCount: 4096)
        var request = write(memory, slot: 0)
        request.offset = IORequest.currentPosition
        #expect(try engine.results(of: [request]) == [0: -EINVAL])
        #expect(throws: EngineError.self) {
            _ = try NBDEngine(connecting: server.socket, capacity: 65)
        }
    }

    @Test("a server that goes away is an error of the engine, not a trap", .requiresFuse)
    func goneServer() throws {
        let server = try DiskServer()
        let engine = EngineHarness(try NBDEngine(connecting: server.socket, capacity: 4))
        server.end()
        let memory = try AlignedBuffer(byteCount: 4096)
        #expect(engine.queue(write(memory, slot: 0)) == nil)
        #expect(throws: EngineError.self) { _ = try engine.reap(1) }
        engine.drain()
        #expect(engine.inFlight == 0)
    }

    @Test("nobody at the other end is one sentence")
    func nobody() throws {
        let directory = try TemporaryDirectory()
        // Longer than an address holds, so it goes another way.
        let deep = directory.file(String(repeating: "long", count: 40))
        try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
        let path = "\(deep)/socket"
        let error = #expect(throws: EngineError.self) { _ = try NBDConnection(connecting: path) }
        #expect(error?.reason.contains("has ended") == true)
    }

    /// A server's whole part of a handshake: greeting, size of the export, acknowledgement.
    private static let handshake: [UInt8] = {
        func big(_ value: UInt64, _ bytes: Int) -> [UInt8] {
            (0..<bytes).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (bytes - 1 - $0))) }
        }
        let reply: UInt64 = 0x0003_e889_0455_65a9
        return big(0x4e42_444d_4147_4943, 8) + big(0x4948_4156_454f_5054, 8) + big(3, 2)
            + big(reply, 8) + big(7, 4) + big(3, 4) + big(12, 4) + big(0, 2) + big(1 << 20, 8)
            + big(1, 2) + big(reply, 8) + big(7, 4) + big(1, 4) + big(0, 4)
    }()

    /// Connects to a server that says just these bytes and closes.
    private func connect(toServerSaying bytes: [UInt8]) throws -> Result<UInt64, EngineError> {
        let directory = try TemporaryDirectory()
        let deep = directory.file(String(repeating: "long", count: 40))
        try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
        let path = "\(deep)/socket"
        let listener = try UnixSocket.listen(at: path)
        let number = listener.rawValue
        let thread = try WorkerThread(name: "server") {
            let client = accept(number, nil, nil)
            _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            shutdown(client, Int32(SHUT_WR))
            var buffer = [UInt8](repeating: 0, count: 4096)
            while recv(client, &buffer, buffer.count, 0) > 0 {}
            close(client)
        }
        defer { thread.join() }
        do throws(EngineError) {
            return .success(try NBDConnection(connecting: path).byteCount)
        } catch {
            return .failure(error)
        }
    }

    @Test("a whole handshake gives the export's size")
    func handshake() throws {
        #expect(try connect(toServerSaying: Self.handshake) == .success(1 << 20))
    }

    @Test("a handshake that ends early or holds any other byte is survived")
    func hostileHandshake() throws {
        for length in stride(from: 0, to: Self.handshake.count, by: 3) {
            let result = try connect(toServerSaying: Array(Self.handshake.prefix(length)))
            #expect(throws: EngineError.self) { try result.get() }
        }
        var random = SplitMix64(seed: 11)
        for _ in 0..<100 {
            var bytes = Self.handshake
            bytes[random.index(below: bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            bytes[random.index(below: bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            // Some changes do no harm; none may trap or hang.
            _ = try connect(toServerSaying: bytes)
        }
    }
}

@Suite("Counting what a guest asks for") struct TallyEngineTests {
    @Test(
        "flushes are counted and left out where a disk is write-through, and wait for what is in flight"
    )
    func omitted() throws {
        let tally = IOTally()
        let engine = EngineHarness(
            TallyEngine(
                try NullEngine(capacity: 4),
                capacity: 4,
                tally: tally,
                omitsSyncs: true
            )
        )
        let memory = try AlignedBuffer(byteCount: 4096)
        let write = IORequest(
            operation: .write,
            fileDescriptor: 0,
            buffer: memory.pointer,
            byteCount: 4096,
            slot: 0
        )
        let sync = IORequest(operation: .fdatasync, fileDescriptor: 0, slot: 1)
        #expect(try engine.results(of: [write]) == [0: 4096])
        #expect(try engine.results(of: [sync]) == [1: 0])
        #expect(try engine.results(of: [write, sync]) == [0: 4096, 1: 0])
        #expect(engine.inFlight == 0)
        #expect(tally.writes == 2)
        #expect(tally.writtenBytes == 8192)
        #expect(tally.syncs == 2)
    }
}
