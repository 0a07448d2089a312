import IOEngines
import ResultStore
import Statistics
import Testing
import Workloads

@testable import Benchmarking

@Suite("Loopback transport") struct LoopbackTransportTests {
    /// Plays raft loop and apply: answers what reached the member, in batches.
    private func answer(
        _ transport: LoopbackTransport,
        _ control: RunControl
    ) throws -> WorkerThread {
        let (proposals, server) = (transport.proposals, transport.server)
        return try WorkerThread(name: "answer") {
            let puts = UnsafeMutablePointer<UInt64>.allocate(capacity: 4096)
            defer { puts.deallocate() }
            while !control.isStopping {
                let batch = proposals.takeAll(into: puts, limit: 4096)
                for index in 0..<batch.count { server.answer(Int(puts[index])) }
            }
        }
    }

    private func waitUntil(seconds: UInt64 = 20, _ reached: () -> Bool) -> Bool {
        let deadline = MonotonicClock.now() + seconds * 1_000_000_000
        while MonotonicClock.now() < deadline {
            if reached() { return true }
            MonotonicClock.sleep(nanoseconds: 2_000_000)
        }
        return false
    }

    @Test(
        "every put is answered once, whatever its size",
        arguments: [(clients: 1, value: 0), (7, 1024), (200, 1024), (3, 1_048_576)]
    )
    func everyPut(clients: Int, value: Int) throws {
        let control = RunControl()
        let offered = ProposalQueue(control: control)
        let transport = try LoopbackTransport(offered: offered, control: control)
        try transport.start()
        var load = EtcdLoad.small
        load.clients = clients
        load.valueBytes = value
        offered.begin(try transport.prepare(load))
        control.round = 0
        let member = try answer(transport, control)
        let count = value > 100_000 ? 50 : 2000
        let begin = MonotonicClock.now()
        for _ in 0..<count { #expect(offered.push(intended: begin)) }
        #expect(waitUntil { offered.state().completed == count })
        control.round = RunControl.notRecording
        control.stop()
        transport.stop()
        member.join()
        #expect(offered.state().completed == count)
        let recorded = HistogramSnapshot.merged(
            transport.client.recordings.collect().compactMap { $0.latency[.clientPut] }
        )
        #expect(recorded.count == UInt64(count))
        // From the intended start, which was the same for all: no put can have taken longer than all together.
        #expect(recorded.maximum <= MonotonicClock.now() - begin)
        #expect(transport.kind == .tcp)
    }

    @Test("a closed loop keeps each client at one put, for more puts than the queue holds")
    func closedLoop() throws {
        let control = RunControl()
        let offered = ProposalQueue(control: control)
        let transport = try LoopbackTransport(offered: offered, control: control)
        try transport.start()
        let load = EtcdLoad(
            name: "closed",
            ratePerSecond: nil,
            clients: 64,
            keyBytes: 1,
            valueBytes: 0
        )
        let member = try answer(transport, control)
        offered.begin(try transport.prepare(load))
        let goal = ProposalQueue.capacity + 1000
        #expect(waitUntil(seconds: 60) { offered.state().completed >= goal })
        #expect(offered.state().waiting <= 64)
        control.stop()
        transport.stop()
        member.join()
    }

    @Test("the end of a run does not wait for a member that no longer answers")
    func silentMember() throws {
        let control = RunControl()
        let offered = ProposalQueue(control: control)
        let transport = try LoopbackTransport(offered: offered, control: control)
        try transport.start()
        var load = EtcdLoad.small
        load.valueBytes = 1_048_576
        offered.begin(try transport.prepare(load))
        for _ in 0..<200 { _ = offered.push(intended: MonotonicClock.now()) }
        MonotonicClock.sleep(nanoseconds: 100_000_000)
        let before = MonotonicClock.now()
        control.stop()
        transport.stop()
        #expect(MonotonicClock.now() - before < 2_000_000_000)
    }

    @Test("a header is found again however the stream is cut")
    func header() {
        let header = PutHeader(intended: 0x0102_0304_0506_0708, requestBytes: 1337)
        let bytes = withUnsafeBytes(of: header) { Array($0) } + [9, 9, 9]
        for cut in 0...bytes.count {
            var found = PutHeader()
            bytes[..<cut].withUnsafeBytes { found.take($0, at: 0) }
            bytes[cut...].withUnsafeBytes { found.take($0, at: cut) }
            #expect(found.intended == header.intended)
            #expect(found.requestBytes == 1337)
        }
    }
}
