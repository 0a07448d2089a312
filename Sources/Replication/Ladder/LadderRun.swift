package import Benchmarking
import IOEngines
package import ResultStore
import Statistics

/// Climbs the ladder from a replica's disk to the replicated volume, round by round.
///
/// In each round and for each kind of request: every replica's own disk, timed by its agent (A); a header there and back,
/// and the request's bytes answered from memory (B); every replica over the wire (C); all of them at once (D).
package struct LadderRun {
    /// What was measured, also when it ended early.
    package struct Outcome {
        /// One phase a step, kind of request and replica.
        package var phases: [PhaseRecord] = []
        /// What ended the run, or a replica's part in it.
        package var failures: [ReplicationError] = []
        /// The part of the volume that was used.
        package var volumeBytes: Int64 = 0
    }

    private let plan: LadderPlan
    private let replicas: [LadderReplica]
    private let top: LadderTop
    private let token: AccessToken?
    private let cancellation: Cancellation
    private let runStart: UInt64
    private let report: (Progress) -> Void

    package init(
        plan: LadderPlan,
        replicas: [LadderReplica],
        top: LadderTop = LadderTop(),
        token: AccessToken?,
        cancellation: Cancellation,
        runStart: UInt64,
        progress: @escaping (Progress) -> Void
    ) {
        self.plan = plan
        self.replicas = replicas
        self.top = top
        self.token = token
        self.cancellation = cancellation
        self.runStart = runStart
        report = progress
    }

    /// Connects, lays out the volumes, and runs every round; what was measured before an error is kept.
    package func run() -> Outcome {
        var outcome = Outcome()
        do throws(ReplicationError) {
            let volumes = try connect(.replica)
            let memory = try connect(.memory)
            // A volume that is somebody else's has its own size.
            let bytes = replicas.compactMap(\.volumeBytes).min().map { min($0, plan.volumeBytes) }
            outcome.volumeBytes = bytes ?? plan.volumeBytes
            let upper = try LadderUpper(top, plan)
            var steps = LadderSteps(
                plan: plan,
                replicas: replicas,
                volumes: volumes,
                memory: memory,
                top: upper,
                volumeBytes: outcome.volumeBytes,
                cancellation: cancellation
            )
            try layOut(volumes, outcome.volumeBytes)
            for round in 0..<plan.rounds where !cancellation.isRequested {
                progress("ladder", round)
                if !steps.run(round) { break }
            }
            progress("ladder", plan.rounds)
            outcome.phases = steps.phases(runStart: runStart)
            outcome.failures = steps.failures
        } catch {
            outcome.failures.append(error)
        }
        return outcome
    }

    /// Connections to every replica: to its volume, or, of agents, to nothing.
    private func connect(_ mode: SessionMode) throws(ReplicationError) -> ReplicaSet? {
        let wanted = replicas.filter { mode == .replica || $0.isAgent }
        guard !wanted.isEmpty else { return nil }
        // Two replicas may be one agent, with two volumes.
        let sessions = wanted.map { _ in ReplicaConnection.Wish.newSession() }
        // Each connection that ends leaves a goroutine behind in a replica, so a volume in use gets one and no more.
        // Source: longhorn-engine, pkg/dataconn/server.go: write() never returns.
        let connections = wanted.map { $0.isAgent || $0.isWritable ? plan.connections : 1 }
        return try ReplicaSet(wanted.map(\.endpoint), connections: connections) {
            (number) throws(ReplicationError) in
            let replica = wanted[number]
            guard replica.isAgent else { return try .plain(replica.endpoint) }
            return try .agent(
                replica.endpoint,
                .init(
                    mode: mode,
                    volumeBytes: mode == .replica ? UInt64(plan.volumeBytes) : 0,
                    session: sessions[number],
                    token: token
                )
            )
        }
    }

    /// Writes every block once, so that what is measured overwrites, as an old volume does.
    private func layOut(_ volumes: ReplicaSet?, _ bytes: Int64) throws(ReplicationError) {
        guard let volumes else { return }
        let writable = replicas.indices.filter { replicas[$0].isWritable }
        let step: Int64 = 64 << 20
        var done: Int64 = 0
        while !writable.isEmpty, done < bytes, !cancellation.isRequested {
            report(progress("laying out", Int(done >> 20), Int(bytes >> 20)))
            let block = 128 << 10
            let count = min(step, bytes - done) / Int64(block)
            guard count > 0 else { break }
            let outcome = try volumes.run(
                ExchangePlan(
                    operation: .write,
                    blockBytes: block,
                    depth: LadderPlan.deepest,
                    isRandom: false,
                    volumeBytes: bytes,
                    durationNanoseconds: 3_600_000_000_000,
                    mostRequests: UInt64(count),
                    seed: plan.seed &+ UInt64(done),
                    connections: plan.connections,
                    timeoutNanoseconds: plan.timeoutNanoseconds,
                    firstBlock: done / Int64(block)
                ),
                on: writable,
                isCancelled: { cancellation.isRequested }
            )
            if let failure = outcome.failures.first { throw failure.error }
            done += count * Int64(block)
        }
    }

    private func progress(_ phase: String, _ round: Int) {
        report(progress(phase, round, plan.rounds))
    }

    private func progress(_ phase: String, _ done: Int, _ all: Int) -> Progress {
        let elapsed = MonotonicClock.now() - runStart
        return Progress(
            phase: phase,
            round: done,
            rounds: all,
            elapsedNanoseconds: elapsed,
            remainingNanoseconds: done > 0
                ? elapsed / UInt64(done) * UInt64(max(0, all - done)) : 0,
            walFsync: []
        )
    }
}
