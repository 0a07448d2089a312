import ArgumentTable
import Foundation
import IOEngines
import Reporting
import ResultStore
import Units
import VirtualDisks

/// `tbench matrix --qmp`: what QEMU counts for the disks of a guest that runs; reads only.
struct MonitorCommand {
    private let command: ParsedCommand
    private let console: Console

    init(_ command: ParsedCommand, console: Console) {
        self.command = command
        self.console = console
    }

    /// Looks twice, as far apart as a round is long, and prints the difference.
    func run(_ socket: String) throws -> ExitCode {
        let length = command.wasGiven("round-time") ? command.nanoseconds("round-time") : nil
        var client = try QMPClient.connect(to: socket)
        let before = try client.blockStatistics()
        MonotonicClock.sleep(nanoseconds: length ?? 10_000_000_000)
        let after = try client.blockStatistics()
        let activity = zip(before, after).filter { $0.name == $1.name }
            .map { DiskActivity(before: $0, after: $1) }
        guard console.output(try text(activity)) else { return .failure }
        return .success
    }

    private func text(_ activity: [DiskActivity]) throws -> String {
        switch command.string("output-format") {
        case "json":
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(activity), as: UTF8.self) + "\n"
        case "csv": return DiskActivityReport.csv(activity)
        case "markdown": return DiskActivityReport.markdown(activity)
        default:
            let style = console.textStyle(command)
            return DiskActivityReport.render(activity, style: style)
        }
    }
}

extension DiskActivity {
    /// What happened between two looks; a QEMU that was restarted in between counts from 0 again.
    fileprivate init(before: BlockStatistics, after: BlockStatistics) {
        func difference(_ field: KeyPath<BlockStatistics.Counters, UInt64>) -> UInt64 {
            let (one, other) = (before.stats[keyPath: field], after.stats[keyPath: field])
            return other >= one ? other - one : other
        }
        func bins(_ field: KeyPath<BlockStatistics.Counters, BinnedLatency?>) -> BinnedLatency? {
            guard let one = before.stats[keyPath: field] else { return nil }
            return after.stats[keyPath: field]?.since(one)
        }
        self.init(
            name: after.name,
            writes: difference(\.wr_operations),
            writtenBytes: difference(\.wr_bytes),
            writeNs: difference(\.wr_total_time_ns),
            flushes: difference(\.flush_operations),
            flushNs: difference(\.flush_total_time_ns),
            reads: difference(\.rd_operations),
            readNs: difference(\.rd_total_time_ns),
            writeTimes: bins(\.wr_latency_histogram),
            flushTimes: bins(\.flush_latency_histogram)
        )
    }
}
