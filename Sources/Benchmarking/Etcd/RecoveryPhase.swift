import IOEngines
import ResultStore
import Workloads

/// What a member that lost its data waits for: the database written once, synced, and read back cold.
///
/// Writes 100 MB (less if time runs out), in 1 MiB pieces as a snapshot arrives, one fsync at the end, then
/// drops it from the page cache and reads it. etcd's guide: 100 MB within 15 s is 10 MB/s, 1 GB needs 100 MB/s.
/// - Source: etcd hardware guide; server/etcdserver/api/snap/db.go (SaveDBFrom).
struct RecoveryPhase {
    static let databaseBytes: UInt64 = 100 * 1000 * 1000
    private static let pieceBytes = 1 << 20

    /// Runs on the calling thread and leaves the file at `path`, to serve as a database in use.
    func run(
        path: String,
        maximumNanoseconds: UInt64,
        runStart: UInt64,
        cancellation: Cancellation
    ) throws(BenchmarkError) -> (record: PhaseRecord, bytes: UInt64) {
        let begin = MonotonicClock.now()
        var written: UInt64 = 0
        var read: UInt64 = 0
        var writtenAt = begin
        var readAt = begin
        do throws(EngineError) {
            let memory = try AlignedBuffer(byteCount: Self.pieceBytes, alignment: 4096)
            let piece = UnsafeMutableRawBufferPointer(start: memory.pointer, count: Self.pieceBytes)
            var source = PayloadSource(kind: .random, seed: 11)
            let file = try FileDescriptor.open(path, [.readWrite, .create], permissions: 0o600)
            while written < Self.databaseBytes, !cancellation.isRequested {
                source.fill(piece)
                let offset = Int64(written)
                written += UInt64(try file.write(UnsafeRawBufferPointer(piece), at: offset))
                if MonotonicClock.now() - begin > maximumNanoseconds { break }
            }
            try file.fsync()
            writtenAt = MonotonicClock.now()
            try file.adviseDontNeed()
            while read < written, !cancellation.isRequested {
                let count = try file.read(into: piece, at: Int64(read))
                if count == 0 { break }
                read += UInt64(count)
                if MonotonicClock.now() - writtenAt > maximumNanoseconds { break }
            }
            readAt = MonotonicClock.now()
        } catch {
            throw BenchmarkError(error)
        }
        let record = PhaseRecord(
            name: "recovery",
            kind: "recovery",
            startSeconds: Double(begin - runStart) / 1e9,
            counters: [
                "written_bytes": Double(written), "write_ns": Double(writtenAt - begin),
                "read_bytes": Double(read), "read_ns": Double(readAt - writtenAt),
            ],
            stopReason: written < Self.databaseBytes ? "max time" : "whole file"
        )
        return (record, written)
    }
}
