extension Profile {
    /// What the first phase of a sweep over shares is called: the closed loop that they are shares of.
    package static let capacityPhase = "closed loop"

    /// How long a point of a sweep is measured where nobody says otherwise, in nanoseconds.
    package static let sweepPointNanoseconds: UInt64 = 5_000_000_000
    /// How long each point warms up.
    private static let sweepRampNanoseconds: UInt64 = 500_000_000

    /// The job a sweep is about: the only one, or the one that is named.
    ///
    /// - Throws: `WorkloadError` naming the jobs there are.
    package func jobToSweep(named wanted: String?) throws(WorkloadError) -> JobSpec {
        let jobs = phases.flatMap(\.jobs)
        guard let wanted else {
            guard jobs.count == 1 else { throw .sweepNeedsJob(name, jobs.map(\.name)) }
            return jobs[0]
        }
        guard let job = jobs.first(where: { $0.name == wanted }) else {
            throw .noSuchJob(wanted, name, jobs.map(\.name))
        }
        return job
    }

    /// One phase a point, each a short measurement of the job with another value; no thresholds.
    ///
    /// - Parameters:
    ///   - plan: what changes.
    ///   - job: one of this profile's.
    ///   - capacity: I/Os a second of the closed loop, for a plan of shares; nil gives the closed loop itself.
    ///   - runtime: of each point, in nanoseconds.
    /// - Returns: the profile of the sweep.
    /// - Throws: `WorkloadError` where the job cannot be changed so.
    package func sweeping(
        _ plan: SweepPlan,
        _ job: JobSpec,
        capacity: Double?,
        runtime: UInt64
    ) throws(WorkloadError) -> Profile {
        var base = job
        base.timeBased = true
        base.runtimeNanoseconds = runtime
        base.rampNanoseconds = Self.sweepRampNanoseconds
        base.stonewall = false
        if plan.isShare, capacity == nil {
            base.rateIOPS = nil
            base.name = "\(job.name) \(Self.capacityPhase)"
            return try replacing([base])
        }
        return try replacing(
            plan.values.enumerated().map { index, value in
                var point = base
                // Dropped once for all: each point would measure how a cold cache fills, not the load.
                point.invalidate = job.invalidate && index == 0 && !plan.isShare
                point.name = "\(job.name) \(plan.label(value))"
                switch plan.figure {
                case .ioDepth:
                    point.ioDepth = value
                    point.batch = min(job.batch, value)
                    point.completionBatch = min(job.completionBatch, value)
                case .numJobs:
                    point.numJobs = value
                case .rate:
                    let rate = plan.isShare ? (capacity ?? 0) * Double(value) / 100 : Double(value)
                    // Each thread has its own schedule; real clients do not come in step.
                    point.rateIOPS = max(1, rate / Double(job.numJobs))
                    point.arrivals = .poisson
                }
                return point
            }
        )
    }

    private func replacing(_ jobs: [JobSpec]) throws(WorkloadError) -> Profile {
        for job in jobs {
            if job.fileCycle != nil {
                throw .cannotSweep(
                    job.name,
                    "creates files one after the other",
                    "sweep another job"
                )
            }
            if job.ioDepth > 1, job.engine == .sync {
                throw .cannotSweep(
                    job.name,
                    "uses the engine sync, which does one I/O at a time",
                    "add --ioengine io_uring or libaio, or sweep numjobs"
                )
            }
            if let (reason, hint) = job.contradiction() {
                throw .cannotSweep(job.name, reason, hint)
            }
        }
        return Profile(
            name: name,
            answers: answers,
            expect: expect,
            destructive: jobs.contains { $0.readWrite.writes },
            fileSizeBytes: fileSizeBytes,
            phases: jobs.map { ProfilePhase(name: $0.name, jobs: [$0]) },
            thresholds: []
        )
    }
}
