package import ResultStore
import Units

extension HostProbe {
    /// The machine: kernel, processor, clock, memory, hypervisor, container.
    package func host() -> HostRecord {
        var record = HostRecord()
        sayWhatIsMissing(&record)
        let live = root.isLive ? SystemCalls.kernelName() : nil
        record.kernel = root.value("proc/sys/kernel/osrelease") ?? live?.release
        record.architecture = root.value("proc/sys/kernel/arch") ?? live?.machine
        record.node = variable("NODE_NAME") ?? root.value("proc/sys/kernel/hostname")
        record.bootId = root.value("proc/sys/kernel/random/boot_id")
        record.uptimeSeconds = firstNumber("proc/uptime")
        record.loadAverage = firstNumber("proc/loadavg")
        record.memoryBytes = memory()
        readProcessor(&record)
        record.container = container()
        record.distribution = distribution(kernel: record.kernel, container: record.container)
        let hypervisor = HypervisorEvidence(root: root).conclusion()
        record.hypervisor = hypervisor.name
        record.platform = hypervisor.platform
        record.unknown += hypervisor.unknown
        record.settings = settings()
        return record
    }

    /// An environment variable, printable; nil when unset or blank.
    func variable(_ name: String) -> String? {
        guard let value = environment(name).map({ SystemText.printable($0) }) else { return nil }
        return value.isEmpty ? nil : value
    }

    private func sayWhatIsMissing(_ record: inout HostRecord) {
        if !root.exists("proc/self") {
            record.unknown.append("no /proc: uptime, load, memory, CPU and cgroup are unknown")
        } else {
            let files = ["proc/stat", "proc/cpuinfo", "proc/self/cgroup"]
            for file in files {
                if let reason = root.failure(file) {
                    record.unknown.append("/\(file) cannot be read (\(reason))")
                }
            }
        }
        if root.list("sys")?.isEmpty ?? true {
            record.unknown.append("no /sys: devices, governor and clock source are unknown")
        }
    }

    private func firstNumber(_ file: String) -> Double? {
        guard
            let word = root.value(file).map(SystemText.fields)?.first,
            let number = Double(word),
            number.isFinite, number >= 0
        else { return nil }
        return number
    }

    private func memory() -> UInt64? {
        for line in SystemText.lines(root.read("proc/meminfo") ?? "") {
            let fields = SystemText.fields(line)
            if fields.first == "MemTotal:", fields.count > 1, let kibibytes = UInt64(fields[1]) {
                return Quantity.product(kibibytes, 1024)
            }
        }
        return nil
    }

    private func readProcessor(_ record: inout HostRecord) {
        let lines = SystemText.lines(root.read("proc/cpuinfo") ?? "").compactMap {
            SystemText.halves($0, at: ":")
        }.map { (SystemText.printable($0.before), SystemText.printable($0.after)) }
        record.cpuModel =
            lines.first { $0.0 == "model name" || $0.0 == "Model" || $0.0 == "cpu model" }?.1
            ?? armModel(lines) ?? root.value("proc/device-tree/model")
        let online = root.value("sys/devices/system/cpu/online").flatMap(Self.count(inList:))
        let listed = lines.count { $0.0 == "processor" }
        record.cpuCount = online ?? (listed > 0 ? listed : nil)
        record.governor = governor()
        record.idleDriver = root.value("sys/devices/system/cpu/cpuidle/current_driver")
        record.clocksource = root.value(
            "sys/devices/system/clocksource/clocksource0/current_clocksource"
        )
    }

    /// arm64's cpuinfo has numbers instead of a name.
    private func armModel(_ lines: [(String, String)]) -> String? {
        guard
            let implementer = lines.first(where: { $0.0 == "CPU implementer" })?.1,
            let part = lines.first(where: { $0.0 == "CPU part" })?.1
        else { return nil }
        return "implementer \(implementer) part \(part)"
    }

    /// How many numbers are in "0-3,8"; nil when it is not such a list or is absurdly long.
    static func count(inList text: String) -> Int? {
        var count = 0
        for part in SystemText.split(text, at: ",") {
            let ends = SystemText.split(part, at: "-").map { Int($0) }
            guard
                ends.count <= 2,
                let first = ends.first ?? nil, let last = ends.last ?? nil,
                first >= 0, last >= first, last < 1 << 20
            else { return nil }
            count += last - first + 1
            guard count <= 1 << 20 else { return nil }
        }
        return count > 0 ? count : nil
    }

    /// The frequency governor of all CPUs, or each that is in use: "performance, schedutil".
    private func governor() -> String? {
        let directory = "sys/devices/system/cpu"
        var governors: Set<String> = []
        for name in root.list(directory) ?? []
        where name.hasPrefix("cpu") && SystemText.isDigits(name.dropFirst(3)) {
            if let governor = root.value("\(directory)/\(name)/cpufreq/scaling_governor") {
                governors.insert(governor)
            }
        }
        return governors.isEmpty ? nil : governors.sorted().joined(separator: ", ")
    }

    /// "Talos (v1.11.3)", "Debian GNU/Linux 12 (bookworm)".
    ///
    /// In a container `/etc/os-release` is the image's. A debug pod has the node's under `/host`;
    /// without that, the image's is marked as such, unless the kernel's own name tells.
    private func distribution(kernel: String?, container: [String: String]) -> String? {
        if let node = osRelease("host/etc/os-release") ?? osRelease("host/usr/lib/os-release") {
            return node
        }
        let here = osRelease("etc/os-release") ?? osRelease("usr/lib/os-release")
        let isContainer = container["container"] != nil
        if let here, !isContainer { return here }
        if let kernel, kernel.hasSuffix("-talos") { return "Talos (by the kernel's name)" }
        return here.map { "\($0) (the container image's)" }
    }

    /// - Source: os-release(5).
    private func osRelease(_ file: String) -> String? {
        var values: [String: String] = [:]
        for line in SystemText.lines(root.read(file) ?? "") {
            guard let (key, value) = SystemText.halves(line, at: "=") else { continue }
            let text = SystemText.printable(value)
            let isQuoted = text.count > 1 && (text.first == "\"" || text.first == "'")
            values[key] =
                isQuoted && text.last == text.first
                ? String(text.dropFirst().dropLast()) : text
        }
        if let pretty = values["PRETTY_NAME"], !pretty.isEmpty { return pretty }
        guard let name = values["NAME"] ?? values["ID"], !name.isEmpty else { return nil }
        return [name, values["VERSION"] ?? values["VERSION_ID"]]
            .compactMap { $0 }.joined(separator: " ")
    }
}
