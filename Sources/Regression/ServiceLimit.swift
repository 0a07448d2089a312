package import ResultStore
package import Statistics
import Units

/// A limit that a measure must keep whatever it was before: "wal_fsync_p99 < 10 ms".
package struct ServiceLimit: Sendable, Equatable {
    /// A measure's id.
    package var measure: String
    /// True for "at least", which rates have.
    package var isFloor: Bool
    /// In the measure's unit.
    package var limit: Double
    /// For people.
    package var text: String

    /// Reads a time, which latencies must stay below, or a number, which rates must reach.
    ///
    /// - Parameters:
    ///   - measure: a measure's id; whether there is one shows when results are judged.
    ///   - value: "10ms", or operations a second: "1000".
    /// - Throws: `RegressionError` for anything else.
    package init(measure: String, value: String) throws(RegressionError) {
        self.measure = measure
        if let rate = Double(value), rate.isFinite, rate >= 0 {
            isFloor = true
            limit = rate
            text = "\(measure) ≥ \(value)/s"
            return
        }
        do throws(QuantityParsing.Failure) {
            limit = Double(try QuantityParsing.nanoseconds(value))
        } catch {
            throw .limit("\(measure)=\(value)")
        }
        isFloor = false
        text = "\(measure) < \(value)"
    }

    /// Whether some runs keep it: the 99 % interval decides, and straddling it is borderline.
    ///
    /// - Parameter runs: all of one case, the last five count.
    /// - Returns: inconclusive where too little was measured; nil where nothing of that name was.
    package func judge(_ runs: [ResultRecord]) -> LimitOutcome? {
        let items = runs.suffix(CaseComparison.runsOfASide).compactMap { record in
            RecordMeasures.all(of: record).first { $0.measure.id == measure }
        }
        guard let named = items.first?.measure, named.isHigherBetter == isFloor,
            let estimate = ChangeTest().estimate(named.statistic, items.map(\.rounds))
        else { return nil }
        return LimitOutcome(
            limit: self,
            measure: named,
            value: estimate.value,
            ci99: estimate.ci99,
            grade: grade(estimate)
        )
    }

    private func grade(_ estimate: ChangeTest.Estimate) -> VerdictRecord.Grade {
        guard estimate.printability != .tooFew, let interval = estimate.ci99 else {
            return .inconclusive
        }
        if interval.low < limit, interval.high > limit { return .borderline }
        return (estimate.value < limit) != isFloor ? .pass : .fail
    }
}

/// A limit and what was found.
package struct LimitOutcome: Sendable, Equatable {
    package var limit: ServiceLimit
    package var measure: Measure
    package var value: Double
    package var ci99: Interval?
    package var grade: VerdictRecord.Grade
}
