/// Where something was seen: a file and its line, or a path below /sys.
package struct Location: Sendable, Equatable, Codable, Hashable {
    package var path: String
    /// Counted from 1; nil where the whole file is meant.
    package var line: Int?

    package init(_ path: String, line: Int? = nil) {
        self.path = path
        self.line = line
    }

    /// "101.conf:7".
    package var description: String { line.map { "\(path):\($0)" } ?? path }
}

/// What a check saw that its rule is about.
package struct Observation: Sendable, Equatable {
    /// The fact, one sentence without a final full stop.
    package var seen: String
    package var location: Location
    /// Where this case matters more or less than the rule usually does.
    package var severity: Severity?
    /// Lines of a Proxmox configuration that would end it.
    package var edits: [ProxmoxEdit]
    /// A part of a Talos machine configuration that would end it.
    package var patch: TalosPatch?

    package init(
        _ seen: String,
        at location: Location,
        severity: Severity? = nil,
        edits: [ProxmoxEdit] = [],
        patch: TalosPatch? = nil
    ) {
        self.seen = seen
        self.location = location
        self.severity = severity
        self.edits = edits
        self.patch = patch
    }
}

/// One thing that is wrong, with its evidence.
package struct Finding: Sendable, Equatable {
    package var rule: Rule
    package var observation: Observation

    package init(rule: Rule, observation: Observation) {
        self.rule = rule
        self.observation = observation
    }

    package var severity: Severity { observation.severity ?? rule.severity }

    package static func == (first: Finding, second: Finding) -> Bool {
        first.rule.id == second.rule.id && first.observation == second.observation
    }
}
