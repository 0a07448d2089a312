/// What a hypervisor has counted for one disk of a guest in some seconds.
package struct DiskActivity: Codable, Sendable, Equatable {
    package var name: String
    package var writes: UInt64
    package var writtenBytes: UInt64
    /// The sum of the writes' times inside the hypervisor, in nanoseconds.
    package var writeNs: UInt64
    package var flushes: UInt64
    package var flushNs: UInt64
    package var reads: UInt64
    package var readNs: UInt64
    /// How the times of writes and flushes are spread; nil unless somebody told the hypervisor to keep that.
    package var writeTimes: BinnedLatency?
    package var flushTimes: BinnedLatency?

    package init(
        name: String,
        writes: UInt64,
        writtenBytes: UInt64,
        writeNs: UInt64,
        flushes: UInt64,
        flushNs: UInt64,
        reads: UInt64,
        readNs: UInt64,
        writeTimes: BinnedLatency? = nil,
        flushTimes: BinnedLatency? = nil
    ) {
        self.name = name
        self.writes = writes
        self.writtenBytes = writtenBytes
        self.writeNs = writeNs
        self.flushes = flushes
        self.flushNs = flushNs
        self.reads = reads
        self.readNs = readNs
        self.writeTimes = writeTimes
        self.flushTimes = flushTimes
    }
}
