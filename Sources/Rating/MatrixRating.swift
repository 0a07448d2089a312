package import ResultStore
import Statistics
import Units
package import Workloads

/// Turns the records of a matrix into rows with comparisons, grades and a recommendation.
package struct MatrixRating {
    /// A cell as it was measured, or why it was not.
    package struct Cell {
        package var combination: DiskCombination
        package var record: ResultRecord?
        package var failure: String?

        package init(combination: DiskCombination, record: ResultRecord?, failure: String? = nil) {
            self.combination = combination
            self.record = record
            self.failure = failure
        }
    }

    /// The smallest relevant change of a median and of a 99th percentile.
    package static let relevantMedian = 0.05
    package static let relevantTail = 0.10
    /// Records of one run carry this tag with the same value; only their rounds were taken in turns.
    package static let runTag = "matrix"

    private let cells: [Cell]
    private let grading: CombinationGrading

    package init(cells: [Cell], rubric: CombinationRubric) {
        self.cells = cells
        grading = CombinationGrading(rubric: rubric)
    }

    /// The whole document.
    ///
    /// - Parameter method: how the cells were measured.
    /// - Returns: a row a cell, in their order.
    package func document(method: String) -> MatrixDocument {
        let reference = reference
        let figure = comparedQuantile
        let rows = cells.indices.map { index in
            row(cells[index], reference: index == reference ? nil : reference, quantile: figure)
        }
        var document = MatrixDocument(
            method: method,
            reference: reference.map { cells[$0].combination.name },
            cells: rows,
            rubric: grading.legend(of: Set(rows.flatMap { $0.grades.map(\.role) })),
            recommendation: MatrixChoice(cells: cells, rows: rows, quantile: figure).recommendation
        )
        document.notes = notes(rows)
        return document
    }

    /// One row, without a comparison; for a table that fills in.
    package static func row(_ combination: DiskCombination, phase: PhaseRecord) -> MatrixRow {
        var row = MatrixRow(name: combination.name, tags: combination.tags)
        fill(&row, combination, phase, resamples: 200)
        return row
    }

    /// raw/none, or the first that was measured and is no null device.
    private var reference: Int? {
        let measured = cells.indices.filter { cells[$0].record?.verdictPhase != nil }
        return measured.first {
            cells[$0].combination.format == .raw && cells[$0].combination.cache == .none
        } ?? measured.first { cells[$0].combination.format != .null }
    }

    /// The highest percentile that every cell has the samples for.
    private var comparedQuantile: Double {
        let counts = cells.compactMap {
            $0.record?.verdictPhase.map { $0.pooled([$0.headline]).count }
        }
        let fewest = counts.min() ?? 0
        return Printability.ofTail(fewest / 100) == .full
            ? 0.99 : Printability.ofTail(fewest / 10) == .full ? 0.9 : 0.5
    }

    /// What a percentile is called.
    static func title(_ quantile: Double, of operation: String) -> String {
        "\(operation) " + (quantile == 0.5 ? "p50" : quantile == 0.9 ? "p90" : "p99")
    }

    private func row(_ cell: Cell, reference: Int?, quantile: Double) -> MatrixRow {
        var row = MatrixRow(
            name: cell.combination.name,
            tags: cell.combination.tags,
            failure: cell.failure
        )
        guard let record = cell.record, let phase = record.verdictPhase else {
            row.survives = CombinationDurability.survival(cell.combination)
            return row
        }
        row.tags = record.tags
        row.isEmulated = record.tags["accelerator"] == "tcg"
        Self.fill(&row, cell.combination, phase, resamples: 2000)
        row.guestMinusHost = GuestMinusHost.difference(in: record)
        guard cell.combination.format != .null else { return row }
        row.survives = CombinationDurability.survival(cell.combination)
        row.liveMigration = CombinationDurability.liveMigration(cell.combination)
        if let reference, let base = cells[reference].record {
            row.change = Self.change(from: base, to: record, quantile: quantile)
        }
        row.grades = grading.grades(
            cell.combination,
            figures: row.isEmulated ? [:] : Self.figures(row),
            trim: row.trim
        )
        // A profile speaks of the roles whose figure it has, and of no other.
        if phase.kind == "job" {
            let spoken = Set(Self.figures(row).keys)
            row.grades.removeAll { !grading.roles(of: spoken).contains($0.role) }
        }
        for index in row.grades.indices where row.isEmulated && row.grades[index].grade == "?" {
            row.grades[index].reason = "an emulated guest's times are not graded"
        }
        return row
    }

    private static func figures(
        _ row: MatrixRow
    ) -> [CombinationRubric.Figure: MatrixFigure] {
        var figures: [CombinationRubric.Figure: MatrixFigure] = [:]
        if row.operation == nil || row.operation == "commit" {
            figures[.commitP50] = row.commitP50Ns
            figures[.commitP99] = row.commitP99Ns
        }
        figures[.writeP99] = row.writeP99Ns
        return figures
    }

    private static func fill(
        _ row: inout MatrixRow,
        _ combination: DiskCombination,
        _ phase: PhaseRecord,
        resamples: Int
    ) {
        fillTimes(&row, phase, resamples: resamples)
        // What was counted stands also where nothing completed in a measured round.
        let counters = phase.counters
        func ratio(_ one: String, _ other: String, scale: Double = 1) -> Double? {
            guard let above = counters[one], let below = counters[other], below > 0 else {
                return nil
            }
            return above * scale / below
        }
        let operations = (counters["guest_writes"] ?? 0) + (counters["guest_syncs"] ?? 0)
        if let time = counters["daemon_cpu_ns"], operations > 0 {
            row.processorNsPerOperation = time / operations
        }
        row.virtualizationNs = virtualization(phase)
        guard combination.format != .null else { return }
        row.writeAmplification = ratio("device_sectors", "guest_bytes", scale: 512)
        if !combination.cache.isWriteThrough, phase.kind != "job" {
            row.deviceFlushesPerSync = ratio("device_flushes", "guest_syncs")
        }
        row.fileWritesPerWrite = ratio("audit_file_writes", "audit_guest_writes")
        row.fileFlushesPerWrite = ratio("audit_file_flushes", "audit_guest_writes")
        row.trim = counters["trim"].map { $0 == 1 ? "works" : $0 > 0 ? "keeps space" : "ignored" }
    }

    private static func fillTimes(
        _ row: inout MatrixRow,
        _ phase: PhaseRecord,
        resamples: Int
    ) {
        let pooled = phase.pooled([phase.headline])
        let isJob = phase.kind == "job"
        row.job = isJob ? phase.name : nil
        row.operation = isJob ? phase.headlineName : nil
        row.rounds = phase.rounds.count
        row.samples = pooled.count
        guard pooled.count > 0 else { return }
        let times = phase.bootstrap([phase.headline], resamples: resamples)
        row.commitP50Ns = MatrixFigure(times.estimate(quantile: 0.5))
        row.commitP90Ns = MatrixFigure(times.estimate(quantile: 0.9))
        row.commitP99Ns = MatrixFigure(times.estimate(quantile: 0.99))
        row.commitMaxNs = pooled.maximum
        // Several writes in flight wait for each other; a role asks for one.
        if !isJob || (phase.isOneAtATime == true && phase.pooled([.write]).count > 0) {
            row.writeP99Ns = MatrixFigure(
                phase.bootstrap([isJob ? .write : .walWrite], resamples: resamples)
                    .estimate(quantile: 0.99)
            )
        }
        if isJob, phase.measuredSeconds > 0 {
            row.perSecond = Double(pooled.count) / phase.measuredSeconds
        }
    }

    /// The mean of every flush as the guest saw it, less the mean of the same flushes as QEMU accounted for them.
    ///
    /// QEMU also counts those of warm-ups, which are of the same kind.
    private static func virtualization(_ phase: PhaseRecord) -> Double? {
        let flushes = phase.pooled(OperationClass.walFsync + [.backendSyncData, .backendSyncMeta])
        guard let count = phase.counters["qemu_flushes"], count > 0,
            let time = phase.counters["qemu_flush_ns"], flushes.count > 0
        else { return nil }
        return flushes.mean - time / count
    }

    /// The difference of two cells of one run, round by round; nil where they were not measured in turns.
    private static func change(
        from base: ResultRecord,
        to record: ResultRecord,
        quantile: Double
    ) -> MatrixChange? {
        guard let run = base.tags[runTag], record.tags[runTag] == run,
            let one = base.verdictPhase, let other = record.verdictPhase
        else { return nil }
        let threshold = quantile == 0.5 ? relevantMedian : relevantTail
        let change = PairedBootstrap(
            reference: one.snapshots(of: [one.headline]),
            candidate: other.snapshots(of: [one.headline])
        ).change(quantile: quantile, threshold: threshold)
        return MatrixChange(
            figure: title(quantile, of: one.headlineName),
            ratio: change.ratio,
            ci99: change.ratioInterval.map { [$0.low, $0.high] },
            isSignificant: change.isSignificant,
            verdict: change.verdict.word,
            turnsToSettle: change.pairsToSettle
        )
    }

    private func notes(_ rows: [MatrixRow]) -> [String] {
        var notes: [String] = []
        if rows.contains(where: \.isEmulated) {
            notes.append(
                "* Not representative: the guest was emulated (TCG), so its times are no guest's of yours and get no grade."
            )
        }
        if let zero = zip(cells, rows).first(where: { $0.0.combination.format == .null })?.1 {
            notes += Self.zeroLine(zero)
        }
        if rows.contains(where: { $0.tags["cache"] == "unsafe" && $0.failure == nil }) {
            notes.append(
                "Unsafe is fast because it does not do what it was asked: see the power cut column."
            )
        }
        return notes
    }
}

