package import ResultStore

extension ConditionsSampler {
    /// What happened between two samples.
    ///
    /// A counter that is missing in either or went backwards gives nil. Ratios of time are shares
    /// of the wall time between the samples; those that add up threads or CPUs may pass 1.
    /// Threads that ended in between are not in the sums.
    /// - Parameters:
    ///   - a: the earlier sample.
    ///   - b: the later one.
    ///   - ownDeviceWrites: writes that tbench's own I/O cost on the sampled devices; nil when it
    ///     is not known, and then the foreign share is not known either.
    /// - Returns: Differences and ratios; nil for what either sample does not have.
    package static func difference(
        _ a: ConditionsSample,
        _ b: ConditionsSample,
        ownDeviceWrites: UInt64?
    ) -> Conditions {
        var result = Conditions()
        let elapsed = Quantity.difference(b.monotonicNs, a.monotonicNs)
        let ticks = Quantity.difference(b.cpu?.total, a.cpu?.total)
        let idle = Quantity.difference(b.cpu?.idle, a.cpu?.idle)
        result.stealRatio = Quantity.ratio(
            Quantity.difference(b.cpu?.steal, a.cpu?.steal),
            of: ticks
        )
        result.cpuBusyRatio = Quantity.ratio(Quantity.difference(ticks, idle), of: ticks)
        result.ownCpuRatio = Quantity.ratio(
            Quantity.difference(b.ownTicks, a.ownTicks),
            of: ticks
        )
        result.throttledRatio = Quantity.ratio(
            Quantity.difference(b.throttledNs, a.throttledNs),
            of: elapsed
        )
        let elapsedUs = elapsed.map { $0 / 1000 }
        let pressures: [(WritableKeyPath<Conditions, Double?>, UInt64?, UInt64?)] = [
            (\.pressureCpuRatio, b.pressureCpuUs, a.pressureCpuUs),
            (\.pressureIoRatio, b.pressureIoUs, a.pressureIoUs),
            (\.pressureMemoryRatio, b.pressureMemoryUs, a.pressureMemoryUs),
        ]
        for (field, later, earlier) in pressures {
            result[keyPath: field] = Quantity.ratio(
                Quantity.difference(later, earlier),
                of: elapsedUs
            )
        }
        let waits = threadSums(a.threads, b.threads)
        result.runDelayRatio = Quantity.ratio(waits.runDelayNs, of: elapsed)
        result.involuntarySwitches = waits.involuntarySwitches
        addDevices(a, b, ownDeviceWrites, &result)
        result.clockStepNs = clockStep(a, b)
        return result
    }

    private static func threadSums(
        _ earlier: [Int: ThreadCounters]?,
        _ later: [Int: ThreadCounters]?
    ) -> ThreadCounters {
        guard let earlier, let later else { return .init() }
        var sums = ThreadCounters()
        for (id, now) in later {
            // A thread that is new counts from 0; so does one whose number was used again.
            let before = earlier[id]
            if let delay = now.runDelayNs {
                let part = Quantity.difference(delay, before?.runDelayNs ?? 0) ?? delay
                sums.runDelayNs = Quantity.sum(sums.runDelayNs ?? 0, part)
            }
            if let switches = now.involuntarySwitches {
                let part =
                    Quantity.difference(switches, before?.involuntarySwitches ?? 0) ?? switches
                sums.involuntarySwitches = Quantity.sum(sums.involuntarySwitches ?? 0, part)
            }
        }
        return sums
    }

    private static func addDevices(
        _ a: ConditionsSample,
        _ b: ConditionsSample,
        _ ownDeviceWrites: UInt64?,
        _ result: inout Conditions
    ) {
        guard !a.devices.isEmpty, a.devices.keys == b.devices.keys else { return }
        func sum(_ counter: (DeviceCounters) -> UInt64?) -> UInt64? {
            var total: UInt64 = 0
            for (name, before) in a.devices {
                guard
                    let part = Quantity.difference(
                        b.devices[name].flatMap(counter),
                        counter(before)
                    )
                else { return nil }
                total = Quantity.sum(total, part)
            }
            return total
        }
        result.deviceReads = sum { $0.reads }
        result.deviceWrites = sum { $0.writes }
        result.deviceWriteSectors = sum { $0.writeSectors }
        result.deviceFlushes = sum { $0.flushes }
        if let own = ownDeviceWrites, let reads = result.deviceReads,
            let writes = result.deviceWrites
        {
            let total = Quantity.sum(reads, writes)
            // Merging can make our share smaller than what we issued: then nothing was foreign.
            result.foreignIoRatio = Quantity.ratio(total > own ? total - own : 0, of: total)
        }
    }

    /// Positive when the wall clock was set forward.
    ///
    /// NTP's slewing moves both clocks alike.
    private static func clockStep(_ a: ConditionsSample, _ b: ConditionsSample) -> Int64? {
        guard let elapsed = Quantity.difference(b.monotonicNs, a.monotonicNs) else { return nil }
        let (expected, overflow) = a.realtimeNs.addingReportingOverflow(elapsed)
        guard !overflow else { return nil }
        return b.realtimeNs >= expected
            ? Int64(exactly: b.realtimeNs - expected)
            : Int64(exactly: expected - b.realtimeNs).map { -$0 }
    }
}
