package import Benchmarking
import HostFacts
import IOEngines
package import ResultStore
import Statistics
package import Units

/// Measures the way to one other machine: interface, path MTU, exchanges of every size, streams.
package final class NetworkRun {
    /// What was measured, also when it ended early.
    package struct Outcome {
        /// One phase a kind of exchange.
        package var phases: [PhaseRecord] = []
        package var path: NetworkPath
        /// What ended the run; nil when nothing did.
        package var failure: ReplicationError?
        package var warnings: [Warning] = []
    }

    /// A kind of exchange, with the rounds it has been through.
    private struct Step {
        var cell: NetworkPlan.Cell
        var start: UInt64 = 0
        var rounds: [RoundRecord] = []
        var retransmits: UInt64 = 0
        var requests: UInt64 = 0
        var isOver = false
    }

    let plan: NetworkPlan
    let peer: LadderReplica
    private let token: AccessToken?
    private let cancellation: Cancellation
    private let runStart: UInt64
    private let report: (Progress) -> Void
    let interfaces = InterfaceProbe()
    private var steps: [Step]
    private var begun: UInt64 = 0
    var outcome: Outcome
    /// Of all connections there have been.
    var retransmits: UInt64 = 0
    var segments: UInt64 = 0

    package init(
        plan: NetworkPlan,
        peer: LadderReplica,
        token: AccessToken?,
        cancellation: Cancellation,
        runStart: UInt64,
        progress: @escaping (Progress) -> Void
    ) {
        self.plan = plan
        self.peer = peer
        self.token = token
        self.cancellation = cancellation
        self.runStart = runStart
        report = progress
        steps = plan.cells(onlyPings: !peer.isAgent).map { Step(cell: $0) }
        outcome = Outcome(
            path: NetworkPath(
                peer: peer.name,
                peerKind: peer.isAgent ? "tbench agent" : "longhorn replica",
                isLoopback: false
            )
        )
    }

    /// Connects, looks at the path, and runs every round; what was measured before an error is kept.
    package func run() -> Outcome {
        begun = MonotonicClock.now()
        do throws(ReplicationError) {
            let connections = try NetworkConnections(
                peer,
                token: token,
                streams: peer.isAgent ? plan.streams : 0,
                timeout: max(plan.timeoutNanoseconds, 3_000_000_000)
            )
            lookAround(connections)
            let name = outcome.path.interface?.name
            let before = name.map(interfaces.counters) ?? [:]
            progress("path MTU", 0)
            probe(connections)
            try exchange(connections)
            if !peer.isAgent { lookAtLargeReads(connections) }
            finish(connections)
            if let name {
                outcome.path.interface?.counted = InterfaceProbe.counted(
                    before,
                    interfaces.counters(name)
                )
            }
        } catch {
            outcome.failure = error
        }
        outcome.phases = steps.filter { !$0.rounds.isEmpty }.map(phase)
        outcome.path.slopes = NetworkFigures.slopes(outcome.phases)
        outcome.path.streams = steps.filter { $0.cell.isStream && !$0.rounds.isEmpty }
            .compactMap { NetworkFigures.stream($0.cell, phase($0)) }
        return outcome
    }

    // MARK: Rounds

    private func exchange(_ connections: NetworkConnections) throws(ReplicationError) {
        let end = begun &+ plan.limitNanoseconds
        var done = 0
        for round in 0..<plan.rounds {
            progress("exchanges", round)
            for number in steps.indices where !steps[number].isOver {
                if cancellation.isRequested { return }
                guard MonotonicClock.now() < end else {
                    noteTime(rounds: done)
                    return
                }
                try exchange(number, round, connections)
            }
            done = round + 1
        }
        progress("exchanges", plan.rounds)
    }

    private func exchange(
        _ number: Int,
        _ round: Int,
        _ connections: NetworkConnections
    ) throws(ReplicationError) {
        let cell = steps[number].cell
        if steps[number].rounds.isEmpty { steps[number].start = MonotonicClock.now() }
        if cell.isStream { try connections.addStreams() }
        let before = TransportFacts(connections.infos(ofStreams: cell.isStream))
        let cancellation = cancellation
        let result = try connections.run(cell, plan, round: round) { cancellation.isRequested }
        let after = TransportFacts(connections.infos(ofStreams: cell.isStream))
        let again = Self.difference(after.retransmits, before.retransmits)
        steps[number].retransmits += again
        retransmits += again
        segments += Self.difference(after.segmentsSent, before.segmentsSent)
        if let failure = result.failures.first {
            try giveUp(number, failure.error, connections)
            return
        }
        steps[number].requests += result.requests
        steps[number].rounds.append(
            RoundRecord(
                durationNs: result.durationNanoseconds,
                latency: result.latency.count == 0
                    ? [:] : [cell.operationClass.rawValue: SparseHistogram(result.latency)]
            )
        )
    }

    private static func difference(_ later: UInt64?, _ earlier: UInt64?) -> UInt64 {
        guard let later, let earlier, later > earlier else { return 0 }
        return later - earlier
    }

    /// Leaves out what will not pass either: the same way with as much data or more.
    private func giveUp(
        _ number: Int,
        _ error: ReplicationError,
        _ connections: NetworkConnections
    ) throws(ReplicationError) {
        let cell = steps[number].cell
        guard cell.operation != .ping else { throw error }
        for other in steps.indices
        where steps[other].cell.operation == cell.operation
            && steps[other].cell.blockBytes >= cell.blockBytes
        {
            steps[other].isOver = true
        }
        try connections.renew(isStream: cell.isStream)
        outcome.warnings.append(
            Warning(
                code: "exchange-stalled",
                severity: .caution,
                text:
                    "\(cell.name): \(error.reason); larger ones were left out",
                hint:
                    "a large message that stalls while small ones pass is a path that loses large packets: see the path MTU"
            )
        )
    }

    private func noteTime(rounds: Int) {
        let missing = steps.count { $0.rounds.isEmpty && !$0.isOver }
        outcome.warnings.append(
            Warning(
                code: "time-over",
                severity: .caution,
                text:
                    "the time was over after \(rounds) of \(plan.rounds) rounds"
                    + (missing > 0 ? "; \(missing) kinds of exchange were not measured" : ""),
                hint: "the path is slow: --slice and --rounds set how long it is looked at"
            )
        )
    }

    private func phase(_ step: Step) -> PhaseRecord {
        PhaseRecord(
            name: step.cell.name,
            kind: "network",
            startSeconds: Double(step.start - min(step.start, runStart)) / 1e9,
            rounds: step.rounds,
            counters: [
                "requests": Double(step.requests), "retransmits": Double(step.retransmits),
            ].merging(step.cell.isStream ? ["streams": Double(step.cell.connections)] : [:]) {
                $1
            },
            ladder: step.cell.point(peer.name),
            stopReason: step.isOver
                ? "stalled" : cancellation.isRequested ? "interrupted" : "fixed"
        )
    }

    private func progress(_ phase: String, _ round: Int) {
        let elapsed = MonotonicClock.now() - runStart
        let rest = UInt64(max(0, plan.rounds - round))
        report(
            Progress(
                phase: phase,
                round: round,
                rounds: plan.rounds,
                elapsedNanoseconds: elapsed,
                remainingNanoseconds: round > 0 ? elapsed / UInt64(round) * rest : 0,
                walFsync: []
            )
        )
    }
}
