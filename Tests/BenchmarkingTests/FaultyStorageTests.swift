import IOEngines
import TestSupport
import Testing
import Units
import Workloads

@testable import Benchmarking

@Suite("I/O that fails under the raft loop") struct FaultyStorageTests {
    @Test(
        "a failed write or sync ends the batch with its cause",
        arguments: [
            (IOOperation.write, Int32(5), "EIO"), (.write, 28, "ENOSPC"),
            (.fdatasync, 5, "EIO"), (.fdatasync, 19, "ENODEV"),
        ]
    )
    func failure(operation: IOOperation, number: Int32, name: String) throws {
        let directory = try TemporaryDirectory()
        let control = RunControl()
        let counters = EtcdCounters()
        let pipeline = SegmentPipeline(
            directory: directory.file("wal"),
            segmentBytes: 1_000_000,
            control: control
        )
        var log = try WriteAheadLog(
            member: directory.path,
            segmentBytes: 1_000_000,
            framing: WALFraming(payload: PayloadSource(kind: .zero, seed: 1)),
            pipeline: pipeline,
            control: control,
            counters: counters
        )
        // The first of each makes the log; the third batch meets the fault.
        let plan = FaultPlan(faults: [Fault(.fail(errno: number), on: operation, nth: 3)])
        var engine = try FaultEngine(SyncEngine(capacity: 4), capacity: 4, plan: plan)
        try log.create(&engine)
        let batch = ProposalQueue.Batch(count: 1, keyBytes: 8, valueBytes: 100)
        var failure: BenchmarkError?
        var saved = 0
        for _ in 0..<5 where failure == nil {
            do throws(BenchmarkError) {
                _ = try log.save(batch, &engine)
                saved += 1
            } catch {
                failure = error
            }
        }
        control.stop()
        pipeline.join()
        #expect((1...2).contains(saved))
        #expect(failure?.description.contains(name) == true, "\(String(describing: failure))")
        #expect(failure?.exitCode == .failure)
    }

    @Test("a batch is cut into writes where etcd's page writer cuts it")
    func pieces() throws {
        let payload = PayloadSource(kind: .zero, seed: 1)
        var buffer = try BatchBuffer(framing: WALFraming(payload: payload, firstIndex: 300))
        buffer.frame(ProposalQueue.Batch(count: 90, keyBytes: 276, valueBytes: 1024), fileOffset: 0)
        // 90 × 1352 + 40 is under 128 KiB: one write of the exact length.
        #expect(buffer.pieces == [121_720])
        buffer.frame(
            ProposalQueue.Batch(count: 300, keyBytes: 276, valueBytes: 1024),
            fileOffset: 100
        )
        #expect(buffer.pieces.last == buffer.count)
        #expect(buffer.pieces.count >= 3)
        for end in buffer.pieces.dropLast() { #expect((100 + end).isMultiple(of: 4096)) }
        #expect(zip(buffer.pieces, buffer.pieces.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("neighbouring page runs become one write, up to 512 KiB")
    func merging() {
        let runs = [
            PageRun(first: 3, count: 1), PageRun(first: 4, count: 2), PageRun(first: 9, count: 1),
        ]
        #expect(
            RegionPages.merged(runs) == [PageRun(first: 3, count: 3), PageRun(first: 9, count: 1)]
        )
        let long = (0..<200).map { PageRun(first: $0, count: 1) }
        #expect(RegionPages.merged(long).map(\.count) == [128, 72])
    }
}
