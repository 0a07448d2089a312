package import ResultStore

/// Reads what `tbench doctor` has rules about; changes nothing.
///
/// In a debug pod the node's files are below `/host`, and its processes are seen with hostPID only.
package struct NodeProbe: Sendable {
    let root: SystemRoot
    private let host: HostProbe
    private let interfaces: InterfaceProbe

    package init(root: SystemRoot = .init()) {
        guard !root.isLive else {
            self.init(
                root: root,
                host: HostProbe(root: root),
                interfaces: InterfaceProbe(root: root)
            )
            return
        }
        // Files of another machine: what the kernel says of this one has no place among them.
        let host = HostProbe(
            root: root,
            environment: { _ in nil },
            status: { path in SystemCalls.status(of: root.absolute(path)).map { root.relative($0) }
            }
        )
        self.init(
            root: root,
            host: host,
            interfaces: InterfaceProbe(root: root, calls: .none)
        )
    }

    /// For tests: what asks the kernel is handed in.
    init(root: SystemRoot, host: HostProbe, interfaces: InterfaceProbe) {
        self.root = root
        self.host = host
        self.interfaces = interfaces
    }

    /// Everything that can be read; what cannot says why.
    package func facts() -> NodeFacts {
        let nothing = UnknownFact("this machine", help: "mount /proc and /sys")
        var facts = NodeFacts(unknown: nothing)
        facts.host = host.host()
        facts.cpuFlags = processorFlags()
        facts.memory = memory()
        let modules = ModuleProbe(root: root)
        for (name, option) in ModuleProbe.known {
            facts.modules[name] = modules.state(name, option: option)
        }
        for name in Self.settings { facts.sysctls[name] = setting(name) }
        facts.filesystems = filesystems()
        facts.pressure = pressure()
        facts.stealRatio = stealRatio()
        facts.disks = disks()
        facts.interfaces = cards()
        facts.processes = processes()
        facts.iommuGroups = reading(
            root.list("sys/kernel/iommu_groups")?.count,
            "the IOMMU groups",
            "mount /sys"
        )
        facts.paths = .known(DataPathProbe(root: root, host: host).paths())
        facts.talosVersion = talosVersion()
        facts.isProxmoxHost =
            root.exists("etc/pve")
            || facts.host.kernel?.hasSuffix("-pve") == true
                && facts.host.container["container"] == nil
        return facts
    }

    static let settings = [
        "kernel.io_uring_disabled", "fs.aio-max-nr", "fs.aio-nr", "vm.dirty_ratio",
        "vm.dirty_bytes",
        "vm.zone_reclaim_mode",
    ]

    private func reading<Value>(_ value: Value?, _ what: String, _ help: String) -> Reading<Value> {
        value.map { .known($0) } ?? .unknown(UnknownFact(what, help: help))
    }

    private func processorFlags() -> Reading<Set<String>> {
        for line in SystemText.lines(root.read("proc/cpuinfo") ?? "") {
            guard let (key, value) = SystemText.halves(line, at: ":") else { continue }
            let name = SystemText.printable(key)
            if name == "flags" || name == "Features" {
                return .known(Set(SystemText.fields(value)))
            }
        }
        return .unknown(UnknownFact("the processor's flags", help: "mount /proc"))
    }

    private func memory() -> Reading<NodeFacts.Memory> {
        var values: [String: UInt64] = [:]
        for line in SystemText.lines(root.read("proc/meminfo") ?? "") {
            let fields = SystemText.fields(line)
            if fields.count > 1, let number = UInt64(fields[1]) { values[fields[0]] = number }
        }
        guard let total = values["MemTotal:"].flatMap({ Quantity.product($0, 1024) }) else {
            return .unknown(UnknownFact("the memory", help: "mount /proc"))
        }
        let swap = values["SwapTotal:"].flatMap { Quantity.product($0, 1024) }
        return .known(
            NodeFacts.Memory(
                totalBytes: total,
                hugePages: values["HugePages_Total:"] ?? 0,
                hugePageBytes: values["Hugepagesize:"].flatMap { Quantity.product($0, 1024) } ?? 2
                    << 20,
                swapBytes: swap ?? 0
            )
        )
    }

    private func setting(_ name: String) -> Reading<String> {
        let path = name.split(separator: ".", maxSplits: 1).joined(separator: "/")
        return reading(root.value("proc/sys/\(path)"), "the setting \(name)", "mount /proc/sys")
    }

    private func filesystems() -> Reading<Set<String>> {
        let names = root.read("proc/filesystems").map { text in
            Set(SystemText.lines(text).compactMap { SystemText.fields($0).last })
        }
        return reading(names, "the filesystems of the kernel", "mount /proc")
    }

    /// "some avg10=0.00 avg60=…".
    private func pressure() -> Reading<[String: Double]> {
        var values: [String: Double] = [:]
        for resource in ["cpu", "io", "memory"] {
            for line in SystemText.lines(root.read("proc/pressure/\(resource)") ?? "") {
                let fields = SystemText.fields(line)
                guard fields.first == "some", fields.count > 1,
                    let (_, text) = SystemText.halves(fields[1], at: "="),
                    let number = Double(text),
                    number.isFinite
                else { continue }
                values[resource] = number
            }
        }
        return reading(
            values.isEmpty ? nil : values,
            "pressure (PSI)",
            "boot the kernel with psi=1, which Talos does not"
        )
    }

    /// Column 8 of the first line of `/proc/stat`, against all of them but the guests' own.
    ///
    /// - Source: proc_stat(5).
    private func stealRatio() -> Reading<Double> {
        let line = SystemText.lines(root.read("proc/stat") ?? "").first
        let numbers =
            line.map { SystemText.fields($0).dropFirst().prefix(8).compactMap { UInt64($0) } } ?? []
        let total = numbers.reduce(UInt64(0)) { Quantity.sum($0, $1) }
        guard numbers.count == 8, total > 0 else {
            return .unknown(UnknownFact("the stolen time", help: "mount /proc"))
        }
        return .known(Double(numbers[7]) / Double(total))
    }

    /// Whole disks; what is made of others, or of memory, is not one.
    private func disks() -> Reading<[DeviceFacts]> {
        guard let names = root.list("sys/block") else {
            return .unknown(UnknownFact("the disks", help: "mount /sys"))
        }
        let reader = DeviceReader(root: root)
        let others = ["loop", "ram", "zram", "sr", "fd", "dm-", "md", "nbd", "zd", "rbd", "drbd"]
        let disks = names.filter { name in
            SystemText.isComponent(name) && !others.contains { name.hasPrefix($0) }
        }.prefix(256)
        return .known(disks.map { reader.facts($0, at: "sys/block/\($0)", isPartition: false) })
    }

    private func cards() -> Reading<[InterfaceFacts]> {
        guard let names = root.list("sys/class/net") else {
            return .unknown(UnknownFact("the network interfaces", help: "mount /sys"))
        }
        return .known(names.filter { $0 != "lo" }.prefix(512).map(interfaces.facts))
    }

    /// The names of all processes, if those of the node can be seen.
    private func processes() -> Reading<Set<String>> {
        let isContainer = host.host().container["container"] != nil
        // With hostPID, process 1 is the node's; in a container of its own it is a shell, or tbench.
        let first = root.value("proc/1/comm")
        let isNode = ["systemd", "init", "machined", "talos", "pid1"].contains { first == $0 }
        guard let first, isNode || !isContainer, !first.isEmpty else {
            return .unknown(
                UnknownFact(
                    "the processes of the node",
                    help:
                        "run with hostPID: true, as kubectl debug node/NAME --profile=sysadmin does"
                )
            )
        }
        let names = (root.list("proc") ?? []).filter { SystemText.isDigits($0) }.prefix(65536)
        return .known(Set(names.compactMap { root.value("proc/\($0)/comm") }))
    }

    /// The version in Talos' os-release, the node's own where there are two.
    private func talosVersion() -> [Int]? {
        for file in ["host/etc/os-release", "etc/os-release"] {
            let lines = SystemText.lines(root.read(file) ?? "")
            guard lines.contains(where: { $0 == "ID=talos" }) else { continue }
            for line in lines where line.hasPrefix("VERSION_ID=") {
                let text = line.dropFirst("VERSION_ID=".count).filter { $0 != "v" && $0 != "\"" }
                let numbers = SystemText.split(text, at: ".").map { Int($0) }
                if numbers.count >= 2, !numbers.contains(nil) { return numbers.compactMap { $0 } }
            }
        }
        return nil
    }
}

extension SystemRoot {
    /// What stat(2) says, with the path as the machine described names it.
    fileprivate func relative(_ status: PathStatus) -> PathStatus {
        var status = status
        if let path = status.realPath, path.hasPrefix(prefix + "/") {
            status.realPath = String(path.dropFirst(prefix.count))
        }
        return status
    }
}
