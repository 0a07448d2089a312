import ResultStore
import Units

extension ReportContent {
    /// What to type next, at most three; never what was typed already.
    static func nextSteps(_ record: ResultRecord) -> [NextStep] {
        guard record.benchmark.name == "etcd" else { return jobSteps(record) }
        let target = ShellQuoting.quoted(record.target.path)
        let arguments = Set(record.run.arguments.map { $0.prefix { $0 != "=" } })
        func used(_ option: Substring) -> Bool { arguments.contains(option) }
        var steps: [NextStep] = []
        if record.run.outcome != .complete {
            return [NextStep(command: "tbench etcd \(target)", purpose: "this time to the end")]
        }
        switch record.verdict?.grade {
        case .borderline, .inconclusive:
            if !used("--max-time") {
                steps.append(
                    NextStep(
                        command: "tbench etcd \(target) --max-time 5m",
                        purpose: "a narrower interval"
                    )
                )
            }
        case .fail:
            steps.append(
                NextStep(
                    command: "tbench info \(target)",
                    purpose: "what is underneath"
                )
            )
        case .pass, nil: break
        }
        if record.target.kind == "block device", !used("--filesystem") {
            steps.append(
                NextStep(
                    command: "tbench etcd \(target) --filesystem ext4",
                    purpose: "with a filesystem on top"
                )
            )
        }
        if record.target.kind != "block device", !used("--compare-fio-recipe") {
            steps.append(
                NextStep(
                    command: "tbench etcd \(target) --compare-fio-recipe",
                    purpose: "what the fio recipe says"
                )
            )
        }
        if !used("-o"), !used("--output") {
            steps.append(
                NextStep(
                    command: "tbench etcd \(target) -o Results/",
                    purpose: "keep the record"
                )
            )
        }
        return Array(steps.prefix(3))
    }

    /// After a profile: the whole of it when it was cut short, and the record.
    private static func jobSteps(_ record: ResultRecord) -> [NextStep] {
        let command = command(of: record)
        if record.run.outcome != .complete {
            return [NextStep(command: command, purpose: "this time to the end")]
        }
        guard
            !record.run.arguments.contains(where: {
                $0.hasPrefix("-o") || $0.hasPrefix("--output-d")
            })
        else { return [] }
        return [NextStep(command: "\(command) -o Results/", purpose: "keep the record")]
    }

    /// What would run the same again.
    private static func command(of record: ResultRecord) -> String {
        let name = record.benchmark.name
        switch name {
        case "net":
            // The peer is reached with a token's file as a rule, so what was typed is typed again.
            return (["tbench"] + record.run.arguments.map(ShellQuoting.quoted)).joined(
                separator: " "
            )
        case "longhorn": return "tbench longhorn \(ShellQuoting.quoted(record.target.path))"
        default:
            return
                "tbench run \(ShellQuoting.quoted(name)) \(ShellQuoting.quoted(record.target.path))"
        }
    }
}
