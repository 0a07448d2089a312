package import Statistics

/// A phase of a sweep: which value, what was reached, how long it took.
package struct SweepPoint: Sendable {
    /// The counter of a phase that makes it a point of a sweep; its value is the swept figure.
    package static let counter = "sweep_value"
    /// An open loop that reaches less than this share of what was offered is saturated.
    package static let kept = 0.98
    /// So is one whose I/Os at the end still wait for their turn so many times as long as they take: its backlog grows.
    package static let patience = 10.0
    /// And no less than this, in nanoseconds: what a load 1 % too high piles up in the shortest point, a second.
    ///
    /// Late timers and the scheduler make I/Os wait for less on an idle device, and a fast one answers in a microsecond.
    package static let leastWait = 10_000_000.0

    /// The phase's name without the job's.
    package var label: String
    package var value: Double
    /// I/Os a second that were due; nil in a closed loop.
    package var offered: Double?
    /// I/Os a second that were done.
    package var perSecond: Double
    /// What `latency` timed: from the due time in an open loop, write and sync together where each write is synced.
    package var operation: OperationClass
    /// All rounds together.
    package var latency: HistogramSnapshot
    /// The mean from submission to completion.
    package var serviceMean: Double
    /// The measured time.
    package var seconds: Double
    /// The mean of the last round less `serviceMean`, in nanoseconds: a backlog that grows is longest there.
    package var lastWait: Double

    /// Nil for a phase that is no point of a sweep, or measured nothing.
    package init?(_ phase: PhaseRecord) {
        guard let value = phase.counters[Self.counter], phase.measuredSeconds > 0 else {
            return nil
        }
        let counts = [OperationClass.read, .write, .commit].map { phase.pooled([$0]).count }
        let isReading = counts[0] >= counts[1]
        perSecond = Double(max(counts[0], counts[1])) / phase.measuredSeconds
        if phase.offeredPerSecond != nil {
            operation = isReading ? .readResponse : .writeResponse
        } else if !isReading, counts[2] * 2 > counts[1] {
            operation = .commit
        } else {
            operation = isReading ? .read : .write
        }
        latency = phase.pooled([operation])
        guard latency.count > 0 else { return nil }
        serviceMean = phase.pooled([isReading ? .read : .write]).mean
        seconds = phase.measuredSeconds
        let timed = operation
        let last = phase.rounds.map { $0.snapshot(of: [timed]) }.last { $0.count > 0 }
        lastWait = (last?.mean ?? 0) - serviceMean
        label = phase.name
        self.value = value
        offered = phase.offeredPerSecond
    }

    /// Whether more was offered than could be done.
    package var isSaturated: Bool {
        guard let offered else { return false }
        // Random arrivals come in random numbers, with their root as deviation: of 100 that were due on average, 85 may
        // be all there were. Three deviations call one idle point in 700 saturated.
        let due = offered * seconds
        let isBehind = perSecond * seconds < Self.kept * due - 3 * due.squareRoot()
        return isBehind || lastWait > max(Self.patience * serviceMean, Self.leastWait)
    }

    /// The points of a record, in the order of their values; empty for a run without a sweep.
    package static func points(of record: ResultRecord) -> [SweepPoint] {
        // The phases are called "job value", and the record says which job was swept.
        let job = record.benchmark.spec["sweep.job"].map { "\($0) " } ?? ""
        return record.phases.compactMap(SweepPoint.init).sorted { $0.value < $1.value }
            .map { point in
                var point = point
                if point.label.hasPrefix(job) { point.label.removeFirst(job.count) }
                return point
            }
    }

    /// The index of the knee among points; never a saturated one, whose latency is only how long it was measured.
    package static func knee(of points: [SweepPoint]) -> Int? {
        LoadKnee.index(
            of: points.map { point in
                LoadKnee.Point(
                    perSecond: point.isSaturated ? 0 : point.perSecond,
                    meanNanoseconds: point.latency.mean
                )
            }
        )
    }
}
