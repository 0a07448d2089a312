package import ResultStore
package import Statistics
import Units

/// One run in the history of a measure.
package struct HistoryPoint: Sendable, Equatable {
    package var run: RunReference
    /// In the measure's unit.
    package var value: Double
    package var ci95: Interval?
    /// Whether the run was accepted as a baseline.
    package var isAccepted: Bool
    /// Partial, failed or disturbed: shown, and left out of the search for changes.
    package var isDoubtful: Bool
}

/// Where a history changes its level.
package struct HistoryChange: Sendable, Equatable {
    /// The first point of the new level, an index into the points.
    package var index: Int
    /// new level / old level − 1.
    package var change: Double
    /// Of Welch's test, two-sided.
    package var probability: Double
    package var isBetter: Bool
    /// What differs between the run before the change and the first one after it.
    package var differences: [KeyDifference]
}

/// One measure over all runs of a group.
package struct HistorySeries: Sendable, Equatable {
    package var measure: Measure
    /// Oldest first.
    package var points: [HistoryPoint]
    package var changes: [HistoryChange]
    /// δ: smaller changes are not looked for.
    package var threshold: Double
}

/// The runs of one case on one machine, measure by measure.
package struct History: Sendable, Equatable {
    package var caseName: String
    /// "talos-cp1-0a1b2c3d": the node and the disk.
    package var machine: String
    /// "format=qcow2".
    package var tags: [String]
    /// How this group differs from another of the same case on the same machine; empty for the only one.
    package var distinction: [String]
    package var series: [HistorySeries]

    /// The histories of all groups among some runs.
    ///
    /// - Parameters:
    ///   - runs: in any order.
    ///   - accepted: the ids of accepted runs.
    ///   - relevance: the thresholds; a smaller change is not looked for.
    ///   - only: measure ids or statistic names to keep; empty for all that gate.
    /// - Returns: one for each group of comparable runs, in the order of their first run.
    package static func all(
        of runs: [StoredRun],
        accepted: Set<String> = [],
        relevance: Relevance = Relevance(),
        only: Set<String> = []
    ) -> [History] {
        let groups = CaseGroup.grouped(runs)
        return groups.map { group, members in
            let twins = groups.filter {
                $0.group.caseName == group.caseName && $0.group.machine == group.machine
                    && $0.group.tags == group.tags && $0.group != group
            }
            return History(
                caseName: group.caseName,
                machine: group.machine,
                tags: group.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
                distinction: twins.isEmpty ? [] : distinction(members),
                series: series(members, accepted, relevance, only)
            )
        }
    }

    private static func distinction(_ members: [StoredRun]) -> [String] {
        guard let record = members.last?.record else { return [] }
        return ["workload \(record.benchmark.workload.dropFirst(7).prefix(8))"]
            + ComparisonKey.hard(record).filter { ["engine", "filesystem"].contains($0.name) }
            .compactMap { key in key.value.map { "\(key.name) \($0)" } }
    }

    private static func series(
        _ members: [StoredRun],
        _ accepted: Set<String>,
        _ relevance: Relevance,
        _ only: Set<String>
    ) -> [HistorySeries] {
        let measured = members.map { RecordMeasures.all(of: $0.record) }
        var measures: [Measure] = []
        for run in measured {
            for item in run where !measures.contains(where: { $0.id == item.measure.id }) {
                measures.append(item.measure)
            }
        }
        return measures.filter { measure in
            only.isEmpty
                ? measure.gates : only.contains(measure.id) || only.contains(measure.statisticName)
        }.map { measure in
            let points = zip(members, measured).compactMap { member, items -> HistoryPoint? in
                guard let item = items.first(where: { $0.measure.id == measure.id }) else {
                    return nil
                }
                return point(member, item, isAccepted: accepted.contains(member.record.run.id))
            }
            return HistorySeries(
                measure: measure,
                points: points,
                changes: changes(measure, points, members, relevance.threshold(measure)),
                threshold: relevance.threshold(measure)
            )
        }.filter { !$0.points.isEmpty }
    }

    private static func point(
        _ run: StoredRun,
        _ item: MeasuredRounds,
        isAccepted: Bool
    ) -> HistoryPoint? {
        // A strip of dots needs no exact interval.
        let test = ChangeTest(resamples: 200)
        guard let estimate = test.estimate(item.measure.statistic, [item.rounds]),
            estimate.printability != .tooFew
        else { return nil }
        return HistoryPoint(
            run: RunReference(run),
            value: estimate.value,
            ci95: estimate.ci95,
            isAccepted: isAccepted,
            isDoubtful: run.record.run.outcome != .complete
                || run.record.warnings.contains { $0.severity == .contaminated }
        )
    }

    private static func changes(
        _ measure: Measure,
        _ points: [HistoryPoint],
        _ members: [StoredRun],
        _ threshold: Double
    ) -> [HistoryChange] {
        let kept = points.indices.filter { !points[$0].isDoubtful && points[$0].value > 0 }
        var settings = ChangePoints.Settings()
        settings.leastDifference = RealFunctions.ln(1 + threshold)
        let found = ChangePoints.find(
            in: kept.map { RealFunctions.ln(points[$0].value) },
            settings
        )
        let records = Dictionary(
            members.map { ($0.file, $0.record) },
            uniquingKeysWith: { first, _ in first }
        )
        return found.map { change in
            let index = kept[change.index]
            let before = records[points[kept[change.index - 1]].run.file]
            let after = records[points[index].run.file]
            var differences: [KeyDifference] = []
            if let before, let after {
                let all = KeyDifferences(before, after)
                differences = all.obstacles + all.others
            }
            let isHigher = change.after > change.before
            return HistoryChange(
                index: index,
                change: RealFunctions.exp(change.after - change.before) - 1,
                probability: change.probability,
                isBetter: isHigher == measure.isHigherBetter,
                differences: differences
            )
        }
    }
}
