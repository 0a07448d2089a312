import ArgumentTable
import Dispatch
import Foundation
import Modeling
import Reporting
import ResultStore
import Synchronization
import Units

/// `tbench model --fleet DIRECTORY`: every node's disk and the ways between them, put together.
struct FleetModelCommand {
    private let command: ParsedCommand
    private let console: Console

    init(_ command: ParsedCommand, console: Console) {
        self.command = command
        self.console = console
    }

    func run() throws -> ExitCode {
        let directory = command.string("fleet") ?? ""
        let replicas = try replicas()
        guard command.positionals["file"]?.isEmpty ?? true, command.strings("replica").isEmpty
        else {
            throw CommandError(
                operation: "model",
                subject: directory,
                reason: "--fleet reads a directory, and files or replicas were named too",
                hint: "give either: one volume from files, or a fleet from a directory"
            )
        }
        let parts = try read(directory)
        let model = try FleetModel(FleetInput(parts), replicas: replicas)
        return console.output(try text(model)) ? .success : .failure
    }

    /// Of `--set replicas=N`; nothing else can be set for a fleet.
    private func replicas() throws -> Int {
        var count = 3
        for (key, value) in command.pairs("set") {
            guard key == "replicas", let number = Int(value), (1...16).contains(number) else {
                throw CommandError(
                    operation: "model",
                    subject: key,
                    reason: "--set \(Printed.text("\(key)=\(value)")) means nothing for a fleet",
                    hint: "--set replicas=2 does, from 1 to 16"
                )
            }
            count = number
        }
        return count
    }

    /// What every record below the directory says; a file that is no record of ours is left alone.
    private func read(_ directory: String) throws -> [FleetPart] {
        guard let names = try? FileManager.default.subpathsOfDirectory(atPath: directory) else {
            throw CommandError(
                operation: "model",
                subject: directory,
                reason: "cannot read the directory \(directory)",
                hint: "name one that 'tbench collect' or -o wrote into",
                exitCode: .missing
            )
        }
        let files = names.filter { $0.hasSuffix(".json") }.sorted().map { "\(directory)/\($0)" }
        let found = Mutex<[FleetPart]>([])
        let damaged = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: files.count) { index in
            do throws(ResultStoreError) {
                let record = try ResultFiles.read(files[index])
                let part = FleetPart(SourceRecord(file: files[index], record: record))
                if let part { found.withLock { $0.append(part) } }
            } catch {
                guard error.code == .malformed || error.code == .newerVersion else { return }
                damaged.withLock { $0.append("\(files[index]): \(error.reason)") }
            }
        }
        for text in damaged.withLock({ $0 }).sorted() {
            console.message("tbench: left out \(Printed.text(text))\n")
        }
        return found.withLock { $0 }
    }

    private func text(_ model: FleetModel) throws -> String {
        switch command.string("output-format") {
        case "json":
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(FleetModelDocument(model)), as: UTF8.self)
                + "\n"
        case "markdown": return FleetModelReport.markdown(model)
        default:
            let style = console.textStyle(command)
            return FleetModelReport.render(model, style: style)
        }
    }
}

/// A fleet model as JSON.
struct FleetModelDocument: Encodable {
    let schema = "tbench.fleet-model"
    let v = 1
    let replicas: Int
    let typical: FleetModel.Figures
    let nodes: [FleetModel.Node]
    let best: [FleetModel.Placement]
    let worst: [FleetModel.Placement]
    let random: FleetModel.Lottery?
    let careful: FleetModel.Lottery?
    let measuredLinks: Int
    let p99IsKnown: Bool
    let assumptions: [String]
    let unknownDisks: [String]

    init(_ model: FleetModel) {
        replicas = model.replicaCount
        typical = model.typical
        nodes = model.nodes
        best = model.best
        worst = model.worst
        random = model.random
        careful = model.careful
        measuredLinks = model.measuredLinks
        p99IsKnown = model.p99IsKnown
        assumptions = model.assumptions
        unknownDisks = model.unknownDisks
    }
}
