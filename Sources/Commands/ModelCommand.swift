import ArgumentTable
import Foundation
import Modeling
import Reporting
import ResultStore
import Units

/// `tbench model`: terms from result files, a prediction, and what would change it; reads only.
struct ModelCommand {
    private let command: ParsedCommand
    private let console: Console

    init(_ command: ParsedCommand, console: Console) {
        self.command = command
        self.console = console
    }

    func run() throws -> ExitCode {
        if command.wasGiven("fleet") {
            return try FleetModelCommand(command, console: console).run()
        }
        let options = try options()
        let files = try files()
        let model = ReplicationModel(try ModelInput.read(files, options))
        let settings = try command.pairs("set").map { key, value in
            try Setting(key: key, value: value) { try Self.read($0) }
        }
        let whatIf = settings.isEmpty ? nil : try WhatIf(model, settings, options)
        let document = ModelDocument(model, whatIf: whatIf, options: options)
        guard console.output(try text(document)) else { return .failure }
        return document.passes == false ? .breach : .success
    }

    private func options() throws -> ModelOptions {
        var options = ModelOptions()
        let text = command.string("longhorn-version") ?? ""
        guard let version = ModelOptions.version(text) else {
            throw CommandError(
                operation: "model",
                subject: text,
                reason: "--longhorn-version \(text) is no version",
                hint: "give one such as 1.6 or 1.10.1"
            )
        }
        options.version = version
        if command.wasGiven("revision-counter") {
            options.revisionCounter = command.flag("revision-counter")
        }
        return options
    }

    private func files() throws -> ModelInput.Files {
        var files = ModelInput.Files()
        files.any = try (command.positionals["file"] ?? []).map(Self.read)
        files.replicas = try command.strings("replica").map { text in
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count), !parts.contains(where: \.isEmpty) else {
                throw CommandError(
                    operation: "model",
                    subject: text,
                    reason: "--replica \(text) is not one or two files",
                    hint: "give DISK.json for a local replica, DISK.json,NET.json for a remote one"
                )
            }
            return (
                disk: try Self.read(String(parts[0])),
                net: parts.count > 1 ? try Self.read(String(parts[1])) : nil
            )
        }
        (files.host, files.guest) = try pair("host", "guest")
        (files.file, files.device) = try pair("file", "device")
        let isEmpty =
            files.any.isEmpty && files.replicas.isEmpty && files.host == nil && files.file == nil
        guard !isEmpty else {
            throw CommandError(
                operation: "model",
                subject: "files",
                reason: "no result file was given",
                hint:
                    "tbench model RESULT.json; 'tbench longhorn TARGET --replica HOST:PORT -o DIR' writes one"
            )
        }
        return files
    }

    /// Two files that mean something only together.
    private func pair(
        _ one: String,
        _ other: String
    ) throws -> (SourceRecord?, SourceRecord?) {
        let names = (command.string(one), command.string(other))
        guard (names.0 == nil) == (names.1 == nil) else {
            let missing = names.0 == nil ? one : other
            throw CommandError(
                operation: "model",
                subject: "--\(missing)",
                reason: "--\(one) and --\(other) go together, and --\(missing) is missing",
                hint: "give both: their difference is the term"
            )
        }
        return (try names.0.map(Self.read), try names.1.map(Self.read))
    }

    /// One result file; the error names it.
    private static func read(_ path: String) throws -> SourceRecord {
        do throws(ResultStoreError) {
            return SourceRecord(file: path, record: try ResultFiles.read(path))
        } catch {
            let isNamed = error.reason.contains(path)
            throw CommandError(
                operation: error.operation,
                subject: path,
                reason: isNamed ? error.reason : "\(path): \(error.reason)",
                hint: error.hint,
                exitCode: error.exitCode
            )
        }
    }

    private func text(_ document: ModelDocument) throws -> String {
        switch command.string("output-format") {
        case "json":
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
        case "markdown":
            return ModelMarkdown.render(document)
        default:
            let style = console.textStyle(command)
            return ModelReport.render(document, style: style)
        }
    }
}
