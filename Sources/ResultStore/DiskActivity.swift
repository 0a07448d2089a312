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

    package init(
        name: String,
        writes: UInt64,
        writtenBytes: UInt64,
        writeNs: UInt64,
        flushes: UInt64,
        flushNs: UInt64,
        reads: UInt64,
        readNs: UInt64
    ) {
        self.name = name
        self.writes = writes
        self.writtenBytes = writtenBytes
        self.writeNs = writeNs
        self.flushes = flushes
        self.flushNs = flushNs
        self.reads = reads
        self.readNs = readNs
    }
}
