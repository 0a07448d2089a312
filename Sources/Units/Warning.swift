/// A doubt about a number, kept as a value in the record so that every renderer can show it.
package struct Warning: Codable, Sendable, Equatable, Hashable {
    /// A stable kebab-case name that scripts can match: "steal", "flush-costs-nothing".
    package var code: String
    /// How much it matters.
    package var severity: Severity
    /// One sentence: what was seen, with the figures.
    package var text: String
    /// The way forward; nil where there is nothing to do.
    package var hint: String?

    /// How much a warning matters.
    package enum Severity: String, Codable, Sendable {
        /// Worth knowing; the numbers stand.
        case note
        /// The numbers may be off.
        case caution
        /// The numbers must not be trusted for a verdict.
        case contaminated
    }

    package init(
        code: String,
        severity: Severity = .caution,
        text: String,
        hint: String? = nil
    ) {
        self.code = code
        self.severity = severity
        self.text = text
        self.hint = hint
    }
}
