/// The machine's counters at one moment; two of them make a `Conditions`.
package struct ConditionsSample: Sendable, Equatable {
    /// CLOCK_MONOTONIC and CLOCK_REALTIME, read one after the other.
    var monotonicNs: UInt64
    var realtimeNs: UInt64
    var cpu: ProcessorTimes?
    /// User and system time of this process, in the ticks of `cpu`.
    var ownTicks: UInt64?
    /// See `ControlGroup.throttledNanoseconds()`.
    var throttledNs: UInt64?
    /// The "total" of the "some" lines, in µs.
    var pressureCpuUs: UInt64?
    var pressureIoUs: UInt64?
    var pressureMemoryUs: UInt64?
    /// By thread id; nil without `/proc`.
    var threads: [Int: ThreadCounters]?
    var devices: [String: DeviceCounters]

    init(monotonicNs: UInt64, realtimeNs: UInt64) {
        self.monotonicNs = monotonicNs
        self.realtimeNs = realtimeNs
        devices = [:]
    }
}

/// Ticks of all CPUs together.
///
/// - Source: "cpu" in proc_stat(5). Guest time is part of user time and not counted again.
struct ProcessorTimes: Sendable, Equatable {
    var total: UInt64
    /// Idle and waiting for I/O, which is idle too.
    var idle: UInt64
    /// Taken by the hypervisor for others.
    var steal: UInt64

    init?(text: String) {
        guard
            let line = SystemText.lines(text).first(where: { $0.hasPrefix("cpu ") })
        else { return nil }
        let numbers = SystemText.fields(line).dropFirst().prefix(8).map { UInt64($0) }
        var ticks: [UInt64] = []
        for number in numbers {
            guard let number else { return nil }
            ticks.append(number)
        }
        guard ticks.count == 8 else { return nil }
        total = ticks.reduce(0, Quantity.sum)
        idle = Quantity.sum(ticks[3], ticks[4])
        steal = ticks[7]
    }
}

/// One thread's waiting.
struct ThreadCounters: Sendable, Equatable {
    /// Runnable but not running; the second number of schedstat.
    var runDelayNs: UInt64?
    var involuntarySwitches: UInt64?
}
