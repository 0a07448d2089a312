import IOEngines
import Workloads

/// Writes every block of a target once, so that reads find data and overwrites overwrite.
///
/// Buffered, 1 MiB at a time, then synced and dropped from the page cache.
struct JobLayout {
    private static let blockBytes = 1 << 20

    let target: JobTarget
    let seed: UInt64
    let cancellation: Cancellation

    /// - Parameter progress: called with the bytes written so far, some times a second.
    /// - Throws: `BenchmarkError`: a full disk, an I/O error.
    func run(progress: (Int64) -> Void) throws(BenchmarkError) {
        do throws(EngineError) {
            let memory = try AlignedBuffer(byteCount: Self.blockBytes, alignment: 4096)
            let block = UnsafeMutableRawBufferPointer(
                start: memory.pointer,
                count: Self.blockBytes
            )
            var fill = BlockFill(seed: seed)
            fill.fill(block)
            let file = try FileDescriptor.open(target.path, .readWrite)
            var done: Int64 = 0
            while done < target.byteCount, !cancellation.isRequested {
                fill.renew(block)
                let count = Int(min(Int64(Self.blockBytes), target.byteCount - done))
                _ = try file.write(
                    UnsafeRawBufferPointer(rebasing: block[..<count]),
                    at: target.offset + done
                )
                done += Int64(count)
                if done % (64 << 20) == 0 { progress(done) }
            }
            try file.fdatasync()
            try file.adviseDontNeed()
        } catch {
            throw BenchmarkError(error)
        }
    }
}
