import Foundation
import HostFacts
import IOEngines
import ResultStore
import Statistics
import TestSupport
import Synchronization
import Testing
import Units
import Workloads

@testable import Benchmarking

@Suite("An etcd member on real files", .serialized, .timeLimit(.minutes(2)))
struct EtcdMemberTests {
    private func plan(_ load: EtcdLoad, rounds: Int) -> EtcdPlan {
        EtcdPlan(
            load: load,
            extras: false,
            maximumRounds: rounds,
            roundNanoseconds: 200_000_000,
            adaptive: false
        )
    }

    private func run(
        _ directory: String,
        _ options: EtcdOptions,
        _ plan: EtcdPlan,
        cancellation: Cancellation = Cancellation()
    ) -> EtcdBenchmark.Outcome {
        var benchmark = EtcdBenchmark(
            place: .directory(directory),
            options: options,
            plan: plan,
            target: TargetFacts(path: directory, kind: "directory"),
            root: SystemRoot(),
            cancellation: cancellation,
            runStart: MonotonicClock.now(),
            progress: { _ in }
        )
        return benchmark.run()
    }

    @Test(
        "counts agree with histograms, on every engine and however puts travel",
        .requiresIOUring,
        arguments: [
            (EngineChoice.sync, PutTransport.tcp), (.sync, .memory), (.libaio, .tcp),
            (.ioUring, .tcp),
        ]
    )
    func countsAgree(engine: EngineChoice, transport: PutTransport) throws {
        let directory = try TemporaryDirectory(isInMemory: true)
        let options = EtcdOptions(transport: transport, engine: engine)
        let outcome = run(directory.path, options, plan(.small, rounds: 3))
        #expect(outcome.failure == nil)
        let phase = try #require(outcome.phases.first)
        #expect(phase.rounds.count == 3)
        let puts = phase.counters["puts"] ?? 0
        #expect(abs(Double(phase.pooled([.clientPut]).count) - puts) <= 3)
        #expect(puts > 70)
        let syncs = phase.counters["wal_syncs"] ?? 0
        #expect(abs(Double(phase.pooled(OperationClass.walFsync).count) - syncs) <= 3)
        #expect(phase.counters["pages"] ?? 0 > 0)
    }

    @Test("cut segments have etcd's names, lengths and an unbroken chain of CRCs")
    func segments() throws {
        let directory = try TemporaryDirectory()
        var load = EtcdLoad.medium
        load.ratePerSecond = nil
        load.clients = 8
        let options = EtcdOptions(payload: .random, segmentBytes: 1_000_000)
        let member = try EtcdMember(
            place: .directory(directory.path),
            options: options,
            tree: BackendTree()
        )
        try member.start()
        member.queue.begin(try member.prepare(load))
        let deadline = MonotonicClock.now() + 20_000_000_000
        while member.counters.cuts.load(ordering: .relaxed) < 2, MonotonicClock.now() < deadline {
            MonotonicClock.sleep(nanoseconds: 5_000_000)
        }
        member.stop()
        #expect(member.control.failure == nil)
        let folder = "\(directory.path)/member/wal"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".wal") }.sorted()
        #expect(names.count >= 3)
        #expect(names.first == "0000000000000000-0000000000000000.wal")
        #expect(names.allSatisfy { $0.count == 37 })
        for (index, name) in names.enumerated() {
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
            // The first eight bytes are a length; a cut segment ends with its last record.
            #expect(data.count >= 1_000_000)
            #expect(data[0] != 0)
            if index + 1 < names.count { #expect(data.count < 1_000_000 + 200_000) }
        }
    }

    @Test("a new database has the pages of etcd's start; an old one is left as it is")
    func newDatabase() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/db"
        let payload = PayloadSource(kind: .random, seed: 1)
        for _ in 0..<2 {
            _ = try DatabaseFile(path: path, compatibility: .v3_4_23, payload: payload)
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(data.count == 5 * BackendTree.pageBytes)
            for page in 0..<5 {
                let begin = page * BackendTree.pageBytes
                #expect(data[begin..<(begin + BackendTree.pageBytes)].contains { $0 != 0 })
            }
        }
    }

    @Test("a database grows as its release grows it", arguments: EtcdCompatibility.allCases)
    func growth(compatibility: EtcdCompatibility) throws {
        let directory = try TemporaryDirectory()
        let options = EtcdOptions(compatibility: compatibility)
        let outcome = run(directory.path, options, plan(.medium, rounds: 2))
        #expect(outcome.failure == nil)
        let path = "\(directory.path)/member/snap/db"
        let bytes = try #require(
            try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        )
        let grew = outcome.phases.first?.counters["grows"] ?? -1
        if compatibility == .v3_4_23 {
            #expect(grew == 0 && bytes < 16 << 20)
        } else {
            #expect(bytes > 16 << 20)
        }
        #expect(bytes.isMultiple(of: 4096))
    }

    @Test("a directory that vanishes ends the run with an error that names it")
    func missing() throws {
        let outcome = run("/nonexistent/place", EtcdOptions(), plan(.small, rounds: 2))
        let failure = try #require(outcome.failure)
        #expect(failure.description.contains("/nonexistent/place"))
        #expect(failure.exitCode == .missing)
    }

    @Test("a cancelled run returns soon with what it has")
    func cancelled() throws {
        let directory = try TemporaryDirectory()
        let cancellation = Cancellation()
        let thread = try WorkerThread(name: "test") {
            MonotonicClock.sleep(nanoseconds: 1_800_000_000)
            cancellation.request(signal: 2)
        }
        let start = MonotonicClock.now()
        let outcome = run(
            directory.path,
            EtcdOptions(),
            plan(.small, rounds: 500),
            cancellation: cancellation
        )
        thread.join()
        #expect(outcome.wasInterrupted)
        #expect(MonotonicClock.now() - start < 10_000_000_000)
        #expect(outcome.phases.first?.rounds.isEmpty == false)
        #expect(outcome.phases.first?.stopReason == "interrupted")
    }

    @Test("a member that is stopped leaves no thread and no descriptor behind")
    func leaks() throws {
        func descriptors() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        }
        func threads() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap {
                try? String(contentsOfFile: "/proc/self/task/\($0)/comm", encoding: .utf8)
            }
        }
        let directory = try TemporaryDirectory()
        let member = try EtcdMember(
            place: .directory(directory.path),
            options: EtcdOptions(),
            tree: BackendTree()
        )
        try member.start()
        MonotonicClock.sleep(nanoseconds: 50_000_000)
        // The counter sees a live member, so that it cannot pass without looking.
        #expect(try threads().contains("raft\n"))
        member.stop()
        #expect(try !threads().contains("raft\n"))
        #expect(try !threads().contains("wal-pipeline\n"))
        let open = try descriptors()
        #expect(open < 200)
    }
}
