package import ResultStore

/// Reads the counters that tell what else the machine did during a run.
///
/// A sample opens about ten files and two per thread, 0.4 ms on a small guest: take it between
/// rounds, not inside one.
package struct ConditionsSampler: Sendable {
    private let root: SystemRoot
    private let deviceNames: [String]
    private let group: ControlGroup

    /// - Parameters:
    ///   - root: where `/proc` and `/sys` are.
    ///   - deviceNames: kernel names whose counters are added up; see `deviceNames(for:)`.
    package init(root: SystemRoot = .init(), deviceNames: [String]) {
        self.root = root
        self.deviceNames = deviceNames
        group = ControlGroup(root: root, mounts: MountTable(root: root))
    }

    /// The devices whose counters say what a target's I/O became.
    ///
    /// Flushes are only counted on disks, so a stack of partitions, dm and md over one disk is
    /// sampled at the disk. Over several disks the top is sampled, because a mirror's writes would
    /// count twice; its flushes are then unknown. A loop device is sampled itself.
    package static func deviceNames(for target: TargetFacts) -> [String] {
        var disks: [String] = []
        var mapped: String?
        for device in target.stack {
            switch device.transport {
            case "partition": continue
            case "device-mapper", "md": mapped = mapped ?? device.name
            default:
                disks.append(device.name)
                if device.transport == "loop" { return mappedOrDisks(disks, mapped) }
            }
        }
        return mappedOrDisks(disks, mapped)
    }

    private static func mappedOrDisks(_ disks: [String], _ mapped: String?) -> [String] {
        guard disks.count != 1, let mapped else { return disks }
        return [mapped]
    }

    /// The counters now; what cannot be read is nil.
    package func sample() -> ConditionsSample {
        var sample = ConditionsSample(
            monotonicNs: SystemCalls.monotonicNow(),
            realtimeNs: SystemCalls.realtimeNow()
        )
        sample.cpu = ProcessorTimes(text: root.read("proc/stat") ?? "")
        sample.ownTicks = ownTicks()
        sample.throttledNs = group.throttledNanoseconds()
        sample.pressureCpuUs = pressure("cpu")
        sample.pressureIoUs = pressure("io")
        sample.pressureMemoryUs = pressure("memory")
        sample.threads = threads()
        for name in deviceNames {
            sample.devices[name] = DeviceCounters.read(root: root, device: name)
        }
        return sample
    }

    /// What this process used of all CPUs' ticks.
    ///
    /// - Source: utime and stime in proc_pid_stat(5), the 12th and 13th behind the name.
    private func ownTicks() -> UInt64? {
        guard let text = root.read("proc/self/stat"), let end = text.lastIndex(of: ")") else {
            return nil
        }
        let fields = SystemText.fields(text[text.index(after: end)...])
        guard fields.count > 12, let user = UInt64(fields[11]), let system = UInt64(fields[12])
        else { return nil }
        return Quantity.sum(user, system)
    }

    /// "some avg10=0.00 avg60=0.00 avg300=0.00 total=1234".
    ///
    /// - Source: Documentation/accounting/psi.rst.
    private func pressure(_ resource: String) -> UInt64? {
        let text = root.read("proc/pressure/\(resource)") ?? ""
        for line in SystemText.lines(text) where line.hasPrefix("some ") {
            for field in SystemText.fields(line) {
                if let halves = SystemText.halves(field, at: "="), halves.before == "total" {
                    return UInt64(halves.after)
                }
            }
        }
        return nil
    }

    private func threads() -> [Int: ThreadCounters]? {
        guard let names = root.list("proc/self/task") else { return nil }
        var threads: [Int: ThreadCounters] = [:]
        for name in names {
            guard let id = Int(name) else { continue }
            var counters = ThreadCounters()
            let fields = SystemText.fields(root.value("proc/self/task/\(name)/schedstat") ?? "")
            if fields.count >= 2 { counters.runDelayNs = UInt64(fields[1]) }
            let status = root.read("proc/self/task/\(name)/status") ?? ""
            for line in SystemText.lines(status) {
                let parts = SystemText.fields(line)
                if parts.first == "nonvoluntary_ctxt_switches:", parts.count == 2 {
                    counters.involuntarySwitches = UInt64(parts[1])
                }
            }
            threads[id] = counters
        }
        return threads
    }
}
