package import Statistics

/// One figure that two runs are compared by: a statistic of one kind of operation in one phase.
package struct Measure: Sendable, Equatable, Hashable {
    /// Stable and without spaces of our own: "wal_fsync_p99", "read-depth-1.read_rate".
    package var id: String
    /// For people: "WAL fsync p99", "read-depth-1 reads a second".
    package var label: String
    package var statistic: RoundStatistic
    /// Whether a change of it may fail a check; the others are shown only.
    package var gates: Bool

    package init(id: String, label: String, statistic: RoundStatistic, gates: Bool) {
        self.id = id
        self.label = label
        self.statistic = statistic
        self.gates = gates
    }

    /// A larger value is a better one.
    package var isHigherBetter: Bool { statistic == .rate }

    /// What values are in.
    package var unit: Unit { statistic == .rate ? .perSecond : .nanoseconds }

    /// "p50", "p99", "p99.9", "mean" or "rate", by which thresholds are set.
    package var statisticName: String { Self.name(of: statistic) }

    /// What a value is in.
    package enum Unit: String, Sendable {
        case nanoseconds = "ns"
        case perSecond = "per_second"
    }

    static func name(of statistic: RoundStatistic) -> String {
        switch statistic {
        case .mean: return "mean"
        case .rate: return "rate"
        case .quantile(let q):
            let known = [0.5: "p50", 0.9: "p90", 0.99: "p99", 0.999: "p99.9"]
            return known[q] ?? "p\(q * 100)"
        }
    }
}

/// A measure and the rounds of one run that it is taken from.
package struct MeasuredRounds: Sendable {
    package var measure: Measure
    package var rounds: RunRounds

    package init(measure: Measure, rounds: RunRounds) {
        self.measure = measure
        self.rounds = rounds
    }
}
