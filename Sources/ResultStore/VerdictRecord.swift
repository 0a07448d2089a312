/// What tbench concluded, with the evidence.
package struct VerdictRecord: Codable, Sendable, Equatable {
    /// The overall answer.
    package var grade: Grade
    /// One sentence a person can act on.
    ///
    /// Such as "This disk is good enough for etcd at 150 puts a second."
    package var headline: String
    /// The limits that were checked, in order of importance.
    package var checks: [VerdictCheck]
    /// What limits this disk, and the figures that say so.
    ///
    /// "device flush", "journal", "contention with the backend", "slow write()" or "CPU".
    package var cause: String
    /// One line of advice.
    package var advice: String

    /// The answer to one limit or to all.
    package enum Grade: String, Codable, Sendable {
        case pass
        case borderline
        case fail
        /// Not enough data, or contaminated data.
        case inconclusive
    }

    package init(
        grade: Grade,
        headline: String,
        checks: [VerdictCheck],
        cause: String,
        advice: String
    ) {
        self.grade = grade
        self.headline = headline
        self.checks = checks
        self.cause = cause
        self.advice = advice
    }
}

/// One limit, what was measured against it, and the answer.
package struct VerdictCheck: Codable, Sendable, Equatable {
    /// "WAL fsync p99", "backend commit p99", "stalls", "sequential writes".
    package var name: String
    /// The limit as text with its unit: "< 10 ms".
    package var limit: String
    /// What was measured, as text: "1.84 ms [1.77, 1.92]".
    package var measured: String
    /// The answer.
    package var grade: VerdictRecord.Grade
    /// Whose limit it is: "etcd", "tbench".
    package var source: String
    /// Why the grade is what it is; nil when the figures say it all.
    package var reason: String?

    package init(
        name: String,
        limit: String,
        measured: String,
        grade: VerdictRecord.Grade,
        source: String,
        reason: String? = nil
    ) {
        self.name = name
        self.limit = limit
        self.measured = measured
        self.grade = grade
        self.source = source
        self.reason = reason
    }
}
