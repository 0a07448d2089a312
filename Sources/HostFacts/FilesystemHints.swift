import ResultStore
import Units

/// What a filesystem and its mount options imply for fsync.
enum FilesystemHints {
    static func hints(_ filesystem: FilesystemFacts) -> [Warning] {
        var hints = type(filesystem).map { [$0] } ?? []
        if filesystem.journal == "none" {
            hints.append(
                Warning(
                    code: "no-journal",
                    text: "this \(filesystem.type) has no journal: fsync of new blocks is cheaper",
                    hint: "not how etcd's disk should be made; tune2fs -O has_journal adds one"
                )
            )
        }
        var seen: Set<String> = []
        for name in filesystem.mountOptions + [filesystem.journal].compactMap({ $0 }) {
            if let hint = option(name), seen.insert(hint.code).inserted { hints.append(hint) }
        }
        return hints
    }

    private static func type(_ filesystem: FilesystemFacts) -> Warning? {
        let type = filesystem.type
        switch type {
        case "tmpfs", "ramfs", "devtmpfs":
            return Warning(
                code: "memory-filesystem",
                severity: .contaminated,
                text: "\(type) keeps files in memory: fsync does nothing",
                hint: "choose a directory on a disk; df -T lists them"
            )
        case "overlay":
            return Warning(
                code: "overlay",
                text: "overlay is a container's own filesystem, not a volume",
                hint: "etcd writes to a hostPath or volume: give a directory on one"
            )
        case "nfs", "nfs4", "cifs", "smb3", "ceph", "9p", "virtiofs", "glusterfs", "lustre":
            return Warning(
                code: "remote-filesystem",
                text: "\(type) is served from elsewhere: fsync waits for the server",
                hint: "etcd wants a local disk; what the server does with fsync is not seen here"
            )
        case "zfs":
            return Warning(
                code: "zfs",
                severity: .note,
                text: "zfs: sync=disabled would make fsync free and is not visible here",
                hint: "check with: zfs get sync,logbias,recordsize"
            )
        case "btrfs":
            return Warning(
                code: "copy-on-write",
                severity: .note,
                text: "btrfs copies on write: each fsync writes its log tree too",
                hint: "etcd on btrfs wants chattr +C on its directory"
            )
        default:
            if type == "fuse" || type.hasPrefix("fuse.") || type == "fuseblk" {
                return Warning(
                    code: "fuse",
                    text: "\(type) is served by a program: fsync does what that program does",
                    hint: "measure the filesystem below it as well"
                )
            }
            return nil
        }
    }

    /// - Source: ext4(5), xfs(5), mount(8).
    private static func option(_ option: String) -> Warning? {
        switch option {
        case "nobarrier", "barrier=0":
            Warning(
                code: "no-barrier",
                text: "mounted with \(option): the filesystem does not send flushes",
                hint: "fsync is fast and not durable; remount with barriers"
            )
        case "data=journal":
            Warning(
                code: "data-journal",
                severity: .note,
                text: "mounted with data=journal: every byte is written twice",
                hint: "data=ordered is ext4's default"
            )
        case "data=writeback":
            Warning(
                code: "data-writeback",
                severity: .note,
                text: "mounted with data=writeback: metadata may reach the disk before the data",
                hint: "after a crash a file may end in old blocks; data=ordered is the default"
            )
        case "discard":
            Warning(
                code: "online-discard",
                severity: .note,
                text: "mounted with discard: freed blocks are trimmed as the journal commits",
                hint: "trims can delay an fsync; fstrim once a week does the same"
            )
        case "sync", "dirsync":
            Warning(
                code: "mounted-sync",
                text: "mounted with \(option): writes are synchronous before any fsync",
                hint: "etcd syncs by itself; remount with async"
            )
        case "strictatime":
            Warning(
                code: "strictatime",
                severity: .note,
                text: "mounted with strictatime: each read dirties an inode",
                hint: "remount with noatime or relatime"
            )
        case "ro":
            Warning(
                code: "read-only",
                text: "mounted read-only",
                hint: "nothing can be written here; check dmesg for errors that caused it"
            )
        default: nil
        }
    }
}
