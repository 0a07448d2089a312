import Benchmarking
import IOEngines
import Replication
import ResultStore
import Statistics
import TestSupport
import Testing

@Suite(.serialized) struct LadderTests {
    private static func replica(_ rig: AgentTests.Rig, _ name: String) -> LadderReplica {
        LadderReplica(name: name, endpoint: rig.endpoint, isAgent: true, isWritable: true)
    }

    private static func run(
        _ replicas: [LadderReplica],
        loads: LadderPlan.Loads,
        rounds: Int = 3,
        cancellation: Cancellation = Cancellation(),
        progress: @escaping (Progress) -> Void = { _ in }
    ) -> LadderRun.Outcome {
        LadderRun(
            plan: LadderPlan(
                rounds: rounds,
                sliceNanoseconds: 30_000_000,
                volumeBytes: 4 << 20,
                loads: loads
            ),
            replicas: replicas,
            token: nil,
            cancellation: cancellation,
            runStart: MonotonicClock.now(),
            progress: progress
        ).run()
    }

    private static func p50(
        _ outcome: LadderRun.Outcome,
        _ step: LadderStep,
        _ replicas: [String],
        atOnce: Int = 1,
        _ operation: OperationClass = .write
    ) throws -> Double {
        let phase = outcome.phases.first {
            $0.ladder?.step == step && $0.ladder?.replicas == replicas && $0.ladder?.depth == 1
                && $0.ladder?.atOnce == atOnce
                && ($0.ladder?.operation == operation.rawValue || step == .ping)
        }
        return try #require(phase).pooled([step == .ping ? .ping : operation]).quantile(0.5)
    }

    @Test("each step is there, in every round, and a slow disk is on the steps that touch it")
    func steps() throws {
        let fast = try AgentTests.Rig()
        let slow = try AgentTests.Rig { $0.delayNanoseconds = 20_000_000 }
        let outcome = Self.run(
            [Self.replica(fast, "fast"), Self.replica(slow, "slow")],
            loads: .write
        )
        #expect(outcome.failures.isEmpty)
        // Ping, disk, way and replica of each; disk and way of each with both busy; the volume.
        #expect(outcome.phases.count == 4 * 2 + 2 * 2 + 1)
        #expect(outcome.phases.allSatisfy { $0.rounds.count == 3 && $0.kind == "ladder" })
        for (step, atOnce) in [(LadderStep.disk, 1), (.disk, 2), (.replica, 1)] {
            #expect(try Self.p50(outcome, step, ["slow"], atOnce: atOnce) >= 20_000_000)
        }
        for (step, atOnce) in [(LadderStep.ping, 1), (.exchange, 1), (.exchange, 2)] {
            #expect(try Self.p50(outcome, step, ["slow"], atOnce: atOnce) < 20_000_000)
        }
        #expect(try Self.p50(outcome, .replica, ["fast"]) < 20_000_000)
        #expect(try Self.p50(outcome, .fanOut, ["fast", "slow"]) >= 20_000_000)
    }

    @Test("with all loads there are reads, deep queues and sequential requests")
    func loads() throws {
        let rig = try AgentTests.Rig()
        let outcome = Self.run([Self.replica(rig, "a")], loads: [.write, .read, .deep], rounds: 2)
        #expect(outcome.failures.isEmpty)
        let points = outcome.phases.compactMap(\.ladder).filter { $0.step == .fanOut }
        let texts = points.map {
            "\($0.operation) \($0.pattern ?? "") \($0.blockBytes) \($0.depth)"
        }
        #expect(
            texts == [
                "write random 4096 1", "read random 4096 1", "write random 4096 16",
                "write sequential 131072 16", "read random 4096 16", "read sequential 131072 16",
            ]
        )
    }

    @Test("a replica that is lost is named, and the others' results are kept")
    func lost() throws {
        let stays = try AgentTests.Rig()
        let goes = try AgentTests.Rig()
        let agent = goes.agent
        let outcome = Self.run(
            [Self.replica(stays, "stays"), Self.replica(goes, "goes")],
            loads: .write,
            rounds: 4
        ) { progress in
            if progress.phase == "ladder", progress.round == 2 { agent.stop() }
        }
        #expect(outcome.failures.count == 1)
        #expect(outcome.failures.first?.subject.contains("\(goes.agent.port)") == true)
        let rounds = outcome.phases.filter {
            $0.ladder?.replicas == ["stays"] && $0.ladder?.atOnce == 1
        }
        .map(\.rounds.count)
        #expect(rounds == [4, 4, 4, 4])
        #expect(outcome.phases.first { $0.ladder?.step == .fanOut }?.rounds.count == 2)
    }

    @Test("a run that is ended early keeps the rounds it has")
    func cancelled() throws {
        let rig = try AgentTests.Rig()
        let cancellation = Cancellation()
        let outcome = Self.run(
            [Self.replica(rig, "a")],
            loads: .write,
            rounds: 50,
            cancellation: cancellation
        ) { progress in
            if progress.phase == "ladder", progress.round == 2 { cancellation.request(signal: 2) }
        }
        #expect(outcome.failures.isEmpty)
        #expect(outcome.phases.allSatisfy { (2...3).contains($0.rounds.count) })
        #expect(outcome.phases.allSatisfy { $0.stopReason == "interrupted" })
    }

    @Test("a replica that must not be written to gets pings and reads only")
    func readOnly() throws {
        let rig = try AgentTests.Rig()
        let replica = LadderReplica(
            name: "real",
            endpoint: rig.endpoint,
            isAgent: false,
            isWritable: false,
            volumeBytes: 1 << 20
        )
        let outcome = Self.run([replica], loads: [.write, .read, .deep], rounds: 2)
        #expect(outcome.failures.isEmpty)
        #expect(Set(outcome.phases.compactMap(\.ladder?.operation)) == ["ping", "read"])
    }
}
