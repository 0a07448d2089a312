package import ResultStore
package import Units

/// Judges whether a machine and what happened on it let a number be trusted.
///
/// Pure: the facts come in, warnings go out. What is unknown raises no warning here; the records
/// name it in `unknown`.
package struct HonestyAudit {
    /// Where a doubt begins.
    ///
    /// Ratios are shares of the run.
    package enum Threshold {
        /// - Source: pyperf's and our own rule, statistics reference §3: steal above 2 %.
        package static let stealCaution = 0.02
        /// A tenth of the time gone moves a p99 whatever the disk does.
        package static let stealContaminated = 0.10
        /// CFS holds a group back for up to its whole period (100 ms): 1 % is one such stall in 10 s.
        package static let throttled = 0.01
        /// - Source: google/benchmark and pyperf warn about a busy machine; half the CPUs taken.
        package static let loadPerCPU = 0.5
        /// - Source: statistics reference §3: foreign I/O above 5 %.
        package static let foreignIOCaution = 0.05
        /// A quarter of the device's work is somebody else's: not a measurement of one load.
        package static let foreignIOContaminated = 0.25
        /// CPU idle below 40 % spoils latency tests.
        ///
        /// - Source: Longhorn's kbench README.
        package static let busy = 0.60
        /// Twice what etcd's two 64 MB segments, its database pages and tbench's 64 MiB take, so
        /// that reclaim inside the group does not stand in the way of a write().
        package static let memoryLimitBytes: UInt64 = 512 << 20
        /// A tenth of etcd's 10 ms budget lost before the disk was asked.
        package static let timerOvershootNs: UInt64 = 1_000_000
        /// The same quantity as steal, seen from inside a spinning loop.
        package static let spinStolen = 0.02
        package static let runDelay = 0.05
        /// The two clocks of a sample are read within µs of each other and NTP slews both alike: a
        /// clock that is 10 ms off was set.
        package static let clockStepNs: Int64 = 10_000_000
        package static let pressureCPU = 0.10
        /// Of all CPUs, beside tbench; above it, somebody else may have been at work.
        ///
        /// The kernel's workers for tbench's own I/O are in it: up to 5.1 % in two runs of `tbench etcd` on two CPUs.
        package static let othersBusy = 0.05
        /// tbench does not allocate in a round, so memory pressure is somebody else's.
        package static let pressureMemory = 0.01
        /// tbench waiting for the disk counts as pressure too, hence only a note and only this high.
        package static let pressureIO = 0.50
    }

    /// All doubts, the gravest first.
    ///
    /// - Parameters:
    ///   - host: the machine.
    ///   - target: what is measured.
    ///   - noise: measured before the run; nil if it was not.
    ///   - conditions: nil before the run; then only the standing facts are judged.
    /// - Returns: Warnings with hints; empty when there is nothing to doubt.
    package static func warnings(
        host: HostRecord,
        target: TargetFacts,
        noise: NoiseFloor?,
        conditions: Conditions?
    ) -> [Warning] {
        var warnings = standing(host)
        if let noise { warnings += floor(noise) }
        if let conditions { warnings += during(conditions, target: target) }
        let order: [Warning.Severity] = [.contaminated, .caution, .note]
        return order.flatMap { severity in warnings.filter { $0.severity == severity } }
    }

    // MARK: Facts that stand before the run

    private static func standing(_ host: HostRecord) -> [Warning] {
        var warnings: [Warning] = []
        if let governor = host.governor, governor != "performance" {
            warnings.append(
                Warning(
                    code: "governor",
                    severity: .note,
                    text: "the CPU frequency governor is \(governor), not performance",
                    hint: "an idle CPU answers more slowly; cpupower frequency-set -g performance"
                )
            )
        }
        if let clock = host.clocksource, !isFast(clock) {
            warnings.append(
                Warning(
                    code: "clocksource",
                    text: "the clock source is \(clock): reading it is a slow system call",
                    hint: "see dmesg for why tsc was given up; kernel parameter tsc=reliable"
                )
            )
        }
        if let load = host.loadAverage, let cpus = host.cpuCount, cpus > 0,
            load > Threshold.loadPerCPU * Double(cpus)
        {
            let average = QuantityText.fixed(load, decimals: 1)
            warnings.append(
                Warning(
                    code: "load",
                    text: "the load average was \(average) on \(cpus) CPUs before the run",
                    hint: "stop what else runs here, or measure at a quieter time"
                )
            )
        }
        return warnings + limits(host)
    }

    private static func limits(_ host: HostRecord) -> [Warning] {
        var warnings: [Warning] = []
        if let limit = host.container["io_max"] {
            warnings.append(
                Warning(
                    code: "io-max",
                    text: "this control group's I/O is limited: \(limit)",
                    hint: "the numbers show the limit, not the disk, once it is reached"
                )
            )
        }
        if let text = host.container["memory_max"], let limit = UInt64(text),
            limit < Threshold.memoryLimitBytes
        {
            let needed = QuantityText.bytes(Threshold.memoryLimitBytes)
            warnings.append(
                Warning(
                    code: "memory-limit",
                    text: "the memory limit is \(QuantityText.bytes(limit)), page cache included",
                    hint: "give the pod at least \(needed), or writes wait for reclaim"
                )
            )
        }
        return warnings
    }

    /// Clocks that are read without entering the kernel, or nearly so.
    private static func isFast(_ clock: String) -> Bool {
        ["tsc", "tsc-early", "kvm-clock", "arch_sys_counter", "riscv_clocksource", "timebase"]
            .contains(clock) || clock.hasPrefix("hyperv_clocksource_tsc")
    }

    // MARK: The noise floor

    private static func floor(_ noise: NoiseFloor) -> [Warning] {
        var warnings: [Warning] = []
        if noise.timerOvershootP99Ns > Threshold.timerOvershootNs {
            let p99 = QuantityText.duration(nanoseconds: noise.timerOvershootP99Ns)
            warnings.append(
                Warning(
                    code: "timer-overshoot",
                    text: "with no I/O at all, 1 % of 1 ms sleeps ended \(p99) late or more",
                    hint: "the CPU is shared or sleeps deeply; latencies below that are noise"
                )
            )
        }
        if noise.spinStolenRatio > Threshold.spinStolen {
            let share = QuantityText.percent(noise.spinStolenRatio)
            let gap = QuantityText.duration(nanoseconds: noise.spinGapMaxNs)
            warnings.append(
                Warning(
                    code: "stolen-time",
                    text: "a spinning loop lost \(share) of its time, up to \(gap) at once",
                    hint: "other work or the hypervisor takes the CPU; free a core or pin the VM"
                )
            )
        }
        return warnings
    }
}
