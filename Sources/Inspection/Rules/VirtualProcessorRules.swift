/// Processors of a VM.
enum VirtualProcessorRules {
    static let all: [Rule] = [
        type, host, hidden, topology, cores, acceleration, limit, arguments, guestType,
    ]

    /// The flags of x86-64-v2 that processor types without all of them have.
    ///
    /// - Source: the models in QEMU's target/i386/cpu.c; PVE/QemuServer/CPUConfig.pm.
    private static let old: [String: Set<String>] = [
        "kvm64": ["pni", "cx16"], "kvm32": ["pni"], "qemu64": ["pni", "cx16", "lahf_lm"],
        "qemu32": ["pni"], "486": [], "pentium": [], "pentium2": [], "pentium3": [], "athlon": [],
        "phenom": ["pni", "cx16", "popcnt", "lahf_lm"], "coreduo": ["pni"],
        "core2duo": ["pni", "ssse3", "cx16", "lahf_lm"], "Conroe": ["pni", "ssse3", "lahf_lm"],
        "Penryn": ["pni", "ssse3", "sse4_1", "cx16", "lahf_lm"], "Opteron_G1": ["pni"],
        "Opteron_G2": ["pni", "cx16", "lahf_lm"],
        "Opteron_G3": ["pni", "cx16", "popcnt", "lahf_lm"], "x86-64-v1": [],
    ]
    private static let needed = ["cx16", "lahf_lm", "popcnt", "pni", "ssse3", "sse4_1", "sse4_2"]

    static let type = Rule.machine(
        "PVE-CPU-TYPE",
        .error,
        "the processor lacks x86-64-v2",
        topic: .cpu,
        why:
            "Talos halts at boot with \"x86_64 microarchitecture level 2 or higher is required\", and Longhorn's V2 engine needs SSE 4.2.",
        fix: "Set cpu to host, or to x86-64-v2-AES where VMs migrate between unlike hosts.",
        sources: [Authority.talosInit, Authority.cpuConfig, Authority.qm, Authority.psABI]
    ) { machine, _ in
        guard machine.value("arch") != "aarch64" else { return [] }
        // What args: says comes last on QEMU's command line and wins.
        if let words = machine.value("args").map({ $0.split(separator: " ").map(String.init) }),
            let index = words.lastIndex(of: "-cpu"), index + 1 < words.count
        {
            let parts = ConfigText.parts(words[index + 1])
            guard isTooOld(parts[0], flags: Array(parts.dropFirst())) else { return [] }
            return [Observation("args: sets -cpu \(parts[0])", at: machine.place("args"))]
        }
        guard isTooOld(machine.cpuType, flags: machine.cpuFlags) else { return [] }
        let said =
            machine.value("cpu") == nil
            ? "no cpu: line, so kvm64" : "cpu: \(machine.cpuType)"
        let edit = ProxmoxEdit.set(key: "cpu", value: "x86-64-v2-AES")
        return [Observation(said, at: machine.place("cpu"), edits: [edit])]
    }

    /// Whether a processor type with these flags ("+sse4.2") lacks one of x86-64-v2.
    static func isTooOld(_ type: String, flags: [String]) -> Bool {
        guard let own = old[type] else { return false }
        let on = Set(flags.filter { $0.hasPrefix("+") }.map { String($0.dropFirst()) })
        let aliases = ["pni": "sse3", "sse4_1": "sse4.1", "sse4_2": "sse4.2"]
        return needed.contains { flag in
            !own.contains(flag) && !on.contains(flag) && !on.contains(aliases[flag] ?? flag)
        }
    }

    static let host = Rule.machine(
        "PVE-CPU-HOST",
        .info,
        "the VM sees this host's own processor",
        topic: .cpu,
        why:
            "It is the fastest choice, and live migration then works only between hosts with the same processor and microcode.",
        fix: "Keep it unless VMs migrate between unlike hosts; then use x86-64-v2-AES or v3.",
        sources: [Authority.qm]
    ) { machine, _ in
        guard machine.cpuType == "host" else { return [] }
        return [Observation("cpu: host", at: machine.place("cpu"))]
    }

    static let hidden = Rule.machine(
        "PVE-CPU-HIDDEN",
        .warning,
        "KVM is hidden from the guest",
        topic: .cpu,
        why:
            "The guest then does without kvm-clock, steal time and paravirtual interrupts, and neither it nor tbench can see when the host is busy.",
        fix: "Leave hidden=1 out; it is for drivers that refuse VMs.",
        sources: [Authority.qm, Authority.cpuConfig]
    ) { machine, _ in
        guard ConfigText.truth(machine.properties("cpu")?["hidden"]) == true else { return [] }
        var cpu = machine.properties("cpu")
        cpu?.set("hidden", to: nil)
        return [
            Observation(
                "hidden=1",
                at: machine.place("cpu"),
                edits: [.set(key: "cpu", value: cpu?.text)]
            )
        ]
    }

