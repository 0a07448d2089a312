import IOEngines
import ResultStore
import Workloads

/// Where the raft loop's batches go: etcd's segment files, or the same pattern on a raw device.
///
/// Used by the raft thread alone.
protocol WriteAheadStorage: ~Copyable, SendableMetatype {
    /// Creates the log with its first segment.
    mutating func create<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine
    ) throws(BenchmarkError)

    /// Frames a batch, writes it and syncs; cuts to a new segment when the old one is full.
    ///
    /// - Returns: the batch's timings.
    /// - Throws: `BenchmarkError` for any failed write or sync.
    mutating func save<Engine: IOEngine & ~Copyable>(
        _ batch: ProposalQueue.Batch,
        _ engine: inout Engine
    ) throws(BenchmarkError) -> SaveTiming

    /// Writes and syncs the record that a snapshot file exists.
    ///
    /// - Returns: the duration of the sync in nanoseconds; nil where there are no snapshots.
    mutating func recordSnapshot<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine
    ) throws(BenchmarkError) -> UInt64?
}

extension WriteAheadStorage where Self: ~Copyable {
    /// A raw region has no snapshots; only segment files record them.
    mutating func recordSnapshot<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine
    ) throws(BenchmarkError) -> UInt64? { nil }
}

/// When the parts of one batch happened, in `MonotonicClock` nanoseconds.
struct SaveTiming {
    /// Before the (first) write.
    var start: UInt64
    /// After the last write, before the sync.
    var written: UInt64
    /// After the sync.
    var synced: UInt64
    /// The sync had to commit metadata too: it covered blocks never written before.
    var isMetadata: Bool
    /// A backend commit was running when the sync began or when it ended.
    var overlapsCommit: Bool
    /// Durations of the syncs of a cut; zero when the batch did not cut.
    var cut: CutTiming?

    /// The syncs of a segment cut, and the whole of it.
    struct CutTiming {
        /// fdatasync of the old segment, fdatasync of the new one, fsync of the directory.
        var syncs: (UInt64, UInt64, UInt64)
        var start: UInt64
        var total: UInt64
    }
}

/// One blocking write or sync through an engine, with its errors explained.
enum BlockingIO {
    static func write<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine,
        _ file: Int32,
        _ bytes: UnsafeMutableRawPointer,
        count: Int,
        offset: Int64,
        path: String
    ) throws(BenchmarkError) -> UInt64 {
        var done = 0
        var finished: UInt64 = 0
        while done < count {
            let request = IORequest(
                operation: .write,
                fileDescriptor: file,
                buffer: bytes + done,
                byteCount: count - done,
                offset: offset + Int64(done)
            )
            let completion = try run(&engine, request, path: path)
            guard completion.result > 0 else {
                // A write of zero bytes means that nothing more fits.
                throw BenchmarkError(
                    EngineError.failedIO(.write, path: path, result: 0, expected: count - done)
                )
            }
            done += Int(completion.result)
            finished = completion.completedAt
        }
        return finished
    }

    static func sync<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine,
        _ file: Int32,
        path: String
    ) throws(BenchmarkError) -> UInt64 {
        let request = IORequest(operation: .fdatasync, fileDescriptor: file)
        return try run(&engine, request, path: path).completedAt
    }

    private static func run<Engine: IOEngine & ~Copyable>(
        _ engine: inout Engine,
        _ request: IORequest,
        path: String
    ) throws(BenchmarkError) -> IOCompletion {
        var completion = IOCompletion(slot: 0, result: 0, completedAt: 0)
        do throws(EngineError) {
            guard engine.queue(request) == nil else {
                throw EngineError(
                    operation: "submit",
                    subject: path,
                    reason: "the \(Engine.name) engine has no room for one request"
                )
            }
            try withUnsafeMutablePointer(to: &completion) { pointer throws(EngineError) in
                let slots = UnsafeMutableBufferPointer(start: pointer, count: 1)
                _ = try engine.reap(minimum: 1, into: slots)
            }
        } catch {
            throw BenchmarkError(error)
        }
        guard completion.result >= 0 else {
            throw BenchmarkError(
                EngineError.failedIO(
                    request.operation,
                    path: path,
                    result: completion.result,
                    expected: request.byteCount
                )
            )
        }
        return completion
    }
}
