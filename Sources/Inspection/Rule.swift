package import ResultStore

/// One thing to look for: what, why it matters, how to end it, and who says so.
package struct Rule: Sendable {
    /// Words that scripts and people can name: "PVE-CACHE-UNSAFE".
    package let id: String
    package let severity: Severity
    package let topic: Topic
    /// A few words that name the mistake.
    package let title: String
    /// Only machines of these roles are concerned; empty for all.
    package let roles: Set<Role>
    /// Why it matters, one sentence with its full stop.
    package let why: String
    /// What to do, one sentence with its full stop.
    package let fix: String
    /// The authorities: an address, a file of a public repository, a manual page.
    package let sources: [String]
    /// For a disputed claim, what either side says.
    package let positions: [String]
    /// For a disputed claim, the command that would settle it on this machine.
    package let settle: String?
    /// Looks at everything that is known and says what it saw.
    package let check: @Sendable (Evidence) -> CheckOutcome

    package init(
        _ id: String,
        _ severity: Severity,
        _ topic: Topic,
        _ title: String,
        roles: Set<Role> = [],
        why: String,
        fix: String,
        sources: [String],
        positions: [String] = [],
        settle: String? = nil,
        check: @escaping @Sendable (Evidence) -> CheckOutcome
    ) {
        self.id = id
        self.severity = severity
        self.topic = topic
        self.title = title
        self.roles = roles
        self.why = why
        self.fix = fix
        self.sources = sources
        self.positions = positions
        self.settle = settle
        self.check = check
    }
}

/// What a check found out.
package struct CheckOutcome: Sendable, Equatable {
    /// How many things the rule applied to; 0 means that it had nothing to say.
    package var applied = 0
    package var observations: [Observation] = []
    package var unknown: [UnknownFact] = []

    package init() {}

    /// Looks at each part of one thing; what is not known about one must not hide what is seen at another.
    mutating func look<Part>(
        atEach parts: [Part],
        _ body: (Part) throws(UnknownFact) -> Observation?
    ) {
        applied += 1
        for part in parts {
            do throws(UnknownFact) {
                if let seen = try body(part) { observations.append(seen) }
            } catch {
                unknown.append(error)
            }
        }
    }

    /// Looks at one thing and keeps what comes out of it.
    mutating func look(_ body: () throws(UnknownFact) -> [Observation]) {
        applied += 1
        do {
            observations += try body()
        } catch {
            unknown.append(error)
        }
    }
}
