import ResultStore

/// Processor, clock and memory of this machine.
enum NodeProcessorRules {
    static let all: [Rule] = [
        level, aes, emulated, count, steal, governor, clock, memory, swap, balloon,
    ]

    private static let needed = ["cx16", "lahf_lm", "popcnt", "pni", "ssse3", "sse4_1", "sse4_2"]

    static let level = Rule.node(
        "NODE-CPU-LEVEL",
        .error,
        .cpu,
        "the processor lacks x86-64-v2",
        why: "Talos halts at boot with \"x86_64 microarchitecture level 2 or higher is required\".",
        fix: "In a VM set cpu to host or x86-64-v2-AES; older hardware cannot run Talos.",
        sources: [Authority.talosInit, Authority.psABI]
    ) { node, _ throws(UnknownFact) in
        guard isIntel(node) else { return [] }
        let flags = try node.cpuFlags.get()
        let missing = needed.filter { !flags.contains($0) }
        guard !missing.isEmpty else { return [] }
        return [Observation("no \(Text.list(missing))", at: cpuInfo)]
    }

    static let aes = Rule.node(
        "NODE-CPU-AES",
        .warning,
        .cpu,
        "no AES instructions",
        why:
            "TLS between API server, etcd and kubelet, encrypted volumes and WireGuard are then computed step by step.",
        fix: "In a VM set cpu to host or x86-64-v2-AES.",
        sources: [Authority.qm, Authority.cpuConfig]
    ) { node, _ throws(UnknownFact) in
        guard isIntel(node), try !node.cpuFlags.get().contains("aes") else { return [] }
        return [Observation("no aes", at: cpuInfo)]
    }

    static let emulated = Rule.node(
        "NODE-CPU-EMULATED",
        .error,
        .cpu,
        "the processor is emulated",
        why:
            "Without KVM every instruction is translated; no latency measured here means anything.",
        fix: "Enable virtualization in the host's firmware, and remove kvm: 0.",
        sources: [Authority.qm]
    ) { node, _ in
        guard node.host.hypervisor == "qemu" else { return [] }
        return [Observation("QEMU without KVM", at: Location("/proc/cpuinfo"))]
    }

    static let count = Rule.node(
        "NODE-CPU-CORES",
        .warning,
        .cpu,
        "few processors for its role",
        roles: Set(Role.allCases),
        why:
            "etcd and the API server, or Longhorn's engine, wait for a processor before they wait for a disk.",
        fix: "Give the node more cores.",
        sources: [Authority.talosRequirements, Authority.longhornBest, Authority.longhornV2]
    ) { node, evidence throws(UnknownFact) in
        guard let sizes = evidence.limits.sizes(for: evidence.roles(of: node)) else { return [] }
        guard let count = node.host.cpuCount else {
            throw UnknownFact("the number of processors", help: "mount /proc and /sys")
        }
        guard count < sizes.coresWanted else { return [] }
        let isTooFew = count < sizes.coresMinimum
        let wanted =
            isTooFew ? "at least \(sizes.coresMinimum)" : "\(sizes.coresWanted) recommended"
        return [
            Observation(
                "\(count) of \(wanted)",
                at: cpuInfo,
                severity: isTooFew ? .error : nil
            )
        ]
    }

    static let steal = Rule.node(
        "NODE-CPU-STEAL",
        .warning,
        .cpu,
        "the hypervisor takes time away",
        why:
            "Stolen time is a pause nobody inside can see; etcd misses heartbeats, and measurements blame the disk.",
        fix: "Give the VM dedicated cores, or fewer VMs to the host.",
        sources: ["proc_stat(5)", Authority.etcdHardware]
    ) { node, evidence throws(UnknownFact) in
        let percent = try node.stealRatio.get() * 100
        guard percent > evidence.limits.stealPercent else { return [] }
        return [
            Observation(
                "\(QuantityWords.number((percent * 10).rounded() / 10)) % since boot",
                at: Location("/proc/stat")
            )
        ]
    }

