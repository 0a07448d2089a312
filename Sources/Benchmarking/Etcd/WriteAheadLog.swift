import IOEngines
import Workloads

/// etcd's write-ahead log in segment files: buffered writes at the file's end, fdatasync, cut.
///
/// - Source: etcd server/storage/wal/wal.go (Create, Save, sync, cut).
struct WriteAheadLog: WriteAheadStorage, ~Copyable {
    /// etcd's SegmentSizeBytes: 64 MB, not MiB.
    static let segmentBytes: UInt64 = 64 * 1000 * 1000

    private let member: String
    private let directory: String
    private let segmentBytes: UInt64
    private let pipeline: SegmentPipeline
    private let control: RunControl
    private let counters: EtcdCounters
    private var buffer: BatchBuffer
    private var segment: FileDescriptor
    private var segmentPath: String
    private var segments: [String] = []
    private var sequence: UInt64 = 0
    private var offset: UInt64 = 0
    /// The first byte of the segment's part that was never written; always a multiple of 4096.
    private var freshFrom: UInt64 = 0

    /// Prepares a log in `member`/wal; `create` makes it.
    init(
        member: String,
        segmentBytes: UInt64,
        framing: WALFraming,
        pipeline: SegmentPipeline,
        control: RunControl,
        counters: EtcdCounters
    ) throws(EngineError) {
        let buffer = try BatchBuffer(framing: framing)
        let temporary = "\(member)/wal.tmp"
        try FileSystemCalls.makeDirectory(temporary)
        let segment = try FileDescriptor.open(
            "\(temporary)/\(Self.name(sequence: 0, index: 0))",
            [.writeOnly, .create],
            permissions: 0o600
        )
        try segment.allocate(offset: 0, length: Int64(clamping: segmentBytes))
        self.member = member
        directory = "\(member)/wal"
        self.segmentBytes = segmentBytes
        self.pipeline = pipeline
        self.control = control
        self.counters = counters
        segmentPath = "\(directory)/\(Self.name(sequence: 0, index: 0))"
        self.buffer = buffer
        self.segment = segment
    }

    static func name(sequence: UInt64, index: UInt64) -> String {
        "\(hexadecimal(sequence))-\(hexadecimal(index)).wal"
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    mutating func create<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine
    ) throws(BenchmarkError) {
        buffer.frameLogHead()
        _ = try write(&engine)
        _ = try BlockingIO.sync(&engine, segment.rawValue, path: segmentPath)
        do throws(EngineError) {
            try FileSystemCalls.rename("\(member)/wal.tmp", to: directory)
            try FileSystemCalls.syncDirectory(member)
            segments = [segmentPath]
            try pipeline.start()
        } catch {
            throw BenchmarkError(error)
        }
    }

    mutating func save<Engine: IOEngine & ~Copyable>(
        _ batch: ProposalQueue.Batch,
        _ engine: inout Engine
    ) throws(BenchmarkError) -> SaveTiming {
        buffer.frame(batch, fileOffset: offset)
        let cutting = offset >= segmentBytes
        var timing = SaveTiming(
            start: MonotonicClock.now(),
            written: 0,
            synced: 0,
            isMetadata: false,
            overlapsCommit: control.isCommitting
        )
        if cutting {
            try cut(&engine, &timing)
        } else {
            timing.isMetadata = offset + UInt64(buffer.count) > freshFrom
            timing.written = try write(&engine)
            timing.synced = try BlockingIO.sync(&engine, segment.rawValue, path: segmentPath)
            counters.walSyncs.add(1)
        }
        timing.overlapsCommit = timing.overlapsCommit || control.isCommitting
        return timing
    }

    mutating func recordSnapshot<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine
    ) throws(BenchmarkError) -> UInt64? {
        buffer.frameSnapshot()
        let written = try write(&engine)
        let synced = try BlockingIO.sync(&engine, segment.rawValue, path: segmentPath)
        counters.walSyncs.add(1)
        counters.snapshots.add(1)
        return synced - written
    }

    /// Writes the framed bytes at the segment's end, in the pieces etcd's page writer would make.
    private mutating func write<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine
    ) throws(BenchmarkError) -> UInt64 {
        var begin = 0
        var finished: UInt64 = 0
        for end in buffer.pieces {
            finished = try BlockingIO.write(
                &engine,
                segment.rawValue,
                buffer.pointer + begin,
                count: end - begin,
                offset: Int64(offset),
                path: segmentPath
            )
            offset += UInt64(end - begin)
            begin = end
        }
        freshFrom = max(freshFrom, (offset + 4095) / 4096 * 4096)
        counters.walBytes.add(buffer.count)
        return finished
    }

    /// Closes the full segment and continues in the next one, in etcd's order of calls.
    private mutating func cut<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine,
        _ timing: inout SaveTiming
    ) throws(BenchmarkError) {
        do throws(EngineError) {
            try segment.truncate(to: Int64(clamping: offset))
        } catch {
            throw BenchmarkError(error)
        }
        timing.isMetadata = true
        timing.written = try write(&engine)
        timing.synced = try BlockingIO.sync(&engine, segment.rawValue, path: segmentPath)
        guard let next = pipeline.take() else {
            throw BenchmarkError(
                operation: "cut",
                subject: segmentPath,
                reason: "the run ended while the next segment was being allocated"
            )
        }
        sequence += 1
        let finalPath = "\(directory)/\(Self.name(sequence: sequence, index: buffer.nextIndex))"
        let temporary = next.path
        segment = next
        segmentPath = finalPath
        offset = 0
        freshFrom = 0
        buffer.frameSegmentHead()
        let headWritten = try write(&engine)
        let headSynced = try BlockingIO.sync(&engine, segment.rawValue, path: finalPath)
        var directorySync: UInt64 = 0
        do throws(EngineError) {
            try FileSystemCalls.rename(temporary, to: finalPath)
            let start = MonotonicClock.now()
            try FileSystemCalls.syncDirectory(directory)
            directorySync = MonotonicClock.now() - start
            // etcd closes the segment and opens it again under its final name.
            segment = try FileDescriptor.open(finalPath, [.writeOnly])
        } catch {
            throw BenchmarkError(error)
        }
        segments.append(finalPath)
        if segments.count > SegmentPipeline.segmentsKept {
            pipeline.remove(segments.removeFirst())
        }
        counters.walSyncs.add(3)
        counters.cuts.add(1)
        timing.cut = SaveTiming.CutTiming(
            syncs: (timing.synced - timing.written, headSynced - headWritten, directorySync),
            start: timing.start,
            total: MonotonicClock.now() - timing.start
        )
    }
}
