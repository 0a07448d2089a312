import IOEngines
import Workloads

/// The write-ahead log's pattern on a raw region: direct writes of whole blocks, then a flush.
///
/// The block that a batch ends in is written again by the next batch, as the page cache does for a buffered append;
/// small records rewrite one block some twelve times. There is no filesystem, so every sync is of the overwrite
/// class and a cut is only a wrap to the ring's next part.
struct RegionLog: WriteAheadStorage, ~Copyable {
    private static let blockBytes = 4096

    private let region: Region
    private let control: RunControl
    private let counters: EtcdCounters
    private var buffer: BatchBuffer
    /// Where the next byte goes, from the region's start.
    private var offset: UInt64 = 0

    init(
        region: Region,
        framing: WALFraming,
        control: RunControl,
        counters: EtcdCounters
    ) throws(EngineError) {
        let buffer = try BatchBuffer(framing: framing)
        self.region = region
        self.control = control
        self.counters = counters
        self.buffer = buffer
    }

    mutating func create<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine
    ) throws(BenchmarkError) {
        buffer.frameLogHead()
        _ = try write(&engine)
        _ = try BlockingIO.sync(&engine, region.fileDescriptor, path: region.path)
    }

    mutating func save<Engine: IOEngine & ~Copyable>(
        _ batch: ProposalQueue.Batch,
        _ engine: inout Engine
    ) throws(BenchmarkError) -> SaveTiming {
        buffer.frame(batch, fileOffset: offset)
        if offset + UInt64(buffer.endOfBatch) + 8192 > region.byteCount {
            // The ring is full: start over, as a purged segment's blocks are used again.
            offset = 0
            buffer.restart()
            counters.cuts.add(1)
        }
        var timing = SaveTiming(
            start: MonotonicClock.now(),
            written: 0,
            synced: 0,
            isMetadata: false,
            overlapsCommit: control.isCommitting
        )
        timing.written = try write(&engine)
        timing.synced = try BlockingIO.sync(&engine, region.fileDescriptor, path: region.path)
        timing.overlapsCommit = timing.overlapsCommit || control.isCommitting
        counters.walSyncs.add(1)
        return timing
    }

    /// Writes the blocks that the framed bytes touch, the tail block of the last batch among them.
    private mutating func write<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine
    ) throws(BenchmarkError) -> UInt64 {
        let block = UInt64(Self.blockBytes)
        let start = offset / block * block
        let blocks = (buffer.endOfBatch + Self.blockBytes - 1) / Self.blockBytes
        buffer.padTo(blocks * Self.blockBytes)
        let finished = try BlockingIO.write(
            &engine,
            region.fileDescriptor,
            buffer.pointer,
            count: blocks * Self.blockBytes,
            offset: Int64(region.offset + start),
            path: region.path
        )
        offset = start + UInt64(buffer.endOfBatch)
        counters.walBytes.add(buffer.count)
        buffer.carryTail()
        return finished
    }
}
