import Statistics

extension FioReport {
    /// One member of "jobs".
    func job(_ job: FioJobSummary, withBins: Bool) -> OrderedJSON {
        let milliseconds = job.runtimeNanoseconds / 1_000_000
        let (threadTime, overflow) = milliseconds.multipliedReportingOverflow(by: job.threads)
        let runtime = overflow ? UInt64.max : threadTime
        var members: [(key: String, value: OrderedJSON)] = [
            ("jobname", .text(job.name)),
            ("groupid", .integer(job.groupID)),
            ("error", .integer(job.error)),
            ("eta", .integer(0)),
            ("elapsed", .integer(milliseconds / 1000 + (milliseconds % 1000 == 0 ? 0 : 1))),
            ("job options", Self.options(job.options)),
            ("read", direction(job, \.read, withBins: withBins)),
            ("write", direction(job, \.write, withBins: withBins)),
            ("trim", Self.direction(.init(), groupBytesPerSecond: 0, withBins: withBins)),
            ("sync", Self.sync(job.sync, withBins: withBins)),
            ("job_runtime", .integer(runtime)),
            ("usr_cpu", Self.percent(job.userCPUNanoseconds, of: runtime)),
            ("sys_cpu", Self.percent(job.systemCPUNanoseconds, of: runtime)),
        ]
        for (key, count) in [
            ("ctx", job.contextSwitches), ("majf", job.majorFaults), ("minf", job.minorFaults),
        ] {
            if let count { members.append((key, .integer(count))) }
        }
        members += Self.latencyShares(.merged([job.read.clat, job.write.clat]))
        members += [
            ("latency_depth", .integer(job.ioDepth)),
            ("latency_target", .integer(0)),
            ("latency_percentile", .number(100)),
            ("latency_window", .integer(0)),
        ]
        return .object(members)
    }

    private func direction(
        _ job: FioJobSummary,
        _ path: KeyPath<FioJobSummary, FioJobSummary.Direction>,
        withBins: Bool
    ) -> OrderedJSON {
        let group = jobs.filter { $0.groupID == job.groupID }.map { $0[keyPath: path] }
        return Self.direction(
            job[keyPath: path],
            groupBytesPerSecond: group.map { Self.perSecond($0.bytes, $0) }.reduce(0, +),
            withBins: withBins
        )
    }

    /// "read", "write" or "trim".
    private static func direction(
        _ direction: FioJobSummary.Direction,
        groupBytesPerSecond: Double,
        withBins: Bool
    ) -> OrderedJSON {
        let bytesPerSecond = perSecond(direction.bytes, direction)
        let samples = samples(of: direction)
        let bandwidth = FioSpread(samples) { Double($0.bytes) / 1024 }
        let rate = FioSpread(samples) { Double($0.operations) }
        let group = groupBytesPerSecond / 1024
        return .object([
            ("io_bytes", .integer(direction.bytes)),
            ("io_kbytes", .integer(direction.bytes / 1024)),
            ("bw_bytes", integer(bytesPerSecond)),
            ("bw", integer(bytesPerSecond / 1024)),
            ("iops", .number(perSecond(direction.operations, direction))),
            ("runtime", .integer(direction.runtimeNanoseconds / 1_000_000)),
            ("total_ios", .integer(direction.operations)),
            ("short_ios", .integer(direction.shortOperations)),
            ("drop_ios", .integer(0)),
            ("slat_ns", latency(direction.slat, withPercentiles: false, withBins: withBins)),
            ("clat_ns", latency(direction.clat, withBins: withBins)),
            ("lat_ns", latency(direction.lat, withBins: withBins)),
            ("bw_min", integer(bandwidth.minimum)),
            ("bw_max", integer(bandwidth.maximum)),
            ("bw_agg", .number(group > 0 ? min(100, bandwidth.mean * 100 / group) : 0)),
            ("bw_mean", .number(bandwidth.mean)),
            ("bw_dev", .number(bandwidth.deviation)),
            ("bw_samples", .integer(UInt64(samples.count))),
            ("iops_min", integer(rate.minimum)),
            ("iops_max", integer(rate.maximum)),
            ("iops_mean", .number(rate.mean)),
            ("iops_stddev", .number(rate.deviation)),
            ("iops_samples", .integer(UInt64(samples.count))),
        ])
    }

    private static func sync(_ sync: HistogramSnapshot, withBins: Bool) -> OrderedJSON {
        .object([
            ("total_ios", .integer(sync.count)),
            ("lat_ns", latency(sync, withBins: withBins)),
        ])
    }

    private static func samples(
        of direction: FioJobSummary.Direction
    ) -> [FioJobSummary.Sample] {
        let samples = direction.samples.filter { $0.nanoseconds > 0 }
        guard samples.isEmpty, direction.operations > 0, direction.runtimeNanoseconds > 0 else {
            return samples
        }
        return [
            .init(
                operations: direction.operations,
                bytes: direction.bytes,
                nanoseconds: direction.runtimeNanoseconds
            )
        ]
    }

    private static func perSecond(_ count: UInt64, _ direction: FioJobSummary.Direction) -> Double {
        guard direction.runtimeNanoseconds > 0 else { return 0 }
        return Double(count) * 1e9 / Double(direction.runtimeNanoseconds)
    }

    private static func percent(_ nanoseconds: UInt64, of milliseconds: UInt64) -> OrderedJSON {
        .number(milliseconds > 0 ? Double(nanoseconds) / 1e4 / Double(milliseconds) : 0)
    }

    /// Rounded down, as fio's integer division does.
    private static func integer(_ value: Double) -> OrderedJSON {
        .integer(value < 0x1p64 ? UInt64(max(0, value)) : .max)
    }
}

/// How a rate went over the samples; all 0 without any.
struct FioSpread {
    var minimum = 0.0
    var maximum = 0.0
    /// Weighted by length, so that it is the rate of all samples together.
    var mean = 0.0
    /// Of the samples around `mean`; 0 for a single one.
    var deviation = 0.0

    /// - Parameters:
    ///   - samples: none of length 0.
    ///   - amount: what is counted a second.
    init(_ samples: [FioJobSummary.Sample], _ amount: (FioJobSummary.Sample) -> Double) {
        let rates = samples.map { amount($0) * 1e9 / Double($0.nanoseconds) }
        guard let least = rates.min(), let most = rates.max() else { return }
        minimum = least
        maximum = most
        let seconds = samples.reduce(0) { $0 + Double($1.nanoseconds) / 1e9 }
        let mean = samples.reduce(0) { $0 + amount($1) } / seconds
        self.mean = mean
        guard rates.count > 1 else { return }
        let squares = rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        deviation = (squares / Double(rates.count - 1)).squareRoot()
    }
}
