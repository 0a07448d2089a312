import Foundation

/// A loop device over a fresh sparse file; detached and deleted with its owner.
///
/// Needs root; use the `.requiresLoopDevice` trait.
package final class LoopDevice: Sendable {
    /// The device: "/dev/loop5".
    package let path: String
    /// The file behind it.
    package let backingPath: String
    private let directory: TemporaryDirectory

    /// Attaches a free loop device.
    ///
    /// - Parameters:
    ///   - sizeBytes: the device's size, a multiple of 512.
    ///   - readOnly: attach it read-only.
    ///   - partitions: let the kernel scan it for partitions.
    ///   - isInMemory: the file is below /dev/shm, where no other user of the disk can hold it up.
    ///   - prepare: fills the backing file before it is attached.
    /// - Throws: `Shell.Failure` when losetup cannot attach it.
    package init(
        sizeBytes: UInt64,
        readOnly: Bool = false,
        partitions: Bool = false,
        isInMemory: Bool = false,
        prepare: (_ backingPath: String) throws -> Void = { _ in }
    ) throws {
        let directory = try TemporaryDirectory(prefix: "tbench-loop", isInMemory: isInMemory)
        let backing = directory.file("disk.img")
        try Shell.require(["truncate", "-s", "\(sizeBytes)", backing])
        try prepare(backing)
        var command = ["losetup", "-f", "--show"]
        if readOnly { command.append("-r") }
        if partitions { command.append("-P") }
        path = try Shell.require(command + [backing])
        backingPath = backing
        self.directory = directory
    }

    deinit {
        // Lazy detach: with a holder left behind by a failed test the kernel detaches at last close.
        _ = try? Shell.run(["losetup", "-d", path])
    }

    /// The SHA-256 of the backing file, after everything written to the device has reached it.
    package func contentHash() throws -> String {
        try Shell.require(["blockdev", "--flushbufs", path])
        try Shell.require(["sync", backingPath])
        return try Shell.require(["sha256sum", backingPath]).split(separator: " ").first
            .map(String.init) ?? ""
    }
}