    static let governor = Rule.node(
        "NODE-CPU-GOVERNOR",
        .info,
        .cpu,
        "the processor slows down when it is idle",
        why:
            "A processor that has to speed up first adds tens of microseconds to a flush, which fast disks show.",
        fix: "Use the governor performance for measurements, and for etcd on fast disks.",
        sources: ["Linux, Documentation/admin-guide/pm/cpufreq.rst"]
    ) { node, _ in
        guard let governor = node.host.governor, governor.contains("powersave") else { return [] }
        // intel_pstate's powersave is a load-following one; the old drivers' is the lowest frequency.
        guard node.host.settings?["cpufreq_driver"]?.hasPrefix("intel_pstate") != true else {
            return []
        }
        return [
            Observation(
                "governor \(governor)",
                at: Location("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
            )
        ]
    }

    static let clock = Rule.node(
        "NODE-CLOCK",
        .warning,
        .kernel,
        "a slow clock",
        why:
            "Reading this clock leaves the VM or goes over a bus: microseconds instead of nanoseconds, in every measurement and in etcd itself.",
        fix: "Use tsc or kvm-clock; look for \"clocksource\" in the kernel's log.",
        sources: ["Linux, Documentation/timers/timekeeping.rst"]
    ) { node, _ throws(UnknownFact) in
        guard let clock = node.host.clocksource else {
            throw UnknownFact("the clock source", help: "mount /sys")
        }
        guard ["hpet", "acpi_pm", "jiffies", "pit", "refined-jiffies"].contains(clock) else {
            return []
        }
        return [
            Observation(
                clock,
                at: Location("/sys/devices/system/clocksource/clocksource0/current_clocksource")
            )
        ]
    }

    static let memory = Rule.node(
        "NODE-MEM-SIZE",
        .warning,
        .memory,
        "little memory for its role",
        roles: Set(Role.allCases),
        why:
            "Below the minimum a node does not come up; below what is recommended processes are killed under load.",
        fix: "Give the node more memory.",
        sources: [Authority.talosRequirements, Authority.longhornBest]
    ) { node, evidence throws(UnknownFact) in
        guard let sizes = evidence.limits.sizes(for: evidence.roles(of: node)) else { return [] }
        let total = try node.memory.get().totalBytes
        // The kernel and the firmware keep up to a tenth for themselves.
        let (sum, overflow) = total.addingReportingOverflow(total / 10)
        let whole = overflow ? .max : sum
        guard whole < sizes.memoryWantedBytes else { return [] }
        let isTooFew = whole < sizes.memoryMinimumBytes
        let wanted = isTooFew ? sizes.memoryMinimumBytes : sizes.memoryWantedBytes
        return [
            Observation(
                "\(Text.size(total)) of \(Text.size(wanted)) \(isTooFew ? "at least" : "recommended")",
                at: Location("/proc/meminfo"),
                severity: isTooFew ? .error : nil
            )
        ]
    }

    static let swap = Rule.node(
        "NODE-SWAP",
        .warning,
        .memory,
        "swap is on",
        why:
            "The kubelet does not start with swap unless told to, and a page of etcd that is swapped out stalls the whole cluster.",
        fix: "Switch it off: swapoff -a.",
        sources: [Authority.kubernetesSwap]
    ) { node, _ throws(UnknownFact) in
        guard !node.isProxmoxHost else { return [] }
        let bytes = try node.memory.get().swapBytes
        guard bytes > 0 else { return [] }
        return [Observation(Text.size(bytes), at: Location("/proc/swaps"))]
    }

    static let balloon = Rule.node(
        "NODE-MEM-BALLOON",
        .info,
        .memory,
        "the balloon driver is there",
        why:
            "The host can take memory back, if the VM's balloon is below its memory; that cannot be seen from inside.",
        fix: "Look at the VM's configuration: tbench doctor --proxmox VMID.conf.",
        sources: [Authority.talosProxmox, Authority.qm]
    ) { node, _ throws(UnknownFact) in
        guard try node.modules["virtio_balloon"]?.get() == .loaded else { return [] }
        return [Observation("virtio_balloon is loaded", at: Location("/sys/module/virtio_balloon"))]
    }

    static let cpuInfo = Location("/proc/cpuinfo")

    static func isIntel(_ node: NodeFacts) -> Bool {
        let architecture = node.host.architecture ?? "x86_64"
        return architecture == "x86_64" || architecture == "amd64"
    }
}
