package import Inspection
import ResultStore

/// A diagnosis as every format shows it.
package struct DoctorDocument: Sendable, Encodable {
    package var schema = "tbench.doctor"
    /// Version of these keys; only grows when one changes its meaning.
    package var v = 1
    package var profile: String
    package var roles: [String]
    package var inputs: [String]
    package var errors: Int
    package var warnings: Int
    package var disputed: Int
    package var infos: Int
    package var findings: [Entry]
    package var unknown: [Gap]
    package var passed: [Passed]

    /// A finding.
    package struct Entry: Sendable, Encodable {
        package var rule: String
        package var severity: String
        package var topic: String
        package var title: String
        package var seen: String
        package var path: String
        package var line: Int?
        package var why: String
        package var fix: String
        package var sources: [String]
        package var positions: [String]
        package var settle: String?

        var place: String { line.map { "\(path):\($0)" } ?? path }
    }

    /// Something that could not be known.
    package struct Gap: Sendable, Encodable {
        package var what: String
        package var help: String
        package var rules: [String]
    }

    /// A rule that found nothing.
    package struct Passed: Sendable, Encodable {
        package var rule: String
        package var topic: String
        package var title: String
    }

    package init(_ diagnosis: Diagnosis, profile: String, inputs: [String]) {
        self.profile = profile
        roles = diagnosis.roles.map(\.rawValue)
        self.inputs = inputs
        errors = diagnosis.count(.error)
        warnings = diagnosis.count(.warning)
        disputed = diagnosis.count(.disputed)
        infos = diagnosis.count(.info)
        findings = diagnosis.findings.map { finding in
            Entry(
                rule: finding.rule.id,
                severity: finding.severity.rawValue,
                topic: finding.rule.topic.rawValue,
                title: finding.rule.title,
                seen: finding.observation.seen,
                path: finding.observation.location.path,
                line: finding.observation.location.line,
                why: finding.rule.why,
                fix: finding.rule.fix,
                sources: finding.rule.sources,
                positions: finding.rule.positions,
                settle: finding.rule.settle
            )
        }
        unknown = diagnosis.unknown.map {
            Gap(what: $0.fact.reason, help: $0.fact.help, rules: $0.rules)
        }
        passed = diagnosis.passed.map {
            Passed(rule: $0.id, topic: $0.topic.rawValue, title: $0.title)
        }
    }

    /// "2 errors, 1 warning".
    var summary: String {
        func count(_ number: Int, _ one: String, _ many: String) -> String? {
            number == 0 ? nil : "\(number) \(number == 1 ? one : many)"
        }
        let counts = [
            count(errors, "error", "errors"), count(warnings, "warning", "warnings"),
            count(disputed, "disputed", "disputed"), count(infos, "note", "notes"),
        ].compactMap { $0 }
        return counts.isEmpty ? "nothing is wrong" : counts.joined(separator: ", ")
    }

    /// "production profile · control-plane · 101.conf · 80 rules passed · 2 facts unknown".
    var subtitle: [String] {
        var phrases = ["tbench doctor", "\(profile) profile"] + roles + inputs
        if roles.isEmpty { phrases.append("no --role, so no sizes were judged") }
        phrases.append("\(passed.count) \(passed.count == 1 ? "rule" : "rules") passed")
        return phrases
    }

    /// Findings of one rule and weight together, in their order.
    var groups: [[Entry]] {
        var groups: [[Entry]] = []
        for entry in findings {
            let same = groups.firstIndex {
                $0[0].rule == entry.rule && $0[0].severity == entry.severity
            }
            if let same { groups[same].append(entry) } else { groups.append([entry]) }
        }
        return groups
    }
}
