import IOEngines
import ResultStore
import Statistics
import Workloads

/// One client that appends a record and syncs it, as fast as the disk allows.
///
/// Two uses: the sequential writes a second that etcd's hardware guide asks for, and the well-known fio recipe
/// (`--rw=write --ioengine=sync --fdatasync=1 --bs=2300 --size=22m`), reproduced call by call: fallocate of the
/// whole file, then write and fdatasync.
struct SequentialPhase {
    var name: String
    var kind: String
    var recordBytes: Int
    /// The file is this long and preallocated; the phase ends when it is full.
    var fileBytes: UInt64
    var maximumNanoseconds: UInt64
    var payload: PayloadKind

    /// 8000-byte records, as OpenShift's guidance counts sequential IOPS for a heavily loaded cluster.
    ///
    /// - Source: etcd hardware guide (50 and 500 sequential IOPS); docs.redhat.com etcd practices.
    static func heavy(_ payload: PayloadKind, nanoseconds: UInt64) -> SequentialPhase {
        SequentialPhase(
            name: "sequential 8000 B",
            kind: "sequential",
            recordBytes: 8000,
            fileBytes: 256 << 20,
            maximumNanoseconds: nanoseconds,
            payload: payload
        )
    }

    /// The recipe of the IBM article, all of its 22 MiB unless time runs out.
    static func fioRecipe(nanoseconds: UInt64) -> SequentialPhase {
        SequentialPhase(
            name: "fio recipe",
            kind: "fio-recipe",
            recordBytes: 2300,
            fileBytes: 22 << 20,
            maximumNanoseconds: nanoseconds,
            payload: .random
        )
    }

    /// Runs on the calling thread in a new file of `directory`, which is removed afterwards.
    func run(
        in directory: String,
        runStart: UInt64,
        cancellation: Cancellation
    ) throws(BenchmarkError) -> PhaseRecord {
        let path = "\(directory)/\(kind).dat"
        var histogram = LatencyHistogram()
        let begin = MonotonicClock.now()
        var done: UInt64 = 0
        do throws(EngineError) {
            let memory = try AlignedBuffer(byteCount: max(4096, recordBytes), alignment: 4096)
            let record = UnsafeMutableRawBufferPointer(start: memory.pointer, count: recordBytes)
            let file = try FileDescriptor.open(path, [.writeOnly, .create], permissions: 0o600)
            defer { try? FileSystemCalls.unlink(path) }
            try file.allocate(offset: 0, length: Int64(clamping: fileBytes))
            var source = PayloadSource(kind: payload, seed: 7)
            while done + UInt64(recordBytes) <= fileBytes, !cancellation.isRequested {
                source.fill(record)
                _ = try file.write(UnsafeRawBufferPointer(record), at: Int64(done))
                let written = MonotonicClock.now()
                try file.fdatasync()
                let synced = MonotonicClock.now()
                histogram.record(synced - written)
                done += UInt64(recordBytes)
                if synced - begin > maximumNanoseconds { break }
            }
        } catch {
            throw BenchmarkError(error)
        }
        let elapsed = MonotonicClock.now() - begin
        let snapshot = histogram.takeSnapshot()
        return PhaseRecord(
            name: name,
            kind: kind,
            startSeconds: Double(begin - runStart) / 1e9,
            rounds: [
                RoundRecord(
                    durationNs: elapsed,
                    latency: [OperationClass.sequentialSync.rawValue: SparseHistogram(snapshot)]
                )
            ],
            counters: ["syncs": Double(snapshot.count), "bytes": Double(done)],
            stopReason: done + UInt64(recordBytes) > fileBytes ? "whole file" : "max time"
        )
    }
}
