/// Where a term of the latency model comes from; a report never shows one without it.
package enum Provenance: String, Codable, Sendable, CaseIterable {
    /// Timed in a run whose record is named.
    case measured
    /// Computed from measured terms, by a rule that is named.
    case derived
    /// Set by the user, or a figure from a source that is named.
    case assumed
}
