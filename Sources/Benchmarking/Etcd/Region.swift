import Workloads

/// Where a member keeps its log and its database.
package enum EtcdPlace: Sendable, Equatable {
    /// An existing directory: empty, or with a `member/snap/db` that the tree describes.
    case directory(String)
    /// Part of a raw device or of a scratch file: no filesystem, the device floor.
    case region(Region)
    /// The same on a disk that an NBD server exports at this socket by this name; the region's descriptor is not used.
    case export(socket: String, name: String, Region)
}

/// The part of a raw device, or of a scratch file, that the etcd pattern may overwrite.
package struct Region: Sendable, Equatable {
    /// An open descriptor, owned by the caller for as long as the run lasts.
    package var fileDescriptor: Int32
    /// For messages.
    package var path: String
    /// First byte, a multiple of 4096.
    package var offset: UInt64
    /// Length in bytes; the rest after the last whole 4096 is not used.
    package var byteCount: UInt64

    /// The smallest region that holds a log ring and a database worth measuring.
    package static let minimumBytes: UInt64 = 256 << 20

    package init(fileDescriptor: Int32, path: String, offset: UInt64, byteCount: UInt64) {
        self.fileDescriptor = fileDescriptor
        self.path = path
        self.offset = offset
        self.byteCount = byteCount
    }

    /// The log's ring: five segments of etcd's size, or half of a smaller region.
    var log: Region {
        let wanted = 5 * ((WriteAheadLog.segmentBytes + 4095) / 4096 * 4096)
        var part = self
        part.byteCount = min(wanted, byteCount / 2 / 4096 * 4096)
        return part
    }

    /// The database's pages: what the ring leaves, at most 4 GiB.
    var database: Region {
        var part = self
        part.offset = offset + log.byteCount
        part.byteCount = min(4 << 30, (byteCount - log.byteCount) / 4096 * 4096)
        return part
    }
}
