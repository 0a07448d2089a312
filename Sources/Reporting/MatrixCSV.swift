package import ResultStore
import Units

/// A matrix as comma-separated values, one line a cell; times in nanoseconds, what is unknown empty.
package enum MatrixCSV {
    /// The lines, headings first, each with a final newline.
    ///
    /// - Source: RFC 4180; texts are quoted, and none begins a formula.
    package static func render(_ document: MatrixDocument) -> String {
        let roles =
            document.cells.first { !$0.grades.isEmpty }?.grades.map { ($0.role) } ?? []
        let headings =
            [
                "disk", "format", "cache", "aio", "controller", "iothread", "failure", "emulated",
                "turns", "commits", "commit_p50_ns", "commit_p90_ns", "commit_p99_ns",
                "commit_p99_tail",
                "commit_max_ns", "write_p99_ns", "change_figure", "change_ratio",
                "change_ci99_low", "change_ci99_high", "change_significant", "change_verdict",
                "write_amplification", "device_flushes_per_sync", "file_writes_per_write",
                "file_flushes_per_write", "cpu_ns_per_operation", "trim", "qemu_crash",
                "power_cut", "live_migration", "flush_over_qemu_ns", "commit_over_host_ns",
                "host_turns", "job", "operation", "per_second",
            ] + roles.map { "grade_\($0)" }
        let lines = [headings] + document.cells.map { cells($0, roles) }
        return lines.map { $0.map(field).joined(separator: ",") + "\n" }.joined()
    }

    private static func cells(_ row: MatrixRow, _ roles: [String]) -> [String] {
        let tags = ["format", "cache", "aio", "controller", "iothread"].map { row.tags[$0] ?? "" }
        let interval = row.change?.ci99 ?? []
        let figures: [Double?] = [
            row.commitP50Ns?.value, row.commitP90Ns?.value, row.commitP99Ns?.value,
        ]
        let ratios: [Double?] = [
            row.writeAmplification, row.deviceFlushesPerSync, row.fileWritesPerWrite,
            row.fileFlushesPerWrite, row.processorNsPerOperation,
        ]
        var cells = [row.name] + tags
        cells += [row.failure ?? "", row.isEmulated ? "yes" : "no"]
        cells += [String(row.rounds), String(row.samples)] + figures.map(number)
        cells += [row.commitP99Ns.map { String($0.tail) } ?? ""]
        cells += [row.commitMaxNs.map { String($0) } ?? "", number(row.writeP99Ns?.value)]
        cells += [row.change?.figure ?? "", number(row.change?.ratio)]
        cells += [number(interval.first), number(interval.last)]
        cells += [row.change.map { $0.isSignificant ? "yes" : "no" } ?? ""]
        cells += [row.change?.verdict ?? ""] + ratios.map(number)
        cells += [row.trim ?? "", row.survives?.qemuCrash ?? "", row.survives?.powerCut ?? ""]
        cells += [row.liveMigration ?? "", number(row.virtualizationNs)]
        cells += [number(row.guestMinusHost?.medianNs)]
        cells += [row.guestMinusHost.map { String($0.turns) } ?? ""]
        cells += [row.job ?? "", row.operation ?? "", number(row.perSecond)]
        return cells + roles.map { role in row.grades.first { $0.role == role }?.grade ?? "" }
    }

    private static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "" }
        return QuantityText.fixed(value, decimals: abs(value) < 1000 ? 4 : 0)
    }

    static func field(_ text: String) -> String {
        var clean = text.filter { !$0.isNewline }
        // A text from a file must not become a formula in a spreadsheet.
        if let first = clean.first, "=+-@".contains(first), Double(clean) == nil {
            clean = "'" + clean
        }
        guard clean.contains(where: { $0 == "," || $0 == "\"" || $0 == ";" }) else { return clean }
        return "\"" + clean.replacing("\"", with: "\"\"") + "\""
    }
}
