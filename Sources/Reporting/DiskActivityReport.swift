package import ResultStore
import Units

/// What a hypervisor counted for the disks of a guest.
package enum DiskActivityReport {
    private static let headings = [
        "disk", "writes", "bytes", "mean write", "write p99", "flushes", "mean flush", "flush p99",
        "reads", "mean read",
    ]
    /// Those that need a histogram.
    private static let percentiles = [4, 7]

    /// The columns that have something to say.
    private static func columns(_ activity: [DiskActivity]) -> [Int] {
        let hasHistograms = activity.contains { $0.writeTimes != nil || $0.flushTimes != nil }
        return headings.indices.filter { hasHistograms || !percentiles.contains($0) }
    }

    /// A table for a terminal, with a final newline.
    package static func render(_ activity: [DiskActivity], style: TextStyle) -> String {
        guard !activity.isEmpty else { return "The guest has no disk that QEMU counts.\n" }
        let columns = columns(activity)
        var table = TextTable(columns.map { $0 == 0 ? .left : .right })
        table.rows = [columns.map { .init(headings[$0], .faint) }]
        table.rows += activity.map { row in
            let cells = cells(row)
            return columns.map { .init(style.clean(cells[$0])) }
        }
        let note =
            "Times inside QEMU, without the guest's own part: what a guest measures beyond them is L_virt."
        return (table.lines(style) + style.wrap(note, lead: "  ").map { style.paint($0, [.faint]) })
            .joined(separator: "\n") + "\n"
    }

    /// A Markdown table, with a final newline.
    package static func markdown(_ activity: [DiskActivity]) -> String {
        let columns = columns(activity)
        let rows = activity.map { row in
            let cells = cells(row)
            return columns.map { cells[$0] }
        }
        return MarkdownReport.table(columns.map { headings[$0] }, rows, numbersFrom: 1)
            .joined(separator: "\n") + "\n"
    }

    /// Comma-separated values; times in nanoseconds.
    package static func csv(_ activity: [DiskActivity]) -> String {
        var lines = [
            "disk,writes,written_bytes,write_ns,flushes,flush_ns,reads,read_ns"
        ]
        lines += activity.map { row in
            let numbers = [
                row.writes, row.writtenBytes, row.writeNs, row.flushes, row.flushNs, row.reads,
                row.readNs,
            ]
            return ([MatrixCSV.field(row.name)] + numbers.map { String($0) })
                .joined(separator: ",")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func cells(_ row: DiskActivity) -> [String] {
        [
            row.name, QuantityText.count(row.writes), QuantityText.bytes(row.writtenBytes),
            mean(row.writeNs, row.writes), tail(row.writeTimes), QuantityText.count(row.flushes),
            mean(row.flushNs, row.flushes), tail(row.flushTimes), QuantityText.count(row.reads),
            mean(row.readNs, row.reads),
        ]
    }

    /// The boundary of the bins that 99 of 100 stayed below.
    private static func tail(_ times: BinnedLatency?) -> String {
        guard let times, let last = times.boundaries.last, times.bins.contains(where: { $0 > 0 })
        else { return "–" }
        guard let bound = times.bound(quantile: 0.99) else {
            return "> \(QuantityText.duration(nanoseconds: last))"
        }
        return "< \(QuantityText.duration(nanoseconds: bound))"
    }

    private static func mean(_ time: UInt64, _ count: UInt64) -> String {
        count == 0 ? "–" : QuantityText.duration(nanoseconds: Double(time) / Double(count))
    }
}
