package import ResultStore
import Statistics

extension FioJobSummary {
    /// A job's phase of a record.
    ///
    /// tbench stamps before the submission, so its service time is fio's lat. The submission is not timed
    /// on its own: slat stays empty and clat is lat, as for fio's own synchronous engines. The rounds are
    /// the samples. CPU time is that of the whole loop, of which the measured I/Os get their share.
    /// - Parameters:
    ///   - phase: of kind "job"; counters that are missing, negative or not finite count as 0.
    ///   - options: as the job has them; iodepth and numjobs are added when missing.
    ///   - groupID: equal for jobs that ran together.
    package init(_ phase: PhaseRecord, options: [Option], groupID: UInt64 = 0) {
        self.init(name: phase.name)
        self.groupID = groupID
        func counter(_ name: String) -> UInt64 { Self.whole(phase.counters[name] ?? 0) }
        ioDepth = max(1, counter("iodepth"))
        threads = max(1, counter("threads"))
        runtimeNanoseconds = phase.rounds.reduce(0) { Self.sum($0, $1.durationNs) }
        read = Self.direction(phase, .read, bytes: counter("read_bytes"))
        write = Self.direction(phase, .write, bytes: counter("written_bytes"))
        sync = phase.pooled([.sync])
        let measured = Double(read.operations) + Double(write.operations)
        let all = phase.counters["all_ios"] ?? 0
        let share = all > 0 ? min(1, measured / all) : 1
        userCPUNanoseconds = Self.whole((phase.counters["user_cpu_ns"] ?? 0) * share)
        systemCPUNanoseconds = Self.whole((phase.counters["system_cpu_ns"] ?? 0) * share)
        self.options = options
        for (name, value) in [("iodepth", ioDepth), ("numjobs", threads)]
        where !options.contains(where: { $0.name == name }) {
            self.options.append((name, String(value)))
        }
    }

    private static func direction(
        _ phase: PhaseRecord,
        _ operation: OperationClass,
        bytes: UInt64
    ) -> Direction {
        let pooled = phase.pooled([operation])
        var direction = Direction()
        direction.operations = pooled.count
        guard pooled.count > 0 else { return direction }
        direction.bytes = bytes
        direction.clat = pooled
        direction.lat = pooled
        direction.runtimeNanoseconds = phase.rounds.reduce(0) { sum($0, $1.durationNs) }
        // The record counts bytes for the whole phase: exact per round only where all blocks are equal.
        let size = Double(bytes) / Double(pooled.count)
        direction.samples = zip(phase.rounds, phase.snapshots(of: [operation])).map {
            Sample(
                operations: $1.count,
                bytes: whole(Double($1.count) * size),
                nanoseconds: $0.durationNs
            )
        }
        return direction
    }

    /// A number from a file as a count: not finite or negative is 0, too large is the largest.
    private static func whole(_ value: Double) -> UInt64 {
        guard value > 0 else { return 0 }
        return value < 0x1p64 ? UInt64(value.rounded()) : .max
    }

    private static func sum(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