extension MatrixRating {
    /// What the null device says: the way to a disk that takes no time.
    private static func zeroLine(_ zero: MatrixRow) -> [String] {
        guard let p50 = zero.commitP50Ns else { return [] }
        func text(_ nanoseconds: Double) -> String {
            QuantityText.duration(nanoseconds: nanoseconds)
        }
        var lines = [
            "The way to the disk itself takes \(text(p50.value)) of each \(zero.operation ?? "commit") (the null row)."
        ]
        if let difference = zero.guestMinusHost {
            let range = difference.ci95.map { " [\(text($0[0])), \(text($0[1]))]" } ?? ""
            lines.append(
                "Over host: a commit in the guest less one from the host on the same disk, turn by turn; on the null disk \(text(difference.medianNs))\(range), beside the host's own way over NBD of \(text(difference.hostNs)), which no guest has; records kept with -o are read by 'tbench model' as L_virt."
            )
        } else if let virtual = zero.virtualizationNs, virtual > 0 {
            let microseconds = QuantityText.fixed(virtual / 1e3, decimals: 0)
            lines.append(
                "L_virt is about \(text(virtual)): flushes of the null disk in the guest, less what QEMU counted; for the model: tbench model FILE --set lvirt=\(microseconds)us."
            )
        }
        return lines
    }
}

extension PairedChange.Verdict {
    /// As a table of latencies says it.
    fileprivate var word: String {
        switch self {
        case .higher: "slower"
        case .lower: "faster"
        case .unchanged: "same"
        case .inconclusive: "unclear"
        }
    }
}

extension MatrixFigure {
    init(_ estimate: QuantileEstimate) {
        self.init(
            value: estimate.value,
            ci95: estimate.ci95.map { [$0.low, $0.high] },
            tail: estimate.tail
        )
    }
}

extension ResultRecord {
    /// The phase that a combination is judged by; nil where nothing was recorded.
    var verdictPhase: PhaseRecord? {
        phases.judged
    }
}
