import IOEngines
import Synchronization
import Testing
import Workloads

@testable import Benchmarking

@Suite("Proposal queue") struct ProposalQueueTests {
    private func take(_ queue: ProposalQueue, limit: Int = 4096) -> [UInt64] {
        let times = UnsafeMutablePointer<UInt64>.allocate(capacity: limit)
        defer { times.deallocate() }
        let batch = queue.takeAll(into: times, limit: limit)
        return (0..<batch.count).map { times[$0] }
    }

    @Test("what arrived during a sync forms the next batch, in order")
    func groupCommit() {
        let queue = ProposalQueue(control: RunControl())
        queue.begin(.small)
        for time: UInt64 in 1...7 { #expect(queue.push(intended: time)) }
        #expect(take(queue) == [1, 2, 3, 4, 5, 6, 7])
    }

    @Test("no more than the clients' puts are outstanding; the rest waits")
    func clients() {
        let queue = ProposalQueue(control: RunControl())
        var load = EtcdLoad.small
        load.clients = 3
        queue.begin(load)
        for time: UInt64 in 1...5 { _ = queue.push(intended: time) }
        #expect(take(queue) == [1, 2, 3])
        queue.complete(2, at: 9)
        #expect(take(queue) == [4, 5])
        #expect(queue.state().completed == 2)
        #expect(queue.state().waiting == 3)
    }

    @Test("a closed loop sends the next put when one is done, until it is ended")
    func closedLoop() {
        let queue = ProposalQueue(control: RunControl())
        queue.begin(.openShift)
        #expect(take(queue).count == 1)
        queue.complete(1, at: 77)
        #expect(take(queue) == [77])
        queue.end()
        queue.complete(1, at: 88)
        #expect(queue.state().waiting == 0)
    }

    @Test("a full backlog refuses and counts")
    func full() {
        let queue = ProposalQueue(control: RunControl())
        queue.begin(.small)
        for time in 0..<ProposalQueue.capacity { #expect(queue.push(intended: UInt64(time))) }
        #expect(!queue.push(intended: 1))
        #expect(queue.state().refused == 1)
        #expect(queue.state().largestBacklog == ProposalQueue.capacity)
    }

    @Test("stopping and nudging wake a waiting raft loop", .timeLimit(.minutes(1)))
    func wakes() throws {
        let control = RunControl()
        let queue = ProposalQueue(control: control)
        queue.begin(.small)
        let woken = Atomic<Int>(0)
        try withExtendedLifetime(woken) {
            let thread = try WorkerThread(name: "test") {
                let times = UnsafeMutablePointer<UInt64>.allocate(capacity: 8)
                defer { times.deallocate() }
                while !control.isStopping { _ = queue.takeAll(into: times, limit: 8) }
            }
            queue.nudge()
            control.stop()
            thread.join()
        }
        #expect(control.isStopping)
    }
}
