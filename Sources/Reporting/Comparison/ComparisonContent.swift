import Regression
import ResultStore
import Statistics
import Units

/// What is said about a comparison, before anything is laid out.
struct ComparisonContent {
    let result: CheckResult

    /// "1 regressed, 6 unchanged, 1 inconclusive".
    var summary: String {
        let counts = result.comparison.counts
        var parts = ChangeVerdict.allCases.compactMap { verdict in
            counts[verdict].map { "\($0) \(verdict.rawValue)" }
        }
        let broken = result.limits.filter { $0.grade == .fail }.count + result.brokenVerdicts.count
        if broken > 0 { parts.insert("\(broken) limit\(broken == 1 ? "" : "s") broken", at: 0) }
        if !result.newCases.isEmpty { parts.append("\(result.newCases.count) without a baseline") }
        return parts.isEmpty ? "nothing to compare" : parts.joined(separator: ", ")
    }

    /// "REGRESSED", "OK", "INCONCLUSIVE" or "NO BASELINE".
    var grade: String {
        switch result.conclusion {
        case .passed: "OK"
        case .failed: result.comparison.counts[.regressed] != nil ? "REGRESSED" : "FAIL"
        case .inconclusive: "INCONCLUSIVE"
        case .noBaseline: "NO BASELINE"
        }
    }

    static func title(_ item: CaseComparison) -> [String] {
        [item.caseName, item.node, item.target] + item.tags
    }

    static func headings(_ item: CaseComparison) -> [String] {
        func name(_ side: SideSummary) -> String {
            side.runs.count > 1 ? "\(side.label) (\(side.runs.count) runs)" : side.label
        }
        let change = item.isPaired ? "change [99%, paired]" : "change [99%]"
        return ["", name(item.base), name(item.new), change, "δ", "verdict"]
    }

    static func cells(_ row: ChangeRow) -> [String] {
        [
            row.measure.label, figure(row.base, row.measure), figure(row.new, row.measure),
            change(row), "\(QuantityText.threeDigits((row.threshold * 1000).rounded() / 10))%",
            verdict(row),
        ]
    }

    /// "1.84 ms ±4%", "2 391/s ±1%", "–".
    static func figure(_ figure: SideFigure?, _ measure: Measure) -> String {
        guard let figure, figure.printability != .tooFew else { return "–" }
        let text = (figure.printability == .approximate ? "~" : "") + value(figure.value, measure)
        guard let half = figure.ci95?.lnHalfWidth, half.isFinite else { return text }
        return "\(text) ±\(QuantityText.fixed(half * 100, decimals: 0))%"
    }

    static func value(_ value: Double, _ measure: Measure) -> String {
        switch measure.unit {
        case .nanoseconds: QuantityText.duration(nanoseconds: value)
        case .perSecond: "\(Number.rate(value))/s"
        }
    }

    /// "+25.5% [+14, +38]".
    static func change(_ row: ChangeRow) -> String {
        guard row.verdict != .tooFew, let change = row.change else { return "" }
        guard let interval = row.change99 else { return percent(change) }
        return "\(percent(change)) [\(signed(interval.low)), \(signed(interval.high))]"
    }

    static func verdict(_ row: ChangeRow) -> String {
        let name = row.verdict == .regressed ? "REGRESSED" : row.verdict.rawValue
        let gate = row.measure.gates ? "" : " (no gate)"
        return name + gate
    }

    /// Why, and how much more would settle it; empty where the figures say it all.
    static func reason(_ row: ChangeRow) -> String {
        var parts = row.reason.map { [$0] } ?? []
        if let rounds = row.roundsToSettle {
            parts.append("about \(rounds) more round\(rounds == 1 ? "" : "s") would settle it")
        }
        return parts.joined(separator: "; ")
    }

    static func percent(_ ratio: Double) -> String { signed(ratio, decimals: 1) + "%" }

    /// "+14" and "−1.9": a sign always, a digit behind the point below ten.
    private static func signed(_ ratio: Double, decimals: Int? = nil) -> String {
        guard ratio.isFinite else { return "–" }
        let digits = decimals ?? (abs(ratio) < 0.0995 ? 1 : 0)
        let text = QuantityText.fixed(abs(ratio) * 100, decimals: digits)
        return (ratio < 0 ? "−" : "+") + text
    }

    static func limit(_ outcome: LimitOutcome) -> String {
        let interval = outcome.ci99.map {
            " [\(value($0.low, outcome.measure)), \(value($0.high, outcome.measure))]"
        }
        return
            "\(outcome.limit.text): \(outcome.grade.rawValue), \(value(outcome.value, outcome.measure))\(interval ?? "")"
    }

    static func newCase(_ item: CheckResult.NewCase) -> String {
        let place = "\(item.caseName) on \(item.node)"
        guard !item.obstacles.isEmpty else {
            return
                "\(place) has no accepted run to be compared with; 'tbench accept' makes this one the first"
        }
        let differences = item.obstacles.map(\.text).joined(separator: ", ")
        return "\(place) has no accepted run of its kind; the nearest differs: \(differences)"
    }

    /// How the interval and the verdict come about.
    static let method =
        "± is the 95 % interval from drawing whole rounds again (block bootstrap, so that bursts stay together). The verdict: the 99 % interval of the change lies wholly beyond ±δ (regressed, improved), wholly inside (unchanged), or straddles it (inconclusive). δ is the larger of the set threshold and twice the usual spread from run to run."
}
