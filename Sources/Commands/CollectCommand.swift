import ArgumentTable
import Dispatch
import Foundation
import Orchestration
import Reporting
import ResultStore
import Synchronization
import Units

/// `tbench collect`: logs in, records out.
struct CollectCommand {
    private let command: ParsedCommand
    private let console: Console

    init(_ command: ParsedCommand, console: Console) {
        self.command = command
        self.console = console
    }

    /// Records that are unpacked and stored at a time: enough for every processor, and little memory.
    private static let batch = 64

    func run() throws -> ExitCode {
        let directory = command.positional("directory") ?? "Results"
        var collector = LogCollector()
        var stored = StoredRecords()
        for source in try LogSource.all(command.positionals["log"] ?? ["-"]) {
            try source.read { bytes, isLast in
                try collector.read(bytes, isLast: isLast)
                store(collector.takeComplete(), below: directory, into: &stored)
            }
        }
        let missing = collector.missing
        return try conclude(stored, missing, collector, directory)
    }

    /// Unpacks, checks and writes records, several at a time.
    private func store(
        _ found: [LogCollector.Found],
        below directory: String,
        into stored: inout StoredRecords
    ) {
        for start in stride(from: 0, to: found.count, by: Self.batch) {
            let part = Array(found[start..<min(start + Self.batch, found.count)])
            let outcomes = Mutex<[Int: StoredRecords.Outcome]>([:])
            DispatchQueue.concurrentPerform(iterations: part.count) { index in
                let outcome = StoredRecords.store(part[index], below: directory)
                outcomes.withLock { $0[index] = outcome }
            }
            let done = outcomes.withLock { $0 }
            for index in part.indices { if let outcome = done[index] { stored.add(outcome) } }
        }
    }

    private func conclude(
        _ stored: StoredRecords,
        _ missing: [Missing],
        _ collector: LogCollector,
        _ directory: String
    ) throws -> ExitCode {
        for failure in stored.failures { console.message("Error: \(failure)\n") }
        for one in missing { console.message("Incomplete: \(one.text).\n") }
        guard !stored.records.isEmpty || !stored.failures.isEmpty || !missing.isEmpty else {
            throw CommandError(
                operation: "collect",
                subject: "logs",
                reason:
                    "no line of tbench's is in these \(QuantityText.bytes(UInt64(collector.byteCount)))",
                hint:
                    "give the logs of runs with --log-lines: kubectl logs -n tbench -l app=tbench --tail=-1",
                exitCode: .missing
            )
        }
        let known = stored.records.count - stored.newCount
        var words = ["\(QuantityText.count(UInt64(stored.newCount))) new"]
        if known > 0 { words.append("\(QuantityText.count(UInt64(known))) already there") }
        if !missing.isEmpty {
            words.append("\(QuantityText.count(UInt64(missing.count))) incomplete")
        }
        if !stored.failures.isEmpty { words.append("\(stored.failures.count) not stored") }
        let count = QuantityText.count(UInt64(stored.records.count))
        console.message("\(count) records in \(directory): \(words.joined(separator: ", "))\n")
        if command.flag("rank"), !console.output(try rankings(stored.records)) { return .failure }
        if !stored.failures.isEmpty { return .failure }
        return !missing.isEmpty && command.flag("strict") ? .inconclusive : .success
    }

    /// How the nodes compare, by benchmark.
    private func rankings(_ records: [ResultRecord]) throws -> String {
        let style = console.textStyle(command)
        let fleet = Fleet(records.map { FleetRun($0) }, metric: command.string("metric"))
        let isAlone = fleet.cases.count == 1
        let sections = fleet.cases.map { one in
            command.string("output-format") == "markdown"
                ? FleetReport.markdown(one, isAlone: isAlone)
                : FleetReport.render(one, isAlone: isAlone, style: style)
        }
        guard !sections.isEmpty else {
            let metric = command.string("metric") ?? "median"
            throw CommandError(
                operation: "rank",
                subject: metric,
                reason: "no record has the metric '\(Printed.text(metric))'",
                hint: "look for \"metrics\" in a record; wal_fsync_p99_ns is one",
                exitCode: .missing
            )
        }
        return sections.joined(separator: "\n")
    }
}

/// The records of this call, without the phases that nobody needs any more.
struct StoredRecords {
    /// What became of one record.
    enum Outcome: Sendable {
        case new(ResultRecord)
        case known(ResultRecord)
        case failed(String)
    }

    private(set) var records: [ResultRecord] = []
    private(set) var newCount = 0
    private(set) var failures: [String] = []

    mutating func add(_ outcome: Outcome) {
        switch outcome {
        case .new(let record):
            records.append(record)
            newCount += 1
        case .known(let record): records.append(record)
        case .failed(let reason): failures.append(reason)
        }
    }

    /// Unpacks one record, looks whether it is one, and writes it where its own fields say.
    static func store(_ found: LogCollector.Found, below directory: String) -> Outcome {
        guard let bytes = found.record.unpack() else {
            return .failed(
                "\(found.node) (stream \(found.stream)): the parts do not make the record that they name."
            )
        }
        let data = Data(bytes)
        do throws(ResultStoreError) {
            // Its bytes are those that tbench wrote; who reads the phases will look at them.
            let record = try RecordCoding.decodeHead(data)
            let path = "\(directory)/\(ResultFiles.relativePath(of: record))"
            if let there = FileManager.default.contents(atPath: path), there == data {
                return .known(record)
            }
            try ResultFiles.writeNew(data, at: path)
            return .new(record)
        } catch {
            return .failed("\(found.node) (stream \(found.stream)): \(error.description)")
        }
    }
}
