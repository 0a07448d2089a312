import Benchmarking
import IOEngines
import ResultStore
import Statistics
import TestSupport
import Testing
import Units

@testable import Replication

@Suite struct NetworkRunTests {
    static let plan = NetworkPlan(
        rounds: 2,
        sliceNanoseconds: 8_000_000,
        streamNanoseconds: 15_000_000,
        streams: 2,
        limitNanoseconds: 15_000_000_000,
        timeoutNanoseconds: 2_000_000_000
    )

    static func run(
        port: UInt16,
        host: String = "127.0.0.1",
        plan: NetworkPlan = plan,
        cancellation: Cancellation = Cancellation()
    ) -> NetworkRun.Outcome {
        let endpoint = Endpoint(kind: .agent, host: host, port: port)
        let peer = LadderReplica(
            name: endpoint.description,
            endpoint: endpoint,
            isAgent: true,
            isWritable: true
        )
        return NetworkRun(
            plan: plan,
            peer: peer,
            token: nil,
            cancellation: cancellation,
            runStart: MonotonicClock.now(),
            progress: { _ in }
        ).run()
    }

    @Test(
        "every kind of exchange is measured in every round, and the path is described",
        arguments: ["127.0.0.1", "::1"]
    )
    func everything(host: String) throws {
        let rig = try AgentTests.Rig(host: host)
        let echo = try PathEcho(at: rig.endpoint, cookie: rig.agent.cookie)
        try echo.start()
        defer { echo.stop() }
        let outcome = Self.run(port: rig.agent.port, host: host)
        #expect(outcome.failure == nil)
        let cells = Self.plan.cells(onlyPings: false)
        #expect(outcome.phases.map(\.name) == cells.map(\.name))
        #expect(Set(cells.map(\.name)).count == cells.count)
        #expect(outcome.phases.allSatisfy { $0.rounds.count == 2 })
        #expect(outcome.phases.allSatisfy { ($0.counters["requests"] ?? 0) > 0 })
        let path = outcome.path
        #expect(path.isLoopback)
        #expect(path.interface?.name == "lo")
        #expect(path.mtu?.method == "datagrams")
        #expect(path.mtu?.state == .whole)
        #expect(path.slopes.map(\.operation) == ["write", "read"])
        // What the line comes to is tested below, where the rounds are given: 16 ms a point may tilt it.
        #expect(path.slopes.allSatisfy { $0.interceptNs.isFinite })
        #expect(path.streams.map(\.streams) == [1, 1, 2, 2])
        #expect(path.streams.allSatisfy { $0.bytesPerSecond > 1e6 })
        #expect((path.transport?.segmentsSent ?? 0) > 100)
    }

    @Test("without an echo TCP is believed, and the record says why")
    func noEcho() throws {
        let rig = try AgentTests.Rig()
        var plan = Self.plan
        plan.rounds = 1
        let outcome = Self.run(port: rig.agent.port, plan: plan)
        #expect(outcome.failure == nil)
        #expect(outcome.path.mtu?.method == "tcp")
        #expect(outcome.path.unknown.contains { $0.contains("UDP port") })
    }

    @Test("when the time is over, what was measured is kept, and what was not is counted")
    func timeOver() throws {
        let rig = try AgentTests.Rig()
        var plan = Self.plan
        plan.rounds = 1000
        plan.limitNanoseconds = 1_000_000_000
        let start = MonotonicClock.now()
        let outcome = Self.run(port: rig.agent.port, plan: plan)
        #expect(MonotonicClock.now() - start < 6_000_000_000)
        #expect(outcome.failure == nil)
        #expect(!outcome.phases.isEmpty)
        #expect(outcome.warnings.contains { $0.code == "time-over" })
    }

    @Test("an agent that ends in the middle ends the run, and what was measured is kept")
    func agentEnds() throws {
        let rig = try AgentTests.Rig()
        var plan = Self.plan
        plan.rounds = 1000
        let agent = rig.agent
        let killer = try WorkerThread(name: "end") {
            MonotonicClock.sleep(nanoseconds: 700_000_000)
            agent.stop()
        }
        let outcome = Self.run(port: rig.agent.port, plan: plan)
        killer.join()
        #expect(outcome.failure != nil)
        #expect(!outcome.phases.isEmpty)
    }

    @Test("nobody there is one error and no phase")
    func refused() throws {
        let port: UInt16 = try {
            let rig = try AgentTests.Rig()
            return rig.agent.port
        }()
        let outcome = Self.run(port: port)
        #expect(outcome.phases.isEmpty)
        #expect(outcome.failure?.exitCode == .missing)
    }

    @Test("a line through exact round trips has their slope")
    func slope() throws {
        // 20 µs and 2 µs a KiB; below 256 ns a bucket is exact, above it is 0.8 % wide.
        let phases = [0, 4, 8, 64, 128].map { kib in
            let cell = NetworkPlan.Cell(
                operation: kib == 0 ? .ping : .write,
                blockBytes: kib << 10,
                depth: 1,
                connections: 1
            )
            let rounds = (0..<6).map { _ in
                var histogram = LatencyHistogram()
                for _ in 0..<100 { histogram.record(20_000 + UInt64(kib) * 2000) }
                return RoundRecord(
                    durationNs: 1_000_000_000,
                    latency: [
                        cell.operationClass.rawValue: SparseHistogram(histogram.takeSnapshot())
                    ]
                )
            }
            return PhaseRecord(
                name: cell.name,
                kind: "network",
                startSeconds: 0,
                rounds: rounds,
                ladder: cell.point("peer")
            )
        }
        let slopes = NetworkFigures.slopes(phases)
        let write = try #require(slopes.first)
        #expect(slopes.count == 1)
        #expect(abs(write.nsPerKib - 2000) < 20)
        #expect(abs(write.interceptNs - 20_000) < 500)
        #expect(abs((write.bytesPerSecond ?? 0) - 512e6) < 5e6)
        let interval = try #require(write.nsPerKibCi95)
        #expect(interval[0] <= write.nsPerKib + 1 && interval[1] >= write.nsPerKib - 1)
    }

    @Test("a replica that is somebody's gets pings and nothing else")
    func onlyPings() {
        let cells = Self.plan.cells(onlyPings: true)
        #expect(cells.allSatisfy { $0.operation == .ping })
        #expect(cells.map(\.depth) == [1, 16])
        #expect(cells.allSatisfy { $0.connections == 1 })
    }
}
