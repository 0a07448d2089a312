import ResultStore
import Statistics
import Units

/// Finds the verdict of each measure of two sides.
struct RowJudge {
    let base: [ResultRecord]
    let new: [ResultRecord]
    let relevance: Relevance
    let isComparable: Bool
    let isPaired: Bool

    /// A row for each measure of the last new run, then for those that only the base has.
    func rows() -> [ChangeRow] {
        let baseMeasures = base.map(RecordMeasures.all)
        let newMeasures = new.map(RecordMeasures.all)
        var measures = newMeasures.last?.map(\.measure) ?? []
        let known = Set(measures.map(\.id))
        measures += (baseMeasures.last ?? []).map(\.measure).filter { !known.contains($0.id) }
        let disturbances = disturbance()
        return measures.map { measure in
            row(
                measure,
                base: Self.rounds(measure, baseMeasures),
                new: Self.rounds(measure, newMeasures),
                disturbance: disturbances
            )
        }
    }

    private static func rounds(_ measure: Measure, _ runs: [[MeasuredRounds]]) -> [RunRounds] {
        runs.compactMap { run in run.first { $0.measure.id == measure.id }?.rounds }
    }

    /// A warning that forbids a verdict; nil where there is none.
    private func disturbance() -> String? {
        // One disturbed run of several in a baseline is outvoted; the run in question is not.
        let records = base.count < ChangeTest.runsForTwoLevels ? base + new : new
        for record in records {
            if record.run.outcome == .failed { return "run \(record.run.id) failed" }
            let warning = record.warnings.first { $0.severity == .contaminated }
            if let warning { return "run \(record.run.id) was disturbed: \(warning.code)" }
        }
        return nil
    }

    /// Others' work that slows a disk down, by the codes of the warnings about it.
    private static let busySigns: Set<String> = [
        "steal", "stolen-time", "throttled", "run-delay", "cpu-busy", "foreign-io",
    ]

    /// Which of them the new runs show and most of the base does not.
    private func busier() -> [String] {
        func signs(_ record: ResultRecord) -> Set<String> {
            Self.busySigns.intersection(record.warnings.map(\.code))
        }
        let before = base.map(signs)
        return new.reduce(into: Set<String>()) { $0.formUnion(signs($1)) }
            .filter { sign in before.filter { $0.contains(sign) }.count * 2 < before.count }
            .sorted()
    }

    private func row(
        _ measure: Measure,
        base: [RunRounds],
        new: [RunRounds],
        disturbance: String?
    ) -> ChangeRow {
        let drawn = Array(base.suffix(CaseComparison.runsOfASide))
        let before = Self.figure(measure.statistic, drawn)
        let after = Self.figure(measure.statistic, new)
        var row = ChangeRow(
            measure: measure,
            base: before,
            new: after,
            threshold: relevance.threshold(measure, spread: spread(measure, base)),
            verdict: .inconclusive,
            flags: []
        )
        if let before, let after { row.change = after.value / before.value - 1 }
        guard isComparable else {
            row.verdict = .notComparable
            return row
        }
        guard let before, let after else {
            row.reason = "only one side measured it"
            return row
        }
        guard before.printability != .tooFew, after.printability != .tooFew else {
            row.verdict = .tooFew
            row.reason = Self.tooFew(
                min(
                    ChangeTest.tail(measure.statistic, drawn),
                    ChangeTest.tail(measure.statistic, new)
                ),
                (drawn + new).flatMap(\.seconds)
            )
            return row
        }
        let test = ChangeTest(seed: Self.seed(measure.id))
        guard
            let outcome = test.compare(
                measure.statistic,
                base: drawn,
                new: new,
                paired: isPaired
            )
        else {
            row.reason = "fewer than \(RoundBootstrap.minimumRounds) rounds"
            return row
        }
        row.base?.ci95 = outcome.base.ci95
        row.new?.ci95 = outcome.new.ci95
        row.flags = outcome.flags
        row.change95 = Self.ratios(outcome.ci95)
        row.change99 = Self.ratios(outcome.ci99)
        judge(&row, outcome, disturbance)
        return row
    }

    private func judge(
        _ row: inout ChangeRow,
        _ outcome: ChangeTest.Outcome,
        _ disturbance: String?
    ) {
        if let disturbance {
            row.reason = disturbance
        } else if outcome.rounds < ChangeTest.roundsForVerdict {
            row.reason = "\(outcome.rounds) rounds, \(ChangeTest.roundsForVerdict) are needed"
            row.roundsToSettle = ChangeTest.roundsForVerdict - outcome.rounds
        } else if Printability.ofTail(outcome.tail) != .full {
            row.reason = "\(outcome.tail) operations in the tail, 100 are needed"
            let share = 100 / Double(max(outcome.tail, 1)) - 1
            row.roundsToSettle = Int((share * Double(outcome.rounds)).rounded(.up))
        } else {
            decide(&row, outcome)
        }
    }

