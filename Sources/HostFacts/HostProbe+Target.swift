package import ResultStore
import Units

extension HostProbe {
    /// What lies under `path`: its filesystem and the device stack down to the disks.
    ///
    /// A path that does not exist is described by its nearest existing parent, which is said in
    /// `unknown`; its kind is then "missing".
    /// - Parameter path: a directory, a file or a block device; symbolic links are followed.
    /// - Returns: The facts; those that cannot be known are nil or named in `unknown`.
    package func target(path: String) -> TargetFacts {
        var facts = TargetFacts(path: path, kind: "missing")
        guard let found = nearest(path, &facts) else { return facts }
        if found.path == path { facts.kind = found.status.kind.rawValue }
        let mounts = MountTable(root: root)
        var stack = DeviceStack(root: root, mounts: mounts) { [status] in try? status($0).get() }
        if let number = found.status.represents {
            stack.descend(into: number)
        } else {
            if mounts == nil {
                let reason = root.failure("proc/self/mountinfo") ?? "empty"
                facts.unknown.append("/proc/self/mountinfo (\(reason)): mount options unknown")
            }
            let mount = mounts?.mount(
                holding: found.status.realPath ?? found.path,
                device: found.status.device
            )
            facts.filesystem = filesystem(found.status, mount)
            if let mount {
                stack.descend(into: mount, device: found.status.device)
            } else if !found.status.device.isAnonymous {
                stack.descend(into: found.status.device)
            } else {
                facts.unknown.append(
                    "the device below \(facts.filesystem?.type ?? "it") is unknown"
                )
            }
        }
        facts.stack = stack.devices
        facts.unknown += stack.unknown
        return facts
    }

    /// `path` or the nearest parent that stat(2) finds.
    private func nearest(
        _ path: String,
        _ facts: inout TargetFacts
    ) -> (path: String, status: PathStatus)? {
        var candidate = path
        for _ in 0..<64 {
            switch status(candidate) {
            case .success(let found):
                if candidate != path {
                    let shown = SystemText.printable(candidate)
                    facts.unknown.append("the path does not exist: the facts are those of \(shown)")
                }
                return (candidate, found)
            case .failure(let failure):
                guard ErrnoName.of(failure.errno) == "ENOENT", let parent = parent(of: candidate)
                else {
                    facts.unknown.append("nothing is known about the path (\(failure.description))")
                    return nil
                }
                candidate = parent
            }
        }
        facts.unknown.append("nothing is known about the path: it is too deep")
        return nil
    }

    private func parent(of path: String) -> String? {
        var bytes = Array(path.utf8)
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        guard bytes != [UInt8(ascii: "/")], bytes != [UInt8(ascii: ".")], !bytes.isEmpty else {
            return nil
        }
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
    }

    private func filesystem(_ status: PathStatus, _ mount: Mount?) -> FilesystemFacts {
        var facts = FilesystemFacts(
            type: mount?.type ?? Self.type(magic: status.magic),
            mountPoint: mount?.mountPoint,
            source: mount.map { SystemText.printable($0.source) },
            mountOptions: mount?.options ?? [],
            sizeBytes: status.sizeBytes,
            freeBytes: status.freeBytes,
            blockSizeBytes: status.blockSizeBytes,
            device: status.device.description
        )
        if let mount, mount.type == "ext4" || mount.type == "ext3" {
            readJournal(&facts, device: mount.device)
        }
        return facts
    }

    /// Completes the options with those in force and finds out whether there is a journal.
    ///
    /// mountinfo leaves defaults out; `/proc/fs/ext4/DEVICE/options` lists all, and has a "data="
    /// line exactly when the filesystem has a journal (seen with and without on Linux 6.18).
    /// - Source: fs/ext4/super.c `_ext4_show_options`, `ext4_seq_options_show`.
    private func readJournal(_ facts: inout FilesystemFacts, device: DeviceNumber) {
        guard let directory = DeviceStack.directory(of: device, root: root) else { return }
        let name = DeviceStack.name(of: directory, number: device, root: root)
        guard
            SystemText.isComponent(name),
            let text = root.read("proc/fs/\(facts.type)/\(name)/options")
        else { return }
        let lines = SystemText.lines(text).map { SystemText.printable($0) }
        guard lines.contains("rw") || lines.contains("ro") else { return }
        facts.journal = lines.first { $0.hasPrefix("data=") } ?? "none"
        if lines.contains("nobarrier"), !facts.mountOptions.contains("nobarrier") {
            facts.mountOptions.append("nobarrier")
        }
    }

    /// The filesystem's name by its magic number, for a machine without `/proc`.
    ///
    /// - Source: statfs(2).
    private static func type(magic: UInt64?) -> String {
        switch magic {
        case 0xEF53: "ext2/ext3/ext4"
        case 0x5846_5342: "xfs"
        case 0x9123_683E: "btrfs"
        case 0x0102_1994: "tmpfs"
        case 0x8584_58F6: "ramfs"
        case 0x794C_7630: "overlay"
        case 0x6969: "nfs"
        case 0x2FC1_2FC1: "zfs"
        case 0xF2F5_2010: "f2fs"
        case 0x6573_5546: "fuse"
        case 0xFF53_4D42, 0xFE53_4D42: "cifs"
        default: "unknown"
        }
    }
}
