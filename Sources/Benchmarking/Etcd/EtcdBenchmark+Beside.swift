import IOEngines
import Workloads

extension EtcdBenchmark {
    /// Turns with and without the neighbour, each as long as a round of the verdict at most.
    static let besideTurns = 5

    /// The verdict's load in turns, alone and beside a busy Longhorn volume on the same disk.
    ///
    /// In turns, so that a disk that changes its mood changes both. Kinds "apart" and "beside"; the second counts the
    /// neighbour's writes.
    func beside(
        _ runner: inout PhaseRunner,
        _ outcomes: inout [PhaseOutcome],
        in directory: String
    ) throws(BenchmarkError) {
        let neighbour: LonghornNeighbour
        do throws(EngineError) {
            neighbour = try LonghornNeighbour(
                directory: "\(directory)/longhorn",
                seed: options.seed
            )
        } catch {
            throw BenchmarkError(error)
        }
        defer { neighbour.stop() }
        var apart: PhaseOutcome?
        var beside: PhaseOutcome?
        for _ in 0..<Self.besideTurns where !cancellation.isRequested {
            Self.add(try runner.run(besidePhase("apart")), to: &apart)
            neighbour.resume()
            let before = neighbour.writes
            var turn = try runner.run(besidePhase("beside"))
            turn.counters["neighbour_writes"] = Double(neighbour.writes - before)
            turn.counters["neighbour_seconds"] = Double(turn.end - turn.begin) / 1e9
            neighbour.pause()
            Self.add(turn, to: &beside)
            if let failure = neighbour.failure { throw BenchmarkError(failure) }
        }
        outcomes += [apart, beside].compactMap(\.self)
    }

    private func besidePhase(_ kind: String) -> LoadPhase {
        let load = plan.load.ratePerSecond == nil ? EtcdLoad.small : plan.load
        return LoadPhase(
            name: kind == "beside" ? "\(load.name), beside Longhorn" : "\(load.name), alone",
            kind: kind,
            load: load,
            warmUpNanoseconds: 300_000_000,
            roundNanoseconds: min(plan.roundNanoseconds, 2_000_000_000),
            maximumRounds: 1,
            stop: { _ in nil }
        )
    }

    /// Turns of one kind are one phase.
    private static func add(_ turn: PhaseOutcome, to whole: inout PhaseOutcome?) {
        guard var sum = whole else {
            whole = turn
            return
        }
        sum.rounds += turn.rounds
        sum.end = turn.end
        sum.counters.merge(turn.counters) { $0 + $1 }
        sum.stopReason = turn.stopReason
        sum.largestBacklog = max(sum.largestBacklog, turn.largestBacklog)
        sum.refused += turn.refused
        whole = sum
    }
}
