import ResultStore
import Statistics

/// What a guest adds to a disk: its own turns less the host's on the same disk, pair by pair.
enum GuestMinusHost {
    /// The difference of the commits; nil for a record without turns of the host's.
    ///
    /// A pair is a turn of each in the same round, next to each other in time, so that what the machine does in a minute is
    /// in both. The figure is the median of the pairs' differences of medians: one turn that was disturbed does not move it.
    static func difference(in record: ResultRecord) -> MatrixDifference? {
        guard let guest = record.verdictPhase,
            let host = record.phases.first(where: { $0.kind == PhaseRecord.hostKind })
        else { return nil }
        let pairs = zip(guest.rounds, host.rounds).compactMap { one, other -> (Double, Double)? in
            let (above, below) = (one.snapshot(of: [.walLoop]), other.snapshot(of: [.walLoop]))
            guard above.count > 0, below.count > 0 else { return nil }
            return (above.quantile(0.5), below.quantile(0.5))
        }
        let differences = pairs.map { $0.0 - $0.1 }.sorted()
        guard let median = RobustSpread.median(differences),
            let guestMedian = RobustSpread.median(pairs.map(\.0)),
            let hostMedian = RobustSpread.median(pairs.map(\.1))
        else { return nil }
        return MatrixDifference(
            medianNs: median,
            ci95: interval(differences),
            turns: pairs.count,
            guestNs: guestMedian,
            hostNs: hostMedian
        )
    }

    /// The order statistics that hold the median in 95 of 100 cases, whatever the distribution.
    ///
    /// - Source: Conover, Practical Nonparametric Statistics, 3.2: the binomial distribution with p = 1/2.
    private static func interval(_ values: [Double]) -> [Double]? {
        var below = 0.0
        var term = 1.0
        for _ in values { term /= 2 }
        // The most values that may be left out at each end: their share of all 2^n sign patterns stays within 2.5 %.
        var left = 0
        while left < values.count / 2, below + term <= 0.025 {
            below += term
            left += 1
            term *= Double(values.count - left + 1) / Double(left)
        }
        guard left > 0 else { return nil }
        return [values[left - 1], values[values.count - left]]
    }
}
