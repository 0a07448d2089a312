package import Benchmarking
import HostFacts
import IOEngines
package import ResultStore
import Statistics
import TargetSafety
import Units

/// `tbench matrix` without a guest: every cell through QEMU's block layer, in turns.
package struct MatrixRun {
    /// What was measured, also when the run ended early.
    package struct Outcome {
        /// In the order of the settings.
        package var cells: [MatrixCellOutcome]
        /// Why measuring ended: "interval tight", "max rounds", "interrupted".
        package var stopReason: String
        /// What a reader has to know of it.
        package var notes: [String] = []
    }

    private let settings: MatrixSettings
    private let tools: QemuTools
    private let device: String?
    private let cancellation: Cancellation
    private let runStart: UInt64
    private let report: (MatrixEvent) -> Void

    /// - Parameters:
    ///   - settings: what to measure; invalid combinations are reported as failed.
    ///   - tools: QEMU's programs.
    ///   - target: what lies below the directory, for the device's counters.
    ///   - cancellation: the user's wish to end early.
    ///   - runStart: when the command began.
    ///   - report: called from this thread as things happen.
    package init(
        settings: MatrixSettings,
        tools: QemuTools,
        target: TargetFacts,
        cancellation: Cancellation,
        runStart: UInt64,
        report: @escaping (MatrixEvent) -> Void
    ) {
        self.settings = settings
        self.tools = tools
        device = ConditionsSampler.deviceNames(for: target).first
        self.cancellation = cancellation
        self.runStart = runStart
        self.report = report
    }

    /// Measures in a scratch directory of the caller's, who removes it.
    package func run(in scratch: String) -> Outcome {
        var failures: [Int: String] = [:]
        let cells = prepare(in: scratch, &failures)
        let reason = takeTurns(cells)
        for cell in cells { cell?.stopLoad(runStart: runStart) }
        report(.finishing)
        let outcomes = settings.combinations.indices.map { index in
            guard let cell = cells[index] else {
                return MatrixCellOutcome(
                    combination: settings.combinations[index],
                    failure: failures[index] ?? "not measured: the run was ended before its turn"
                )
            }
            cell.finish(trying: !cancellation.isRequested)
            audit(cell, stem: "\(scratch)/audit\(index)")
            let phase = cell.phase(runStart: runStart, stopReason: reason)
            return MatrixCellOutcome(
                combination: cell.combination,
                phase: phase.rounds.isEmpty ? nil : phase,
                jobs: cell.jobs(stopReason: reason),
                failure: cell.failure
            )
        }
        return Outcome(cells: outcomes, stopReason: reason)
    }

    private func prepare(in scratch: String, _ failures: inout [Int: String]) -> [MatrixCell?] {
        settings.combinations.indices.map { index in
            let combination = settings.combinations[index]
            guard !cancellation.isRequested else { return nil }
            if let reason = combination.invalidReason {
                failures[index] = reason
                report(.failed(index, reason))
                return nil
            }
            report(.preparing(index))
            do throws(VirtualDiskError) {
                return try MatrixCell(
                    combination,
                    settings: settings,
                    tools: tools,
                    stem: "\(scratch)/cell\(index)",
                    device: device,
                    cancellation: cancellation
                )
            } catch {
                failures[index] = error.description
                report(.failed(index, error.description))
                return nil
            }
        }
    }

    private func takeTurns(_ cells: [MatrixCell?]) -> String {
        let alive = cells.indices.filter { cells[$0] != nil }
        guard !alive.isEmpty else { return "nothing to measure" }
        for round in 0..<settings.maximumRounds {
            let order = MatrixSettings.order(of: alive.count, round: round).map { alive[$0] }
            for (done, index) in order.enumerated() {
                guard let cell = cells[index] else { continue }
                let hadFailed = cell.failure != nil
                let whole = cell.turn(runStart: runStart)
                if cancellation.isRequested { return "interrupted" }
                if let failure = cell.failure, !hadFailed { report(.failed(index, failure)) }
                guard whole else { continue }
                let turns = (settings.maximumRounds - round) * alive.count - done - 1
                report(
                    .turn(
                        index,
                        round: round,
                        remainingNanoseconds: UInt64(turns) * settings.turnNanoseconds,
                        phase: cell.phase(runStart: runStart, stopReason: nil)
                    )
                )
            }
            if isSettled(cells, rounds: round + 1) { return "interval tight" }
        }
        return "max rounds"
    }

    /// Whether every difference from the reference is known well enough; looks at widths, never at the differences.
    private func isSettled(_ cells: [MatrixCell?], rounds: Int) -> Bool {
        guard settings.adaptive, rounds >= settings.minimumRounds,
            let reference = settings.reference.flatMap({ cells[$0] })
        else { return false }
        let base = reference.commits
        return cells.indices.allSatisfy { index in
            guard index != settings.reference, let cell = cells[index], cell.failure == nil else {
                return true
            }
            let pairs = PairedBootstrap(
                reference: base,
                candidate: cell.commits,
                resamples: 400
            )
            return [0.5, 0.99].allSatisfy { quantile in
                let change = pairs.change(quantile: quantile, threshold: 0.1)
                guard let interval = change.ci99, change.printability == .full else { return false }
                return interval.high - interval.low <= 0.1
            }
        }
    }

    private func audit(_ cell: MatrixCell, stem: String) {
        guard !cancellation.isRequested, cell.failure == nil, cell.combination.format != .null
        else { return }
        // An answer that is missing is missing; the measurement stands without it.
        if let audit = try? FlushAudit.run(
            cell.combination,
            tools: tools,
            stem: stem,
            seed: settings.seed
        ) {
            cell.add(audit)
        }
    }
}
