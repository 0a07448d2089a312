import Benchmarking
import IOEngines
import ResultStore
import Statistics
import Workloads

/// Runs what a request asks for: its profile, or the points of its sweep.
struct SweepRunner {
    let request: RunRequest
    let cancellation: Cancellation
    let runStart: UInt64
    let progress: ProgressReporter
    /// What has been run.
    private(set) var profile: Profile

    init(
        request: RunRequest,
        cancellation: Cancellation,
        runStart: UInt64,
        progress: ProgressReporter
    ) {
        self.request = request
        self.cancellation = cancellation
        self.runStart = runStart
        self.progress = progress
        profile = request.profile
    }

    /// - Parameters:
    ///   - place: where.
    ///   - layOut: write every block once before.
    /// - Returns: What was measured; the phases of a sweep carry their value.
    mutating func run(on place: JobTarget, layOut: Bool) -> JobBenchmark.Outcome {
        var outcome = measure(request.profile, place, layOut: layOut)
        guard let sweep = request.sweep else { return outcome }
        if sweep.plan.isShare, outcome.failure == nil, !cancellation.isRequested {
            measureShares(sweep, place, &outcome)
        }
        for index in outcome.phases.indices {
            let name = outcome.phases[index].name
            let value = sweep.plan.values.first {
                name == "\(sweep.job.name) \(sweep.plan.label($0))"
            }
            if let value { outcome.phases[index].counters[SweepPoint.counter] = Double(value) }
        }
        return outcome
    }

    /// The points that are shares of what the closed loop has just reached.
    private mutating func measureShares(
        _ sweep: RunRequest.Sweep,
        _ place: JobTarget,
        _ outcome: inout JobBenchmark.Outcome
    ) {
        guard let closed = outcome.phases.first, closed.measuredSeconds > 0 else { return }
        let all = closed.pooled([.read]).count + closed.pooled([.write]).count
        let capacity = Double(all) / closed.measuredSeconds
        guard capacity >= 10 else {
            outcome.failure = BenchmarkError(
                operation: "sweep",
                subject: sweep.job.name,
                reason: "the closed loop reached \(all) I/Os, too few to take shares of",
                hint: "measure longer with --runtime, or sweep iodepth"
            )
            return
        }
        do throws(WorkloadError) {
            profile = try profile.sweeping(
                sweep.plan,
                sweep.job,
                capacity: capacity,
                runtime: sweep.runtime
            )
        } catch {
            outcome.failure = BenchmarkError(error)
            return
        }
        let points = measure(profile, place, layOut: false)
        outcome.phases += points.phases
        outcome.features = Set(outcome.features + points.features).sorted()
        outcome.failure = points.failure
    }

    private func measure(
        _ profile: Profile,
        _ place: JobTarget,
        layOut: Bool
    ) -> JobBenchmark.Outcome {
        let reporter = progress
        var benchmark = JobBenchmark(
            profile: profile,
            target: place,
            layOut: layOut,
            seed: request.seed,
            cancellation: cancellation,
            runStart: runStart,
            progress: { reporter.show($0) }
        )
        return benchmark.run()
    }
}
