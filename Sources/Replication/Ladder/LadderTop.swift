package import HostFacts

/// What stands above the replicas on a real node: Longhorn's own parts, each adding one component to what is below it.
package struct LadderTop: Sendable {
    /// A part of a file or device that may be written to.
    package struct Place: Sendable {
        package var path: String
        /// What it is called in the record.
        package var name: String
        /// First byte; a multiple of 4096.
        package var offset: Int64
        package var byteCount: Int64

        package init(path: String, name: String, offset: Int64, byteCount: Int64) {
            self.path = path
            self.name = name
            self.offset = offset
            self.byteCount = byteCount
        }
    }

    /// E: an engine's socket, with the volume's size in `volumeBytes`.
    package var engine: LadderReplica?
    /// F: the volume's block device, claimed.
    package var device: Place?
    /// G: a file of tbench's own in a filesystem on the volume.
    package var file: Place?
    /// Of the device that the file's filesystem is on; nil where it is not known.
    package var fileDevice: DeviceRequestMeter?

    package init(
        engine: LadderReplica? = nil,
        device: Place? = nil,
        file: Place? = nil,
        fileDevice: DeviceRequestMeter? = nil
    ) {
        self.engine = engine
        self.device = device
        self.file = file
        self.fileDevice = fileDevice
    }
}
