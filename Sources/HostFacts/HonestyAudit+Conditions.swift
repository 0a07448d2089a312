import ResultStore
import Units

extension HonestyAudit {
    /// What happened while the run went on.
    static func during(_ conditions: Conditions, target: TargetFacts) -> [Warning] {
        processor(conditions) + storage(conditions, target) + clock(conditions)
    }

    private static func processor(_ conditions: Conditions) -> [Warning] {
        var warnings: [Warning] = []
        if let steal = conditions.stealRatio, steal > Threshold.stealCaution {
            warnings.append(
                Warning(
                    code: "steal",
                    severity: steal > Threshold.stealContaminated ? .contaminated : .caution,
                    text: "the hypervisor gave \(QuantityText.percent(steal)) of the CPU to others",
                    hint: "the host is overcommitted: move the VM, or give it dedicated cores"
                )
            )
        }
        if let throttled = conditions.throttledRatio, throttled > Threshold.throttled {
            let share = QuantityText.percent(throttled)
            warnings.append(
                Warning(
                    code: "throttled",
                    text: "the CPU limit held this control group back for \(share) of the run",
                    hint: "raise or remove the pod's CPU limit"
                )
            )
        }
        if let delay = conditions.runDelayRatio, delay > Threshold.runDelay {
            let share = QuantityText.percent(delay)
            warnings.append(
                Warning(
                    code: "run-delay",
                    text: "tbench's threads waited for a CPU for \(share) of the run",
                    hint: "stop what else runs here, or give tbench more CPUs"
                )
            )
        }
        if let busy = conditions.cpuBusyRatio, busy > Threshold.busy {
            warnings.append(
                Warning(
                    code: "cpu-busy",
                    text: "the CPUs were \(QuantityText.percent(busy)) busy during the run",
                    hint: "latencies include waiting for a CPU"
                )
            )
        }
        if let pressure = conditions.pressureCpuRatio, pressure > Threshold.pressureCPU {
            warnings.append(processorPressure(QuantityText.percent(pressure), conditions))
        }
        if let pressure = conditions.pressureMemoryRatio, pressure > Threshold.pressureMemory {
            let share = QuantityText.percent(pressure)
            warnings.append(
                Warning(
                    code: "pressure-memory",
                    text: "something was waiting for memory for \(share) of the run",
                    hint: "the page cache is being reclaimed: free memory or raise the limit"
                )
            )
        }
        return warnings
    }

    private static func processorPressure(_ share: String, _ conditions: Conditions) -> Warning {
        let waiting = "something was waiting for a CPU for \(share) of the run"
        if let busy = conditions.cpuBusyRatio, let own = conditions.ownCpuRatio,
            busy - own <= Threshold.othersBusy
        {
            return Warning(
                code: "pressure-cpu",
                severity: .note,
                text: "\(waiting), and nearly all that ran was tbench",
                hint: "its largest loads fill these CPUs; with more of them it would reach further"
            )
        }
        return Warning(
            code: "pressure-cpu",
            text: waiting,
            hint: "stop what else runs here, or measure at a quieter time"
        )
    }

    private static func storage(_ conditions: Conditions, _ target: TargetFacts) -> [Warning] {
        if let foreign = conditions.foreignIoRatio {
            guard foreign > Threshold.foreignIOCaution else { return [] }
            let isGrave = foreign > Threshold.foreignIOContaminated
            let device = ConditionsSampler.deviceNames(for: target).first ?? "the device"
            return [
                Warning(
                    code: "foreign-io",
                    severity: isGrave ? .contaminated : .caution,
                    text:
                        "\(QuantityText.percent(foreign)) of the I/O on \(device) was not tbench's",
                    hint: "stop what else uses the disk, or measure at a quieter time"
                )
            ]
        }
        if let pressure = conditions.pressureIoRatio, pressure > Threshold.pressureIO {
            let share = QuantityText.percent(pressure)
            return [
                Warning(
                    code: "pressure-io",
                    severity: .note,
                    text: "something was waiting for I/O for \(share) of the run, tbench included",
                    hint: "whether others used the disk is not known here"
                )
            ]
        }
        return []
    }

    private static func clock(_ conditions: Conditions) -> [Warning] {
        guard
            let step = conditions.clockStepNs,
            step.magnitude > Threshold.clockStepNs.magnitude
        else { return [] }
        let size = QuantityText.duration(nanoseconds: UInt64(step.magnitude))
        return [
            Warning(
                code: "clock-step",
                severity: .note,
                text: "the wall clock was set \(step < 0 ? "back" : "forward") by \(size)",
                hint: "latencies are not affected; times of day in the record are"
            )
        ]
    }
}
