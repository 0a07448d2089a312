package import ResultStore

/// What came out of looking at everything with every rule.
package struct Diagnosis: Sendable {
    /// Most important first, then in the order of the rules.
    package var findings: [Finding]
    /// What could not be known, with the rules that wanted to know it.
    package var unknown: [Unknown]
    /// Rules that applied and found nothing.
    package var passed: [Rule]
    /// What the machines were taken to be for.
    package var roles: [Role]

    /// A fact that is missing, and for which rules.
    package struct Unknown: Sendable, Equatable {
        package var fact: UnknownFact
        package var rules: [String]
    }

    /// How many findings there are of a severity.
    package func count(_ severity: Severity) -> Int {
        findings.count { $0.severity == severity }
    }

    /// Looks at everything with every rule.
    ///
    /// - Complexity: O(rules × things).
    package init(_ evidence: Evidence, rules: [Rule] = RuleBook.all) {
        var findings: [Finding] = []
        var unknown: [Unknown] = []
        var passed: [Rule] = []
        for rule in rules {
            let outcome = rule.check(evidence)
            findings += outcome.observations.map { Finding(rule: rule, observation: $0) }
            for fact in outcome.unknown {
                if let index = unknown.firstIndex(where: { $0.fact == fact }) {
                    if !unknown[index].rules.contains(rule.id) {
                        unknown[index].rules.append(rule.id)
                    }
                } else {
                    unknown.append(Unknown(fact: fact, rules: [rule.id]))
                }
            }
            if outcome.applied > 0, outcome.observations.isEmpty, outcome.unknown.isEmpty {
                passed.append(rule)
            }
        }
        // A stable sort: within a severity the order of the rules stays.
        self.findings = Severity.allCases.sorted().flatMap { severity in
            findings.filter { $0.severity == severity }
        }
        self.unknown = unknown
        self.passed = passed
        var roles = evidence.roles
        if roles.isEmpty {
            for config in evidence.talos { roles.formUnion(evidence.roles(of: config)) }
            for machine in evidence.machines { roles.formUnion(evidence.roles(of: machine)) }
            if let node = evidence.node { roles.formUnion(evidence.roles(of: node)) }
        }
        self.roles = Role.allCases.filter(roles.contains)
    }
}
