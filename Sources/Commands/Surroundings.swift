import HostFacts
import IOEngines
import ResultStore

/// What the machine does beside a run: the noise floor before it, the conditions during it.
struct Surroundings {
    let facts: TargetFacts
    let progress: ProgressReporter
    let runStart: UInt64

    /// Measures the noise floor, runs `body` and says what went on meanwhile.
    func observe<Outcome>(
        _ body: () -> Outcome
    ) -> (outcome: Outcome, noise: NoiseFloor, conditions: Conditions) {
        progress.announce("noise floor", runStart: runStart)
        let sampler = ConditionsSampler(deviceNames: ConditionsSampler.deviceNames(for: facts))
        let idle = sampler.sample()
        let noise = NoiseFloorProbe.measure(durationNanoseconds: 500_000_000)
        let before = sampler.sample()
        let outcome = body()
        let after = sampler.sample()
        var conditions = ConditionsSampler.difference(before, after, ownDeviceWrites: nil)
        conditions.foreignIoRatio = Self.foreignRatio(
            idle: ConditionsSampler.difference(idle, before, ownDeviceWrites: 0),
            idleSeconds: 0.5,
            run: conditions,
            runSeconds: Double(MonotonicClock.now() - runStart) / 1e9
        )
        return (outcome, noise, conditions)
    }

    /// What others wrote while tbench was silent, as a share of all writes a second during the run.
    ///
    /// tbench's own writes cannot be told from others' below a filesystem, so the silent half second of the noise floor
    /// stands for the whole run. Nil when the device has no counters.
    private static func foreignRatio(
        idle: Conditions,
        idleSeconds: Double,
        run: Conditions,
        runSeconds: Double
    ) -> Double? {
        guard let foreign = idle.deviceWrites, let all = run.deviceWrites, all > 0, runSeconds > 0
        else { return nil }
        return min(1, Double(foreign) / idleSeconds / (Double(all) / runSeconds))
    }
}
