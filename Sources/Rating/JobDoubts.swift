package import ResultStore
import Statistics
package import Units

/// Doubts about the numbers of jobs that the numbers themselves raise.
package enum JobDoubts {
    /// Below this a flush did not reach any disk: no device answers a cache flush in 15 µs.
    private static let impossibleFlushNs = 15_000.0
    /// A thread that computes for so much of its time leaves the disk waiting.
    private static let busyShare = 0.95

    /// - Parameter record: with its phases.
    /// - Returns: one warning a doubt; none for the engines that do nothing.
    package static func warnings(_ record: ResultRecord) -> [Warning] {
        let idle: Set = ["null", "nop"]
        guard !idle.contains(record.benchmark.engine) else { return [] }
        let phases = record.phases.filter { $0.kind == "job" && $0.measuredSeconds > 0 }
        return [
            noDisk(record, phases), freeFlush(record, phases), busyProcessor(phases),
            lateArrivals(phases),
        ].compactMap { $0 }
    }

    private static func noDisk(_ record: ResultRecord, _ phases: [PhaseRecord]) -> Warning? {
        guard record.target.filesystem?.type == "tmpfs", !phases.isEmpty else { return nil }
        return Warning(
            code: "no-disk",
            severity: .caution,
            text: "the target is tmpfs: memory, not a disk",
            hint: "give a directory on the disk in question"
        )
    }

    private static func freeFlush(_ record: ResultRecord, _ phases: [PhaseRecord]) -> Warning? {
        guard record.target.filesystem?.type != "tmpfs" else { return nil }
        let free = phases.first { phase in
            let syncs = phase.pooled([.sync])
            return syncs.count >= 20 && syncs.quantile(0.5) < impossibleFlushNs
        }
        guard let free else { return nil }
        let time = QuantityText.duration(nanoseconds: free.pooled([.sync]).quantile(0.5))
        return Warning(
            code: "flush-costs-nothing",
            severity: .contaminated,
            text: "job '\(free.name)' syncs in \(time) (p50): that reaches no disk",
            hint: "look for cache=unsafe, nobarrier or eatmydata: acknowledged writes may be lost"
        )
    }

    private static func busyProcessor(_ phases: [PhaseRecord]) -> Warning? {
        let shares = phases.map { ($0.name, processorShare($0)) }
        guard let (name, share) = shares.max(by: { $0.1 < $1.1 }), share >= busyShare else {
            return nil
        }
        return Warning(
            code: "cpu-bound",
            severity: .caution,
            text:
                "job '\(name)' kept its processors busy for \(QuantityText.percent(min(1, share))) of the time: they may be the limit, not the disk",
            hint:
                "give it more threads (numjobs) or fewer calls (iodepth_batch), or look at system time"
        )
    }

    /// The share of the measured time in which the job's threads computed, in user space and in the kernel.
    private static func processorShare(_ phase: PhaseRecord) -> Double {
        let counters = phase.counters
        let cpu = (counters["user_cpu_ns"] ?? 0) + (counters["system_cpu_ns"] ?? 0)
        let measured = (counters["reads"] ?? 0) + (counters["writes"] ?? 0)
        guard let all = counters["all_ios"], let threads = counters["threads"], all > 0, threads > 0
        else { return 0 }
        return cpu / all * measured / (phase.measuredSeconds * 1e9 * threads)
    }

    /// An open loop that could not keep its rate; a sweep says so itself.
    private static func lateArrivals(_ phases: [PhaseRecord]) -> Warning? {
        let late = phases.first { phase in
            guard let offered = phase.offeredPerSecond, phase.counters[SweepPoint.counter] == nil
            else { return false }
            // Random arrivals come in random numbers: three deviations are no doubt.
            let due = offered * phase.measuredSeconds
            let done = achieved(phase) * phase.measuredSeconds
            return done < SweepPoint.kept * due - 3 * due.squareRoot()
        }
        guard let late, let offered = late.offeredPerSecond else { return nil }
        return Warning(
            code: "rate-not-kept",
            severity: .caution,
            text:
                "job '\(late.name)' reached \(QuantityText.percent(achieved(late) / offered)) of its rate: its I/Os wait for each other",
            hint: "lower rate_iops, raise iodepth, or find the knee: --sweep rate=10%..110%"
        )
    }

    private static func achieved(_ phase: PhaseRecord) -> Double {
        let ios = (phase.counters["reads"] ?? 0) + (phase.counters["writes"] ?? 0)
        return ios / phase.measuredSeconds
    }
}
