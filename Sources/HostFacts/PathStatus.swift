/// A block device's "major:minor" numbers.
package struct DeviceNumber: Sendable, Hashable, CustomStringConvertible {
    package let major: UInt32
    package let minor: UInt32

    package init(major: UInt32, minor: UInt32) {
        self.major = major
        self.minor = minor
    }

    /// Splits a `dev_t`.
    ///
    /// - Source: glibc sys/sysmacros.h: major is bits 8–19 and 44–63, minor bits 0–7 and 20–43.
    init(encoded: UInt64) {
        major = UInt32(truncatingIfNeeded: ((encoded >> 8) & 0xFFF) | ((encoded >> 32) & ~0xFFF))
        minor = UInt32(truncatingIfNeeded: (encoded & 0xFF) | ((encoded >> 12) & ~0xFF))
    }

    /// Reads "8:1"; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard
            parts.count == 2,
            let major = UInt32(String(decoding: parts[0], as: UTF8.self)),
            let minor = UInt32(String(decoding: parts[1], as: UTF8.self))
        else { return nil }
        self.init(major: major, minor: minor)
    }

    /// "8:1".
    package var description: String { "\(major):\(minor)" }
    /// Whether no block device stands behind it: btrfs, overlay, tmpfs, NFS.
    package var isAnonymous: Bool { major == 0 }
}

/// What the kernel says about a path; injected in tests, which have no such disks.
package struct PathStatus: Sendable, Equatable {
    /// The file's type.
    package enum Kind: String, Sendable {
        case directory
        case file
        case blockDevice = "block device"
        case characterDevice = "character device"
        case fifo
        case socket
        case other
    }

    package var kind: Kind
    /// The device of the filesystem that holds it (`st_dev`).
    package var device: DeviceNumber
    /// The device it is (`st_rdev`), for a block device.
    package var represents: DeviceNumber?
    /// The absolute path without symbolic links.
    package var realPath: String?
    /// The filesystem's magic number, `f_type` of statfs(2).
    package var magic: UInt64?
    package var sizeBytes: UInt64?
    /// Free for users other than root.
    package var freeBytes: UInt64?
    package var blockSizeBytes: UInt64?

    package init(
        kind: Kind,
        device: DeviceNumber,
        represents: DeviceNumber? = nil,
        realPath: String? = nil
    ) {
        self.kind = kind
        self.device = device
        self.represents = represents
        self.realPath = realPath
    }
}
