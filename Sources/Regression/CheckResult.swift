package import ResultStore

/// Everything that a check found, and what follows from it.
package struct CheckResult: Sendable {
    /// What a check comes to.
    package enum Conclusion: String, Sendable, Codable {
        case passed
        /// A measure regressed, or a limit is broken.
        case failed
        /// Nothing failed, and not everything could be judged.
        case inconclusive
        /// Nothing to compare with, here and of this case.
        case noBaseline = "no baseline"
    }

    /// A result whose own verdict is that a limit is broken.
    package struct BrokenVerdict: Sendable, Equatable {
        package var caseName: String
        package var headline: String

        package init(caseName: String, headline: String) {
            self.caseName = caseName
            self.headline = headline
        }
    }

    /// A case that no accepted run of the same machine can be compared with.
    package struct NewCase: Sendable, Equatable {
        package var caseName: String
        package var node: String
        package var run: RunReference
        /// The nearest accepted run differs in this; empty where there is none at all.
        package var obstacles: [KeyDifference]

        package init(
            caseName: String,
            node: String,
            run: RunReference,
            obstacles: [KeyDifference]
        ) {
            self.caseName = caseName
            self.node = node
            self.run = run
            self.obstacles = obstacles
        }
    }

    package var comparison: Comparison
    package var limits: [LimitOutcome]
    package var brokenVerdicts: [BrokenVerdict]
    package var newCases: [NewCase]
    /// The results in question, for exporters that show their histograms.
    package var results: [StoredRun]
    /// Files that could not be read, as sentences.
    package var problems: [String]

    package init(
        comparison: Comparison,
        limits: [LimitOutcome] = [],
        brokenVerdicts: [BrokenVerdict] = [],
        newCases: [NewCase] = [],
        results: [StoredRun] = [],
        problems: [String] = []
    ) {
        self.comparison = comparison
        self.limits = limits
        self.brokenVerdicts = brokenVerdicts
        self.newCases = newCases
        self.results = results
        self.problems = problems
    }

    /// The worst of everything.
    package var conclusion: Conclusion {
        let counts = comparison.counts
        let isBroken = limits.contains { $0.grade == .fail } || !brokenVerdicts.isEmpty
        if counts[.regressed] != nil || isBroken { return .failed }
        let isOpen =
            counts[.inconclusive] != nil || counts[.notComparable] != nil
            || limits.contains { $0.grade == .inconclusive }
        if isOpen { return .inconclusive }
        if comparison.cases.isEmpty, !newCases.isEmpty { return .noBaseline }
        return newCases.isEmpty ? .passed : .inconclusive
    }
}

extension CaseComparison {
    /// What is left of the regressions after a second, fresh run.
    ///
    /// A row stays regressed only if it regressed in both; two independent false alarms of 1 % are one of 0.01 %.
    /// - Parameter second: the same baseline against the second run.
    /// - Returns: the first comparison, with reasons.
    package func confirmed(by second: CaseComparison) -> CaseComparison {
        var result = self
        for index in result.rows.indices where result.rows[index].verdict == .regressed {
            let again = second.rows.first { $0.measure.id == result.rows[index].measure.id }
            if again?.verdict == .regressed {
                result.rows[index].reason = "confirmed by a second run"
            } else {
                result.rows[index].verdict = .inconclusive
                let change = again?.change.map { "\(Self.percent($0)) there" } ?? "nothing there"
                let doubt = again?.reason.map { "; \($0)" } ?? ""
                result.rows[index].reason = "a second run does not confirm it: \(change)\(doubt)"
            }
        }
        return result
    }

    private static func percent(_ change: Double) -> String {
        let tenths = (change * 1000).rounded()
        guard abs(tenths) < 1e9 else { return "far off" }
        let whole = Int(abs(tenths))
        return "\(tenths < 0 ? "−" : "+")\(whole / 10).\(whole % 10)%"
    }
}
