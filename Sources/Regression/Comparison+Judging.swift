package import ResultStore
import Statistics

/// One side of a comparison with its records.
package struct ComparedSide: Sendable {
    package var label: String
    /// Oldest first, all of one case.
    package var runs: [StoredRun]

    package init(label: String, runs: [StoredRun]) {
        self.label = label
        self.runs = runs
    }
}

extension CaseComparison {
    /// A side is drawn from at most so many runs, the last ones.
    package static let runsOfASide = 5

    /// Compares two sides of one case; nil where a side has no run.
    ///
    /// - Parameters:
    ///   - base: at least one run; the spread of runs is taken from up to ten of them, the value from the last five.
    ///   - new: at least one run.
    ///   - relevance: the thresholds.
    ///   - across: names of keys that are expected to differ.
    package init?(
        base: ComparedSide,
        new: ComparedSide,
        relevance: Relevance = Relevance(),
        across: Set<String> = []
    ) {
        guard let lastBase = base.runs.last?.record, let lastNew = new.runs.last?.record else {
            return nil
        }
        let differences = KeyDifferences(lastBase, lastNew, across: across)
        let isPaired =
            base.runs.count == 1 && new.runs.count == 1
            && lastBase.run.turns != nil && lastBase.run.turns == lastNew.run.turns
        let judge = RowJudge(
            base: base.runs.suffix(Relevance.runsOfSpread).map(\.record),
            new: new.runs.suffix(Self.runsOfASide).map(\.record),
            relevance: relevance,
            isComparable: differences.obstacles.isEmpty,
            isPaired: isPaired
        )
        self.init(
            caseName: lastNew.benchmark.name,
            node: lastNew.host.node ?? "unknown node",
            target: lastNew.target.path,
            tags: lastNew.variantTags.sorted { $0.key < $1.key }
                .filter { lastBase.tags[$0.key] == $0.value }.map { "\($0.key)=\($0.value)" },
            base: SideSummary(base, last: Self.runsOfASide),
            new: SideSummary(new, last: Self.runsOfASide),
            isPaired: isPaired,
            rows: judge.rows(),
            obstacles: differences.obstacles,
            differences: differences.others,
            notes: Self.notes(base, new, isPaired: isPaired)
        )
    }

    private static func notes(
        _ base: ComparedSide,
        _ new: ComparedSide,
        isPaired: Bool
    ) -> [String] {
        var notes: [String] = []
        if !isPaired, base.runs.count < ChangeTest.runsForTwoLevels {
            notes.append(
                "\(base.runs.count == 1 ? "single baseline" : "two runs as the baseline"): how much runs differ by themselves is not known; \(Relevance.runsForSpread) would say"
            )
        }
        for run in base.runs + new.runs where run.record.run.outcome != .complete {
            notes.append("\(run.file) is \(run.record.run.outcome.rawValue)")
        }
        for run in base.runs + new.runs {
            guard let step = run.record.conditions?.clockStepNs, abs(step) > 1_000_000_000 else {
                continue
            }
            notes.append("the clock was set during \(run.file)")
        }
        return notes
    }
}

extension SideSummary {
    init(_ side: ComparedSide, last: Int) {
        self.init(
            label: side.label,
            runs: side.runs.suffix(last).map { RunReference($0) }
        )
    }
}

extension RunReference {
    /// What identifies a run.
    package init(_ run: StoredRun) {
        self.init(file: run.file, id: run.record.run.id, started: run.record.run.started)
    }
}
