/// A block device's counters since it appeared.
///
/// - Source: Documentation/block/stat.rst; discards since Linux 4.18, flushes since 5.5.
package struct DeviceCounters: Sendable, Equatable {
    /// Reads completed.
    package var reads: UInt64
    package var readMerges: UInt64
    /// In units of 512 bytes, whatever the device's block size.
    package var readSectors: UInt64
    package var readTicksMs: UInt64
    /// Writes completed, without flushes.
    package var writes: UInt64
    package var writeMerges: UInt64
    /// In units of 512 bytes, whatever the device's block size.
    package var writeSectors: UInt64
    package var writeTicksMs: UInt64
    /// Requests in flight now: a level, not a sum.
    package var inFlight: UInt64
    /// Time with at least one request in flight.
    package var ioTicksMs: UInt64
    package var queueTicksMs: UInt64
    package var discards: UInt64?
    /// Flushes that the device completed; nil where the kernel does not count them.
    ///
    /// That is before Linux 5.5, and on devices that have no request queue of their own (dm, md,
    /// zram, a partition): their 0 would look like an fsync that never reached the disk.
    package var flushes: UInt64?
    package var flushTicksMs: UInt64?

    /// Reads `/sys/class/block/DEVICE/stat`.
    ///
    /// - Parameters:
    ///   - root: where `/sys` is.
    ///   - device: a kernel name: "sda", "nvme0n1".
    /// - Returns: nil when there is no such device or the file makes no sense.
    package static func read(root: SystemRoot, device: String) -> DeviceCounters? {
        guard SystemText.isComponent(device) else { return nil }
        for directory in ["sys/class/block/\(device)", "sys/block/\(device)"] {
            guard let text = root.read("\(directory)/stat") else { continue }
            var counters = DeviceCounters(text: text)
            // blk-mq devices have one directory per hardware queue; only they count flushes
            // (blk_account_io_flush in block/blk-flush.c, on the whole disk).
            if !root.exists("\(directory)/mq") {
                counters?.flushes = nil
                counters?.flushTicksMs = nil
            }
            return counters
        }
        return nil
    }

    /// nil unless there are 11, 15 or 17 numbers or more.
    init?(text: String) {
        let fields = SystemText.fields(SystemText.lines(text).first ?? "")
        var numbers: [UInt64] = []
        for field in fields {
            guard let number = UInt64(field) else { return nil }
            numbers.append(number)
        }
        guard numbers.count >= 11 else { return nil }
        reads = numbers[0]
        readMerges = numbers[1]
        readSectors = numbers[2]
        readTicksMs = numbers[3]
        writes = numbers[4]
        writeMerges = numbers[5]
        writeSectors = numbers[6]
        writeTicksMs = numbers[7]
        inFlight = numbers[8]
        ioTicksMs = numbers[9]
        queueTicksMs = numbers[10]
        discards = numbers.count >= 15 ? numbers[11] : nil
        flushes = numbers.count >= 17 ? numbers[15] : nil
        flushTicksMs = numbers.count >= 17 ? numbers[16] : nil
    }
}
