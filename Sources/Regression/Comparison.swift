package import Statistics

/// What became of one measure.
package enum ChangeVerdict: String, Sendable, Codable, CaseIterable {
    /// The 99 % interval of the change lies beyond δ on the bad side.
    case regressed
    /// The same on the good side.
    case improved
    /// It lies within ±δ.
    case unchanged
    /// It straddles δ, or the runs allow no verdict; see the row's reason.
    case inconclusive
    /// Too few samples in the tail to say anything.
    case tooFew = "too few"
    /// The runs differ in what must be equal.
    case notComparable = "not comparable"
}

/// One side's value of a measure.
package struct SideFigure: Sendable, Equatable {
    /// In the measure's unit.
    package var value: Double
    /// The 95 % interval; nil for too few rounds.
    package var ci95: Interval?
    package var printability: Printability

    package init(value: Double, ci95: Interval?, printability: Printability) {
        self.value = value
        self.ci95 = ci95
        self.printability = printability
    }
}

/// One measure of both sides and what became of it.
package struct ChangeRow: Sendable, Equatable {
    package var measure: Measure
    package var base: SideFigure?
    package var new: SideFigure?
    /// new / base − 1; nil where one side has no value.
    package var change: Double?
    /// Of `change`, at 95 % and at 99 %; the second decides.
    package var change95: Interval?
    package var change99: Interval?
    /// δ as a ratio: 0.10 is ±10 %.
    package var threshold: Double
    package var verdict: ChangeVerdict
    /// Why there is no verdict, or what casts doubt on it; nil where the figures say it all.
    package var reason: String?
    /// How many more rounds would settle it; nil where they would not, or nothing is open.
    package var roundsToSettle: Int?
    package var flags: [EstimateFlag]
}

/// One of the runs behind a side.
package struct RunReference: Sendable, Equatable, Codable {
    package var file: String
    package var id: String
    /// UTC, ISO 8601.
    package var started: String
}

/// One side of a comparison.
package struct SideSummary: Sendable, Equatable {
    /// "base", "cache=none", a file's name.
    package var label: String
    /// Oldest first.
    package var runs: [RunReference]
}

/// One case on two sides.
package struct CaseComparison: Sendable, Equatable {
    /// "etcd".
    package var caseName: String
    /// The node and the target: "talos-cp1", "/dev/sdb".
    package var node: String
    package var target: String
    /// Tags that both sides share: "format=qcow2".
    package var tags: [String]
    package var base: SideSummary
    package var new: SideSummary
    /// The rounds of the two sides took turns and were drawn in pairs.
    package var isPaired: Bool
    package var rows: [ChangeRow]
    /// Why the sides are not comparable; empty where they are.
    package var obstacles: [KeyDifference]
    /// What else differs.
    package var differences: [KeyDifference]
    /// Sentences that qualify all rows: "single baseline: …".
    package var notes: [String]

    /// Rows that say something: those that gate, and others where they hold a figure.
    package var shown: [ChangeRow] {
        rows.filter { $0.measure.gates || $0.verdict != .tooFew }
    }

    /// Rows that may fail a check.
    package var gates: [ChangeRow] { rows.filter(\.measure.gates) }

    /// The most important thing that happened to a measure that gates.
    package var verdict: ChangeVerdict {
        if !obstacles.isEmpty { return .notComparable }
        let verdicts = Set(gates.map(\.verdict))
        return [.regressed, .inconclusive, .improved, .unchanged].first(where: verdicts.contains)
            ?? .inconclusive
    }
}

/// Everything that was compared.
package struct Comparison: Sendable, Equatable {
    package var cases: [CaseComparison]

    package init(cases: [CaseComparison]) {
        self.cases = cases
    }

    /// How many measures that gate ended with each verdict.
    package var counts: [ChangeVerdict: Int] {
        cases.flatMap(\.gates).reduce(into: [:]) { $0[$1.verdict, default: 0] += 1 }
    }
}
