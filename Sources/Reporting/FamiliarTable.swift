import ResultStore
import Statistics
import Units

/// The figures of a profile as the tool it stands in for prints them, so that they can be held beside published ones.
struct FamiliarTable {
    var headings: [String]
    var rows: [[String]]

    /// Nil for a profile that stands in for nobody, and where a job of it measured nothing.
    init?(_ record: ResultRecord) {
        switch record.benchmark.name {
        case "kbench", "longhorn": self.init(kbench: record)
        case "pveperf": self.init(pveperf: record)
        default: return nil
        }
    }

    /// kbench's means: I/Os and KiB a second, latency in nanoseconds.
    ///
    /// - Source: longhorn/kbench, fio/parse.sh.
    private init?(kbench record: ResultRecord) {
        headings = [
            "as kbench prints it", "random read", "random write", "sequential read",
            "sequential write",
        ]
        rows = []
        let kinds: [(label: String, suffix: String, value: (Job) -> Double)] = [
            ("IOPS", "iops", { $0.perSecond }),
            ("bandwidth in KiB/sec", "bw", { $0.bytesPerSecond / 1024 }),
            ("latency in ns", "lat", { $0.mean }),
        ]
        for kind in kinds {
            var row = [kind.label]
            for prefix in ["rand-read", "rand-write", "seq-read", "seq-write"] {
                guard let job = Job("\(prefix)-\(kind.suffix)", record) else { return nil }
                // Without grouping, as it can be copied from one to the other.
                row.append(String(UInt64(max(0, min(kind.value(job), 1e18)))))
            }
            rows.append(row)
        }
    }

    /// - Source: pve-manager, bin/pveperf.
    private init?(pveperf record: ResultRecord) {
        guard let phase = record.phases.first(where: { $0.name == "fsyncs" }),
            phase.measuredSeconds > 0
        else { return nil }
        let rate = Double(phase.pooled([.commit]).count) / phase.measuredSeconds
        headings = ["as pveperf prints it", ""]
        rows = [["FSYNCS/SECOND", QuantityText.fixed(rate, decimals: 2)]]
    }

    private struct Job {
        var perSecond: Double
        var bytesPerSecond: Double
        var mean: Double

        init?(_ name: String, _ record: ResultRecord) {
            guard let phase = record.phases.first(where: { $0.name == name }),
                phase.measuredSeconds > 0
            else { return nil }
            let pooled = phase.pooled([name.contains("read") ? .read : .write])
            guard pooled.count > 0 else { return nil }
            let bytes =
                phase.counters[name.contains("read") ? "read_bytes" : "written_bytes"] ?? 0
            perSecond = Double(pooled.count) / phase.measuredSeconds
            bytesPerSecond = bytes / phase.measuredSeconds
            mean = pooled.mean
        }
    }

    func lines(_ style: TextStyle) -> [String] {
        var table = TextTable(headings.indices.map { $0 == 0 ? .left : .right })
        table.rows.append(headings.map { .init($0, .faint) })
        for row in rows { table.rows.append(row.map { .init(style.clean($0)) }) }
        return table.lines(style)
    }
}
