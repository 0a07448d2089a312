import FoundationEssentials

/// What tbench writes on a device it has used, so that the next run knows it may use it again.
///
/// It stands in the first 4096 bytes and once more in the last 4096. Whoever puts something else on the
/// device overwrites the first one (or leaves a signature that libblkid finds), and it is theirs.
package struct ScratchMark: Codable, Sendable, Equatable {
    static let magic = "tbench scratch device v1"

    /// For people who look at the device with head(1).
    package var note = "Benchmark scratch of tbench. Nothing on this device is worth keeping."
    /// ISO 8601, UTC.
    package var written: String
    package var deviceBytes: UInt64
    /// The filesystem tbench itself made on the device and has not yet wiped.
    package var filesystem: Filesystem?

    /// A filesystem of tbench's own, known by its UUID.
    package struct Filesystem: Codable, Sendable, Equatable {
        package var type: String
        package var uuid: String
    }

    init(deviceBytes: UInt64, filesystem: Filesystem? = nil) {
        written = Date.now.formatted(.iso8601)
        self.deviceBytes = deviceBytes
        self.filesystem = filesystem
    }

    var block: [UInt8]? { MarkBlock.encode(magic: Self.magic, self) }

    static func decode(_ block: [UInt8]) -> ScratchMark? {
        MarkBlock.decode(block, magic: magic)
    }
}
