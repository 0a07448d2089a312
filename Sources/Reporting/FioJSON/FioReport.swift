/// A run as `fio --output-format=json` writes it, for fio-plot, kbench, kubestr and their like.
///
/// Keys, nesting and units are fio 3.33's. Left out is what tbench does not record: `iodepth_level`,
/// `iodepth_submit` and `iodepth_complete`. `trim` is there and all zero. fio's `sync.total_ios` is 0 in
/// that version whatever was synced; here it is the number of syncs.
/// - Source: fio stat.c, `show_thread_status_json` and `add_ddir_status_json`.
package struct FioReport: Sendable {
    /// The counters of a block device over the run.
    package struct DiskUtilization: Sendable, Equatable {
        /// "nvme0n1".
        package var name: String
        package var readOperations: UInt64 = 0
        package var writeOperations: UInt64 = 0
        package var readMerges: UInt64 = 0
        package var writeMerges: UInt64 = 0
        /// Milliseconds.
        package var readTicks: UInt64 = 0
        /// Milliseconds.
        package var writeTicks: UInt64 = 0
        /// Milliseconds, weighted by the requests in flight.
        package var inQueue: UInt64 = 0
        /// The share of the time with a request in flight, from 0 to 100.
        package var percent: Double = 0

        package init(name: String) {
            self.name = name
        }
    }

    /// What "fio version" says: who wrote this, such as "tbench-1.2.0".
    package var version: String
    /// When the run ended, in milliseconds since 1970.
    package var timestampMilliseconds: Int64
    package var globalOptions: [FioJobSummary.Option] = []
    package var jobs: [FioJobSummary]
    package var disks: [DiskUtilization] = []
    /// The idle share of all CPUs during the run, from 0 to 100, which kbench prints; nil leaves the key out.
    package var cpuIdlePercent: Double?

    package init(version: String, timestampMilliseconds: Int64, jobs: [FioJobSummary]) {
        self.version = version
        self.timestampMilliseconds = timestampMilliseconds
        self.jobs = jobs
    }

    /// The document.
    ///
    /// - Parameter withBins: also every bucket of every histogram, as fio's "json+" has them.
    /// - Returns: JSON, ended by a line feed.
    package func text(withBins: Bool = false) -> String {
        let moment = UTCTime(milliseconds: timestampMilliseconds)
        var members: [(key: String, value: OrderedJSON)] = [
            ("fio version", .text(version)),
            ("timestamp", .integer(UInt64(moment.milliseconds / 1000))),
            ("timestamp_ms", .integer(UInt64(moment.milliseconds))),
            ("time", .text(moment.text())),
        ]
        if !globalOptions.isEmpty {
            members.append(("global options", Self.options(globalOptions)))
        }
        members.append(
            ("jobs", .array(jobs.map { job($0, withBins: withBins) }))
        )
        members.append(("disk_util", .array(disks.map(Self.disk))))
        if let cpuIdlePercent {
            members.append(("cpu_idleness", .object([("system", .number(cpuIdlePercent))])))
        }
        return OrderedJSON.object(members).text() + "\n"
    }

    /// The last value of an option that is given twice counts, as in fio.
    static func options(_ options: [FioJobSummary.Option]) -> OrderedJSON {
        var members: [(key: String, value: OrderedJSON)] = []
        for option in options {
            members.removeAll { $0.key == option.name }
            members.append((option.name, .text(option.value)))
        }
        return .object(members)
    }

    private static func disk(_ disk: DiskUtilization) -> OrderedJSON {
        .object([
            ("name", .text(disk.name)),
            ("read_ios", .integer(disk.readOperations)),
            ("write_ios", .integer(disk.writeOperations)),
            ("read_merges", .integer(disk.readMerges)),
            ("write_merges", .integer(disk.writeMerges)),
            ("read_ticks", .integer(disk.readTicks)),
            ("write_ticks", .integer(disk.writeTicks)),
            ("in_queue", .integer(disk.inQueue)),
            ("util", .number(disk.percent)),
        ])
    }
}