    private func decide(_ row: inout ChangeRow, _ outcome: ChangeTest.Outcome) {
        let limit = RealFunctions.ln(1 + row.threshold)
        let interval = outcome.ci99
        if interval.low > limit {
            row.verdict = row.measure.isHigherBetter ? .improved : .regressed
        } else if interval.high < -limit {
            row.verdict = row.measure.isHigherBetter ? .regressed : .improved
        } else if interval.low > -limit, interval.high < limit {
            row.verdict = .unchanged
        } else {
            row.verdict = .inconclusive
            settle(&row, outcome, limit)
        }
        let signs = row.verdict == .regressed && !isPaired ? busier() : []
        guard signs.isEmpty else {
            // Not the disk's doing, as far as anybody can tell; a calm run will say.
            row.verdict = .inconclusive
            row.reason =
                "worse, on a machine that was busier than for the baseline: \(signs.joined(separator: ", "))"
            return
        }
        if row.verdict != .inconclusive, let doubt = Self.doubt(outcome.flags) {
            row.reason = doubt
        }
    }

    /// Widths shrink with the root of the number of rounds, until the nearest limit is outside.
    private func settle(_ row: inout ChangeRow, _ outcome: ChangeTest.Outcome, _ limit: Double) {
        let half = (outcome.ci99.high - outcome.ci99.low) / 2
        let distance = abs(abs(outcome.lnRatio) - limit)
        let times = distance > 0 ? half * half / (distance * distance) : .infinity
        guard times < 50 else {
            row.reason = "too close to δ for more rounds to settle it"
            return
        }
        if outcome.hasRunLevel {
            row.reason = "the runs of the baseline differ too much"
        } else if let doubt = Self.doubt(outcome.flags) {
            row.reason = doubt
        }
        row.roundsToSettle = max(1, Int((Double(outcome.rounds) * (times - 1)).rounded(.up)))
    }

    /// The spread of a measure from run to run; nil for fewer than five comparable runs.
    private func spread(_ measure: Measure, _ base: [RunRounds]) -> Double? {
        guard !isPaired, base.count >= Relevance.runsForSpread else { return nil }
        let values = base.compactMap { run -> Double? in
            let value = ChangeTest.value(measure.statistic, [run])
            return value > 0 ? RealFunctions.ln(value) : nil
        }
        return Relevance.spread(values)
    }

    private static func doubt(_ flags: [EstimateFlag]) -> String? {
        if flags.contains(.burst) { return "one round holds most of the tail" }
        if flags.contains(.correlated) {
            return "neighbouring rounds are alike; the interval is wider for it"
        }
        return flags.contains(.drifting) ? "it drifted during a run" : nil
    }

    /// The value without an interval; nil where there is none.
    private static func figure(_ statistic: RoundStatistic, _ runs: [RunRounds]) -> SideFigure? {
        let value = ChangeTest.value(statistic, runs)
        guard value > 0, value.isFinite else { return nil }
        return SideFigure(
            value: value,
            ci95: nil,
            printability: Printability.ofTail(ChangeTest.tail(statistic, runs))
        )
    }

    private static func tooFew(_ tail: UInt64, _ seconds: [Double]) -> String {
        let perSide = seconds.reduce(0, +) / 2
        guard tail > 0, perSide > 0 else { return "no operation in the tail" }
        // A full verdict takes 100 of them.
        let needed = perSide * 100 / Double(tail)
        let time =
            needed < 100
            ? "\(Int(needed.rounded(.up))) s" : "\(Int((needed / 60).rounded(.up))) min"
        return "\(tail) operation\(tail == 1 ? "" : "s") in the tail; needs about \(time)"
    }

    private static func ratios(_ interval: Interval) -> Interval {
        Interval(
            low: RealFunctions.exp(interval.low) - 1,
            high: RealFunctions.exp(interval.high) - 1
        )
    }

    /// The same measure is drawn the same way in every comparison.
    private static func seed(_ id: String) -> UInt64 {
        var seed: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a, 64 bits
        for byte in id.utf8 {
            // Wraps by definition of the hash.
            seed = (seed ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        return seed ^ RoundBootstrap.defaultSeed
    }
}
