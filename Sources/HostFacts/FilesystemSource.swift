/// Finds the block devices under a mounted filesystem.
enum FilesystemSource {
    /// What lies below.
    enum Result: Equatable {
        case devices([DeviceNumber])
        /// A directory on another filesystem, for an overlay.
        case path(String)
        /// Nothing that can be followed, and why.
        case none(String)
    }

    private static let memory: Set<String> = ["tmpfs", "ramfs", "devtmpfs", "hugetlbfs"]
    private static let remote: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "ceph", "9p", "virtiofs", "glusterfs", "lustre", "afs",
        "beegfs", "gpfs",
    ]

    static func resolve(
        _ mount: Mount,
        device: DeviceNumber?,
        root: SystemRoot,
        status: (String) -> PathStatus?
    ) -> Result {
        let type = mount.type
        if memory.contains(type) { return .none("\(type) keeps its files in memory: no device") }
        if remote.contains(type) {
            return .none("\(type) is served from elsewhere: its devices are not visible from here")
        }
        if type == "zfs" { return .none("zfs: the disks of a pool are not listed in /sys") }
        if type == "overlay" { return overlay(mount) }
        if !mount.device.isAnonymous { return .devices([mount.device]) }
        if let device, !device.isAnonymous { return .devices([device]) }
        // btrfs and bcachefs: an anonymous number; the source names one device or all of them.
        let named = SystemText.split(mount.source, at: ":")
            .compactMap { number(ofSource: $0, root: root, status: status) }
        let all = type == "btrfs" ? btrfsMembers(of: named, root: root) : named
        if !all.isEmpty { return .devices(all) }
        let source = SystemText.printable(mount.source)
        return .none("\(type) on \(source): the device behind it is unknown")
    }

    /// An overlay writes to its upper directory.
    private static func overlay(_ mount: Mount) -> Result {
        guard let upper = mount.option("upperdir") else {
            return .none("overlay without an upper directory: read-only, device unknown")
        }
        // In a container the path is the host's. It leads somewhere else here, or back into this
        // overlay; neither says anything about the device.
        if mount.mountPoint == "/" {
            let shown = SystemText.printable(upper)
            return .none("overlay: its upper directory \(shown) is on the host, out of sight")
        }
        return .path(upper)
    }

    /// The number of "/dev/sda1" or "/dev/mapper/vg-data", from `/sys` first.
    ///
    /// A container has the host's `/sys` but seldom its `/dev`.
    static func number(
        ofSource source: String,
        root: SystemRoot,
        status: (String) -> PathStatus?
    ) -> DeviceNumber? {
        guard source.utf8.starts(with: "/dev/".utf8) else { return nil }
        let name = SystemText.lastComponent(source)
        guard SystemText.isComponent(name) else { return nil }
        if source.utf8.starts(with: "/dev/mapper/".utf8) {
            for block in root.list("sys/block") ?? [] where block.hasPrefix("dm-") {
                if root.value("sys/block/\(block)/dm/name") == name {
                    return root.value("sys/block/\(block)/dev").flatMap { DeviceNumber($0) }
                }
            }
        }
        if let number = root.value("sys/class/block/\(name)/dev").flatMap({ DeviceNumber($0) }) {
            return number
        }
        return status(source)?.represents
    }

    /// All devices of the btrfs that one of `some` belongs to.
    private static func btrfsMembers(
        of some: [DeviceNumber],
        root: SystemRoot
    ) -> [DeviceNumber] {
        for uuid in root.list("sys/fs/btrfs") ?? [] {
            let members = (root.list("sys/fs/btrfs/\(uuid)/devices") ?? []).compactMap { name in
                root.value("sys/class/block/\(name)/dev").flatMap { DeviceNumber($0) }
            }
            if members.contains(where: { some.contains($0) }) { return members }
        }
        return some
    }
}
