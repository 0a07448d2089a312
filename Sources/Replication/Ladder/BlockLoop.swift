import IOEngines
import Statistics
import Workloads

/// One request at a time to a block device or a file, as whoever mounts the volume makes them.
final class BlockLoop {
    private let file: FileDescriptor
    private let place: LadderTop.Place
    /// Each write waits until it is durable, with the filesystem's own writes for that.
    private let isSynced: Bool
    private let memory: AlignedBuffer

    /// - Parameters:
    ///   - place: where; opened past the page cache when nothing is synced.
    ///   - isSynced: a write is a write and an fdatasync.
    ///   - blockBytes: of one request.
    /// - Throws: `EngineError` when it cannot be opened.
    init(_ place: LadderTop.Place, isSynced: Bool, blockBytes: Int) throws(EngineError) {
        // What throws comes first: a class with noncopyable parts cannot be given up half-way (Swift 6.3).
        let memory = try AlignedBuffer(byteCount: blockBytes)
        let file = try FileDescriptor.open(
            place.path,
            isSynced ? .readWrite : [.readWrite, .direct]
        )
        self.memory = memory
        self.file = file
        self.place = place
        self.isSynced = isSynced
    }

    /// Writes every block once and waits for all, so that what follows overwrites.
    func layOut(seed: UInt64) throws(EngineError) {
        var fill = BlockFill(seed: seed)
        fill.fill(memory.mutableBytes)
        for start in stride(from: 0, to: place.byteCount, by: memory.byteCount) {
            fill.renew(memory.mutableBytes)
            let count = min(memory.byteCount, Int(place.byteCount - start))
            _ = try file.write(
                UnsafeRawBufferPointer(rebasing: memory.bytes[..<count]),
                at: place.offset + start
            )
        }
        try file.fdatasync()
    }

    /// Requests to random places until the time is over.
    ///
    /// - Throws: `EngineError`.
    func run(
        isWrite: Bool,
        durationNanoseconds: UInt64,
        seed: UInt64
    ) throws(EngineError) -> (duration: UInt64, latency: HistogramSnapshot) {
        var histogram = LatencyHistogram()
        var fill = BlockFill(seed: seed)
        fill.fill(memory.mutableBytes)
        var random = SplitMix64(seed: seed ^ 0x5eed)
        let blocks = Int(place.byteCount) / memory.byteCount
        let start = MonotonicClock.now()
        var now = start
        while now &- start < durationNanoseconds {
            let offset = place.offset + Int64(random.index(below: blocks) * memory.byteCount)
            if isWrite { fill.renew(memory.mutableBytes) }
            let before = MonotonicClock.now()
            if isWrite {
                _ = try file.write(memory.bytes, at: offset)
                if isSynced { try file.fdatasync() }
            } else {
                _ = try file.read(into: memory.mutableBytes, at: offset)
            }
            now = MonotonicClock.now()
            histogram.record(now &- before)
        }
        return (now &- start, histogram.snapshot())
    }
}
