import Benchmarking
import Glibc
import IOEngines
import TestSupport
import Testing

@testable import Replication

@Suite("Allocations of agent and client") struct AgentAllocationTests {
    @Test(
        "neither the agent nor the client allocates for a request",
        .enabled(if: AllocationCounter.isPossible, "needs clang or cc"),
        .disabled(if: AllocationCounter.isSanitized, "the sanitizer brings its own malloc")
    )
    func doesNotAllocate() throws {
        let child = try AllocationCounter.run(filter: "countsReplicationAllocations")
        #expect(child.status == 0, "\(child.stdout)\(child.stderr)")
        for name in ["agent in memory", "agent with a file", "agent with workers", "client"] {
            #expect(child.stdout.contains("\(name): none for a request"), "\(name)")
        }
    }

    @Test(
        "the child of the allocation test counts",
        .enabled(if: AllocationCounter.isChild, "started by its parent")
    )
    func countsReplicationAllocations() throws {
        let count = try AllocationCounter.ofThisThread()
        let directory = try TemporaryDirectory()
        func file() throws -> VolumeStore {
            let path = directory.file("v\(Int.random(in: 0..<Int.max))")
            try FileSystemCalls.makeDirectory(path)
            return VolumeStore(file: try ReplicaFile.create(in: path, byteCount: 1 << 20))
        }
        let stores: [(String, () throws -> VolumeStore, Bool)] = [
            ("agent in memory", { VolumeStore(memory: .max) }, true),
            ("agent with a file", file, true), ("agent with workers", file, false),
        ]
        for (name, store, isQuick) in stores {
            // What is made once, and by whichever thread comes first, is not for a request.
            _ = try agent(store(), requests: 200, isQuick: isQuick, count)
            let few = try agent(store(), requests: 200, isQuick: isQuick, count)
            let many = try agent(store(), requests: 2000, isQuick: isQuick, count)
            Self.judge(name, few, many)
        }
        let rig = try AgentTests.Rig()
        let set = try rig.set(.memory)
        func run(_ requests: UInt64) throws -> Int {
            let before = count()
            _ = try set.run(AgentTests.plan(.write, 4096, depth: 16, requests: requests), on: [0])
            return count() - before
        }
        _ = try run(200)
        Self.judge("client", try run(200), try run(2000))
    }

    /// 1800 requests more must not show: some few allocations come and go with threads that are made or not.
    private static func judge(_ name: String, _ few: Int, _ many: Int) {
        #expect(many - few < 60, "\(name): \(few) for 200 requests, \(many) for 2000")
        if many - few < 60 { print("\(name): none for a request") }
    }

    /// Allocations of the thread that serves a connection, from its first request to its end.
    private func agent(
        _ store: VolumeStore,
        requests: Int,
        isQuick: Bool,
        _ count: @convention(c) () -> Int
    ) throws -> Int {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue)
        try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
        var limits = AgentLimits()
        limits.workers = 4
        let volume = AgentVolume(
            store: store,
            capacity: 64,
            workers: limits.workers,
            // A volume with a delay is none that answers at once.
            delayNanoseconds: isQuick ? 0 : 1000
        )
        // A file is slow until it has been seen to be quick.
        if isQuick { for _ in 0..<200 { volume.note(0) } }
        let client = ends[1]
        let driver = try WorkerThread(name: "client") {
            var message = [UInt8](repeating: 7, count: MessageHeader.byteCount + 4096)
            var answer = [UInt8](repeating: 0, count: MessageHeader.byteCount * 8)
            for batch in 0..<requests / 8 {
                for number in 0..<8 {
                    message.withUnsafeMutableBytes { bytes in
                        if let base = bytes.baseAddress {
                            MessageHeader(
                                sequence: UInt32(batch * 8 + number + 1),
                                kind: .write,
                                offset: Int64(number) * 4096,
                                size: 4096,
                                dataLength: 4096
                            ).write(to: base)
                        }
                    }
                    _ = send(client, message, message.count, Int32(MSG_NOSIGNAL))
                }
                var have = 0
                while have < answer.count {
                    let got = recv(client, &answer, answer.count - have, 0)
                    guard got > 0 else { break }
                    have += got
                }
            }
            close(client)
        }
        let connection = AgentConnection(
            socket: StreamSocket(taking: ends[0]),
            volume: volume,
            limits: limits,
            isOwn: true
        )
        let before = count()
        let end = connection.run(after: [])
        let spent = count() - before
        driver.join()
        volume.close()
        #expect(end == nil)
        #expect(connection.served == UInt64(requests))
        return spent
    }
}
