/// The control group this process runs in, version 1 or 2, and the groups above it.
///
/// - Source: Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/; cgroups(7).
struct ControlGroup {
    let root: SystemRoot
    /// Version 2: directories from this process's group up to the root, below `root`.
    let unified: [String]
    /// Version 1: the same for each controller.
    let controllers: [String: [String]]
    /// The longest path that `/proc/self/cgroup` names, for telling container runtimes apart.
    let path: String?

    init(root: SystemRoot, mounts: MountTable?) {
        self.root = root
        var unified: [String] = []
        var controllers: [String: [String]] = [:]
        var longest: String?
        for line in SystemText.lines(root.read("proc/self/cgroup") ?? "") {
            // "0::/kubepods/x" is version 2; "4:memory:/docker/x" and "1:cpu,cpuacct:/" are 1.
            let parts = line.utf8.split(
                separator: UInt8(ascii: ":"),
                maxSplits: 2,
                omittingEmptySubsequences: false
            ).map { String(decoding: $0, as: UTF8.self) }
            guard parts.count == 3 else { continue }
            if parts[2].utf8.count > longest?.utf8.count ?? 0 { longest = parts[2] }
            if parts[0] == "0", parts[1].isEmpty {
                let mount = mounts?.mounts.first { $0.type == "cgroup2" }
                unified = Self.directories(parts[2], mount, fallback: "/sys/fs/cgroup", root)
            } else {
                for controller in SystemText.split(parts[1], at: ",") {
                    let mount = mounts?.mounts.first {
                        $0.type == "cgroup" && $0.options.contains(controller)
                    }
                    controllers[controller] = Self.directories(
                        parts[2],
                        mount,
                        fallback: "/sys/fs/cgroup/\(controller)",
                        root
                    )
                }
            }
        }
        self.unified = unified
        self.controllers = controllers
        path = longest
    }

    /// From the group to the mount's root.
    ///
    /// A group that is out of sight leaves the root alone.
    private static func directories(
        _ group: String,
        _ mount: Mount?,
        fallback: String,
        _ root: SystemRoot
    ) -> [String] {
        let base = mount?.mountPoint ?? fallback
        var relative = group
        // Inside a container the mount's root is the group itself, or one of its parents.
        if let mountRoot = mount?.root, mountRoot != "/", MountTable.contains(mountRoot, group) {
            relative = String(decoding: group.utf8.dropFirst(mountRoot.utf8.count), as: UTF8.self)
        }
        var components = SystemText.split(relative, at: "/")
        if components.contains("..") || components.count > 64 { components = [] }
        if !root.exists(([base] + components).joined(separator: "/")) { components = [] }
        return (0...components.count).reversed().map { count in
            ([base] + components.prefix(count)).joined(separator: "/")
        }
    }

    /// Limits and what they are, nearest group first: "cpu_max" → "200000 100000".
    func limits() -> [String: String] {
        var limits: [String: String] = [:]
        for directory in unified {
            for (key, file) in [
                ("cpu_max", "cpu.max"), ("memory_max", "memory.max"), ("io_max", "io.max"),
            ] where limits[key] == nil {
                let lines = SystemText.lines(root.read("\(directory)/\(file)") ?? "")
                let text = lines.map { SystemText.printable($0) }.joined(separator: "; ")
                if !text.isEmpty, !text.hasPrefix("max") { limits[key] = text }
            }
        }
        for directory in controllers["cpu"] ?? [] where limits["cpu_max"] == nil {
            guard
                let quota = root.number("\(directory)/cpu.cfs_quota_us"), quota > 0,
                let period = root.number("\(directory)/cpu.cfs_period_us")
            else { continue }
            limits["cpu_max"] = "\(quota) \(period)"
        }
        for directory in controllers["memory"] ?? [] where limits["memory_max"] == nil {
            // "No limit" is the largest multiple of the page size in 63 bits.
            guard
                let limit = root.number("\(directory)/memory.limit_in_bytes"), limit < 1 << 60
            else { continue }
            limits["memory_max"] = String(limit)
        }
        for directory in controllers["blkio"] ?? [] where limits["io_max"] == nil {
            limits["io_max"] = blockThrottle(directory)
        }
        return limits
    }

    private func blockThrottle(_ directory: String) -> String? {
        var found: [String] = []
        for (file, key) in [
            ("read_bps_device", "rbps"), ("write_bps_device", "wbps"),
            ("read_iops_device", "riops"), ("write_iops_device", "wiops"),
        ] {
            let text = root.read("\(directory)/blkio.throttle.\(file)") ?? ""
            for line in SystemText.lines(text) {
                let fields = SystemText.fields(line).map { SystemText.printable($0) }
                if fields.count == 2 { found.append("\(fields[0]) \(key)=\(fields[1])") }
            }
        }
        return found.isEmpty ? nil : found.joined(separator: "; ")
    }

    /// Nanoseconds this group and those above it were held back by a CPU quota; nil when unknown.
    func throttledNanoseconds() -> UInt64? {
        var total: UInt64?
        for directory in unified + (controllers["cpu"] ?? []) {
            for line in SystemText.lines(root.read("\(directory)/cpu.stat") ?? "") {
                let fields = SystemText.fields(line)
                guard fields.count == 2, let value = UInt64(fields[1]) else { continue }
                switch fields[0] {
                case "throttled_usec":
                    total = Quantity.sum(total ?? 0, Quantity.product(value, 1000) ?? .max)
                case "throttled_time": total = Quantity.sum(total ?? 0, value)
                default: break
                }
            }
        }
        return total
    }
}
