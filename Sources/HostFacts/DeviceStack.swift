import ResultStore
import Units

/// Walks from a block device down to the disks, through partitions, dm, md and loop devices.
struct DeviceStack {
    /// A stack deeper than this is cut and said to be; nobody builds one on purpose.
    static let depthLimit = 8
    /// Bounds a hostile tree that is wide instead of deep.
    static let countLimit = 64

    let root: SystemRoot
    let mounts: MountTable?
    let status: @Sendable (String) -> PathStatus?

    /// From the top to the disks, each device once.
    private(set) var devices: [DeviceFacts] = []
    /// What could not be followed and why.
    private(set) var unknown: [String] = []
    private var visited: Set<DeviceNumber> = []

    init(
        root: SystemRoot,
        mounts: MountTable?,
        status: @escaping @Sendable (String) -> PathStatus?
    ) {
        self.root = root
        self.mounts = mounts
        self.status = status
    }

    /// Adds `number` and everything below it.
    mutating func descend(into number: DeviceNumber, depth: Int = 0) {
        guard visited.insert(number).inserted else { return }
        guard depth < Self.depthLimit, devices.count < Self.countLimit else {
            note("more than \(Self.depthLimit) layers or \(Self.countLimit) devices: stack cut")
            return
        }
        guard let directory = Self.directory(of: number, root: root) else {
            note("no /sys/dev/block/\(number): device stack unknown from there on")
            return
        }
        let name = Self.name(of: directory, number: number, root: root)
        let isPartition = root.exists("\(directory)/partition")
        devices.append(
            DeviceReader(root: root).facts(name, at: directory, isPartition: isPartition)
        )
        if isPartition {
            // The directory of a partition lies in its disk's.
            if let disk = root.value("\(directory)/../dev").flatMap({ DeviceNumber($0) }) {
                descend(into: disk, depth: depth + 1)
            } else {
                note("\(name): the disk of this partition is unknown")
            }
            return
        }
        for slave in root.list("\(directory)/slaves") ?? [] {
            let entry = "\(directory)/slaves/\(slave)/dev"
            if let below = root.value(entry).flatMap({ DeviceNumber($0) }) {
                descend(into: below, depth: depth + 1)
            } else {
                note("\(name): the device \(SystemText.printable(slave)) below it is unreadable")
            }
        }
        if let file = root.read("\(directory)/loop/backing_file").map(SystemText.lines)?.first {
            descend(intoFile: String(file), of: name, depth: depth + 1)
        }
    }

    /// Adds the devices of the filesystem that `mount` shows.
    mutating func descend(
        into mount: Mount,
        device: DeviceNumber? = nil,
        depth: Int = 0
    ) {
        switch FilesystemSource.resolve(mount, device: device, root: root, status: status) {
        case .devices(let numbers):
            for number in numbers { descend(into: number, depth: depth) }
        case .path(let path):
            descend(intoFile: path, of: mount.type, depth: depth + 1)
        case .none(let reason):
            note(reason)
        }
    }

    /// Adds the filesystem that holds `path`, for the file behind a loop device.
    private mutating func descend(intoFile path: String, of owner: String, depth: Int) {
        guard depth < Self.depthLimit else {
            note("more than \(Self.depthLimit) layers: stack cut")
            return
        }
        let shown = SystemText.printable(path)
        guard let found = status(path) else {
            note("\(owner): \(shown) is not visible from here; what holds it is unknown")
            return
        }
        if found.kind == .blockDevice, let number = found.represents {
            descend(into: number, depth: depth)
        } else if let mount = mounts?.mount(
            holding: found.realPath ?? path,
            device: found.device
        ) {
            if let index = devices.lastIndex(where: { $0.name == owner }),
                let backing = devices[index].backing
            {
                devices[index].backing = "\(backing) on \(mount.type)"
            }
            descend(into: mount, device: found.device, depth: depth)
        } else if !found.device.isAnonymous {
            descend(into: found.device, depth: depth)
        } else {
            note("\(owner): the filesystem that holds \(shown) is unknown")
        }
    }

    private mutating func note(_ text: String) {
        if !unknown.contains(text) { unknown.append(text) }
    }

    /// The directory of a device below the root: "sys/dev/block/8:1"; nil when `/sys` has none.
    static func directory(of number: DeviceNumber, root: SystemRoot) -> String? {
        let link = "sys/dev/block/\(number)"
        return root.exists(link) ? link : nil
    }

    /// The kernel's name: the last component of the link, or DEVNAME of the device's uevent file.
    static func name(of directory: String, number: DeviceNumber, root: SystemRoot) -> String {
        if let link = root.link(directory) {
            let name = SystemText.printable(SystemText.lastComponent(link))
            if !name.isEmpty { return name }
        }
        for line in SystemText.lines(root.read("\(directory)/uevent") ?? "") {
            if let halves = SystemText.halves(line, at: "="), halves.before == "DEVNAME" {
                return SystemText.printable(halves.after)
            }
        }
        return number.description
    }
}
