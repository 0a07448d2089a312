import ArgumentTable
import Foundation
import HostFacts
import Reporting
import ResultStore
import TargetSafety
import Units

/// `tbench info`: what is underneath a target; reads only.
struct InfoCommand {
    private let command: ParsedCommand
    private let console: Console

    init(_ command: ParsedCommand, console: Console) {
        self.command = command
        self.console = console
    }

    func run() throws -> ExitCode {
        let target = try TargetResolver.resolve(command.positional("target") ?? ".")
        let probe = HostProbe()
        let host = probe.host()
        let facts = probe.target(path: target.exists ? target.realPath : target.path)
        var warnings = HonestyAudit.warnings(
            host: host,
            target: facts,
            noise: nil,
            conditions: nil
        )
        warnings += CacheModeHints.hints(target: facts, host: host)
        let style = console.textStyle(command)
        let text: String
        switch command.string("output-format") {
        case "json":
            text = try InfoJSON.render(host: host, target: facts, warnings: warnings)
        case "markdown":
            text = InfoReport.markdown(host: host, target: facts, warnings: warnings)
        default:
            text = InfoReport.render(host: host, target: facts, warnings: warnings, style: style)
        }
        return console.output(text) ? .success : .failure
    }
}

/// The facts as JSON, with the keys they have in a record.
enum InfoJSON {
    private struct Document: Encodable {
        var host: HostRecord
        var target: TargetFacts
        var warnings: [Warning]
    }

    static func render(
        host: HostRecord,
        target: TargetFacts,
        warnings: [Warning]
    ) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = Document(host: host, target: target, warnings: warnings)
        return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
    }
}
