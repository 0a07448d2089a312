import IOEngines
import Workloads

/// Frames raft batches into memory and says where etcd's page writer would cut them into writes.
///
/// A batch of up to 128 KiB is one write of its exact length; a larger one leaves in pieces that end on a
/// page of the file.
/// - Source: etcd pkg/ioutil/pagewriter.go, wal/encoder.go (walPageBytes 4096, buffer 128 KiB).
struct BatchBuffer: ~Copyable {
    static let pageBytes = 4096
    static let watermarkBytes = 128 * 1024
    /// The largest batch; more puts wait for the next one.
    static let capacity = 8 << 20

    private let memory: AlignedBuffer
    private var framing: WALFraming
    private let watermark: Int
    /// Bytes framed.
    private(set) var count = 0
    /// Bytes at the buffer's start that belong to the batch before: the tail block of a raw region.
    private var carried = 0
    /// Where writes end, ascending; the last is `count`.
    private(set) var pieces: [Int] = []

    init(framing: WALFraming) throws(EngineError) {
        memory = try AlignedBuffer(byteCount: Self.capacity + Self.pageBytes, alignment: 4096)
        self.framing = framing
        watermark = Self.watermarkBytes
        pieces.reserveCapacity(256)
    }

    var pointer: UnsafeMutableRawPointer { memory.pointer }

    /// How many puts of this size one batch can hold.
    static func limit(keyBytes: Int, valueBytes: Int) -> Int {
        max(1, (capacity - 4096) / (keyBytes + valueBytes + WALFraming.overheadBytes))
    }

    /// The end of the framed bytes, counted from the buffer's start.
    var endOfBatch: Int { carried + count }

    /// Frames `batch` for a file whose next write is at `fileOffset`.
    mutating func frame(_ batch: ProposalQueue.Batch, fileOffset: UInt64) {
        pieces.removeAll(keepingCapacity: true)
        let bytes = UnsafeMutableRawBufferPointer(start: memory.pointer, count: memory.byteCount)
        var cursor = ByteCursor(bytes, at: carried)
        var pieceStart = 0
        for _ in 0..<batch.count {
            let recordStart = cursor.count
            framing.entry(
                keyBytes: batch.keyBytes,
                valueBytes: batch.valueBytes,
                to: &cursor
            )
            if cursor.count - pieceStart > watermark {
                pieceStart = pieceEnd(recordStart, cursor.count, fileOffset)
                pieces.append(pieceStart)
            }
        }
        framing.hardState(to: &cursor)
        count = cursor.count - carried
        if pieces.last != count { pieces.append(count) }
    }

    /// Zeroes what lies between the framed bytes and `end`.
    func padTo(_ end: Int) {
        guard end > endOfBatch else { return }
        (memory.pointer + endOfBatch).initializeMemory(
            as: UInt8.self,
            repeating: 0,
            count: end - endOfBatch
        )
    }

    /// Keeps the bytes of the last, partly filled block at the buffer's start for the next batch.
    mutating func carryTail() {
        let end = endOfBatch
        let tail = end % Self.pageBytes
        memory.pointer.copyMemory(from: memory.pointer + (end - tail), byteCount: tail)
        carried = tail
        count = 0
    }

    /// Forgets the carried bytes: the framed ones move to the buffer's start.
    mutating func restart() {
        memory.pointer.copyMemory(from: memory.pointer + carried, byteCount: count)
        carried = 0
    }

    /// Frames what a new log's first segment begins with.
    mutating func frameLogHead() {
        framePiece { framing, cursor in
            framing.segmentHead(to: &cursor)
            framing.emptySnapshot(to: &cursor)
        }
    }

    /// Frames what a segment begins with after a cut.
    mutating func frameSegmentHead() {
        framePiece { framing, cursor in
            framing.segmentHead(to: &cursor)
            framing.hardState(to: &cursor)
        }
    }

    /// Frames the record that a snapshot was saved.
    mutating func frameSnapshot() {
        framePiece { framing, cursor in framing.snapshot(to: &cursor) }
    }

    /// Frames records that are written alone, from the buffer's start.
    private mutating func framePiece(_ frame: (inout WALFraming, inout ByteCursor) -> Void) {
        pieces.removeAll(keepingCapacity: true)
        let bytes = UnsafeMutableRawBufferPointer(start: memory.pointer, count: memory.byteCount)
        var cursor = ByteCursor(bytes)
        frame(&framing, &cursor)
        count = cursor.count
        pieces.append(count)
    }

    /// The raft index of the next entry, which names the next segment.
    var nextIndex: UInt64 { framing.nextIndex }

    /// The end of a piece: the last page boundary of the file inside the record that overflowed the
    /// buffer, or the first one in it when the record is shorter than a page.
    private func pieceEnd(_ recordStart: Int, _ recordEnd: Int, _ fileOffset: UInt64) -> Int {
        let misalignment = Int(fileOffset % UInt64(Self.pageBytes))
        let last = (misalignment + recordEnd) / Self.pageBytes * Self.pageBytes - misalignment
        if last > recordStart { return last }
        return min(recordEnd, last + Self.pageBytes)
    }
}
