import ResultStore

/// Kernel settings, container limits and pressure of this machine.
enum NodeKernelRules {
    static let all: [Rule] = [
        ioUring, asynchronousIO, dirtyRatio, zoneReclaim, seccomp, unprivileged, cpuQuota, ioLimit,
        memoryLimit, ioPressure, cpuPressure, machineVersion,
    ]

    static let ioUring = Rule.node(
        "NODE-IO-URING",
        .info,
        .sysctl,
        "io_uring is switched off",
        why:
            "Programs, and tbench, then fall back to slower ways; results do not compare with machines that have it.",
        fix: "sysctl -w kernel.io_uring_disabled=0, where that is acceptable.",
        sources: [Authority.kernelSysctl]
    ) { node, _ throws(UnknownFact) in
        guard let reading = node.sysctls["kernel.io_uring_disabled"] else { return [] }
        let value = try reading.get()
        guard value == "1" || value == "2" else { return [] }
        return [
            Observation(
                "kernel.io_uring_disabled = \(value)",
                at: Location("/proc/sys/kernel/io_uring_disabled")
            )
        ]
    }

    static let asynchronousIO = Rule.node(
        "NODE-AIO-MAX",
        .warning,
        .sysctl,
        "asynchronous I/O runs short",
        why:
            "When fs.aio-nr reaches fs.aio-max-nr, io_setup fails with EAGAIN, and databases and QEMU's aio=native do not start.",
        fix: "Raise it: sysctl -w fs.aio-max-nr=1048576.",
        sources: [Authority.kernelFS]
    ) { node, _ throws(UnknownFact) in
        guard let most = try node.sysctls["fs.aio-max-nr"]?.get(), let limit = UInt64(most),
            let used = try node.sysctls["fs.aio-nr"]?.get(), let count = UInt64(used),
            count > limit / 5 * 4
        else { return [] }
        return [
            Observation("\(count) of \(limit) are taken", at: Location("/proc/sys/fs/aio-max-nr"))
        ]
    }

    static let dirtyRatio = Rule.node(
        "NODE-DIRTY-RATIO",
        .info,
        .sysctl,
        "much unwritten data is allowed",
        roles: [.controlPlane],
        why:
            "Whoever writes without flushing may fill this share of memory; when it goes to the disk at once, etcd's flushes wait behind it.",
        fix: "Set vm.dirty_bytes to a few hundred MiB where others write to etcd's disk.",
        sources: [Authority.kernelVM, Authority.etcdTuning]
    ) { node, _ throws(UnknownFact) in
        let total = try node.memory.get().totalBytes
        guard
            let bytes = try node.sysctls["vm.dirty_bytes"]?.get(), bytes == "0",
            let ratio = try node.sysctls["vm.dirty_ratio"]?.get(), let percent = UInt64(ratio),
            percent <= 100, case let allowed = total / 100 * percent, allowed > 4 << 30
        else { return [] }
        return [
            Observation(
                "vm.dirty_ratio = \(percent), which is \(Text.size(allowed))",
                at: Location("/proc/sys/vm/dirty_ratio")
            )
        ]
    }

    static let zoneReclaim = Rule.node(
        "NODE-ZONE-RECLAIM",
        .warning,
        .sysctl,
        "memory is reclaimed although some is free",
        why:
            "With vm.zone_reclaim_mode a process waits for pages of its own NUMA node to be freed instead of taking free ones of another.",
        fix: "sysctl -w vm.zone_reclaim_mode=0.",
        sources: [Authority.kernelVM]
    ) { node, _ throws(UnknownFact) in
        guard let mode = try node.sysctls["vm.zone_reclaim_mode"]?.get(), mode != "0" else {
            return []
        }
        return [
            Observation(
                "vm.zone_reclaim_mode = \(mode)",
                at: Location("/proc/sys/vm/zone_reclaim_mode")
            )
        ]
    }

    static let seccomp = Rule.node(
        "NODE-SECCOMP",
        .info,
        .container,
        "a system call filter is in force",
        why:
            "The default filters of Docker 25 and containerd 2.0 forbid io_uring, so measurements here use another engine than on the node.",
        fix: "Run the pod with seccompProfile: Unconfined, or accept libaio.",
        sources: [Authority.seccomp]
    ) { node, _ in
        guard node.host.container["seccomp"] == "filter" else { return [] }
        return [Observation("Seccomp: 2", at: Location("/proc/self/status"))]
    }

