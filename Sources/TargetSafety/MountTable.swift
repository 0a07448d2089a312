import Units

/// What is mounted, as far as this process can see.
struct MountTable: Sendable, Equatable {
    struct Entry: Sendable, Equatable {
        /// "8:1", as in the third field.
        let deviceNumber: String
        /// Where it is mounted, in the reader's root.
        let mountPoint: String
        /// What was mounted: "/dev/sda1", "tmpfs", "host:/export".
        let source: String
    }

    let entries: [Entry]

    /// Reads the mounts of this process's namespace and, where it may, those of process 1.
    ///
    /// In a container with the host's PID namespace the second list is the node's, which is the one
    /// that matters.
    /// - Returns: the mounts and which lists could not be read; a list that is missing is unknown, not
    ///   empty, and the exclusive open protects all the same.
    static func read(roots: SystemRoots) -> (table: MountTable, unknown: [String]) {
        var entries: [Entry] = []
        var unknown: [String] = []
        for process in ["self", "1"] {
            let path = "\(roots.proc)/\(process)/mountinfo"
            do throws(SystemCallFailure) {
                entries += parse(try Paths.text(path))
            } catch {
                // Not seeing process 1 is normal for a user without privileges.
                let normal = process == "1"
                if !normal { unknown.append("mounts: cannot read \(path) (\(error.description))") }
            }
        }
        return (MountTable(entries: entries), unknown)
    }

    /// - Source: proc_pid_mountinfo(5).
    static func parse(_ text: String) -> [Entry] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            // The optional fields end with a lone "-"; type, source and options follow it.
            guard fields.count > 6, let dash = fields[6...].firstIndex(of: "-"),
                dash + 2 < fields.count
            else { return nil }
            return Entry(
                deviceNumber: String(fields[2]),
                mountPoint: unescaped(fields[4]),
                source: unescaped(fields[dash + 2])
            )
        }
    }

    /// Where a device or one of its partitions is mounted, without repetition.
    ///
    /// - Parameters:
    ///   - numbers: the device numbers to look for, "8:0".
    ///   - path: the device's path; it finds what has no number of its own, such as Btrfs.
    /// - Returns: the mount points, in the order in which they were mounted.
    func mountPoints(ofDevices numbers: Set<String>, path: String) -> [String] {
        var points: [String] = []
        for entry in entries where !points.contains(entry.mountPoint) {
            let byPath = entry.source == path || Self.isPartition(entry.source, of: path)
            if byPath || numbers.contains(entry.deviceNumber) { points.append(entry.mountPoint) }
        }
        return points
    }

    /// Whether "/dev/sda1" or "/dev/nvme0n1p2" is a partition of "/dev/sda" or "/dev/nvme0n1".
    static func isPartition(_ source: String, of disk: String) -> Bool {
        guard source.hasPrefix(disk), let last = disk.last else { return false }
        var rest = source.dropFirst(disk.count)
        // A disk whose name ends in a digit puts a "p" between, so that sda1 and sda11 stay apart.
        if last.isNumber {
            guard rest.first == "p" else { return false }
            rest = rest.dropFirst()
        }
        return !rest.isEmpty && rest.allSatisfy { $0.isASCII && $0.isNumber }
    }

    /// Undoes the octal escapes for space, tab, newline and backslash.
    private static func unescaped(_ field: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = field.utf8[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
