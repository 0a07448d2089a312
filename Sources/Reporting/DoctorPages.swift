package import Inspection
import Units

/// What `tbench doctor` says besides a diagnosis: a rule explained, the list of rules, fixes, a plan.
package enum DoctorPages {
    /// One rule with everything it knows.
    package static func explain(_ rule: Rule, style: TextStyle) -> String {
        var facts: [ReportContent.Fact] = [
            .init(label: "severity", phrases: [rule.severity.rawValue]),
            .init(label: "topic", phrases: [rule.topic.rawValue]),
        ]
        if !rule.roles.isEmpty {
            facts.append(
                .init(
                    label: "roles",
                    phrases: Role.allCases.filter(rule.roles.contains).map(\.rawValue)
                )
            )
        }
        facts.append(.init(label: "why", phrases: [rule.why]))
        facts += rule.positions.map { .init(label: "says", phrases: [$0]) }
        facts.append(.init(label: "fix", phrases: [rule.fix]))
        if let settle = rule.settle { facts.append(.init(label: "settle", phrases: [settle])) }
        facts += rule.sources.map { .init(label: "source", phrases: [$0]) }
        let lines =
            style.wrap(style.clean("\(rule.id): \(rule.title)")).map { style.paint($0, [.strong]) }
            + TextReport.facts(facts, style)
        return lines.joined(separator: "\n") + "\n"
    }

    /// Every rule on a line, by topic.
    package static func list(style: TextStyle) -> String {
        var lines = ["RULES (tbench doctor --explain RULE says more):"]
        for topic in Topic.allCases {
            let rules = RuleBook.all.filter { $0.topic == topic }
            guard !rules.isEmpty else { continue }
            lines += ["", style.paint(topic.rawValue, [.strong])]
            lines += rules.map { rule in
                let name = rule.id + String(repeating: " ", count: max(1, 28 - rule.id.count))
                let severity =
                    rule.severity.rawValue
                    + String(repeating: " ", count: max(1, 10 - rule.severity.rawValue.count))
                return "  \(name)\(severity)\(style.clean(rule.title))"
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The changes to a VM's configuration: a diff, and the commands that make them.
    package static func fix(_ fix: ProxmoxFix) -> String {
        let style = TextStyle(color: false, unicode: true, width: 1000)
        var lines = fix.diff
        lines += ["", "# To make these changes on the Proxmox host:"]
        lines += fix.commands
        lines += fix.notes.map { "# \($0)" }
        return lines.map(style.clean).joined(separator: "\n") + "\n"
    }

    /// The patch of a Talos machine configuration.
    package static func fix(_ patch: TalosPatch, file: String) -> String {
        let style = TextStyle(color: false, unicode: true, width: 1000)
        let head = [
            "# A strategic merge patch for \(file). To see the result:",
            "#   talosctl machineconfig patch \(ShellQuoting.quoted(file)) --patch @PATCH.yaml",
            "# To apply it to a node:",
            "#   talosctl patch machineconfig --nodes NODE --patch @PATCH.yaml",
        ]
        return (head.map(style.clean) + [patch.rendered]).joined(separator: "\n")
    }

    /// A finding as one line of a comment.
    package static func comment(_ finding: Finding, style: TextStyle) -> String {
        let place = finding.observation.location.description
        let text = "\(finding.rule.id): \(place) \(finding.observation.seen). \(finding.rule.fix)"
        return "#   \(style.clean(text))\n"
    }

    /// The plan as lines.
    package static func plan(_ plan: PlanTable, style: TextStyle) -> String {
        let question = plan.question
        func mark(_ key: String) -> String { question.assumed.contains(key) ? " (assumed)" : "" }
        let nodes = "\(question.nodes) \(question.nodes == 1 ? "node" : "nodes")"
        var lines = style.flow([
            "Plan for \(nodes)\(mark("nodes"))",
            "\(question.networkMbps) Mb/s\(mark("network"))",
            "\(question.disks.rawValue)\(mark("disks"))",
        ]).map { style.paint($0, [.strong]) }
        for line in plan.lines {
            lines.append("")
            lines += style.wrap(style.clean("\(line.subject): \(line.advice)"), lead: "  ").map {
                style.paint($0, [.strong])
            }
            lines += style.wrap(style.clean(line.reason), lead: "    ")
            let ink: TextStyle.Ink =
                line.basis == PlanTable.Basis.opinion.rawValue ? .unclear : .faint
            lines += style.wrap(style.clean("\(line.basis): \(line.source)"), lead: "    ").map {
                style.paint($0, [ink])
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