    static let topology = Rule.machine(
        "PVE-CPU-NUMA",
        .warning,
        "several sockets without NUMA",
        topic: .cpu,
        why:
            "The guest believes that all memory is equally near, so neither it nor the host can keep a process and its memory together.",
        fix: "Use one socket, or set numa: 1.",
        sources: [Authority.qm]
    ) { machine, _ in
        guard machine.sockets > 1, ConfigText.truth(machine.value("numa")) != true else {
            return []
        }
        return [
            Observation(
                "sockets: \(machine.sockets) with numa: 0",
                at: machine.place("sockets"),
                edits: [.set(key: "numa", value: "1")]
            )
        ]
    }

    static let cores = Rule.machine(
        "PVE-CPU-CORES",
        .warning,
        "few processors for its role",
        topic: .cpu,
        roles: Set(Role.allCases),
        why:
            "etcd and the API server, or Longhorn's engine, wait for a processor before they wait for a disk.",
        fix: "Raise cores.",
        sources: [Authority.talosRequirements, Authority.longhornBest, Authority.longhornV2]
    ) { machine, evidence in
        guard let sizes = evidence.limits.sizes(for: evidence.roles(of: machine)) else { return [] }
        let count = machine.processors
        guard count < sizes.coresWanted else { return [] }
        let isTooFew = count < sizes.coresMinimum
        return [
            Observation(
                "\(count) of \(isTooFew ? "at least \(sizes.coresMinimum)" : "\(sizes.coresWanted) recommended")",
                at: machine.place(machine.value("cores") == nil ? "sockets" : "cores"),
                severity: isTooFew ? .error : nil,
                edits: machine.sockets == 1
                    ? [.set(key: "cores", value: "\(sizes.coresWanted)")] : []
            )
        ]
    }

    static let acceleration = Rule.machine(
        "PVE-CPU-NO-KVM",
        .error,
        "no hardware acceleration",
        topic: .cpu,
        why:
            "With kvm: 0 every instruction is emulated, 10 to 100 times slower, and no latency means anything.",
        fix: "Remove the line kvm: 0.",
        sources: [Authority.qm]
    ) { machine, _ in
        guard ConfigText.truth(machine.value("kvm")) == false else { return [] }
        return [
            Observation("kvm: 0", at: machine.place("kvm"), edits: [.set(key: "kvm", value: nil)])
        ]
    }

    static let limit = Rule.machine(
        "PVE-CPU-LIMIT",
        .warning,
        "processor time is capped",
        topic: .cpu,
        why:
            "When the share of a period is used up, the VM stands still until the next: tens of milliseconds, more than etcd's budget for a flush.",
        fix: "Remove cpulimit; use cpuunits to give others precedence.",
        sources: [Authority.qm, Authority.cgroup]
    ) { machine, _ in
        guard let limit = machine.value("cpulimit").flatMap({ Double($0) }), limit > 0,
            limit < Double(machine.processors)
        else { return [] }
        return [
            Observation(
                "cpulimit: \(QuantityWords.number(limit)) for \(machine.processors) processors",
                at: machine.place("cpulimit"),
                edits: [.set(key: "cpulimit", value: nil)]
            )
        ]
    }

    static let arguments = Rule.machine(
        "PVE-ARGS",
        .info,
        "raw QEMU arguments",
        topic: .proxmox,
        alsoWindows: true,
        why:
            "args: goes to QEMU as it is and can override anything that is checked here; live migration does not check it.",
        fix: "Look at 'qm showcmd VMID --pretty' for what really runs.",
        sources: [Authority.qm]
    ) { machine, _ in
        guard machine.value("args") != nil else { return [] }
        return [Observation("args: is set", at: machine.place("args"))]
    }

    static let guestType = Rule.machine(
        "PVE-OSTYPE",
        .info,
        "Proxmox is not told that this is Linux",
        topic: .proxmox,
        alsoWindows: true,
        why: "ostype selects clocks, enlightenments and defaults; a cluster node wants l26.",
        fix: "Set ostype to l26, unless this is no cluster node.",
        sources: [Authority.qm]
    ) { machine, _ in
        let type = machine.value("ostype") ?? "other"
        guard type != "l26", type != "l24" else { return [] }
        let edits: [ProxmoxEdit] = machine.isWindows ? [] : [.set(key: "ostype", value: "l26")]
        return [
            Observation(
                machine.value("ostype") == nil ? "no ostype" : "ostype: \(type)",
                at: machine.place("ostype"),
                edits: edits
            )
        ]
    }
}

/// Numbers inside findings.
enum QuantityWords {
    /// "2", "1.5".
    static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }
}
