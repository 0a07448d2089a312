/// One line of `/proc/self/mountinfo`.
///
/// - Source: proc_pid_mountinfo(5).
struct Mount: Sendable, Equatable {
    var device: DeviceNumber
    /// The part of the filesystem that is mounted; for a cgroup, the group.
    var root: String
    var mountPoint: String
    /// Options of this mount and of the superblock, without repeats.
    var options: [String]
    var type: String
    var source: String

    /// nil for a line that is cut short or makes no sense.
    init?(line: some StringProtocol) {
        let fields = SystemText.fields(line)
        // 36 35 98:0 /root /mount rw,noatime shared:1 … - ext4 /dev/sda1 rw,errors=continue
        guard
            fields.count >= 9,
            let device = DeviceNumber(fields[2]),
            let dash = fields[6...].firstIndex(of: "-"),
            fields.count > dash + 2
        else { return nil }
        self.device = device
        root = Self.unescaped(fields[3])
        mountPoint = Self.unescaped(fields[4])
        type = SystemText.printable(fields[dash + 1])
        source = Self.unescaped(fields[dash + 2])
        options = []
        let superblock = fields.count > dash + 3 ? fields[dash + 3] : ""
        for option in SystemText.split(fields[5], at: ",") + SystemText.split(superblock, at: ",") {
            let option = SystemText.printable(Self.unescaped(option))
            if !option.isEmpty, !options.contains(option) { options.append(option) }
        }
        guard mountPoint.utf8.first == UInt8(ascii: "/") else { return nil }
    }

    /// Replaces "\040" and the like, which stand for blanks and backslashes in a name.
    static func unescaped(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.contains(UInt8(ascii: "\\")) else { return text }
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let code = bytes[index...].dropFirst().prefix(3).reduce(into: UInt16(0)) {
                value,
                byte in
                let digit = (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(byte)
                value = digit && value < 0x1000 ? value * 8 + UInt16(byte & 7) : 0x1000
            }
            let isEscape = bytes[index] == UInt8(ascii: "\\") && index + 3 < bytes.count
            if isEscape, let byte = UInt8(exactly: code) {
                result.append(byte)
                index += 4
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The value of "name=value".
    func option(_ name: String) -> String? {
        for option in options {
            if let halves = SystemText.halves(option, at: "="), halves.before == name {
                return halves.after
            }
        }
        return nil
    }
}

/// The mounts of this process.
struct MountTable: Sendable {
    let mounts: [Mount]

    init(text: String) { mounts = SystemText.lines(text).compactMap { Mount(line: $0) } }

    /// Reads `/proc/self/mountinfo`; nil when there is none.
    init?(root: SystemRoot) {
        guard let text = root.read("proc/self/mountinfo") else { return nil }
        self.init(text: text)
    }

    /// The mount that holds `path`, which must be absolute and free of symbolic links.
    ///
    /// The longest mount point that is a prefix wins, and the last of equals, because later mounts
    /// cover earlier ones. The device number only decides when it can: the numbers that stat(2)
    /// gives inside btrfs subvolumes and on overlays are not those of the mount.
    func mount(holding path: String, device: DeviceNumber?) -> Mount? {
        let holders = mounts.filter { Self.contains($0.mountPoint, path) }
        let exact = holders.filter { $0.device == device }
        return (exact.isEmpty ? holders : exact).max { first, second in
            first.mountPoint.utf8.count < second.mountPoint.utf8.count
        }.map { longest in
            let candidates = exact.isEmpty ? holders : exact
            return candidates.last { $0.mountPoint == longest.mountPoint } ?? longest
        }
    }

    /// Whether `path` is `directory` or lies below it.
    static func contains(_ directory: String, _ path: String) -> Bool {
        if directory == "/" { return path.utf8.first == UInt8(ascii: "/") }
        guard path.utf8.starts(with: directory.utf8) else { return false }
        let rest = path.utf8.dropFirst(directory.utf8.count)
        return rest.isEmpty || rest.first == UInt8(ascii: "/")
    }
}
