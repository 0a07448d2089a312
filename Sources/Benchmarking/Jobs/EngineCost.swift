import IOEngines
package import Workloads

/// What tbench itself costs per I/O on this machine: a job's loop on an engine that does nothing.
package enum EngineCost {
    /// Runs the profile's first ordinary job against the null engine, as a closed loop without syncs and without making data.
    ///
    /// The calling thread is busy for about 20 ms.
    /// - Returns: Nanoseconds per I/O, every latency recorded; nil for a profile whose jobs are all of files.
    package static func measure(_ profile: Profile) -> Double? {
        let jobs = profile.phases.flatMap(\.jobs)
        guard let job = jobs.first(where: { $0.fileCycle == nil }) else { return nil }
        var spec = JobSpec(name: job.name)
        spec.readWrite = .randread
        spec.access = .randomUniform
        spec.ioDepth = job.ioDepth
        spec.batch = job.batch
        spec.engine = .null
        spec.timeBased = true
        spec.runtimeNanoseconds = 20_000_000
        return measure(spec)
    }

    private static func measure(_ spec: JobSpec) -> Double? {
        let control = RunControl()
        control.round = 0
        let target = JobTarget(path: "", offset: 0, byteCount: 1 << 30, isReadOnly: true)
        let recorder = RoundRecorder(
            classes: JobTiming.allCases.map(\.operation),
            control: control,
            slowFloor: 0
        )
        do {
            var loop = try JobLoop(
                spec: spec,
                region: JobRegion(spec, thread: 0, on: target),
                seed: 1,
                descriptor: -1,
                path: "",
                engine: NullEngine(capacity: spec.ioDepth),
                control: control,
                recorder: recorder
            )
            let start = MonotonicClock.now()
            try loop.run()
            let elapsed = MonotonicClock.now() - start
            return loop.completed > 0 ? Double(elapsed) / Double(loop.completed) : nil
        } catch {
            // No memory for the queue: the run itself will say so.
            return nil
        }
    }
}
