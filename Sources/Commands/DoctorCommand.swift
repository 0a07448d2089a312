import ArgumentTable
import Foundation
import HostFacts
import Inspection
import Reporting
import ResultStore
import Units

/// `tbench doctor`: rules over this machine and configuration files; reads only.
struct DoctorCommand {
    private let command: ParsedCommand
    private let console: Console

    init(_ command: ParsedCommand, console: Console) {
        self.command = command
        self.console = console
    }

    func run() throws -> ExitCode {
        // A pipe that nobody writes to must not keep Ctrl-C from working.
        SignalWatch.unblock()
        if let id = command.string("explain") { return try explain(id) }
        if command.flag("plan") { return try plan() }
        if let fact = command.positional("fact") {
            throw CommandError(
                operation: "doctor",
                subject: fact,
                reason: "\(fact) is a fact for --plan, which was not given",
                hint: "tbench doctor --plan \(fact); files go with --proxmox, --talos or --longhorn"
            )
        }
        let (evidence, inputs) = try gather()
        let diagnosis = Diagnosis(evidence)
        let text =
            command.flag("fix")
            ? fixes(evidence, diagnosis)
            : try report(
                DoctorDocument(diagnosis, profile: evidence.limits.name, inputs: inputs)
            )
        guard console.output(text) else { return .failure }
        return exitCode(diagnosis)
    }

    private func exitCode(_ diagnosis: Diagnosis) -> ExitCode {
        if diagnosis.count(.error) > 0 { return .breach }
        guard command.flag("strict") else { return .success }
        if diagnosis.count(.warning) > 0 { return .breach }
        return diagnosis.unknown.isEmpty ? .success : .inconclusive
    }

    /// Everything that was given, and what it is called.
    private func gather() throws -> (Evidence, [String]) {
        let name = command.string("profile") ?? ""
        guard let limits = Limits(named: name) else {
            throw CommandError(
                operation: "doctor",
                subject: name,
                reason: "there is no profile '\(name)'"
            )
        }
        var evidence = Evidence(limits: limits)
        evidence.roles = Set(command.strings("role").compactMap(Role.init))
        var inputs: [String] = []
        for path in command.strings("proxmox") {
            evidence.machines.append(try VirtualMachine(try InputFile.read(path), file: path))
            inputs.append(path)
        }
        if let path = command.string("storage-cfg") {
            evidence.storages = try StorageConfig(try InputFile.read(path), file: path)
            inputs.append(path)
        }
        for path in command.strings("talos") {
            evidence.talos.append(try TalosConfig(try InputFile.read(path), file: path))
            inputs.append(path)
        }
        if let path = command.string("longhorn") {
            evidence.longhorn = try LonghornValues(try InputFile.read(path), file: path)
            inputs.append(path)
        }
        let root = command.string("system-root")
        if inputs.isEmpty || command.flag("live") || root != nil {
            evidence.node = NodeProbe(root: root.map { SystemRoot(path: $0) } ?? SystemRoot())
                .facts()
            inputs.insert(evidence.node?.host.node.map { "node \($0)" } ?? "this machine", at: 0)
        }
        return (evidence, inputs)
    }

    private func report(_ document: DoctorDocument) throws -> String {
        switch command.string("output-format") {
        case "json": try json(document)
        case "markdown": DoctorMarkdown.render(document)
        case "junit": DoctorJUnit.render(document)
        default:
            DoctorReport.render(document, style: style, showsPassed: command.flag("all"))
        }
    }

    private func fixes(_ evidence: Evidence, _ diagnosis: Diagnosis) -> String {
        var parts: [String] = []
        for machine in evidence.machines {
            if let fix = ProxmoxFix(machine, findings: diagnosis.findings) {
                parts.append(DoctorPages.fix(fix))
            }
        }
        for config in evidence.talos {
            if let patch = TalosPatch.combined(diagnosis.findings, file: config.file) {
                parts.append(DoctorPages.fix(patch, file: config.file))
            }
        }
        let rest = diagnosis.findings.filter { finding in
            finding.severity < .disputed && finding.observation.edits.isEmpty
                && finding.observation.patch == nil
        }
        if parts.isEmpty { parts.append("# Nothing that a changed line would end.\n") }
        if !rest.isEmpty {
            let plain = TextStyle(color: false, unicode: console.unicode, width: 1000)
            let lines = rest.map { finding in
                DoctorPages.comment(finding, style: plain)
            }
            parts.append("# Not ended by a changed line:\n" + lines.joined())
        }
        return parts.joined(separator: "\n")
    }

    private func explain(_ id: String) throws -> ExitCode {
        guard let rule = RuleBook.rule(id) else { throw InspectionError.noRule(id) }
        return console.output(DoctorPages.explain(rule, style: style)) ? .success : .failure
    }

    private func plan() throws -> ExitCode {
        let facts = (command.positionals["fact"] ?? []).map { text in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            return (key: parts[0], value: parts.count > 1 ? parts[1] : "")
        }
        let question = try PlanQuestion(facts)
        let measured = try command.strings("result").map { path in
            let record = try ResultFiles.read(path)
            let headline = record.verdict.map { "\($0.grade.rawValue): \($0.headline)" }
            return (subject: "measured", headline: headline ?? "no verdict", file: path)
        }
        let table = PlanTable(question, measured: measured)
        let text: String
        switch command.string("output-format") {
        case "json": text = try json(table.lines)
        case "markdown": text = DoctorMarkdown.render(table)
        default: text = DoctorPages.plan(table, style: style)
        }
        return console.output(text) ? .success : .failure
    }

    private func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }

    private var style: TextStyle {
        console.textStyle(command)
    }
}
