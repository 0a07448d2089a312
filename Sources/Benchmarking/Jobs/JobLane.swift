import IOEngines
package import ResultStore
import Statistics
package import Workloads

/// The jobs of a profile on one disk, when it is their turn.
///
/// Several lanes take turns, so that what the machine does in a minute hits all of them. Between turns nothing of it lives.
package struct JobLane {
    private let profile: Profile
    private let target: JobTarget
    private let seed: UInt64
    private let cancellation: Cancellation

    /// - Parameters:
    ///   - profile: what to do; every job runs as long as a turn, whatever the profile says.
    ///   - target: a disk that nobody else uses.
    ///   - warmUpNanoseconds: before each job.
    ///   - roundNanoseconds: of each job.
    ///   - seed: of offsets, sizes, data and arrivals.
    ///   - cancellation: the user's wish to end early.
    package init(
        profile: Profile,
        target: JobTarget,
        warmUpNanoseconds: UInt64,
        roundNanoseconds: UInt64,
        seed: UInt64,
        cancellation: Cancellation
    ) {
        self.profile = profile.mapJobs { job in
            job.rampNanoseconds = warmUpNanoseconds
            job.runtimeNanoseconds = roundNanoseconds
            job.timeBased = true
            job.engine = .sync
            job.verify = false
        }
        self.target = target
        self.seed = seed
        self.cancellation = cancellation
    }

    /// Refuses what cannot be done on a disk without a filesystem, in turns.
    package static func check(_ profile: Profile) throws(BenchmarkError) {
        try JobBenchmark.check(profile)
        for job in profile.phases.flatMap(\.jobs) {
            if job.fileCycle != nil {
                throw .unsupported(
                    job,
                    "files of its own",
                    hint: "take a profile of reads and writes, such as random-4k"
                )
            }
            if job.ioDepth > NBDEngine.capacityMax {
                throw .unsupported(
                    job,
                    "iodepth \(job.ioDepth)",
                    hint: "the NBD client keeps at most \(NBDEngine.capacityMax) in flight"
                )
            }
        }
    }

    /// Runs every job once.
    ///
    /// - Parameter runStart: when the command began.
    /// - Returns: a phase a job, with one round each; nil when the user ended it before it was whole.
    /// - Throws: the failure of any job.
    package func turn(runStart: UInt64) throws(BenchmarkError) -> [PhaseRecord]? {
        var benchmark = JobBenchmark(
            profile: profile,
            target: target,
            layOut: false,
            seed: seed,
            cancellation: cancellation,
            runStart: runStart,
            progress: { _ in }
        )
        let outcome = benchmark.run()
        if let failure = outcome.failure { throw failure }
        guard !cancellation.isRequested else { return nil }
        return outcome.phases.map { phase in
            var whole = phase
            whole.rounds = [Self.merged(phase.rounds)]
            return whole
        }
    }

    /// Rounds of a second are the runner's own; a turn is one round.
    private static func merged(_ rounds: [RoundRecord]) -> RoundRecord {
        let keys = Set(rounds.flatMap(\.latency.keys))
        return RoundRecord(
            durationNs: rounds.reduce(0) { $0 + $1.durationNs },
            latency: keys.reduce(into: [:]) { result, key in
                let parts = rounds.compactMap { $0.latency[key]?.snapshot }
                result[key] = SparseHistogram(.merged(parts))
            }
        )
    }
}
