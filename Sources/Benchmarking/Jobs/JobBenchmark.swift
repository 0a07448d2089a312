import IOEngines
package import ResultStore
package import Workloads

/// `tbench run`: the phases of a profile on one target, one after the other.
///
/// The caller owns the target and cleans it up. A phase's jobs run at the same time, each thread on its own; a round is a
/// second, after the longest warm-up of its jobs; of a job of more than ten minutes, a 600th of its time.
package struct JobBenchmark {
    /// What was measured, also when the run ended early.
    package struct Outcome {
        /// One a job, in the order of the profile.
        package var phases: [PhaseRecord]
        /// What the engines could use.
        package var features: [String]
        /// What ended the run early: an error, or nil.
        package var failure: BenchmarkError?
    }

    private let profile: Profile
    private let target: JobTarget
    private let layOut: Bool
    private let seed: UInt64
    private let cancellation: Cancellation
    private let runStart: UInt64
    private let report: (Progress) -> Void
    private var phases: [PhaseRecord] = []
    private var features: Set<String> = []

    /// The length of a round, for jobs of up to ten minutes.
    private static let roundNanoseconds: UInt64 = 1_000_000_000
    /// Longer jobs have longer rounds instead of more: each round of a job takes some KiB of the record.
    private static let mostRounds: UInt64 = 600

    /// - Parameters:
    ///   - profile: what to do; no job's engine is `auto`.
    ///   - target: where; large enough for the profile.
    ///   - layOut: write every block once before.
    ///   - seed: of offsets, sizes, data and arrivals.
    ///   - cancellation: the user's wish to end early.
    ///   - runStart: when the command began.
    ///   - progress: called between rounds.
    package init(
        profile: Profile,
        target: JobTarget,
        layOut: Bool,
        seed: UInt64,
        cancellation: Cancellation,
        runStart: UInt64,
        progress: @escaping (Progress) -> Void
    ) {
        self.profile = profile
        self.target = target
        self.layOut = layOut
        self.seed = seed
        self.cancellation = cancellation
        self.runStart = runStart
        report = progress
    }

    /// Refuses what a profile may ask for and this runner cannot do, before anything is written.
    package static func check(_ profile: Profile) throws(BenchmarkError) {
        for job in profile.phases.flatMap(\.jobs) {
            if job.fileName != nil {
                throw .unsupported(
                    job,
                    "a file name of its own",
                    hint: "name the file on the command line: tbench run JOBFILE TARGET"
                )
            }
        }
    }

    /// Runs every phase; what was measured before an error is kept.
    package mutating func run() -> Outcome {
        var failure: BenchmarkError?
        do throws(BenchmarkError) {
            try VerifyPlan.check(profile, on: target)
            if layOut {
                let size = Int(target.byteCount >> 20)
                try JobLayout(target: target, seed: seed &+ 99, cancellation: cancellation).run {
                    done in report(progress("laying out", Int(done >> 20), size))
                }
            }
            for phase in profile.phases where !cancellation.isRequested {
                try run(phase)
            }
        } catch {
            failure = error
        }
        return Outcome(phases: phases, features: features.sorted(), failure: failure)
    }

    private mutating func run(_ phase: ProfilePhase) throws(BenchmarkError) {
        let control = RunControl()
        let gate = StartGate(control: control)
        let workers = phase.jobs.flatMap { job in
            (0..<job.numJobs).map { number in
                JobWorker(
                    spec: job,
                    number: number,
                    target: target,
                    seed: seed,
                    control: control,
                    gate: gate
                )
            }
        }
        do throws(EngineError) {
            for worker in workers { try worker.start() }
        } catch {
            control.fail(BenchmarkError(error))
        }
        let ramp = phase.jobs.map(\.rampNanoseconds).max() ?? 0
        // Without a warm-up the first I/O counts.
        if ramp == 0 { control.round = 0 }
        let opening = gate.open(for: workers.count)
        var latency = phase.jobs.map { _ in JobRounds() }
        let rounds = hold(phase, workers, control, ramp: ramp, from: opening) {
            Self.collect(phase, workers, into: &latency)
        }
        control.stop()
        for worker in workers { worker.join() }
        Self.collect(phase, workers, into: &latency)
        keep(phase, workers, latency, rounds)
        if let failure = control.failure { throw failure }
    }

    /// Warms up, then counts rounds until every job has ended.
    ///
    /// Without a warm-up the first round begins as the gate opens: a short job may be over before this thread runs again.
    private func hold(
        _ phase: ProfilePhase,
        _ workers: [JobWorker],
        _ control: RunControl,
        ramp: UInt64,
        from opening: UInt64,
        afterRound: () -> Void
    ) -> [(start: UInt64, end: UInt64)] {
        let longest = phase.jobs.compactMap(\.runtimeNanoseconds).max() ?? 0
        let length = max(Self.roundNanoseconds, longest / Self.mostRounds)
        let planned = max(1, Int(longest / length))
        var rounds: [(start: UInt64, end: UInt64)] = []
        func isOver() -> Bool {
            cancellation.isRequested || control.isStopping || workers.allSatisfy(\.isFinished)
        }
        func pause(until deadline: UInt64) {
            while !isOver() {
                let now = MonotonicClock.now()
                if now >= deadline { return }
                MonotonicClock.sleep(until: min(deadline, now + 20_000_000))
            }
        }
        if ramp > 0 { pause(until: opening + ramp) }
        // A job may be over before its first round is looked at; what it did is in round 0 all the same.
        while !isOver() || (rounds.isEmpty && ramp == 0) {
            let start = rounds.last?.end ?? (ramp == 0 ? opening : MonotonicClock.now())
            control.round = rounds.count
            pause(until: start + length)
            rounds.append((start, MonotonicClock.now()))
            afterRound()
            report(progress(phase.name, rounds.count, planned))
        }
        control.round = RunControl.notRecording
        return rounds
    }

    /// Takes what the threads have handed over, job by job.
    private static func collect(
        _ phase: ProfilePhase,
        _ workers: [JobWorker],
        into latency: inout [JobRounds]
    ) {
        var rest = workers[...]
        for (number, job) in phase.jobs.enumerated() {
            latency[number].collect(from: rest.prefix(job.numJobs))
            rest = rest.dropFirst(job.numJobs)
        }
    }

    /// Turns what the threads of each job recorded into a phase of the record.
    private mutating func keep(
        _ phase: ProfilePhase,
        _ workers: [JobWorker],
        _ latency: [JobRounds],
        _ rounds: [(start: UInt64, end: UInt64)]
    ) {
        var rest = workers[...]
        for (number, job) in phase.jobs.enumerated() {
            let own = Array(rest.prefix(job.numJobs))
            rest = rest.dropFirst(job.numJobs)
            for worker in own { features.formUnion(worker.report.features) }
            phases.append(JobRecord.phase(job, own, latency[number], rounds, runStart: runStart))
        }
    }

    /// How far the run is; what remains is the profile's own time, laying out apart.
    private func progress(_ phase: String, _ round: Int, _ rounds: Int) -> Progress {
        let elapsed = MonotonicClock.now() - runStart
        let planned = profile.durationNanoseconds ?? 0
        return Progress(
            phase: phase,
            round: round,
            rounds: max(rounds, round),
            elapsedNanoseconds: elapsed,
            remainingNanoseconds: planned - min(planned, elapsed),
            walFsync: []
        )
    }
}
