package import ResultStore
import Units

/// What a hypervisor counted for the disks of a guest.
package enum DiskActivityReport {
    private static let headings = [
        "disk", "writes", "bytes", "mean write", "flushes", "mean flush", "reads", "mean read",
    ]

    /// A table for a terminal, with a final newline.
    package static func render(_ activity: [DiskActivity], style: TextStyle) -> String {
        guard !activity.isEmpty else { return "The guest has no disk that QEMU counts.\n" }
        var table = TextTable([.left] + headings.dropFirst().map { _ in .right })
        table.rows = [headings.map { .init($0, .faint) }]
        table.rows += activity.map { row in cells(row).map { .init(style.clean($0)) } }
        let note =
            "Times inside QEMU, without the guest's own part: what a guest measures beyond them is L_virt."
        return (table.lines(style) + style.wrap(note, lead: "  ").map { style.paint($0, [.faint]) })
            .joined(separator: "\n") + "\n"
    }

    /// A Markdown table, with a final newline.
    package static func markdown(_ activity: [DiskActivity]) -> String {
        MarkdownReport.table(headings, activity.map(cells), numbersFrom: 1)
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
            mean(row.writeNs, row.writes), QuantityText.count(row.flushes),
            mean(row.flushNs, row.flushes), QuantityText.count(row.reads),
            mean(row.readNs, row.reads),
        ]
    }

    private static func mean(_ time: UInt64, _ count: UInt64) -> String {
        count == 0 ? "–" : QuantityText.duration(nanoseconds: Double(time) / Double(count))
    }
}
