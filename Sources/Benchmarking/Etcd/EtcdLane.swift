import HostFacts
package import IOEngines
package import ResultStore
package import Statistics
package import Workloads

/// One etcd member on one disk, which runs when it is its turn.
///
/// Several lanes take turns, so that what the machine does in a minute hits all of them. Between turns its threads
/// sleep. One thread uses a lane.
package final class EtcdLane {
    /// What one turn measured.
    package struct Turn: Sendable {
        /// When it began and how long its round was, in `MonotonicClock` nanoseconds.
        package var start: UInt64
        package var nanoseconds: UInt64
        package var latency: [OperationClass: HistogramSnapshot]
        /// Counters of the load's shape and of what it asked the disk for, of this round alone.
        package var counters: [String: Double]
    }

    /// What the guest asked for since the lane began.
    package let tally = IOTally()
    private let member: EtcdMember
    private var runner: PhaseRunner

    /// Starts the member.
    ///
    /// - Parameters:
    ///   - place: a region or an export that nobody else uses.
    ///   - options: how etcd is reproduced.
    ///   - omitsSyncs: leave flushes out, as a guest does on a write-through disk.
    ///   - cancellation: the user's wish to end early.
    /// - Throws: `BenchmarkError` when the member's threads or files cannot be made.
    package init(
        place: EtcdPlace,
        options: EtcdOptions,
        omitsSyncs: Bool,
        cancellation: Cancellation
    ) throws(BenchmarkError) {
        member = try EtcdMember(place: place, options: options, tree: BackendTree())
        member.tally = tally
        member.omitsSyncs = omitsSyncs
        runner = PhaseRunner(
            member: member,
            options: options,
            device: DeviceSampler(root: SystemRoot(), target: TargetFacts(path: "", kind: "")),
            cancellation: cancellation,
            progress: { _, _, _, _ in }
        )
        try member.start()
    }

    /// Holds a load for one round after a warm-up and lets outstanding puts finish.
    ///
    /// - Returns: What it measured; nil when the user ended it before it was whole.
    /// - Throws: the failure of any of the member's threads.
    package func turn(
        load: EtcdLoad,
        warmUpNanoseconds: UInt64,
        roundNanoseconds: UInt64
    ) throws(BenchmarkError) -> Turn? {
        let outcome = try runner.run(
            LoadPhase(
                name: load.name,
                kind: "verdict",
                load: load,
                warmUpNanoseconds: warmUpNanoseconds,
                roundNanoseconds: roundNanoseconds,
                maximumRounds: 1,
                stop: { _ in nil }
            )
        )
        guard let round = outcome.rounds.first, outcome.stopReason != "interrupted" else {
            return nil
        }
        return Turn(
            start: outcome.begin,
            nanoseconds: round.nanoseconds,
            latency: member.rounds()[round.number] ?? [:],
            counters: outcome.counters
        )
    }

    /// Ends the member's threads.
    ///
    /// - Returns: the slowest operations, at most 64, in time order.
    package func stop(runStart: UInt64) -> [SlowOperation] {
        member.stop()
        return RoundRecorder.slowest(of: member.slowest(), runStart: runStart)
    }
}
