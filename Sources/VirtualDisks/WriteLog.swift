import IOEngines
import Units

/// The log of QEMU's blklogwrites: what was written and flushed, in order.
///
/// - Source: Linux, Documentation/admin-guide/device-mapper/log-writes.rst; QEMU block/blklogwrites.c.
struct WriteLog: Equatable {
    var writes = 0
    var bytes: UInt64 = 0
    /// Flushes, and writes with FUA.
    var flushes = 0
    var discards = 0

    private static let magic: UInt64 = 0x6a73_6677_7368_72
    private static let flush: UInt64 = 1
    private static let fua: UInt64 = 2
    private static let discard: UInt64 = 4
    /// More entries than tbench ever causes; a damaged log ends there at the latest.
    private static let entriesMax: UInt64 = 1_000_000

    /// Reads a log that may still be written; an empty one holds nothing.
    static func read(_ path: String) throws(VirtualDiskError) -> WriteLog {
        do throws(EngineError) {
            let file = try FileDescriptor.open(path, .readOnly)
            let head = try block(file, at: 0)
            guard head.count == 32, number(head, 0) == magic else { return WriteLog() }
            let sector = UInt64(head[24]) | UInt64(head[25]) << 8 | UInt64(head[26]) << 16
            guard sector >= 512 else { return WriteLog() }
            var log = WriteLog()
            var offset = sector
            for _ in 0..<min(number(head, 16), entriesMax) {
                let entry = try block(file, at: offset)
                guard entry.count == 32 else { break }
                let (sectors, flags) = (number(entry, 8), number(entry, 16))
                guard sectors < 1 << 30 else { break }
                let carried = flags & discard != 0 ? 0 : sectors * sector
                log.count(flags: flags, bytes: carried)
                offset += sector + carried
            }
            return log
        } catch {
            throw VirtualDiskError(error)
        }
    }

    /// The first 32 bytes of a header; fewer at the end of the file.
    private static func block(
        _ file: borrowing FileDescriptor,
        at offset: UInt64
    ) throws(EngineError) -> [UInt8] {
        let memory = try AlignedBuffer(byteCount: 32, alignment: 8)
        let count = try file.read(into: memory.mutableBytes, at: Int64(clamping: offset))
        return Array(memory.bytes[..<count])
    }

    private mutating func count(flags: UInt64, bytes carried: UInt64) {
        if flags & Self.discard != 0 {
            discards += 1
            return
        }
        if carried > 0 {
            writes += 1
            bytes += carried
        }
        if flags & (Self.flush | Self.fua) != 0 { flushes += 1 }
    }

    private static func number(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }
}