    static let unprivileged = Rule.node(
        "NODE-UNPRIVILEGED",
        .info,
        .container,
        "this container sees little of the node",
        why:
            "Without privileges the node's mounts, processes and devices are hidden, and what is said here may be the container's.",
        fix:
            "Use kubectl debug node/NAME --profile=sysadmin, or a privileged pod with hostPID and / mounted at /host.",
        sources: [
            "Kubernetes, Debugging Kubernetes nodes with kubectl: https://kubernetes.io/docs/tasks/debug/debug-cluster/kubectl-node-debug/"
        ]
    ) { node, _ in
        guard node.host.container["container"] != nil, node.host.container["privileged"] == "no"
        else { return [] }
        return [Observation("no CAP_SYS_ADMIN", at: Location("/proc/self/status"))]
    }

    static let cpuQuota = Rule.node(
        "NODE-CGROUP-CPU",
        .warning,
        .container,
        "processor time is capped",
        why:
            "When the quota of a period (often 100 ms) is used up, every thread stands still until the next; that looks like a slow disk.",
        fix: "Run without a CPU limit.",
        sources: [Authority.cgroup]
    ) { node, _ in
        guard let limit = node.host.container["cpu_max"] else { return [] }
        return [Observation("cpu.max is \(limit)", at: Location("/sys/fs/cgroup/cpu.max"))]
    }

    static let ioLimit = Rule.node(
        "NODE-CGROUP-IO",
        .warning,
        .container,
        "I/O is throttled",
        why: "The limit is what gets measured, not the disk.",
        fix: "Run without an I/O limit.",
        sources: [Authority.cgroup]
    ) { node, _ in
        guard let limit = node.host.container["io_max"] else { return [] }
        return [Observation("io.max is \(limit)", at: Location("/sys/fs/cgroup/io.max"))]
    }

    static let memoryLimit = Rule.node(
        "NODE-CGROUP-MEMORY",
        .info,
        .container,
        "memory is limited",
        why:
            "The page cache of what is written counts, too; near the limit writes wait for reclaim.",
        fix: "Allow at least 1 GiB for measurements.",
        sources: [Authority.cgroup]
    ) { node, _ in
        guard let limit = node.host.container["memory_max"].flatMap({ UInt64($0) }), limit < 1 << 30
        else { return [] }
        return [Observation(Text.size(limit), at: Location("/sys/fs/cgroup/memory.max"))]
    }

    static let ioPressure = Rule.node(
        "NODE-PRESSURE-IO",
        .warning,
        .kernel,
        "something waits for disks already",
        why: "A measurement now shares the disk with what others do; so does etcd.",
        fix:
            "Find out who: iotop, or the pods' own metrics. On a Proxmox host with QEMU 10.2 idle iothreads can show as pressure.",
        sources: [Authority.psi]
    ) { node, evidence throws(UnknownFact) in
        try pressure("io", node, evidence)
    }

    static let cpuPressure = Rule.node(
        "NODE-PRESSURE-CPU",
        .warning,
        .kernel,
        "something waits for a processor already",
        why:
            "A thread that completes an I/O has to wait for its turn, which shows as latency of the disk.",
        fix: "Measure when the node is quiet, or give it more cores.",
        sources: [Authority.psi]
    ) { node, evidence throws(UnknownFact) in
        try pressure("cpu", node, evidence)
    }

    static let machineVersion = Rule.node(
        "NODE-MACHINE-PINNED",
        .info,
        .kernel,
        "an older virtual machine type",
        why:
            "Before 10.1 QEMU's SCSI disks do not offer FUA, so a durable write is a flush, a write and a flush; numbers do not compare with newer types.",
        fix: "Leave the version out of machine: in the VM's configuration.",
        sources: [Authority.qemuMachines, Authority.qm]
    ) { node, _ in
        guard
            let word = node.host.platform?.split(separator: " ").last(where: { $0.hasPrefix("pc-") }
            ),
            let digits = word.split(separator: "-").last
        else { return [] }
        let numbers = digits.split(separator: ".").compactMap { Int($0.prefix { $0.isNumber }) }
        guard numbers.count >= 2, (numbers[0], numbers[1]) < (10, 1) else { return [] }
        return [Observation(String(word), at: Location("/sys/class/dmi/id/product_version"))]
    }

    private static func pressure(
        _ resource: String,
        _ node: NodeFacts,
        _ evidence: Evidence
    ) throws(UnknownFact) -> [Observation] {
        guard let percent = try node.pressure.get()[resource],
            percent > evidence.limits.pressurePercent
        else { return [] }
        return [
            Observation(
                "\(QuantityWords.number(percent)) % of the last 10 s",
                at: Location("/proc/pressure/\(resource)")
            )
        ]
    }
}
