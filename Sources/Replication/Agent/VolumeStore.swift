import Benchmarking
import IOEngines

/// What a volume's bytes are kept in; safe to use from several threads at once, as pwrite(2) is.
final class VolumeStore: @unchecked Sendable {
    /// Sectors of a replica: what is not a multiple is read, changed and written back.
    ///
    /// - Source: longhorn-engine, diffDisk.sectorSize; replica.go readModifyWrite.
    static let sectorBytes: Int64 = 4096

    let byteCount: Int64
    /// Nil where nothing is kept.
    private let file: ReplicaFile?
    private let unaligned = Signal()

    /// Keeps nothing: writes are dropped, reads are zeros.
    init(memory byteCount: Int64) {
        self.byteCount = byteCount
        file = nil
    }

    init(file: consuming ReplicaFile) {
        byteCount = file.byteCount
        self.file = consume file
    }

    var isMemory: Bool { file == nil }

    /// Whether a file takes this request as it is.
    private func isAligned(_ offset: Int64, _ count: Int) -> Bool {
        offset % Self.sectorBytes == 0 && Int64(count) % Self.sectorBytes == 0
    }

    /// - Throws: `EngineError`; some of the bytes may have been written.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(EngineError) {
        guard file != nil else { return }
        if isAligned(offset, bytes.count) {
            try file?.write(bytes, at: offset)
            return
        }
        // One at a time, or two changes of one sector undo each other.
        unaligned.lock()
        defer { unaligned.unlock() }
        let sectors = sectors(around: offset, bytes.count)
        let memory = try AlignedBuffer(byteCount: Int(sectors.upperBound - sectors.lowerBound))
        try file?.read(into: memory.mutableBytes, at: sectors.lowerBound)
        let place = Int(offset - sectors.lowerBound)
        UnsafeMutableRawBufferPointer(rebasing: memory.mutableBytes[place...])
            .copyMemory(from: bytes)
        try file?.write(memory.bytes, at: sectors.lowerBound)
    }

    /// - Throws: `EngineError`.
    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int64) throws(EngineError) {
        guard file != nil else {
            // A replica's answer has been written by somebody; zeros that are sent have too.
            bytes.initializeMemory(as: UInt8.self, repeating: 0)
            return
        }
        if isAligned(offset, bytes.count) {
            try file?.read(into: bytes, at: offset)
            return
        }
        let sectors = sectors(around: offset, bytes.count)
        let memory = try AlignedBuffer(byteCount: Int(sectors.upperBound - sectors.lowerBound))
        try file?.read(into: memory.mutableBytes, at: sectors.lowerBound)
        let place = Int(offset - sectors.lowerBound)
        bytes.copyMemory(
            from: UnsafeRawBufferPointer(rebasing: memory.bytes[place..<place + bytes.count])
        )
    }

    /// Gives the space back; the bytes read as zeros afterwards.
    func punchHole(at offset: Int64, count: Int64) throws(EngineError) {
        try file?.punchHole(at: offset, count: count)
    }

    /// The whole sectors that hold a range.
    private func sectors(around offset: Int64, _ count: Int) -> Range<Int64> {
        let size = Self.sectorBytes
        let end = (offset + Int64(count) + size - 1) / size * size
        return offset / size * size..<min(end, byteCount)
    }
}
