import Units

extension HostProbe {
    /// Kernel settings that move storage numbers; those that cannot be read are left out.
    func settings() -> [String: String] {
        var settings: [String: String] = [:]
        for (name, file) in Self.files {
            if let value = root.value(file) { settings[name] = value }
        }
        if let huge = root.value("sys/kernel/mm/transparent_hugepage/enabled") {
            settings["transparent_hugepage"] = DeviceReader.chosen(huge)
        }
        let nodes = (root.list("sys/devices/system/node") ?? []).filter {
            $0.hasPrefix("node") && SystemText.isDigits($0.dropFirst(4))
        }
        if !nodes.isEmpty { settings["numa_nodes"] = String(nodes.count) }
        if let microcode = microcode() { settings["microcode"] = microcode }
        for (name, value) in commandLine() { settings["cmdline.\(name)"] = value }
        return settings
    }

    private static let files: [(name: String, file: String)] = [
        ("vm.swappiness", "proc/sys/vm/swappiness"),
        ("vm.dirty_ratio", "proc/sys/vm/dirty_ratio"),
        ("vm.dirty_background_ratio", "proc/sys/vm/dirty_background_ratio"),
        ("vm.dirty_bytes", "proc/sys/vm/dirty_bytes"),
        ("vm.dirty_background_bytes", "proc/sys/vm/dirty_background_bytes"),
        ("vm.dirty_expire_centisecs", "proc/sys/vm/dirty_expire_centisecs"),
        ("vm.dirty_writeback_centisecs", "proc/sys/vm/dirty_writeback_centisecs"),
        ("kernel.io_uring_disabled", "proc/sys/kernel/io_uring_disabled"),
        ("fs.aio-max-nr", "proc/sys/fs/aio-max-nr"),
        ("cpuidle_governor", "sys/devices/system/cpu/cpuidle/current_governor"),
        ("cpufreq_driver", "sys/devices/system/cpu/cpu0/cpufreq/scaling_driver"),
        ("intel_no_turbo", "sys/devices/system/cpu/intel_pstate/no_turbo"),
        ("cpufreq_boost", "sys/devices/system/cpu/cpufreq/boost"),
        ("smt", "sys/devices/system/cpu/smt/control"),
        ("clocksources", "sys/devices/system/clocksource/clocksource0/available_clocksource"),
    ]

    private func microcode() -> String? {
        for line in SystemText.lines(root.read("proc/cpuinfo") ?? "") {
            guard let halves = SystemText.halves(line, at: ":") else { continue }
            if SystemText.printable(halves.before) == "microcode" {
                return SystemText.printable(halves.after)
            }
        }
        return nil
    }

    /// The kernel parameters that are known to move numbers.
    ///
    /// Never the whole line: it may hold secrets, such as the token in Talos' `talos.config=`.
    private func commandLine() -> [(name: String, value: String)] {
        SystemText.fields(root.value(whole: "proc/cmdline") ?? "").compactMap { word in
            let halves = SystemText.halves(word, at: "=")
            let name = halves?.before ?? word
            guard Self.parameters.contains(name) else { return nil }
            return (name, halves?.after ?? "set")
        }
    }

    /// - Source: Documentation/admin-guide/kernel-parameters.txt.
    private static let parameters: Set<String> = [
        "mitigations", "pti", "nopti", "init_on_alloc", "init_on_free", "slab_nomerge", "idle",
        "processor.max_cstate", "intel_idle.max_cstate", "intel_pstate", "amd_pstate", "isolcpus",
        "nohz_full", "rcu_nocbs", "clocksource", "tsc", "nosmt", "transparent_hugepage",
        "preempt", "threadirqs", "iommu", "intel_iommu", "amd_iommu", "iommu.strict",
        "nvme_core.default_ps_max_latency_us", "pcie_aspm", "scsi_mod.use_blk_mq", "psi",
        "cpuidle_haltpoll.force", "spectre_v2", "spec_store_bypass_disable", "retbleed",
    ]
}

extension SystemRoot {
    /// The first line with control bytes replaced, not cut to 256 bytes.
    func value(whole relative: String) -> String? {
        read(relative).map(SystemText.lines)?.first.map(String.init)
    }
}
